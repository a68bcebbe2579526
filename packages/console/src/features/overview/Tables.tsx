import { EmptyState } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../api/overview.ts'
import { Door } from './Door.tsx'

/** The way of the period's cases: how many got how far. */
export function Funnel({ rows }: { rows: Overview['funnel'] }) {
  const { t } = useTranslation()
  const top = Math.max(1, ...rows.map((r) => r.count))
  return (
    <ol className="funnel">
      {rows.map((r) => (
        <li key={r.key}>
          <span>{t(`measure.${r.key}`)}</span>
          <i aria-hidden="true">
            <i style={{ width: `${(r.count / top) * 100}%` }} />
          </i>
          <b>
            <Door figure={r} />
          </b>
        </li>
      ))}
    </ol>
  )
}

/** Districts by what is open, with what is late in it. */
export function Districts({ rows }: { rows: Overview['byDistrict'] }) {
  const { t } = useTranslation()
  const top = Math.max(1, ...rows.map((r) => r.open.count))
  if (rows.length === 0) return <EmptyState title={t('overview.noRows')} />
  return (
    <table className="ranks">
      <thead>
        <tr>
          <th>{t('overview.district')}</th>
          <th aria-hidden="true" />
          <th>{t('overview.registered')}</th>
          <th>{t('overview.open')}</th>
          <th>{t('overview.late')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((r) => (
          <tr key={r.code}>
            <th scope="row">{r.name}</th>
            <td className="ranks-bar" aria-hidden="true">
              <i style={{ width: `${(r.open.count / top) * 100}%` }}>
                <i style={{ width: `${r.open.count ? (r.late.count / r.open.count) * 100 : 0}%` }} />
              </i>
            </td>
            <td>
              <Door figure={r.registered} />
            </td>
            <td>
              <Door figure={r.open} />
            </td>
            <td className={r.late.count > 0 ? 'late' : ''}>
              <Door figure={r.late} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Units by what is late with them. */
export function Units({ rows }: { rows: Overview['byUnit'] }) {
  const { t } = useTranslation()
  if (rows.length === 0) return <EmptyState title={t('overview.noRows')} />
  return (
    <div className="ranks-scroll">
      <table className="ranks">
        <thead>
          <tr>
            <th>{t('overview.unit')}</th>
            <th>{t('overview.open')}</th>
            <th>{t('overview.late')}</th>
            <th>{t('overview.closed')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.unitId}>
              <th scope="row">{r.name}</th>
              <td>
                <Door figure={r.open} />
              </td>
              <td className={r.late.count > 0 ? 'late' : ''}>
                <Door figure={r.late} />
              </td>
              <td>
                <Door figure={r.closed} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
