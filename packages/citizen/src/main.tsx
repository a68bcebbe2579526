import './styles/base.css'
import './styles/shell.css'
import './styles/home.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startQueue } from './draft/queue.ts'
import { markDocument } from './i18n.ts'

markDocument()
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>
)
startQueue()
if (import.meta.env.PROD && 'serviceWorker' in navigator)
  addEventListener(
    'load',
    () => void navigator.serviceWorker.register('/citizen/sw.js', { scope: '/citizen/' }).catch(() => undefined)
  )
