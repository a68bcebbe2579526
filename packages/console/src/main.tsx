import '@chengyun/ui/base.css'
import { startI18n } from '@chengyun/ui'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { setNetworkMessage } from './api/client.ts'
import { App } from './app.tsx'
import { strings } from './strings/index.ts'

const i18n = startI18n(strings)
const say = () => setNetworkMessage(i18n.t('app.network'))
say()
i18n.on('languageChanged', say)

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>
)
