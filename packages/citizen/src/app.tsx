import { type ComponentType, lazy, Suspense, useEffect, useState } from 'react'
import { knownOptions, readOptions } from './api/public.ts'
import { readLists, useKnownLists } from './api/services.ts'
import { checkNews, useNews } from './draft/news.ts'
import { useOnline, useQueue } from './draft/queue.ts'
import { setLanguage, t, useLanguage } from './i18n.ts'
import { Home } from './pages/Home.tsx'
import { Note, Waiting } from './parts/bits.tsx'
import { Icon, type IconName } from './parts/Icon.tsx'
import { Link, useRoute } from './router.tsx'

const Report = lazy(() => import('./report/Report.tsx'))
const Case = lazy(() => import('./pages/Case.tsx'))
const Mine = lazy(() => import('./pages/Mine.tsx'))
const Nearby = lazy(() => import('./pages/Nearby.tsx'))
const Services = lazy(() => import('./services/Services.tsx'))
const Help = lazy(() => import('./pages/Help.tsx'))
const Plate = lazy(() => import('./pages/Plate.tsx'))
const Missing = lazy(() => import('./pages/Missing.tsx'))

const PAGES: readonly [RegExp, ComponentType<{ id: string }>][] = [
  [/^\/$/, Home],
  [/^\/report(?:\/([\w-]+))?$/, Report],
  [/^\/r\/(\d{19})$/, Case],
  [/^\/mine$/, Mine],
  [/^\/map$/, Nearby],
  [/^\/services(?:\/([\w-]+\/\w+))?$/, Services],
  [/^\/help$/, Help]
]
const TABS: readonly [string, IconName, string][] = [
  ['/', 'home', 'tab.home'],
  ['/map', 'place', 'tab.map'],
  ['/services', 'services', 'tab.services'],
  ['/mine', 'list', 'tab.mine'],
  ['/help', 'help', 'tab.help']
]

const isAt = (path: string, to: string): boolean => path === to || (to === '/services' && path.startsWith('/services/'))

/** The frame of every page: name, pages, what waits to be sent. */
export function App() {
  const language = useLanguage()
  const { path, query } = useRoute()
  const news = useNews()
  const lists = useKnownLists()
  const [options, setOptions] = useState(knownOptions)
  useEffect(() => {
    readOptions().then(setOptions, () => undefined)
    // What comes next on most visits is fetched while the person still reads.
    const idle = setTimeout(() => {
      void import('./report/Report.tsx')
      readLists().catch(() => undefined)
    }, 2500)
    return () => clearTimeout(idle)
  }, [])
  useEffect(() => {
    const look = () => void (document.visibilityState === 'visible' && path !== '/mine' && checkNews())
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [path])
  const found = PAGES.map(([pattern, Page]) => ({ Page, match: pattern.exec(path) })).find((p) => p.match)
  // A plate in the street leads to the home page with the code of its component.
  const plate = path === '/' ? query.get('component') : null
  const Page = plate === null ? (found?.Page ?? Missing) : Plate
  const isReport = path.startsWith('/report')
  return (
    <div className="shell">
      <a className="skip" href="#page">
        {t('app.skip')}
      </a>
      <header className="top">
        <Link to="/" className="name">
          <img src="/citizen/icon.svg" alt="" width="32" height="32" />
          <span className="name-words">
            <b>{t('app.name')}</b>
            <span>{options?.city.name[language] ?? t('app.motto')}</span>
          </span>
        </Link>
        <button
          type="button"
          className="button text"
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {t('app.otherLanguage')}
        </button>
      </header>
      <Queue />
      <main className="page" id="page" tabIndex={-1}>
        <Suspense fallback={<Waiting />}>
          <Page key={isAt(path, '/services') ? '/services' : path} id={plate ?? found?.match?.[1] ?? ''} />
        </Suspense>
      </main>
      {isReport ? null : (
        <nav className="tabs" aria-label={t('app.pages')}>
          <ul>
            {TABS.filter(([to]) => to !== '/services' || (lists?.length ?? 0) > 0).map(([to, icon, word]) => (
              <li key={to}>
                <Link to={to} {...(isAt(path, to) ? { 'aria-current': 'page' as const } : {})}>
                  <Icon name={icon} />
                  {t(word)}
                  {to === '/mine' && news > 0 ? (
                    <span className="badge">
                      <span aria-hidden="true">{news}</span>
                      <span className="unseen">{t('tab.news', { n: news })}</span>
                    </span>
                  ) : null}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </div>
  )
}

/** Without network, and with reports that wait, every page says so in words. */
function Queue() {
  const { path } = useRoute()
  const isOnline = useOnline()
  const { drafts } = useQueue()
  const waiting = drafts.filter((d) => d.state === 'waiting').length
  const refused = drafts.filter((d) => d.state === 'refused')
  const [first] = refused
  // On its own page the report says itself what is wrong.
  const isHere = first !== undefined && path.startsWith(`/report/${first.id}`)
  return (
    <div className="strip" role="status">
      {!isOnline || waiting > 0 ? (
        <Note kind="warn" icon="offline">
          {waiting > 0 ? t(isOnline ? 'queue.sending' : 'queue.offline', { n: waiting }) : t('queue.none')}
        </Note>
      ) : null}
      {first && !isHere ? (
        <Note kind="bad" icon="warn">
          {t('queue.refused', { n: refused.length })} <Link to={`/report/${first.id}`}>{t('queue.look')}</Link>
        </Note>
      ) : null}
    </div>
  )
}
