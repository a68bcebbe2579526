/** Figures of packs: what they count, row by row, so that a number and the rows behind it are never two things. */
import type { AlarmQuery } from '@chengyun/contract/alarms'
import type { Door, Tone } from '@chengyun/contract/scenarios'
import type { Count, Figure, Indicators } from '@chengyun/scenario-kit/packs'
import { may } from '../../platform/actor.ts'
import { countedAlarms } from '../alarms/index.ts'
import type { Eye } from './eye.ts'
import type { SeenItem } from './queries/items.ts'
import { sumStreams } from './queries/rollups.ts'

const DAY = 86_400_000
/** Fewer than so many hidden streams are no figure: it would tell of single people. */
const LEAST_HIDDEN = 5
/** Minutes in which somebody has to have done something, by level (standards 4.8). */
const IN_TIME: Record<number, number> = { 1: 5, 2: 15, 3: 30, 4: 60 }

export type Indicator = Indicators['indicators'][number]

/** One row behind a figure. */
export interface FigureRow {
  register: string
  code: string
  name: string
  address: string
  grid_code: string | null
  class_code: string | null
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
  stream: number | null
  value: number
}
export interface Window {
  from: number
  to: number
}

const rowOf = (
  x: Omit<SeenItem, 'id' | 'lng' | 'lat' | 'address'> & { address?: string },
  value: number,
  stream: number | null
): FigureRow => ({
  register: x.type_id,
  code: x.code,
  name: x.name,
  address: x.address ?? '',
  grid_code: x.grid_code,
  class_code: x.class_code,
  authority_id: x.authority_id,
  owner_id: x.owner_id,
  maintainer_id: x.maintainer_id,
  stream,
  value
})

/** Every row a count counts. `window`: instead of the span it names. */
export async function rowsOf(eye: Eye, count: Count, window?: Window): Promise<FigureRow[]> {
  if ('items' in count) return (await eye.items(count.items, count.where)).map((i) => rowOf(i, 1, null))
  if ('alarms' in count || 'response' in count) return alarmRows(eye, count, window)
  const ref = 'things' in count ? count.things : count.value
  const kept = count.where ? new Set((await eye.items(ref.split('/')[0]!, count.where)).map((i) => i.id)) : null
  const streams = eye.streamsOf(ref).filter((s) => !kept || kept.has(s.thing.item_id))
  if ('things' in count) return streams.filter((s) => isIn(eye, s.id, count)).map((s) => rowOf(s.thing, 1, s.id))
  if (count.over === 'now' && !window)
    return streams.flatMap((s) => {
      const value = eye.heard(s.id)
      return value === null ? [] : [rowOf(s.thing, value, s.id)]
    })
  const { from, to } = window ?? eye.span(count.over)
  const level = to - from <= 2 * DAY ? 'hour' : 'day'
  const things = new Map(streams.map((s) => [s.id, s.thing]))
  return (await sumStreams(eye.db, level, [...things.keys()], from, to)).map((r) => {
    const value = { mean: r.sum / r.count, min: r.min, max: r.max, sum: r.sum, increase: r.max - r.min }[count.stat]
    return rowOf(things.get(r.stream_id)!, value, r.stream_id)
  })
}

function isIn(eye: Eye, id: number, count: Extract<Count, { things: string }>): boolean {
  if (count.state === 'all') return true
  const value = eye.heard(id)
  if (count.state === 'heard') return value !== null || !['noData', 'stale'].includes(eye.state(id))
  if (count.state === 'silent') return ['noData', 'stale'].includes(eye.state(id))
  if (value === null) return false
  const inside = value >= (count.low ?? Number.NEGATIVE_INFINITY) && value <= (count.high ?? Number.POSITIVE_INFINITY)
  return count.state === 'within' ? inside : !inside
}

/** The filter of the list of alarms that shows what a count counts. */
function alarmFilter(eye: Eye, count: Extract<Count, { alarms: string }>, window?: Window): AlarmQuery {
  const span = count.over === 'now' && !window ? null : (window ?? eye.span(count.over))
  return {
    pack: eye.id,
    ...(count.levels && { level: count.levels.join(',') }),
    ...(count.rules && { rule: count.rules.map((r) => `${eye.id}/${r}`).join(',') }),
    ...(span ? { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() } : { standing: true }),
    ...((count.alarms === 'true' || count.alarms === 'false') && { verdict: count.alarms }),
    ...(count.alarms === 'acknowledged' && { acknowledged: true }),
    ...(count.alarms === 'cleared' && { standing: false })
  }
}

async function alarmRows(
  eye: Eye,
  count: Extract<Count, { alarms: string } | { response: string }>,
  window?: Window
): Promise<FigureRow[]> {
  const asked = 'alarms' in count ? count : { alarms: 'all' as const, over: count.over }
  const alarms = await countedAlarms(eye.db, eye.actor, alarmFilter(eye, asked, window))
  const minutes = (a: (typeof alarms)[number]) =>
    a.responded_at ? (a.responded_at.getTime() - a.raised_at.getTime()) / 60_000 : null
  if ('response' in count)
    return alarms.flatMap((a) => {
      const took = minutes(a)
      return took === null ? [] : [rowOf(a, took, a.stream_id)]
    })
  const counted =
    count.alarms === 'inTime' ? alarms.filter((a) => (minutes(a) ?? Number.POSITIVE_INFINITY) <= IN_TIME[a.level]!) : alarms
  return counted.map((a) => rowOf(a, 1, a.stream_id))
}

