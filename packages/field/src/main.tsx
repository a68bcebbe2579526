import '@chengyun/ui/base.css'
import './style/base.css'
import './style/forms.css'
import { startI18n } from '@chengyun/ui/i18n.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startServiceWorker } from './pwa/register.ts'
import { strings } from './strings/index.ts'
import { setColours, storedMode } from './tokens.ts'

setColours(storedMode())
const i18n = startI18n(strings)
const title = () => {
  document.title = i18n.t('app.name')
}
title()
i18n.on('languageChanged', title)
startServiceWorker()

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>
)
