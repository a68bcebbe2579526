import { useTranslation } from 'react-i18next'
import { useRoute } from '../app/route.ts'
import { useWork } from '../app/work.ts'
import { Icon, type IconName } from './Icon.tsx'
import './nav.css'

/** The way round at the foot of the main pages; the shutter in the middle begins a report. */
export function Nav() {
  const { t } = useTranslation()
  const { page } = useRoute()
  const { pack, line } = useWork()
  const collector = pack?.person.collector ?? false
  const item = (to: string, icon: IconName, count = 0) => (
    <a key={to} href={`#/${to}`} aria-current={page === (to || 'home') ? 'page' : undefined}>
      <Icon name={icon} />
      <span>{t(`nav.${to || 'home'}`)}</span>
      {count > 0 ? <b title={t('nav.waiting', { n: count })}>{count}</b> : null}
    </a>
  )
  return (
    <nav className="f-nav" aria-label={t('nav.label')}>
      {item('', 'tasks')}
      {collector ? item('component', 'part') : null}
      {pack?.person.mayReport ? (
        <a className="f-nav-shutter" href="#/report">
          <i>
            <Icon name="camera" />
          </i>
          <span>{t('nav.report')}</span>
        </a>
      ) : null}
      {collector ? item('shift', 'shift') : null}
      {item('sync', 'sync', line.waiting + line.trouble)}
    </nav>
  )
}
