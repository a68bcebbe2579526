import { formatTime, useNow } from '@chengyun/ui'
import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useRoute } from 'wouter'
import { useLiveRefresh, useLiveState } from '../api/live.ts'
import { useCity } from '../api/reference.ts'
import { useMay, useSession } from '../api/session.ts'
import { usePreferences } from '../preferences.tsx'
import { Bell } from './Bell.tsx'
import { HelpButton } from './HelpSheet.tsx'
import { ModeMark } from './ModeMark.tsx'
import { PersonMenu } from './PersonMenu.tsx'
import { SearchBox } from './SearchBox.tsx'
import './shell.css'

/** The frame of every page: one 44-px bar, the page below it. */
export function Shell({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation()
  const session = useSession()
  const may = useMay()
  const city = useCity().data
  const { language } = usePreferences()
  return (
    <div className="shell">
      <header className="shell-bar cy-no-print">
        <Link href="/" className="shell-logo">
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path
              d="M12.400 4.800a5.400 5.400 0 1 0 0 6.400"
              fill="none"
              stroke="var(--cy-brand)"
              strokeWidth="2.600"
              strokeLinecap="round"
            />
            <circle cx="12.600" cy="8" r="1.700" fill="var(--cy-brand)" />
          </svg>
          <b>{t('app.name')}</b>
          <span>{session.user.unitName ?? city?.name[language] ?? ''}</span>
        </Link>
        <nav className="shell-nav" aria-label={t('nav.label')}>
          {may('cases:read') ? <NavItem href="/cases" pattern="/cases/:id?" label={t('nav.desk')} /> : null}
          {may('alarms:read') ? <NavItem href="/alarms" pattern="/alarms/:id?" label={t('nav.alarms')} /> : null}
          {may('registry:read') || may('cases:read') ? <NavItem href="/map" label={t('nav.map')} /> : null}
          {may('registry:read') ? (
            <NavItem href="/registers" pattern="/registers/:view?/:type?/:code?" label={t('nav.registry')} />
          ) : null}
          {may('streams:read') ? (
            <NavItem href="/streams" pattern="/streams/:view?/:type?/:code?" label={t('nav.streams')} />
          ) : null}
          {may('scenarios:read') ? <NavItem href="/scenarios" pattern="/scenarios/*?" label={t('nav.scenarios')} /> : null}
          {may('indicators:read') ? <NavItem href="/overview" label={t('nav.overview')} /> : null}
          {may('cases:report') ? <NavItem href="/report" label={t('nav.report')} /> : null}
          {may('public:review') ? <NavItem href="/review" label={t('nav.review')} /> : null}
          {may('field:watch') ? <NavItem href="/fieldwork" pattern="/fieldwork/:tab?" label={t('nav.fieldAdmin')} /> : null}
          <NavItem href="/admin" pattern="/admin/:page?/:tab?" label={t('nav.admin')} />
        </nav>
        {may('cases:read') ? <SearchBox /> : null}
        <div className="shell-right">
          {city?.demo ? <span className="shell-demo">{t('app.demo')}</span> : null}
          <ModeMark />
          {may('live:read') ? <LiveMark /> : null}
          {may('alarms:read') ? <Bell /> : null}
          <Clock />
          <PersonMenu />
          <HelpButton />
        </div>
      </header>
      <main className="shell-page">{children}</main>
    </div>
  )
}

function NavItem({ href, pattern, label }: { href: string; pattern?: string; label: string }) {
  const [on] = useRoute(pattern ?? href)
  return (
    <Link href={href} className={on ? 'on' : ''} aria-current={on ? 'page' : undefined}>
      {label}
    </Link>
  )
}

/** Keeps every open view fresh and says when it cannot. */
function LiveMark() {
  useLiveRefresh()
  const live = useLiveState()
  const { t } = useTranslation()
  return (
    <Tooltip title={t(live ? 'live.onHint' : 'live.offHint')}>
      <span className={`shell-live ${live ? 'on' : ''}`}>
        <i aria-hidden="true" />
        {t(live ? 'live.on' : 'live.off')}
      </span>
    </Tooltip>
  )
}

function Clock() {
  const now = useNow(1)
  return <time className="shell-clock">{formatTime(now, true)}</time>
}
