import { STREAM_STATES, type StreamState, type StreamView } from '@chengyun/contract/streams'
import { EmptyState, ErrorState, formatNumber, formatShort, Skeleton, useNow, VirtualList } from '@chengyun/ui'
import { Input, Select } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useSearchParams } from 'wouter'
import { useDistricts } from '../../api/reference.ts'
import { type LatestOf, type StreamFilters, useLatestLive, useSpark, useStreams } from '../../api/streams.ts'
import { useListKeys } from '../../parts/useListKeys.ts'
import { usePreferences } from '../../preferences.tsx'
import { StateMark } from './StateMark.tsx'
import { useTypeName } from './Streams.tsx'
import { keysOf, sparkPath, type Thing, thingsOf } from './things.ts'
import { resultText, streamName } from './words.ts'

const ROW = 40
const COLUMNS = 5

/** The observed things of a register: latest values as they come, a spark line of the last day, how each is. */
export default function ThingTable({ type }: { type: string }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [, navigate] = useLocation()
  const [params, setParams] = useSearchParams()
  const nameOf = useTypeName()
  const districts = useDistricts()
  const filters = useMemo((): StreamFilters => {
    const out: StreamFilters = { type }
    for (const key of ['state', 'within', 'q'] as const) {
      const value = params.get(key)
      if (value) out[key] = value
    }
    return out
  }, [type, params])
  const list = useStreams(filters)
  const streams = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data])
  const things = useMemo(() => thingsOf(streams), [streams])
  const columns = useMemo(() => keysOf(streams).slice(0, COLUMNS), [streams])
  const live = useLatestLive(useMemo(() => ({ type, ...(filters.within && { within: filters.within }) }), [type, filters.within]))
  const [at, setAt] = useState<string | null>(null)
  useListKeys({
    keys: things.map((d) => d.code),
    open: at,
    onOpen: setAt
  })
  const set = (key: string, value: string | null) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        if (value) next.set(key, value)
        else next.delete(key)
        return next
      },
      { replace: true }
    )
  const states = list.data?.pages[0]?.states ?? {}
  const total = list.data?.pages[0]?.total ?? 0
  return (
    <>
      <header className="streams-head">
        <h1>
          {nameOf(type)} <small>{t('streams.streamCount', { n: formatNumber(total) })}</small>
        </h1>
      </header>
      <div className="streams-tools">
        <Search value={filters.q ?? ''} onSearch={(q) => set('q', q || null)} />
        <Select
          size="small"
          allowClear
          variant="filled"
          style={{ width: 120 }}
          popupMatchSelectWidth={false}
          aria-label={t('filter.district')}
          placeholder={t('filter.district')}
          value={filters.within ?? null}
          options={districts.map((d) => ({ value: d.code, label: d.name }))}
          onChange={(v: string | null) => set('within', v)}
        />
        <span className="streams-states">
          <button type="button" className={filters.state ? '' : 'on'} onClick={() => set('state', null)}>
            {t('streams.allStates')}
          </button>
          {STREAM_STATES.filter((s) => states[s] || filters.state === s).map((s) => (
            <button key={s} type="button" className={filters.state === s ? 'on' : ''} onClick={() => set('state', s)}>
              <StateMark state={s} /> {formatNumber(states[s] ?? 0)}
            </button>
          ))}
        </span>
      </div>
      {list.isPending ? <Skeleton lines={12} /> : null}
      {list.isError && streams.length === 0 ? (
        <ErrorState message={list.error.message} onRetry={() => void list.refetch()} />
      ) : null}
      {list.isSuccess && things.length === 0 ? (
        <EmptyState title={t('streams.noThings')} hint={t('streams.noThingsHint')} />
      ) : null}
      {things.length > 0 ? (
        <div className="thing-table" style={{ '--columns': columns.length } as React.CSSProperties}>
          <div className="thing-row thing-heads">
            <span>{t('streams.thing')}</span>
            {columns.map((c) => (
              <span key={c.key} className="num">
                {streamName(c.stream, language)}
                <small>{c.stream.unit.symbol ?? ''}</small>
              </span>
            ))}
            <span>{t('streams.lastDay')}</span>
            <span>{t('streams.stateTitle')}</span>
            <span className="num">{t('streams.heard')}</span>
          </div>
          <div className="thing-rows">
            <VirtualList
              items={things}
              rowHeight={ROW}
              keyOf={(d) => String(d.id)}
              current={things.findIndex((d) => d.code === at)}
              label={t('streams.things')}
              onEnd={() => {
                if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
              }}
              render={(thing) => (
                <ThingRow
                  thing={thing}
                  columns={columns.map((c) => c.key)}
                  live={live}
                  on={thing.code === at}
                  onOpen={() => navigate(thingAddress(thing.type, thing.code))}
                />
              )}
            />
          </div>
        </div>
      ) : null}
    </>
  )
}

