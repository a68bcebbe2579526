import type { BeforeAfterData } from '@chengyun/contract/scenarios'
import { formatDateTime, formatNumber } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { useBoth, useUnit } from '../context.ts'
import { Frame, Nothing } from '../Frame.tsx'
import type { WidgetProps } from './index.ts'

/** The same figures in two spans of time, side by side, with what became of them. */
export function BeforeAfter({ widget, n }: WidgetProps) {
  const { t } = useTranslation()
  const day = (at: string) => formatDateTime(at).slice(5, 16).replace(' 00:00', '')
  return (
    <Frame<'beforeAfter'> widget={widget} n={n}>
      {(data) =>
        data.rows.length === 0 ? (
          <Nothing title={t('scenarios.noRows')} />
        ) : (
          <div className="sw-scroll">
            <table className="sw-before">
              <thead>
                <tr>
                  <th scope="col">{t('scenarios.figure')}</th>
                  <th scope="col">
                    {t(`scenarios.before.${data.during}`)}
                    <small>{`${day(data.before.from)} – ${day(data.before.to)}`}</small>
                  </th>
                  <th scope="col">
                    {t(`scenarios.after.${data.during}`)}
                    <small>{`${day(data.after.from)} – ${day(data.after.to)}`}</small>
                  </th>
                  <th scope="col">{t('scenarios.change')}</th>
                </tr>
              </thead>
              <tbody>
                {data.rows.map((r) => (
                  <Row key={r.key} row={r} />
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Frame>
  )
}

function Row({ row: r }: { row: BeforeAfterData['rows'][number] }) {
  const { t } = useTranslation()
  const both = useBoth()
  const unit = useUnit()
  const most = Math.max(Math.abs(r.before ?? 0), Math.abs(r.after ?? 0)) || 1
  const known = r.before !== null && r.after !== null
  const by = known ? (r.after ?? 0) - (r.before ?? 0) : null
  const better = by === null || by === 0 || r.good === 'none' ? null : by > 0 === (r.good === 'up')
  const share = by !== null && r.before ? ` (${by > 0 ? '+' : ''}${formatNumber((by / Math.abs(r.before)) * 100, 0)} %)` : ''
  return (
    <tr>
      <th scope="row" title={both(r.meaning)}>
        {both(r.name)}
        <small>{unit(r.unit)}</small>
      </th>
      {(['before', 'after'] as const).map((k) => (
        <td key={k}>
          <b>{formatNumber(r[k], r.decimals)}</b>
          <span className="sw-bar" aria-hidden="true">
            {!r[k] ? null : <i className={k} style={{ width: `${(Math.abs(r[k]) / most) * 100}%` }} />}
          </span>
        </td>
      ))}
      <td className={better === null ? '' : better ? 'better' : 'worse'}>
        {by === null ? (
          '–'
        ) : by === 0 ? (
          t('scenarios.same')
        ) : (
          <>
            {`${by > 0 ? '↑' : '↓'} ${formatNumber(Math.abs(by), r.decimals)}${share}`}
            {better === null ? null : <small>{t(better ? 'scenarios.better' : 'scenarios.worse')}</small>}
          </>
        )}
      </td>
    </tr>
  )
}
