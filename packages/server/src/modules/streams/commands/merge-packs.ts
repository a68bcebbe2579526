/** Readings older than the hot days are merged into the packs of their days, in the transaction of their flush. */
import type { ReadingBatch, ReadingExtra } from '@chengyun/contract/streams'
import type pg from 'pg'
import { emptySeries, mergeSeries, packSeries, type Series, unpackSeries } from '../domain/pack-codec.ts'
import { dayOf, dayText } from './days.ts'

/** Lock of the days that are being packed or merged into; the second key is the day's number. */
export const DAY_LOCK = 727_043

interface Group {
  stream: number
  day: number
  entries: number[]
}

/** Merges these entries of a batch; answers those whose instant the packs already had. The months of the days must have room. */
export async function mergeIntoPacks(client: pg.ClientBase, r: ReadingBatch, entries: readonly number[]): Promise<number[]> {
  const groups = new Map<string, Group>()
  for (const i of entries) {
    const [stream, day] = [r.streams[i]!, dayOf(r.at[i]!)]
    const group = groups.get(`${stream}:${day}`)
    if (group) group.entries.push(i)
    else groups.set(`${stream}:${day}`, { stream, day, entries: [i] })
  }
  // Always in the same order: two processes that merge into the same days must not wait for each other.
  for (const day of [...new Set([...groups.values()].map((g) => g.day))].sort((a, b) => a - b)) {
    await client.query('select pg_advisory_xact_lock($1, $2)', [DAY_LOCK, day])
    // Asked first: an insert that finds its row there locks it.
    await client.query(
      `insert into streams.day (day, state, changed_at, late) select $1, 'packed', now(), true
        where not exists (select from streams.day where day = $1 and late) on conflict (day) do update set late = true`,
      [dayText(day)]
    )
  }
  const repeated: number[] = []
  for (const group of groups.values()) repeated.push(...(await mergeOne(client, r, group)))
  return repeated
}

async function mergeOne(client: pg.ClientBase, r: ReadingBatch, { stream, day, entries }: Group): Promise<number[]> {
  const sorted = [...entries].sort((a, b) => r.at[a]! - r.at[b]! || a - b)
  const { rows } = await client.query<{ body: Buffer }>('select body from streams.pack where stream_id = $1 and day = $2', [
    stream,
    dayText(day)
  ])
  const before = rows[0] ? unpackSeries(rows[0].body) : emptySeries(0)
  // Until the day is packed it may lie there as rows as well.
  const { rows: asRows } = await client.query<{ at: number }>(
    `select date_part('epoch', at) * 1000 as at from streams.reading where stream_id = $1 and at = any(
      select timestamptz 'epoch' + a * interval '1 ms' from unnest($2::float8[]) a) and at >= $3::timestamptz and at < $4::timestamptz`,
    [stream, sorted.map((i) => r.at[i]), `${dayText(day)}T00:00:00Z`, `${dayText(day + 1)}T00:00:00Z`]
  )
  const there = new Set(asRows.map((row) => Math.round(row.at)))
  const fresh = sorted.filter((i) => !there.has(r.at[i]!))
  const { merged, repeated } = mergeSeries(before, seriesOf(r, fresh))
  if (merged.length > before.length) await writePack(client, stream, day, merged)
  return [...sorted.filter((i) => there.has(r.at[i]!)), ...repeated.map((k) => fresh[k]!)]
}

export function seriesOf(r: ReadingBatch, entries: readonly number[]): Series {
  const extra = new Map<number, ReadingExtra>()
  entries.forEach((i, k) => {
    const more = r.extra?.get(i)
    if (more !== undefined) extra.set(k, more)
  })
  return {
    length: entries.length,
    at: Float64Array.from(entries, (i) => r.at[i]!),
    values: Float64Array.from(entries, (i) => r.values[i]!),
    values2: r.values2 === null ? null : Float64Array.from(entries, (i) => r.values2![i]!),
    quality: Uint8Array.from(entries, (i) => r.quality[i]!),
    extra: extra.size > 0 ? extra : null
  }
}

/** Puts a pack in place of what there was. */
export async function writePack(client: pg.ClientBase, stream: number, day: number, series: Series): Promise<void> {
  await client.query(
    `insert into streams.pack (stream_id, day, count, first_at, last_at, body)
      values ($1, $2, $3, timestamptz 'epoch' + $4::float8 * interval '1 ms', timestamptz 'epoch' + $5::float8 * interval '1 ms', $6)
      on conflict (stream_id, day) do update set count = excluded.count, first_at = excluded.first_at, last_at = excluded.last_at, body = excluded.body`,
    [stream, dayText(day), series.length, series.at[0], series.at[series.length - 1], packSeries(series)]
  )
}
