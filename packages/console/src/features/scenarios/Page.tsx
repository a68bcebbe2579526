import { Skeleton } from '@chengyun/ui'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useLivePack, usePackPage } from '../../api/scenarios.ts'
import { QueryError } from '../../parts/states.tsx'
import { useQueryParam } from '../../parts/useQueryParam.ts'
import { PageContext, useBoth } from './context.ts'
import { Grid } from './Grid.tsx'
import { SubjectChoice } from './SubjectChoice.tsx'

/** A page of a pack on the desk; the chosen thing stands in the address. */
export function Page({ pack, page, reports }: { pack: string; page: string; reports: boolean }) {
  const { t } = useTranslation()
  const [params, set] = useQueryParam()
  const subject = params.get('subject')
  const facts = usePackPage(pack, page)
  useLivePack(pack)
  const choose = (code: string | null) => set('subject', code)
  if (facts.isPending) return <Skeleton lines={14} />
  if (facts.isError) return <QueryError of={facts} />
  const view = facts.data
  const tail = subject ? `?subject=${encodeURIComponent(subject)}` : ''
  return (
    <div className="scn-page">
      <PackHead pack={pack} page={page} name={view.packName} pages={view.pages} reports={reports} demo={view.demo} tail={tail}>
        {view.subject ? <SubjectChoice subject={view.subject} code={subject} onChoose={choose} /> : null}
        <Link href={`/wall/${pack}/${page}${tail}`} className="scn-wall-link">
          {t('scenarios.wall')}
        </Link>
      </PackHead>
      <PageContext value={{ pack, page, wall: false, register: view.subject?.register ?? null, subject, choose }}>
        <Grid page={view} />
      </PageContext>
    </div>
  )
}

export interface PackHeadProps {
  pack: string
  /** Key of the page that is open; `reports` for its reports. */
  page: string
  name: { zh: string; en: string }
  pages: readonly { key: string; name: { zh: string; en: string } }[]
  /** Whether the pack has reports. */
  reports: boolean
  demo?: boolean
  /** What goes along in the address from page to page. */
  tail?: string
  children?: ReactNode
}

/** The head of a pack's pages: its name, the other pages, its reports. */
export function PackHead({ pack, page, name, pages, reports, demo = false, tail = '', children }: PackHeadProps) {
  const { t } = useTranslation()
  const both = useBoth()
  const tabs = [
    ...pages.map((p) => ({ key: p.key, label: both(p.name), href: `/scenarios/${pack}/${p.key}${tail}` })),
    ...(reports ? [{ key: 'reports', label: t('packReports.title'), href: `/scenarios/${pack}/reports` }] : [])
  ]
  return (
    <header>
      <h1>{both(name)}</h1>
      {demo ? <span className="scn-demo">{t('scenarios.demo')}</span> : null}
      {tabs.length > 1 ? (
        <nav aria-label={t('scenarios.pages')}>
          {tabs.map((tab) => (
            <Link
              key={tab.key}
              href={tab.href}
              className={tab.key === page ? 'on' : ''}
              aria-current={tab.key === page ? 'page' : undefined}
            >
              {tab.label}
            </Link>
          ))}
        </nav>
      ) : null}
      {children ? <div>{children}</div> : null}
    </header>
  )
}
