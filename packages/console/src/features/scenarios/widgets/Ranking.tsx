import type { RankingData } from '@chengyun/contract/scenarios'
import { formatNumber, saveSheet } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { useBoth, usePage, useUnit } from '../context.ts'
import { Figure } from '../Figure.tsx'
import { Frame, Nothing } from '../Frame.tsx'
import { ToneMark } from '../ToneMark.tsx'
import type { WidgetProps } from './index.ts'

/** Bars from zero in the order asked for; each number opens its rows. */
export function Ranking({ widget, n }: WidgetProps) {
  const { t } = useTranslation()
  const both = useBoth()
  const { wall } = usePage()
  const unit = useUnit()
  const save = (data: RankingData) =>
    saveSheet(
      {
        columns: [t(`scenarios.by.${data.by}`), `${both(data.name)}${unit(data.unit) ? ` (${unit(data.unit)})` : ''}`],
        rows: data.rows.map((r) => [both(r.name), r.value])
      },
      both(widget.title)
    )
  return (
    <Frame<'ranking'>
      widget={widget}
      n={n}
      tools={(data) =>
        wall || data.rows.length === 0 ? null : (
          <button type="button" className="sw-tool" onClick={() => save(data)}>
            {t('scenarios.saveData')}
          </button>
        )
      }
    >
      {(data) => <Bars data={data} counted={unit(data.unit) !== '%' && data.decimals === 0} />}
    </Frame>
  )
}

function Bars({ data, counted }: { data: RankingData; counted: boolean }) {
  const { t } = useTranslation()
  const both = useBoth()
  const unit = useUnit()(data.unit)
  if (data.rows.length === 0) return <Nothing title={t(counted ? 'scenarios.noneCounted' : 'scenarios.noReadings')} />
  const values = data.rows.map((r) => r.value ?? 0)
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const at = (v: number) => (high === low ? 0 : ((v - low) / (high - low)) * 100)
  return (
    <>
      <p className="sw-caption">{`${both(data.name)}${unit ? ` · ${unit}` : ''}`}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <ol className="sw-ranks" tabIndex={0} aria-label={both(data.name)}>
        {data.rows.map((r, i) => {
          const v = r.value ?? 0
          return (
            <li key={r.code}>
              <span className="sw-rank-no">{i + 1}</span>
              <span className="sw-rank-name" title={both(r.name)}>
                {both(r.name)}
              </span>
              <span className="sw-bar" aria-hidden="true">
                {!r.value ? null : (
                  <i
                    className={r.tone}
                    style={{ left: `${at(Math.min(0, v))}%`, width: `${at(Math.max(0, v)) - at(Math.min(0, v))}%` }}
                  />
                )}
              </span>
              <b>
                <ToneMark tone={r.tone} />
                <Figure value={r.value} decimals={data.decimals} door={r.door} />
              </b>
            </li>
          )
        })}
      </ol>
      {data.more > 0 ? <p className="sw-foot">{t('scenarios.moreRows', { n: formatNumber(data.more) })}</p> : null}
    </>
  )
}
