import { formatDateTime, Skeleton, TOKENS } from '@chengyun/ui'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Overview, Period } from '../../api/overview.ts'
import { usePreferences } from '../../preferences.tsx'

const Chart = lazy(() => import('@chengyun/ui/chart/Chart.tsx'))

/** What came in against what was closed, by hour of the day or by day. */
export function Trend({ rows, period }: { rows: Overview['trend']; period: Period }) {
  const { t } = useTranslation()
  const { mode } = usePreferences()
  const [, navigate] = useLocation()
  const label = (at: string) => (period === 'today' ? formatDateTime(at).slice(11) : formatDateTime(at).slice(5, 10))
  // biome-ignore lint/correctness/useExhaustiveDependencies: label follows period
  const option = useMemo(() => {
    const c = TOKENS[mode]
    const end = (name: string, color: string) => ({
      endLabel: { show: true, formatter: name, color, fontSize: 12 },
      lineStyle: { color, width: 2 },
      itemStyle: { color }
    })
    return {
      grid: { left: 4, right: 56, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      xAxis: {
        type: 'category',
        data: rows.map((r) => label(r.at)),
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
        {
          name: t('overview.reported'),
          type: 'line',
          data: rows.map((r) => r.reported),
          symbol: 'circle',
          symbolSize: 5,
          showSymbol: rows.length < 40,
          ...end(t('overview.reported'), c.brand)
        },
        {
          name: t('overview.closed'),
          type: 'line',
          data: rows.map((r) => r.closed),
          symbol: 'rect',
          symbolSize: 5,
          showSymbol: rows.length < 40,
          ...end(t('overview.closed'), c.okInk)
        }
      ]
    }
  }, [rows, mode, period, t])
  return (
    <Suspense fallback={<Skeleton lines={6} />}>
      <Chart
        mode={mode}
        option={option}
        height={220}
        name={t('overview.trend')}
        table={{
          columns: [t('overview.at'), t('overview.reported'), t('overview.closed')],
          rows: rows.map((r) => [formatDateTime(r.at), r.reported, r.closed])
        }}
        onSelect={({ index }) => {
          const row = rows[index]
          if (row) navigate(`/cases?${row.filter}`)
        }}
      />
    </Suspense>
  )
}
