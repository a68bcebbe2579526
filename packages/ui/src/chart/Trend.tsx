import { useMemo } from 'react'
import { useUiText } from '../i18n.ts'
import type { ThemeMode } from '../theme.ts'
import Chart from './Chart.tsx'
import { trendOption } from './trend.ts'
import { type TrendFacts, trendTable } from './trend-facts.ts'

export interface TrendProps {
  mode: ThemeMode
  facts: TrendFacts
  height: number
  name: string
  /** An alarm on the chart was chosen. */
  onMark?: (id: string) => void
}

/** Streams over time with what was expected of them and the alarms they raised. */
export default function Trend({ mode, facts, height, name, onMark }: TrendProps) {
  const text = useUiText()
  const option = useMemo(() => trendOption(mode, facts, height), [mode, facts, height])
  const table = useMemo(() => trendTable(facts), [facts])
  const marks = text('trend.alarm')
  return (
    <div className="cy-trend">
      <Chart
        mode={mode}
        option={option}
        height={height}
        name={name}
        table={table}
        onSelect={({ seriesName, index }) => {
          const mark = seriesName === marks ? facts.marks[index] : undefined
          if (mark) onMark?.(mark.id)
        }}
      />
      {table.rows.length === 0 ? <p className="cy-trend-none">{text('trend.none')}</p> : null}
    </div>
  )
}
