import type { TrendData } from '@chengyun/contract/scenarios'
import { type Level, Skeleton, serverNow } from '@chengyun/ui'
import type { TrendFacts } from '@chengyun/ui/chart/trend-facts.ts'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { usePreferences } from '../../../preferences.tsx'
import { useBoth, usePage } from '../context.ts'
import { Frame } from '../Frame.tsx'
import type { WidgetProps } from './index.ts'

const Curves = lazy(() => import('@chengyun/ui/chart/Trend.tsx'))
const CAPTION = 22

/** Curves of the chosen thing, or the mean of all, with what was to be expected and the alarms. */
export function Trend({ widget, n }: WidgetProps) {
  const both = useBoth()
  return (
    <Frame<'trend'> widget={widget} n={n} chosen>
      {(data, room) => (
        <>
          <Caption data={data} />
          {room.height > 0 ? (
            <Drawing data={data} height={Math.max(96, room.height - CAPTION)} name={both(widget.title)} />
          ) : null}
        </>
      )}
    </Frame>
  )
}

function Caption({ data }: { data: TrendData }) {
  const { t } = useTranslation()
  const both = useBoth()
  const units = [...new Set(data.lines.map((l) => l.unit).filter(Boolean))].join('、')
  const who = data.subject ? data.subject.name : t('scenarios.meanOf', { n: data.things })
  const what = data.lines.length === 1 && data.lines[0] ? ` · ${both(data.lines[0].name)}` : ''
  return (
    <p className="sw-caption">
      {who}
      {what}
      {units ? ` · ${units}` : ''}
      {data.band ? ` · ${t('scenarios.bandOf', { rule: both(data.band.rule) })}` : ''}
    </p>
  )
}

function Drawing({ data, height, name }: { data: TrendData; height: number; name: string }) {
  const { mode, language } = usePreferences()
  const { wall } = usePage()
  const [, navigate] = useLocation()
  const facts = useMemo((): TrendFacts => {
    const several = new Set(data.lines.map((l) => l.unit)).size > 1
    return {
      from: Date.parse(data.from),
      to: Date.parse(data.to),
      now: serverNow(),
      lines: data.lines.map((l) => ({
        name: several && l.unit ? `${l.name[language]} (${l.unit})` : l.name[language],
        unit: l.unit,
        decimals: l.decimals,
        at: l.at,
        min: l.min,
        max: l.max,
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
