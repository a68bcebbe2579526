import { EmptyState, formatNumber, type Level, LevelLamp, Skeleton } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link, Redirect } from 'wouter'
import { useLivePacks, usePackPages } from '../../api/scenarios.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { useBoth } from './context.ts'
import { KINDS } from './kinds.ts'
import { PackHead, Page } from './Page.tsx'
import { Rows } from './Rows.tsx'
import { Reports } from './reports/Reports.tsx'
import './css/scenarios.css'

export interface ScenariosProps {
  pack: string | null
  page: string | null
  /** Key of a figure whose rows are looked at. */
  figure: string | null
}

/** The applications the city has taken in: a column of them by kind, the chosen page beside it. */
export default function Scenarios({ pack, page, figure }: ScenariosProps) {
  const { t } = useTranslation()
  const may = useMay()
  const packs = usePackPages(may('scenarios:read'))
  useLivePacks()
  if (!may('scenarios:read')) return <EmptyState title={t('scenarios.notYours')} />
  if (packs.isPending) return <Skeleton lines={12} />
  if (packs.isError && !packs.data) return <QueryError of={packs} />
  const all = packs.data ?? []
  if (all.length === 0)
    return (
      <EmptyState
        title={t('scenarios.none')}
        hint={t(may('scenarios:config') ? 'scenarios.noneHintAdmin' : 'scenarios.noneHint')}
        action={may('scenarios:config') ? <Link href="/admin/packs">{t('scenarios.toPacks')}</Link> : null}
      />
    )
  const chosen = all.find((p) => p.pack === pack)
  if (pack !== null && page === null && figure === null && chosen?.pages[0])
    return <Redirect to={`/scenarios/${pack}/${chosen.pages[0].key}`} replace />
  return (
    <div className={`scn${pack === null ? ' index' : ''}`}>
      <Rail packs={all} pack={pack} />
      {pack === null ? (
        <div className="scn-index">
          <EmptyState title={t('scenarios.choose')} hint={t('scenarios.chooseHint')} />
        </div>
      ) : figure !== null ? (
        <Rows key={`${pack} ${figure}`} pack={pack} figure={figure} />
      ) : page === 'reports' && chosen && chosen.reports.length > 0 ? (
        <div className="scn-page" key={`${pack} reports`}>
          <PackHead pack={pack} page="reports" name={chosen.name} pages={chosen.pages} reports />
          <Reports pack={pack} />
        </div>
      ) : (
        <Page key={`${pack} ${page}`} pack={pack} page={page ?? ''} reports={(chosen?.reports.length ?? 0) > 0} />
      )}
    </div>
  )
}

type Packs = NonNullable<ReturnType<typeof usePackPages>['data']>

function Rail({ packs, pack }: { packs: Packs; pack: string | null }) {
  const { t } = useTranslation()
  const both = useBoth()
  const kinds = [...KINDS, ...new Set(packs.map((p) => p.kind).filter((k) => !(KINDS as readonly string[]).includes(k)))]
  return (
    <nav className="scn-rail" aria-label={t('nav.scenarios')}>
      {kinds.map((kind) => {
        const of = packs.filter((p) => p.kind === kind && p.pages.length > 0)
        return of.length === 0 ? null : (
          <section key={kind}>
            <h4>{t(`scenarios.kind.${kind}`, { defaultValue: kind })}</h4>
            {of.map((p) => (
              <Link
                key={p.pack}
                href={`/scenarios/${p.pack}/${p.pages[0]?.key}`}
                className={p.pack === pack ? 'on' : ''}
                aria-current={p.pack === pack ? 'page' : undefined}
              >
                <span>{both(p.name)}</span>
                {p.alarms > 0 ? (
                  <b title={t('scenarios.openAlarms', { n: formatNumber(p.alarms) })}>
                    {p.worst > 0 ? <LevelLamp level={p.worst as Level} /> : null}
                    {formatNumber(p.alarms)}
                  </b>
                ) : null}
              </Link>
            ))}
          </section>
        )
      })}
    </nav>
  )
}
