import type { GroupView, OverviewView } from '@chengyun/contract/indicators'
import { EmptyState } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { Door } from './Door.tsx'

/** The way of the period's cases: how many got how far. */
export function Funnel({ rows }: { rows: OverviewView['funnel'] }) {
  const { language } = usePreferences()
  const top = Math.max(1, ...rows.map((r) => r.count))
  return (
    <ol className="funnel">
      {rows.map((r) => (
        <li key={r.key}>
          <span>{r[language]}</span>
          <i aria-hidden="true">
            <i style={{ width: `${(r.count / top) * 100}%` }} />
          </i>
          <b>
            <Door count={r.count} filter={r.filter} />
          </b>
        </li>
      ))}
    </ol>
  )
}

const COLUMNS = ['register', 'open', 'late'] as const

/** Districts or units: registered, open, and what is late of it. */
export function Groups({ rows, head, bars = false }: { rows: readonly GroupView[]; head: string; bars?: boolean }) {
  const { t } = useTranslation()
  const columns = COLUMNS.filter((c) => rows.some((r) => c in r.counts))
  const top = Math.max(1, ...rows.map((r) => r.counts['open'] ?? 0))
  if (rows.length === 0) return <EmptyState title={t('overview.noRows')} />
  return (
    <div className="ranks-scroll">
      <table className="ranks">
        <thead>
          <tr>
            <th>{head}</th>
            {bars ? <td /> : null}
            {columns.map((c) => (
              <th key={c} scope="col">
                {t(`overview.column.${c}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => {
            const open = r.counts['open'] ?? 0
            const late = r.counts['late'] ?? 0
            return (
              <tr key={r.key ?? ''}>
                <th scope="row" title={r.name}>
                  {r.name || t('overview.noGroup')}
                </th>
                {bars ? (
                  <td className="ranks-bar" aria-hidden="true">
                    <i style={{ width: `${(open / top) * 100}%` }}>
                      <i style={{ width: `${open ? (late / open) * 100 : 0}%` }} />
                    </i>
                  </td>
                ) : null}
                {columns.map((c) => (
                  <td key={c} className={c === 'late' && late > 0 ? 'late' : ''}>
                    <Door count={r.counts[c] ?? 0} filter={r.filter && `measure=${c}&${r.filter}`} />
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
