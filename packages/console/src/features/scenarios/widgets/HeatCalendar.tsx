import type { HeatCalendarData } from '@chengyun/contract/scenarios'
import { formatNumber, Skeleton } from '@chengyun/ui'
import { heatBounds, heatColors, heatOption } from '@chengyun/ui/chart/heat.ts'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useCity } from '../../../api/reference.ts'
import { usePreferences } from '../../../preferences.tsx'
import { useBoth, usePage, useUnit } from '../context.ts'
import { alarmsOfDay } from '../doors.ts'
import { Frame, Nothing } from '../Frame.tsx'
import type { WidgetProps } from './index.ts'

const Chart = lazy(() => import('@chengyun/ui/chart/Chart.tsx'))
const CAPTION = 22
const KEY = 24

/** Hours of days, or days of a year, coloured by a value or by alarms; a cell of alarms opens them. */
export function HeatCalendar({ widget, n }: WidgetProps) {
  const { t } = useTranslation()
  const both = useBoth()
  const unit = useUnit()
  return (
    <Frame<'heatCalendar'> widget={widget} n={n} chosen>
      {(data, room) =>
        data.cells.length === 0 ? (
          <Nothing title={t(data.what === 'alarms' ? 'scenarios.noAlarmsThen' : 'scenarios.noReadings')} />
        ) : (
          <>
            <p className="sw-caption">
              {[
                data.subject?.name ?? (data.what === 'alarms' ? null : t('scenarios.allThings')),
                both(data.name),
                unit(data.unit)
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
            {room.height > 0 ? (
              <Drawing data={data} height={Math.max(96, room.height - CAPTION - KEY)} name={both(widget.title)} />
            ) : null}
            <Key data={data} />
          </>
        )
      }
    </Frame>
  )
}

function Drawing({ data, height, name }: { data: HeatCalendarData; height: number; name: string }) {
  const { t } = useTranslation()
  const { mode } = usePreferences()
  const { pack, wall } = usePage()
  const zone = useCity().data?.timeZone
  const [, navigate] = useLocation()
  const unit = useUnit()(data.unit)
  const option = useMemo(
    () => heatOption(mode, { ...data, unit, weekdays: [1, 2, 3, 4, 5, 6, 7].map((d) => t(`scenarios.weekday.${d}`)) }),
    [mode, data, unit, t]
  )
  const table = useMemo(
    () => ({
      columns: [t('scenarios.when'), unit || t('scenarios.value')],
      rows: data.cells.map(([day, hour, value]) => [
        `${data.days[day]}${data.by === 'hour' ? ` ${String(hour).padStart(2, '0')}:00` : ''}`,
        Number(value.toFixed(data.decimals))
      ])
    }),
    [data, unit, t]
  )
  const open = (index: number) => {
    const [at, hour] = data.cells[index] ?? [-1, 0]
    const day = data.days[at]
    if (day && zone && data.what === 'alarms' && !wall) navigate(alarmsOfDay(pack, day, data.by === 'hour' ? hour : null, zone))
  }
  return (
    <Suspense fallback={<Skeleton lines={4} />}>
      <Chart mode={mode} option={option} height={height} name={name} table={table} onSelect={({ index }) => open(index)} />
    </Suspense>
  )
}

/** What the colours mean. */
function Key({ data }: { data: HeatCalendarData }) {
  const { mode } = usePreferences()
  const bounds = heatBounds(
    data.cells.map((c) => c[2]),
    data.decimals
  )
  const colors = heatColors(mode, bounds)
  const text = (v: number | undefined) => (v === undefined ? '' : formatNumber(v, data.decimals))
  return (
    <p className="sw-key">
      {colors.map((color, i) => (
        <span key={color}>
          <i style={{ background: color }} />
          {i === 0 ? (bounds[0] === undefined ? text(data.cells[0]?.[2]) : `< ${text(bounds[0])}`) : `≥ ${text(bounds[i - 1])}`}
        </span>
      ))}
    </p>
  )
}
