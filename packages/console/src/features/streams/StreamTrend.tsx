import type { BandView } from '@chengyun/contract/alarms'
import { QUALITIES, type StreamView } from '@chengyun/contract/streams'
import { type Language, Skeleton, serverNow } from '@chengyun/ui'
import type { TrendFacts } from '@chengyun/ui/chart/trend-facts.ts'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Span, useBand, useMarks } from '../../api/alarms.ts'
import { useMay } from '../../api/session.ts'
import { useChart, useStream } from '../../api/streams.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { isTrusted } from './things.ts'
import { streamName } from './words.ts'

const Trend = lazy(() => import('@chengyun/ui/chart/Trend.tsx'))
const PIXELS = 600

export interface StreamTrendProps {
  streamId: number
  span: Span
  height: number
  /** Only the band of this rule; absent: of all that watch the stream. */
  rule?: string
  /** Other streams drawn into the same chart. */
  beside?: readonly StreamView[]
  onMark?: (alarmId: string) => void
}

/** A stream over time with what rules expect of it and the alarms it raised; missing readings are gaps. */
export function StreamTrend({ streamId, span, height, rule, beside, onMark }: StreamTrendProps) {
  const { t } = useTranslation()
  const { mode, language } = usePreferences()
  const may = useMay()
  const stream = useStream(streamId)
  const hidden = stream.data?.hidden === true
  const ids = useMemo(() => [streamId, ...(beside ?? []).map((s) => s.id)], [streamId, beside])
  const chart = useChart(ids, span, PIXELS, stream.isSuccess && !hidden)
  const alarms = may('alarms:read') && stream.isSuccess && !hidden
  const band = useBand(streamId, span, rule, alarms)
  const marks = useMarks(ids, span, alarms)
  const facts = useMemo<TrendFacts | null>(() => {
    if (!stream.data || !chart.data) return null
    const known = [stream.data, ...(beside ?? [])]
    return {
      lines: chart.data.lines.map((l) => {
        const s = known.find((k) => k.id === l.streamId)
        const faults = l.quality.map((code) => {
          const quality = QUALITIES[code] ?? 'good'
          return isTrusted(quality) ? null : t(`streams.state.${quality}`)
        })
        return {
          ...l,
          ...(faults.some((f) => f !== null) && { faults }),
          name: s ? streamName(s, language) : '',
          unit: s?.unit.symbol ?? '',
          decimals: s?.decimals ?? 2
        }
      }),
      bands: band.data ? bandsOf(band.data, language) : [],
      marks: (marks.data?.items ?? []).map((m) => ({
        id: m.id,
        level: m.worst,
        title: m.title[language],
        from: Date.parse(m.from),
        to: m.to === null ? null : Date.parse(m.to)
      })),
      from: Date.parse(span.from),
      to: Date.parse(span.to),
      now: serverNow()
    }
  }, [stream.data, chart.data, band.data, marks.data, beside, language, span, t])
  if (hidden) return <p className="streams-hidden">{t('streams.hidden')}</p>
  if ((stream.isError || chart.isError) && !facts) return <QueryError of={stream.isError ? stream : chart} />
  if (!facts || !stream.data) return <Skeleton lines={5} />
  return (
    <Suspense fallback={<Skeleton lines={5} />}>
      <Trend
        mode={mode}
        facts={facts}
        height={height}
        name={`${stream.data.item.name} ${streamName(stream.data, language)}`.trim()}
        {...(onMark ? { onMark } : {})}
      />
    </Suspense>
  )
}

function bandsOf(view: BandView, language: Language): TrendFacts['bands'] {
  const at = view.at.map((instant) => Date.parse(instant))
  return view.bands.map((b) => ({ name: b.name[language], at, low: b.low, high: b.high, limits: b.limits }))
}
