import { STREAM_STATES } from '@chengyun/contract/streams'
import { EmptyState, formatNumber, Skeleton } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useStreamStates, useTemplates } from '../../api/streams.ts'
import { QueryError } from '../../parts/states.tsx'
import { useObserved, useTypeName } from './observed.ts'
import { StateMark } from './StateMark.tsx'

/** Every register with streams: how many there are and how they are; every number opens its rows. */
export default function StreamsOverview() {
  const { t } = useTranslation()
  const templates = useTemplates()
  const observed = useObserved()
  const nameOf = useTypeName()
  const found = useStreamStates(observed)
  const shown = STREAM_STATES.filter((s) => s === 'good' || found.rows.some((r) => (r.states[s] ?? 0) > 0))
  const bad = found.rows.reduce((n, r) => n + (r.states['noData'] ?? 0) + (r.states['stale'] ?? 0), 0)
  const all = found.rows.reduce((n, r) => n + r.total, 0)
  const fault = templates.error ?? found.error
  return (
    <>
      <header className="streams-head">
        <h1>
          {all === 0
            ? t('streams.title')
            : t(bad > 0 ? 'streams.silent' : 'streams.calm', { n: formatNumber(bad), all: formatNumber(all) })}
        </h1>
        <p>{t('streams.hint')}</p>
      </header>
      {fault && found.rows.length === 0 ? <QueryError of={{ error: fault, refetch: found.refetch }} /> : null}
      {templates.isPending || (found.isPending && found.rows.length === 0) ? <Skeleton lines={8} /> : null}
      {templates.isSuccess && observed.length === 0 ? (
        <EmptyState title={t('streams.none')} hint={t('streams.noneHint')} />
      ) : null}
      {found.rows.length > 0 ? (
        <div className="streams-scroll">
          <table className="streams-table">
            <thead>
              <tr>
                <th scope="col">{t('streams.register')}</th>
                <th scope="col" className="num">
                  {t('streams.count')}
                </th>
                {shown.map((s) => (
                  <th key={s} scope="col" className="num">
                    <StateMark state={s} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.rows.map((r) => (
                <tr key={r.type}>
                  <th scope="row">
                    <Link href={`/streams/list/${r.type}`}>{nameOf(r.type)}</Link>
                  </th>
                  <td className="num">{formatNumber(r.total)}</td>
                  {shown.map((s) => (
                    <td key={s} className="num">
                      {r.states[s] ? (
                        <Link href={`/streams/list/${r.type}?state=${s}`}>{formatNumber(r.states[s])}</Link>
                      ) : (
                        <span className="streams-zero">0</span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </>
  )
}
