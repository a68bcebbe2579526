import type { StreamView } from '@chengyun/contract/streams'
import { EmptyState, formatShort, LevelLamp, Skeleton, useNow } from '@chengyun/ui'
import { Button, Segmented } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useSearchParams } from 'wouter'
import { useAlarmList, useAlarmsLive } from '../../api/alarms.ts'
import { query } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { useLatestLive, useStreams } from '../../api/streams.ts'
import { CityMap } from '../../parts/CityMap.tsx'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { Maintenance } from './Maintenance.tsx'
import { useTypeName } from './observed.ts'
import { Readings } from './Readings.tsx'
import { RulesOf } from './RulesOf.tsx'
import { StateMark } from './StateMark.tsx'
import { StreamTrend } from './StreamTrend.tsx'
import { liveText, streamName } from './words.ts'

const SPANS = { h1: 1, h6: 6, d1: 24, d7: 168, d30: 720, d365: 8760 } as const
type SpanKey = keyof typeof SPANS
const HOUR = 3_600_000
const CHART = 260

/** One thing: its streams with their latest readings, one of them over time with band and alarms, its readings and rules. */
export default function ThingPage({ type, code }: { type: string; code: string }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const nameOf = useTypeName()
  const may = useMay()
  const [params, setParams] = useSearchParams()
  const found = useStreams({ type, item: code })
  const streams = useMemo(() => found.data?.pages.flatMap((p) => p.items) ?? [], [found.data])
  useAlarmsLive()
  const chosen = streams.find((s) => String(s.id) === params.get('stream')) ?? streams[0]
  const spanKey = (params.get('span') ?? 'd1') as SpanKey
  const set = (key: string, value: string) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        next.set(key, value)
        return next
      },
      { replace: true }
    )
  if (found.isPending) return <Skeleton lines={14} />
  if (found.isError && streams.length === 0) return <QueryError of={found} />
  if (!chosen) return <EmptyState title={t('streams.noStreams')} hint={t('streams.noStreamsHint')} />
  return (
    <>
      <header className="streams-head">
        <p>
          <Link href={`/streams/list/${type}`}>{nameOf(type)}</Link> · {code}
        </p>
        <h1>{chosen.item.name || code}</h1>
        <p>
          <Link href={`/registers/list/${type}/${encodeURIComponent(code)}`}>{t('streams.card')}</Link>
        </p>
      </header>
      <div className="thing-page">
        <div>
          <StreamList streams={streams} chosen={chosen} onChoose={(id) => set('stream', String(id))} />
          <section>
            <div className="thing-chart-head">
              <h2>
                {chosen.unit.symbol
                  ? t('streams.withUnit', { name: streamName(chosen, language), unit: chosen.unit.symbol })
                  : streamName(chosen, language)}
              </h2>
              <Segmented
                size="small"
                value={spanKey in SPANS ? spanKey : 'd1'}
                options={(Object.keys(SPANS) as SpanKey[]).map((value) => ({ value, label: t(`streams.span.${value}`) }))}
                onChange={(v) => set('span', v)}
              />
            </div>
            <Chosen stream={chosen} hours={SPANS[spanKey] ?? 24} />
          </section>
        </div>
        <aside>
          {chosen.item.place ? <Place stream={chosen} /> : null}
          {may('alarms:read') ? <ItemAlarms code={code} type={type} streams={streams} /> : null}
          {may('alarms:read') ? <RulesOf streamId={chosen.id} /> : null}
          {chosen.can.includes('maintain') ? <Maintenance streams={streams} /> : null}
        </aside>
      </div>
    </>
  )
}

/** The chart up to now; it moves on by a minute, so that a picture being read does not slip. */
function Chosen({ stream, hours }: { stream: StreamView; hours: number }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const now = useNow(60).getTime()
  const span = useMemo(
    () => ({ from: new Date(now - hours * HOUR).toISOString(), to: new Date(now + 60_000).toISOString() }),
    [now, hours]
  )
  const exported = { from: span.from, to: span.to }
  if (stream.hidden) return <p className="streams-hidden">{t('streams.hidden')}</p>
  return (
    <>
      {['number', 'count', 'truth'].includes(stream.kind) ? (
        <StreamTrend streamId={stream.id} span={span} height={CHART} onMark={(id) => navigate(`/alarms/${id}`)} />
      ) : null}
      <p className="thing-export">
        <Button size="small" type="text" href={`/api/streams/${stream.id}/readings.xlsx${query(exported)}`} download>
          {t('streams.exportXlsx')}
        </Button>
        <Button size="small" type="text" href={`/api/streams/${stream.id}/readings.csv${query(exported)}`} download>
          {t('streams.exportCsv')}
        </Button>
      </p>
      <Readings stream={stream} span={span} />
    </>
  )
}

interface StreamListProps {
  streams: readonly StreamView[]
  chosen: StreamView
  onChoose: (id: number) => void
}

function StreamList({ streams, chosen, onChoose }: StreamListProps) {
  const { language } = usePreferences()
  const now = useNow(10)
  const live = useLatestLive(useMemo(() => ({ streams: streams.map((s) => s.id).join(',') }), [streams]))
  return (
    <ul className="thing-streams">
      {streams.map((s) => {
        const last = live.get(s.id)
        const text = liveText(s, last, language)
        const at = last?.at ?? (s.latest ? Date.parse(s.latest.at) : null)
        return (
          <li key={s.id}>
            <button type="button" className={s.id === chosen.id ? 'on' : ''} onClick={() => onChoose(s.id)}>
              <span>{streamName(s, language)}</span>
              <b>
                {text ?? '–'} <small>{s.unit.symbol ?? ''}</small>
              </b>
              <StateMark state={last?.state ?? s.state} />
              <time>{at === null ? '' : formatShort(new Date(at), now)}</time>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

const ZOOM = 15

function Place({ stream }: { stream: StreamView }) {
  const [lng, lat] = stream.item.place ?? [0, 0]
  const point = useMemo(() => ({ id: 'here', location: [lng, lat] as [number, number], lamp: 'ok' as const }), [lng, lat])
  return (
    <div className="thing-map">
      <CityMap selected={point} focus={{ center: point.location, zoom: ZOOM }} note={stream.item.name} />
    </div>
  )
}

const SHOWN = 8

/** The alarms of the thing, open ones first. */
function ItemAlarms({ code, type, streams }: { code: string; type: string; streams: readonly StreamView[] }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const now = useNow(60)
  const found = useAlarmList({ q: code, type, sort: '-raisedAt' })
  const ids = new Set(streams.map((s) => s.id))
  const rows = (found.data?.pages[0]?.items ?? []).filter((a) => ids.has(a.streamId)).slice(0, SHOWN)
  return (
    <section>
      <h3>{t('streams.alarms')}</h3>
      {found.isPending ? <Skeleton lines={3} /> : null}
      {found.isSuccess && rows.length === 0 ? <p className="streams-note">{t('streams.noAlarms')}</p> : null}
      <ul className="thing-alarms">
        {rows.map((a) => (
          <li key={a.id}>
            <Link href={`/alarms/${a.id}?q=${encodeURIComponent(code)}`}>
              <LevelLamp level={a.level} over={a.clearedAt !== null} />
              <span>{a.title[language]}</span>
              <time>{formatShort(a.raisedAt, now)}</time>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
