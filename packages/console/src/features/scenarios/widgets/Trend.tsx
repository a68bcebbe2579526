import type { TrendData } from '@chengyun/contract/scenarios'
import { type Level, Skeleton, serverNow } from '@chengyun/ui'
import type { TrendFacts } from '@chengyun/ui/chart/trend-facts.ts'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { usePreferences } from '../../../preferences.tsx'
import { useBoth, usePage, useUnit } from '../context.ts'
import { Frame, Nothing } from '../Frame.tsx'
import type { WidgetProps } from './index.ts'

const Curves = lazy(() => import('@chengyun/ui/chart/Trend.tsx'))
const CAPTION = 22

/** Curves of the chosen thing, or the mean of all, with what was to be expected and the alarms. */
export function Trend({ widget, n }: WidgetProps) {
  const { t } = useTranslation()
  const both = useBoth()
  return (
    <Frame<'trend'> widget={widget} n={n} chosen>
      {(data, room) =>
        data.lines.every((l) => l.mean.every((v) => v === null)) ? (
          <Nothing title={t('scenarios.noReadings')} />
        ) : (
          <>
            <Caption data={data} />
            {room.height > 0 ? <Drawings data={data} height={room.height - CAPTION} name={both(widget.title)} /> : null}
          </>
        )
      }
    </Frame>
  )
}

function Caption({ data }: { data: TrendData }) {
  const { t } = useTranslation()
  const both = useBoth()
  const units = [...new Set(data.lines.map((l) => l.unit))]
  const unit = useUnit()(units.length === 1 ? (units[0] ?? '') : '')
  const who = data.subject ? data.subject.name : t('scenarios.meanOf', { n: data.things })
  const what = data.lines.length === 1 && data.lines[0] ? ` · ${both(data.lines[0].name)}` : ''
  return (
    <p className="sw-caption">
      {who}
      {what}
      {unit ? ` · ${unit}` : ''}
      {data.band ? ` · ${t('scenarios.bandOf', { rule: both(data.band.rule) })}` : ''}
    </p>
  )
}

/** One drawing a unit, below each other: two units on one axis make one of the curves a straight line. */
function Drawings({ data, height, name }: { data: TrendData; height: number; name: string }) {
  const both = useBoth()
  const unit = useUnit()
  const parts = useMemo(() => {
    const units = [...new Set(data.lines.map((l) => l.unit))]
    return units.map((unit): TrendData => {
      const lines = data.lines.filter((l) => l.unit === unit)
      const marks = data.marks.filter((m) => lines.some((l) => l.stream === m.stream))
      return { ...data, lines, marks, band: lines.includes(data.lines[0] as TrendData['lines'][number]) ? data.band : null }
    })
  }, [data])
  if (parts.length < 2) return <Drawing data={data} height={Math.max(96, height)} name={name} />
  return parts.map((part) => (
    <div key={part.lines[0]?.stream} className="sw-part">
      <p className="sw-caption">
        {part.lines.map((l) => both(l.name)).join('、')}
        {unit(part.lines[0]?.unit ?? '') ? ` · ${unit(part.lines[0]?.unit ?? '')}` : ''}
      </p>
      <Drawing
        data={part}
        height={Math.max(72, Math.floor(height / parts.length) - CAPTION)}
        name={`${name} ${part.lines[0]?.unit ?? ''}`}
      />
    </div>
  ))
}

function Drawing({ data, height, name }: { data: TrendData; height: number; name: string }) {
  const { mode, language } = usePreferences()
  const { wall } = usePage()
  const [, navigate] = useLocation()
  const facts = useMemo((): TrendFacts => {
    return {
      from: Date.parse(data.from),
      to: Date.parse(data.to),
      now: serverNow(),
      lines: data.lines.map((l) => ({
        name: l.name[language],
        unit: l.unit === '1' ? '' : l.unit,
        decimals: l.decimals,
        at: l.at,
        // Of all things together least and greatest are those of different things: only the mean is a curve.
        min: data.subject ? l.min : l.mean,
        max: data.subject ? l.max : l.mean,
        mean: l.mean
      })),
      bands: data.band
        ? [{ name: data.band.rule[language], at: data.band.at, low: data.band.low, high: data.band.high, limits: [] }]
        : [],
      marks: data.marks.map((m) => ({
        id: m.alarmId,
        level: m.level as Level,
        title: m.title[language],
        from: Date.parse(m.from),
        to: m.to === null ? null : Date.parse(m.to)
      }))
    }
  }, [data, language])
  return (
    <Suspense fallback={<Skeleton lines={4} />}>
      <Curves
        mode={mode}
        facts={facts}
        height={height}
        name={name}
        {...(wall ? {} : { onMark: (id: string) => navigate(`/alarms/${id}`) })}
      />
    </Suspense>
  )
}
