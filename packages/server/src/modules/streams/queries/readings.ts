/** Readings of a span, wherever they lie: the last days as rows, older ones in packs. */
import type { ReadingExtra } from '@chengyun/contract/streams'
import { assertOutsideTransaction, type Db, poolOf } from '../../../platform/db.ts'
import { DAY_MS, dayOf, dayText } from '../commands/days.ts'
import { emptySeries, mergeSeries, type Series, unpackSeries } from '../domain/pack-codec.ts'
import type { Rollup } from '../domain/rollup.ts'

/**
 * From this instant on readings lie in `streams.reading` alone; before it they may lie in packs, in rows that are still to be packed, or in both. `hotDays` is
 * CHENGYUN_STREAM_HOT_DAYS.
 */
export const hotSince = (now: number, hotDays: number): number => (dayOf(now) - hotDays) * DAY_MS

type HotRow = [at: number, value: number | null, value2: number | null, quality: number, extra: ReadingExtra | null]

/** Readings of a stream from `from` until before `to` (epoch ms), in the order of their instants. */
export async function readSeries(db: Db, streamId: number, from: number, to: number): Promise<Series> {
  const [hot, packed] = await Promise.all([readHot(db, streamId, from, to), readPacked(db, streamId, from, to)])
  return packed.length === 0 ? hot : hot.length === 0 ? packed : mergeSeries(hot, packed).merged
}

async function readHot(db: Db, streamId: number, from: number, to: number): Promise<Series> {
  assertOutsideTransaction()
  const { rows } = await poolOf(db).query<HotRow>({
    name: 'streams.readings',
    text: `select date_part('epoch', at) * 1000, value, value2, quality, extra from streams.reading
      where stream_id = $1 and at >= timestamptz 'epoch' + $2::float8 * interval '1 ms' and at < timestamptz 'epoch' + $3::float8 * interval '1 ms'
      order by at`,
    values: [streamId, from, to],
    rowMode: 'array'
  } as never)
  return seriesOfRows(rows as unknown as HotRow[])
}

function seriesOfRows(rows: readonly HotRow[]): Series {
  const out = emptySeries(rows.length)
  out.length = rows.length
  const extra = new Map<number, ReadingExtra>()
  for (let i = 0; i < rows.length; i++) {
    const [at, value, value2, quality, more] = rows[i]!
    out.at[i] = Math.round(at)
    out.values[i] = value ?? Number.NaN
    if (value2 !== null) {
      out.values2 ??= new Float64Array(rows.length).fill(Number.NaN)
      out.values2[i] = value2
    }
    out.quality[i] = quality
    if (more !== null) extra.set(i, more)
  }
  if (extra.size > 0) out.extra = extra
  return out
}

async function readPacked(db: Db, streamId: number, from: number, to: number): Promise<Series> {
  assertOutsideTransaction()
  const { rows } = await poolOf(db).query<{ body: Buffer }>({
    name: 'streams.packs',
    text: 'select body from streams.pack where stream_id = $1 and day >= $2::date and day <= $3::date order by day',
    values: [streamId, dayText(dayOf(from)), dayText(dayOf(to - 1))]
  })
  return joined(
    rows.map((r) => unpackSeries(r.body)),
    from,
    to
  )
}

/** Series that follow each other as one, cut to a span. */
function joined(parts: readonly Series[], from: number, to: number): Series {
  const total = parts.reduce((sum, p) => sum + p.length, 0)
  const out = emptySeries(total)
  const extra = new Map<number, ReadingExtra>()
  let n = 0
  for (const p of parts) {
    let begin = 0
    while (begin < p.length && p.at[begin]! < from) begin += 1
    let end = p.length
    while (end > begin && p.at[end - 1]! >= to) end -= 1
    out.at.set(p.at.subarray(begin, end), n)
    out.values.set(p.values.subarray(begin, end), n)
    if (p.values2 !== null) {
      out.values2 ??= new Float64Array(total).fill(Number.NaN)
      out.values2.set(p.values2.subarray(begin, end), n)
    }
    out.quality.set(p.quality.subarray(begin, end), n)
    if (p.extra) for (const [i, more] of p.extra) if (i >= begin && i < end) extra.set(n + i - begin, more)
    n += end - begin
  }
  out.length = n
  if (extra.size > 0) out.extra = extra
  return out
}

/** Readings of many streams of one day (UTC), by stream; streams without any are left out. For replays: day by day, some thousand streams at a time. */
export async function readDay(db: Db, streamIds: readonly number[], day: number): Promise<Map<number, Series>> {
  assertOutsideTransaction()
  const ids = [...streamIds]
  const { rows } = await poolOf(db).query<[number, ...HotRow]>({
    text: `select stream_id, date_part('epoch', at) * 1000, value, value2, quality, extra from streams.reading
      where stream_id = any($1::int[]) and at >= $2::timestamptz and at < $3::timestamptz order by stream_id, at`,
    values: [ids, `${dayText(day)}T00:00:00Z`, `${dayText(day + 1)}T00:00:00Z`],
    rowMode: 'array'
  } as never)
  const { rows: packs } = await poolOf(db).query<{ stream_id: number; body: Buffer }>(
    'select stream_id, body from streams.pack where stream_id = any($1::int[]) and day = $2::date',
    [ids, dayText(day)]
  )
  const out = new Map<number, Series>()
  const all = rows as unknown as [number, ...HotRow][]
  for (let i = 0; i < all.length; ) {
    let end = i
    while (end < all.length && all[end]![0] === all[i]![0]) end += 1
    out.set(all[i]![0], seriesOfRows(all.slice(i, end).map((row) => row.slice(1) as HotRow)))
    i = end
  }
  for (const { stream_id: id, body } of packs) {
    const hot = out.get(id)
    const packed = unpackSeries(body)
    out.set(id, hot ? mergeSeries(hot, packed).merged : packed)
  }
  return out
}

/** A row of a roll-up: begin of its span (epoch ms) and what the readings in it say. */
export type RollupRow = Omit<Rollup, 'stream' | 'lastAt'>

/** Roll-ups of a stream whose spans begin from `from` until before `to`. */
export async function readRollups(
  db: Db,
  level: 'minute' | 'hour' | 'day',
  streamId: number,
  from: number,
  to: number
): Promise<RollupRow[]> {
  assertOutsideTransaction()
  const { rows } = await poolOf(db).query<[number, number, number, number, number, number]>({
    name: `streams.rollup.${level}`,
    text: `select date_part('epoch', at) * 1000, count, min, max, sum, last from streams.rollup_${level}
      where stream_id = $1 and at >= timestamptz 'epoch' + $2::float8 * interval '1 ms' and at < timestamptz 'epoch' + $3::float8 * interval '1 ms'
        and count > 0 order by at`,
    values: [streamId, from, to],
    rowMode: 'array'
  } as never)
  return (rows as unknown as [number, number, number, number, number, number][]).map(([at, count, min, max, sum, last]) => ({
    at: Math.round(at),
    count,
    min,
    max,
    sum,
    last
  }))
}
