import { ALARM_LEVELS } from '@chengyun/contract/alarms'
import { Skeleton, TOKENS } from '@chengyun/ui'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { usePreferences } from '../../preferences.tsx'
import { type Asked, byDay, filtersOf, type Group, listAddress } from './statistics.ts'

const Chart = lazy(() => import('@chengyun/ui/chart/Chart.tsx'))
const HEIGHT = 200

/** Alarms raised by day, stacked by the gravest level each had; a bar opens its day. One day alone needs no picture. */
export function DayBars({ groups, asked, today }: { groups: readonly Group[]; asked: Asked; today: string }) {
  const { t } = useTranslation()
  const { mode } = usePreferences()
  const [, navigate] = useLocation()
  const days = useMemo(() => byDay(groups, asked, today), [groups, asked, today])
  const option = useMemo(() => {
    const c = TOKENS[mode]
    return {
      grid: { left: 4, right: 4, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
      xAxis: {
        type: 'category',
        data: days.map((d) => d.day.slice(5)),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: c.line } },
        axisLabel: { color: c.ink3 }
      },
      yAxis: {
        type: 'value',
        minInterval: 1,
        splitLine: { lineStyle: { color: c.lineSoft } },
        axisLabel: { color: c.ink3 }
      },
      // The gravest stand on the axis, where they can be compared.
      series: ALARM_LEVELS.map((level) => ({
        name: t(`alarms.levelWord.${level}`),
        type: 'bar',
        stack: 'day',
        barMaxWidth: 28,
        itemStyle: { color: c[`level${level}`] },
        data: days.map((d) => d.group?.byLevel[level] ?? 0)
      }))
    }
  }, [days, mode, t])
  const table = useMemo(
    () => ({
      columns: [t('astats.by.day'), ...ALARM_LEVELS.map((level) => t(`alarms.levelWord.${level}`))],
      rows: days.map((d) => [d.day, ...ALARM_LEVELS.map((level) => d.group?.byLevel[level] ?? 0)])
    }),
    [days, t]
  )
  if (days.length < 2) return null
  return (
    <section className="alarm-days">
      <h2>{t('astats.days')}</h2>
      <Suspense fallback={<Skeleton lines={5} />}>
        <Chart
          mode={mode}
          option={option}
          height={HEIGHT}
          name={t('astats.days')}
          table={table}
          onSelect={({ index }) => {
            const day = days[index]
            if (day) navigate(listAddress(filtersOf(asked, { by: 'day', key: day.day })))
          }}
        />
      </Suspense>
    </section>
  )
}