/** Is what is counted shown to nobody one by one? */
const isHidden = (eye: Eye, count: Count): boolean => 'value' in count && eye.declared(count.value)?.hidden === true

/** The number that rows make; null: there is none. */
export function numberOf(eye: Eye, count: Count, rows: readonly { value: number }[]): number | null {
  const stat = 'value' in count ? count.stat : 'response' in count ? count.response : 'count'
  if (stat === 'count') return rows.length
  if (rows.length === 0 || (isHidden(eye, count) && rows.length < LEAST_HIDDEN)) return null
  let [sum, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { value } of rows) {
    sum += value
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  if (stat === 'mean') return sum / rows.length
  return stat === 'min' ? min : stat === 'max' ? max : sum
}

const countsOf = (figure: Figure): [Count, Count | null] => ('share' in figure ? [figure.share, figure.of] : [figure, null])
const rounded = (value: number | null, decimals: number): number | null =>
  value === null ? null : Number(value.toFixed(decimals))

export interface Answered {
  value: number | null
  door: Door | null
  whole: Door | null
}

/** A figure within a reader's reach, with the way to its rows. */
export async function figureOf(eye: Eye, indicator: Indicator, window?: Window): Promise<Answered> {
  const [count, whole] = countsOf(indicator.figure)
  const part = await answered(eye, indicator, count, window, false)
  if (!whole) return { value: rounded(part.value, indicator.decimals), door: part.door, whole: null }
  const all = await answered(eye, indicator, whole, window, true)
  const value = part.value === null || !all.value ? null : (100 * part.value) / all.value
  return { value: rounded(value, indicator.decimals), door: part.door, whole: all.door }
}

async function answered(
  eye: Eye,
  indicator: Indicator,
  count: Count,
  window: Window | undefined,
  whole: boolean
): Promise<{ value: number | null; door: Door | null }> {
  if ('items' in count && !count.where && may(eye.actor, 'registry:read') && eye.knows(count.items)) {
    const n = await eye.countItems(count.items)
    return { value: n, door: { list: 'items', of: count.items, filter: {}, count: n } }
  }
  const rows = await rowsOf(eye, count, window)
  const value = numberOf(eye, count, rows)
  if (isHidden(eye, count)) return { value, door: null }
  if ('alarms' in count && count.alarms !== 'inTime') {
    const filter = Object.fromEntries(Object.entries(alarmFilter(eye, count, window)).map(([k, v]) => [k, String(v)]))
    return { value, door: { list: 'alarms', of: '', filter, count: rows.length } }
  }
  const door: Door = { list: 'rows', of: indicator.key, filter: whole ? { whole: 'true' } : {}, count: rows.length }
  return { value, door: window ? null : door }
}

/** The rows behind a figure, worst first; of a share those of its part, or of the whole. */
export async function figureRows(eye: Eye, indicator: Indicator, whole: boolean): Promise<FigureRow[]> {
  const [count, of] = countsOf(indicator.figure)
  const asked = whole && of ? of : count
  if (isHidden(eye, asked)) return []
  const rows = await rowsOf(eye, asked)
  const up = indicator.good === 'up' ? 1 : -1
  return rows.sort((a, b) => up * (a.value - b.value) || (a.code < b.code ? -1 : 1))
}

/** A figure split by what its rows have in common. */
export async function splitOf(
  eye: Eye,
  indicator: Indicator,
  keyOf: (row: FigureRow) => string | null
): Promise<Map<string, number | null>> {
  const [count, whole] = countsOf(indicator.figure)
  const parts = Map.groupBy(
    (await rowsOf(eye, count)).filter((r) => keyOf(r) !== null),
    (r) => keyOf(r)!
  )
  const out = new Map<string, number | null>()
  if (!whole) {
    for (const [key, rows] of parts) out.set(key, rounded(numberOf(eye, count, rows), indicator.decimals))
    return out
  }
  const all = Map.groupBy(
    (await rowsOf(eye, whole)).filter((r) => keyOf(r) !== null),
    (r) => keyOf(r)!
  )
  for (const [key, rows] of all) {
    const of = numberOf(eye, whole, rows)
    const part = numberOf(eye, count, parts.get(key) ?? [])
    out.set(key, rounded(of && part !== null ? (100 * part) / of : null, indicator.decimals))
  }
  return out
}

/** How good or bad a figure is. */
export function toneOf(indicator: Indicator, value: number | null): Tone {
  if (value === null) return 'silent'
  const { good, soon, late } = indicator
  if (good === 'none' || (soon === undefined && late === undefined)) return 'none'
  const isBeyond = (limit: number | undefined) => limit !== undefined && (good === 'up' ? value < limit : value >= limit)
  return isBeyond(late) ? 'late' : isBeyond(soon) ? 'soon' : 'ok'
}
