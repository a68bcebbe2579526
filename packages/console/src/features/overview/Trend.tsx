import { Skeleton, TOKENS } from '@chengyun/ui'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { type Period, useOverview } from '../../api/overview.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'

const Chart = lazy(() => import('@chengyun/ui/chart/Chart.tsx'))

/** What came in against what was finished, by day; a point opens the day's cases. */
export function Trend({ period, district }: { period: Period; district: string | null }) {
  const { t } = useTranslation()
  const { mode } = usePreferences()
  const [, navigate] = useLocation()
  const facts = useOverview(period, district)
  const rows = facts.data?.trend
  const option = useMemo(() => {
    const c = TOKENS[mode]
    const line = (name: string, color: string, data: number[], symbol: string) => ({
      name,
      type: 'line',
      data,
      symbol,
      symbolSize: 5,
      showSymbol: data.length < 40,
      endLabel: { show: true, formatter: name, color, fontSize: 12 },
      lineStyle: { color, width: 2 },
      itemStyle: { color }
    })
    return {
      grid: { left: 4, right: 60, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      xAxis: {
        type: 'category',
        data: rows?.map((r) => r.day.slice(5)) ?? [],
        axisTick: { show: false },
        axisLine: { lineStyle: { color: c.line } },
        axisLabel: { color: c.ink3 }
      },
      yAxis: {
        type: 'value',
        min: 0,
        minInterval: 1,
        splitLine: { lineStyle: { color: c.lineSoft } },
        axisLabel: { color: c.ink3 }
      },
      series: [
        line(t('overview.inflow'), c.brand, rows?.map((r) => r.inflow) ?? [], 'circle'),
        line(t('overview.outflow'), c.okInk, rows?.map((r) => r.outflow) ?? [], 'rect')
      ]
    }
  }, [rows, mode, t])
  if (facts.isError && !rows) return <QueryError of={facts} />
  if (!rows) return <Skeleton lines={6} />
  return (
    <Suspense fallback={<Skeleton lines={6} />}>
      <Chart
        mode={mode}
        option={option}
        height={236}
        name={t('overview.trendMonth')}
        table={{
          columns: [t('overview.day'), t('overview.inflow'), t('overview.disposed'), t('overview.outflow')],
          rows: rows.map((r) => [r.day, r.inflow, r.disposed, r.outflow])
        }}
        onSelect={({ index }) => {
          const filter = rows[index]?.filter
          if (filter) navigate(`/cases?measure=report&${filter}`)
        }}
      />
    </Suspense>
  )
}
