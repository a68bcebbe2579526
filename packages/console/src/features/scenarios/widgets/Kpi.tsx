import type { KpiData } from '@chengyun/contract/scenarios'
import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { useBoth, useUnit } from '../context.ts'
import { Figure } from '../Figure.tsx'
import { Frame } from '../Frame.tsx'
import { ToneMark } from '../ToneMark.tsx'
import type { WidgetProps } from './index.ts'

/** Figures in a row, each the door to its rows, with its unit, its time and what it counts. */
export function Kpi({ widget, n }: WidgetProps) {
  return (
    <Frame<'kpi'> widget={widget} n={n} grows>
      {(data) => (
        <div className="sw-figures">
          {data.figures.map((f) => (
            <One key={f.key} figure={f} />
          ))}
        </div>
      )}
    </Frame>
  )
}

function One({ figure: f }: { figure: KpiData['figures'][number] }) {
  const { t } = useTranslation()
  const both = useBoth()
  const unit = useUnit()(f.unit)
  return (
    <div className={`sw-figure ${f.tone}`}>
      <Tooltip
        title={`${both(f.meaning)}${f.source ? ` ${t('scenarios.source', { source: f.source })}` : ''}`}
        mouseEnterDelay={0.3}
      >
        <span>
          {f.tone === 'ok' ? null : <ToneMark tone={f.tone} />}
          {both(f.name)}
        </span>
      </Tooltip>
      <b>
        <Figure value={f.value} decimals={f.decimals} door={f.door} />
        {unit && f.value !== null ? <i>{unit}</i> : null}
      </b>
      <small>
        {t(`scenarios.over.${f.over}`)}
        {f.whole && f.door ? (
          <>
            {' · '}
            <Figure value={f.door.count} decimals={0} door={f.door} />
            {' / '}
            <Figure value={f.whole.count} decimals={0} door={f.whole} />
          </>
        ) : null}
      </small>
    </div>
  )
}
