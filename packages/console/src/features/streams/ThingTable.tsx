import { STREAM_STATES, type StreamState, type StreamView } from '@chengyun/contract/streams'
import { EmptyState, formatNumber, formatShort, useNow, VirtualList } from '@chengyun/ui'
import { Input, Select } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useSearchParams } from 'wouter'
import { useDistricts } from '../../api/reference.ts'
import { type LatestOf, type StreamFilters, useLatestLive, useSpark, useStreamStates, useStreams } from '../../api/streams.ts'
import { ListState } from '../../parts/states.tsx'
import { useListKeys } from '../../parts/useListKeys.ts'
import { usePreferences } from '../../preferences.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { useStreamOptions } from '../rules/options.ts'
import { useTypeName } from './observed.ts'
import { StateMark } from './StateMark.tsx'
import { keysOf, sparkPath, type Thing, thingsOf } from './things.ts'
import { resultText, streamName } from './words.ts'

const ROW = 40
const COLUMNS = 5

/** The observed things of a register: latest values as they come, a spark line of the last day, how each is. Asked for a state it lists streams. */
export default function ThingTable({ type }: { type: string }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [, navigate] = useLocation()
  const [params, setParams] = useSearchParams()
  const nameOf = useTypeName()
  const districts = useDistricts()
  const options = useStreamOptions(type)
  const { filters, keys } = useAsked(type, params, options)
  const { list, streams, more } = useColumns(filters, keys)
  const flat = filters.state !== undefined
  const things = useMemo(() => (flat ? streams.map(alone) : thingsOf(streams)), [streams, flat])
  const columns = useMemo(() => (flat ? [] : keysOf(streams).slice(0, COLUMNS)), [streams, flat])
  const live = useLatestLive(useMemo(() => ({ type, ...(filters.within && { within: filters.within }) }), [type, filters.within]))
  const [at, setAt] = useState<string | null>(null)
  const rowKey = (d: Thing) => (flat ? String(d.streams[0]?.id) : d.code)
  const open = (d: Thing | undefined) =>
    d && navigate(`${thingAddress(d.type, d.code)}${flat ? `?stream=${d.streams[0]?.id}` : ''}`)
  useShortcut('Enter', () => open(things.find((d) => rowKey(d) === at)), { enabled: at !== null })
  useListKeys({ keys: things.map(rowKey), open: at, onOpen: setAt })
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
  const counted = useStreamStates(useMemo(() => [type], [type])).rows[0]
  const states = counted?.states ?? {}
  return (
    <>
      <header className="streams-head">
        <h1>
          {nameOf(type)} <small>{t('streams.streamCount', { n: formatNumber(counted?.total ?? 0) })}</small>
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
        {options.length > 1 ? (
          <Select
            size="small"
            variant="filled"
            popupMatchSelectWidth={false}
            aria-label={t('arules.stream')}
            value={flat ? (params.get('key') ?? null) : (keys[0] ?? null)}
            allowClear={flat}
            placeholder={t('arules.stream')}
            options={options.map((o) => ({ value: String(o.value), label: o.label }))}
            onChange={(v: string | undefined) => set('key', v ?? null)}
          />
        ) : null}
        <span className="streams-states">
          <button type="button" className={flat ? '' : 'on'} aria-pressed={!flat} onClick={() => set('state', null)}>
            {t('streams.allStates')}
          </button>
          {STREAM_STATES.filter((s) => states[s] || filters.state === s).map((s) => (
            <button
              key={s}
              type="button"
              className={filters.state === s ? 'on' : ''}
              aria-pressed={filters.state === s}
              onClick={() => set('state', s)}
            >
              <StateMark state={s} /> {formatNumber(states[s] ?? 0)}
            </button>
          ))}
        </span>
      </div>
      <ListState
        of={list}
        rows={things.length}
        lines={12}
        none={<EmptyState title={t('streams.noThings')} hint={t('streams.noThingsHint')} />}
      />
      {things.length > 0 ? (
        <div
          className={`thing-table${flat ? ' flat' : ''}`}
          style={{ '--columns': flat ? 1 : columns.length } as React.CSSProperties}
        >
          <div className="thing-row thing-heads">
            <span className="thing-name">{t('streams.thing')}</span>
            {flat ? <span className="num">{t('streams.value')}</span> : null}
            {columns.map((c) => (
              <span key={c.key} className="num">
                {streamName(c.stream, language)} <small>{c.stream.unit.symbol ?? ''}</small>
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
              keyOf={rowKey}
              current={things.findIndex((d) => rowKey(d) === at)}
              label={t('streams.things')}
              onEnd={more}
              render={(thing) => (
                <ThingRow
                  thing={thing}
                  columns={flat ? [thing.streams[0]?.key ?? ''] : columns.map((c) => c.key)}
                  flat={flat}
                  live={live}
                  on={rowKey(thing) === at}
                  onOpen={() => open(thing)}
                />
              )}
            />
          </div>
        </div>
      ) : null}
    </>
  )
}

/** What the address asks for: a state is asked of every stream, otherwise the things are those of the first column. */
function useAsked(type: string, params: URLSearchParams, options: readonly { value: string | number }[]) {
  return useMemo(() => {
    const filters: StreamFilters = { type }
    for (const key of ['state', 'within', 'q'] as const) {
      const value = params.get(key)
      if (value) filters[key] = value
    }
    const chosen = params.get('key')
    if (filters.state) return { filters: chosen ? { ...filters, key: chosen } : filters, keys: [] }
    const known = options.map((o) => String(o.value))
    const keys = chosen && known.includes(chosen) ? [chosen, ...known.filter((k) => k !== chosen)] : known
    return { filters, keys: keys.slice(0, COLUMNS) }
  }, [type, params, options])
}

/** The streams of up to five columns: pages of all of them are read side by side, for the streams of a column stand in the order of the things. */
function useColumns(filters: StreamFilters, keys: readonly string[]) {
  const column = (i: number): StreamFilters => (keys[i] ? { ...filters, key: keys[i] } : filters)
  const on = (i: number) => keys[i] !== undefined
  const list = useStreams(column(0))
  const second = useStreams(column(1), on(1))
  const third = useStreams(column(2), on(2))
  const fourth = useStreams(column(3), on(3))
  const fifth = useStreams(column(4), on(4))
  const pages = [list, second, third, fourth, fifth].map((l, i) => (i === 0 || on(i) ? l : null))
  const datas = pages.map((l) => l?.data)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pages themselves, not the array around them
  const streams = useMemo(() => datas.flatMap((d) => d?.pages.flatMap((p) => p.items) ?? []), datas)
  const more = () => {
    for (const l of pages) if (l?.hasNextPage && !l.isFetchingNextPage) void l.fetchNextPage()
  }
  return { list, streams, more }
}

/** A stream as a row of its own. */
const alone = (s: StreamView): Thing => ({ id: s.thingId, code: s.item.code, name: s.item.name, type: s.item.type, streams: [s] })

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
  /** The row is one stream. */
  flat: boolean
  live: ReadonlyMap<number, LatestOf>
  on: boolean
  onOpen: () => void
}

function ThingRow({ thing, columns, flat, live, on, onOpen }: ThingRowProps) {
  const { language } = usePreferences()
  const first = thing.streams[0]
  const now = useNow(30)
  const stateOf = (s: StreamView): StreamState => live.get(s.id)?.state ?? s.state
  const worst = thing.streams.map(stateOf).reduce((a, b) => (WORST.indexOf(b) > WORST.indexOf(a) ? b : a), 'good' as StreamState)
  const heard = Math.max(
    ...thing.streams.map((s) => live.get(s.id)?.at ?? (s.latest ? Date.parse(s.latest.at) : Number.NEGATIVE_INFINITY))
  )
  const drawn = thing.streams.find((s) => s.key === columns[0] && !s.hidden) ?? thing.streams.find((s) => !s.hidden)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list is moved by J, K and Enter
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the list, which announces its current row
    <div className={`thing-row${on ? ' on' : ''}`} role="option" aria-selected={on} onClick={onOpen}>
      <span className="thing-name">
        <b>{thing.name || thing.code}</b>
        <small>
          {thing.code}
          {flat && first ? ` · ${streamName(first, language)}` : ''}
        </small>
      </span>
      {columns.map((key) => {
        const s = thing.streams.find((one) => one.key === key)
        if (!s) return <span key={key} className="num streams-zero" />
        const state = stateOf(s)
        const value = live.get(s.id)?.value
        const text = value === undefined || value === null ? resultText(s, language) : formatNumber(value, s.decimals ?? 2)
        return (
          <span key={key} className={`num thing-value ${state}`}>
            {state === 'noData' ? <StateMark state="noData" named={false} /> : (text ?? '–')}
            {flat && s.unit.symbol ? <small> {s.unit.symbol}</small> : null}
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
