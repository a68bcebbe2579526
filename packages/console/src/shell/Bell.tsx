import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useUnread } from '../api/inbox.ts'
import { useShortcut } from './shortcuts.ts'

const MOST = 99

/** The way to the inbox, with how many messages are unread; it follows what comes. */
export function Bell() {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const unread = useUnread() ?? 0
  const open = () => navigate('/inbox')
  useShortcut('i', open)
  const text = t('inbox.bell', { count: unread })
  return (
    <Tooltip title={text}>
      <button type="button" className="shell-bell" onClick={open} aria-label={text}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path
            d="M3.500 11.500V7a4.500 4.500 0 0 1 9 0v4.500M2 11.500h12M6.500 13.800h3"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.300"
            strokeLinecap="round"
          />
        </svg>
        {unread > 0 ? <b>{unread > MOST ? `${MOST}+` : unread}</b> : null}
      </button>
    </Tooltip>
  )
}
