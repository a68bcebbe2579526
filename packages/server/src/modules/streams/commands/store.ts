/** One flush of the intake: readings and their journal row in one commit. */
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { ReadingBatch } from '@chengyun/contract/streams'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { assertOutsideTransaction, type Db, poolOf } from '../../../platform/db.ts'
import { FRESH, LATE, PACKED } from '../domain/assembled.ts'
import { packBatch } from '../domain/batch-codec.ts'
import { COPIED, copyBytes } from '../domain/reading-rows.ts'
import { mergeIntoPacks } from './merge-packs.ts'

export interface Flush {
  readings: ReadingBatch
  /** FRESH, LATE or PACKED for each. */
  ways: Uint8Array
  /** JSON of the extras. */
  extras: ReadonlyMap<number, string> | null
}

export interface Stored {
  seq: number
  receivedAt: number
  /** What is new of the flush, as the journal has it. */
  readings: ReadingBatch
  /** 1 for each reading of the flush that had come before; null: none had. */
  repeated: Uint8Array | null
}

/** Flushes of so few are cheaper as arrays of one statement. */
const SMALL = 256
const PIECE = 1 << 18

/** Stores a flush and answers after the commit; null of one in which nothing was new. Database errors pass through. */
export async function store(db: Db, flush: Flush): Promise<Stored | null> {
  assertOutsideTransaction()
  const onlyFresh = !flush.ways.some((way, i) => i < flush.readings.length && way !== FRESH)
  if (onlyFresh && flush.readings.length <= SMALL) return storeSmall(db, flush)
  const client = await poolOf(db).connect()
  try {
    await client.query('begin')
    const out = await storeIn(client, flush, onlyFresh)
    await client.query(out === null ? 'rollback' : 'commit')
    client.release()
    return out
  } catch (error) {
    // Whether the connection still works is not worth asking.
    await client.query('rollback').catch(() => undefined)
    client.release(error instanceof Error && !('code' in error) ? error : undefined)
    throw error
  }
}

async function storeSmall(db: Db, { readings, extras }: Flush): Promise<Stored> {
  const { rows } = await poolOf(db).query<{ seq: number; received_at: number }>({
    name: 'streams.take',
    text: 'select seq, received_at from streams.take($1, $2, $3, $4, $5, $6, $7)',
    values: [...arraysOf(readings, extras, null), packBatch(readings)]
  })
  return { seq: rows[0]!.seq, receivedAt: Math.round(rows[0]!.received_at), readings, repeated: null }
}

async function storeIn(client: pg.PoolClient, flush: Flush, onlyFresh: boolean): Promise<Stored | null> {
  const { readings, extras, ways } = flush
  if (onlyFresh) await copyIn(client, copyBytes(readings, extras))
  else {
    const fresh = ways.map((way) => (way === FRESH ? 1 : 0))
    if (fresh.includes(1)) await copyIn(client, copyBytes(readings, extras, fresh))
  }
  const repeated = onlyFresh ? null : await storeOthers(client, flush)
  const kept = repeated === null ? readings : without(readings, repeated)
  if (kept.length === 0) return null
  const { rows } = await client.query<{ seq: number; received_at: number }>({
    name: 'streams.append',
    text: 'select seq, received_at from streams.append($1, $2)',
    values: [kept.length, packBatch(kept)]
  })
  return { seq: rows[0]!.seq, receivedAt: Math.round(rows[0]!.received_at), readings: kept, repeated }
}

async function copyIn(client: pg.ClientBase, bytes: Buffer): Promise<void> {
  const into = client.query(copyFrom(`copy streams.reading (${COPIED}) from stdin (format binary)`))
  const end = finished(into)
  end.catch(() => undefined)
  for (let at = 0; at < bytes.length; at += PIECE)
    if (!into.write(bytes.subarray(at, at + PIECE))) await Promise.race([once(into, 'drain'), end])
  into.end()
  await end
}

/** Late readings and those of packed days; answers which of the flush had come before. */
async function storeOthers(client: pg.ClientBase, { readings, ways, extras }: Flush): Promise<Uint8Array | null> {
  const repeated = new Uint8Array(readings.length)
  const late: number[] = []
  const packed: number[] = []
  for (let i = 0; i < readings.length; i++) {
    if (ways[i] === LATE) late.push(i)
    else if (ways[i] === PACKED) packed.push(i)
  }
  for (let from = 0; from < late.length; from += 10_000) {
    const some = late.slice(from, from + 10_000)
    const { rows } = await client.query<{ s: number; a: number }>(
      `insert into streams.reading (stream_id, at, value, value2, quality, extra)
        select t.s, timestamptz 'epoch' + t.a * interval '1 ms', t.v, t.v2, t.q, t.e::jsonb
        from unnest($1::int[], $2::float8[], $3::float8[], $4::float8[], $5::int[], $6::text[]) as t (s, a, v, v2, q, e)
        on conflict do nothing returning stream_id as s, date_part('epoch', at) * 1000 as a`,
      arraysOf(readings, extras, some)
    )
    // Of two of the same instant in one flush the first is the one that was stored.
    const stored = new Set(rows.map((r) => `${r.s}:${Math.round(r.a)}`))
    for (const i of some) if (!stored.delete(`${readings.streams[i]}:${readings.at[i]}`)) repeated[i] = 1
  }
  if (packed.length > 0) for (const i of await mergeIntoPacks(client, readings, packed)) repeated[i] = 1
  return repeated.includes(1) ? repeated : null
}

/** The columns of some entries (all: null) as array literals. */
function arraysOf(
  r: ReadingBatch,
  extras: ReadonlyMap<number, string> | null,
  some: readonly number[] | null
): (string | null)[] {
  const n = some?.length ?? r.length
  const columns: string[] = ['', '', '', '', '']
  const texts: string[] = []
  for (let k = 0; k < n; k++) {
    const i = some === null ? k : some[k]!
    const comma = k === 0 ? '' : ','
    columns[0] += `${comma}${r.streams[i]}`
    columns[1] += `${comma}${r.at[i]}`
    columns[2] += `${comma}${numberText(r.values[i]!)}`
    columns[3] += `${comma}${numberText(r.values2 === null ? Number.NaN : r.values2[i]!)}`
    columns[4] += `${comma}${r.quality[i]}`
    const text = extras?.get(i)
    texts.push(text === undefined ? 'NULL' : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)
  }
  return [...columns.map((c) => `{${c}}`), `{${texts.join(',')}}`]
}

/** Minus zero stays what it is. */
const numberText = (value: number): string => (Number.isNaN(value) ? 'NULL' : Object.is(value, -0) ? '-0' : String(value))

/** The batch without the entries that are marked. */
export function without(r: ReadingBatch, marked: Uint8Array): ReadingBatch {
  const kept: number[] = []
  for (let i = 0; i < r.length; i++) if (marked[i] === 0) kept.push(i)
  const extra =
    r.extra === null ? null : new Map(kept.flatMap((i, k) => (r.extra!.has(i) ? [[k, r.extra!.get(i)!] as const] : [])))
  return {
    length: kept.length,
    streams: Int32Array.from(kept, (i) => r.streams[i]!),
    at: Float64Array.from(kept, (i) => r.at[i]!),
    values: Float64Array.from(kept, (i) => r.values[i]!),
    values2: r.values2 === null ? null : Float64Array.from(kept, (i) => r.values2![i]!),
    quality: Uint8Array.from(kept, (i) => r.quality[i]!),
    extra: extra !== null && extra.size > 0 ? extra : null
  }
}