/** Where the page of a thing is. */
export const thingAddress = (type: string, code: string): string => `/streams/thing/${type}/${encodeURIComponent(code)}`

/** The graver a state, the later in this order. */
const WORST: readonly StreamState[] = [
  'good',
  'manual',
  'calibration',
  'maintenance',
  'outOfRange',
  'stuck',
  'stale',
  'fault',
  'noData'
]

interface ThingRowProps {
  thing: Thing
  columns: readonly string[]
  live: ReadonlyMap<number, LatestOf>
  on: boolean
  onOpen: () => void
}

function ThingRow({ thing, columns, live, on, onOpen }: ThingRowProps) {
  const now = useNow(30)
  const stateOf = (s: StreamView): StreamState => live.get(s.id)?.state ?? s.state
  const worst = thing.streams.map(stateOf).reduce((a, b) => (WORST.indexOf(b) > WORST.indexOf(a) ? b : a), 'good' as StreamState)
  const heard = Math.max(
    ...thing.streams.map((s) => live.get(s.id)?.at ?? (s.latest ? Date.parse(s.latest.at) : Number.NEGATIVE_INFINITY))
  )
  const drawn = thing.streams.find((s) => s.key === columns[0] && !s.hidden) ?? thing.streams.find((s) => !s.hidden)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list is moved by J, K; the name is a link
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the list, which announces its current row
    <div className={`thing-row${on ? ' on' : ''}`} role="option" aria-selected={on} onClick={onOpen}>
      <span className="thing-name">
        <Link href={thingAddress(thing.type, thing.code)} onClick={(e) => e.stopPropagation()}>
          {thing.name || thing.code}
        </Link>
        <small>{thing.code}</small>
      </span>
      {columns.map((key) => {
        const s = thing.streams.find((one) => one.key === key)
        if (!s) return <span key={key} className="num streams-zero" />
        const state = stateOf(s)
        const value = live.get(s.id)?.value
        const text = value === undefined || value === null ? resultText(s) : formatNumber(value, s.decimals ?? 2)
        return (
          <span key={key} className={`num thing-value ${state}`}>
            {state === 'noData' ? <StateMark state="noData" named={false} /> : (text ?? '–')}
          </span>
        )
      })}
      <Spark id={drawn?.id ?? null} />
      <span>
        <StateMark state={worst} />
      </span>
      <time className="num">{Number.isFinite(heard) ? formatShort(new Date(heard), now) : '–'}</time>
    </div>
  )
}

const WIDTH = 120
const HEIGHT = 20

/** The last day as a line. */
export function Spark({ id }: { id: number | null }) {
  const { t } = useTranslation()
  const found = useSpark(id)
  const path = found.data ? sparkPath(found.data, WIDTH, HEIGHT) : null
  return (
    <span className="thing-spark">
      {path ? (
        <svg viewBox={`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`} role="img" aria-label={t('streams.lastDay')}>
          <path d={path} fill="none" stroke="var(--cy-brand)" strokeWidth="1.2" strokeLinejoin="round" />
        </svg>
      ) : null}
    </span>
  )
}

function Search({ value, onSearch }: { value: string; onSearch: (q: string) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  return (
    <Input
      size="small"
      style={{ width: 200 }}
      value={text}
      maxLength={60}
      placeholder={t('streams.search')}
      aria-label={t('streams.search')}
      onChange={(e) => {
        setText(e.target.value)
        if (e.target.value === '') onSearch('')
      }}
      onPressEnter={() => onSearch(text.trim())}
    />
  )
}
