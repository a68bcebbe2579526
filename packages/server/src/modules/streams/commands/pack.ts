/** A day of rows becomes a day of packs: one row a stream, a tenth of the bytes. */

import { sql } from 'kysely'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { assertOutsideTransaction, type Db, poolOf, runInTransaction } from '../../../platform/db.ts'
import { mergeSeries, packSeries, type Series, unpackSeries } from '../domain/pack-codec.ts'
import { ReadingReader } from '../queries/reading-reader.ts'
import { Days, dayText, lockPartitions, readingTable } from './days.ts'
import { DAY_LOCK } from './merge-packs.ts'

/** Packs written in one commit. */
const PIECE = 1000

export interface Packed {
  readings: number
  packs: number
  /** Bytes of the packs. */
  bytes: number
}

/** Days (by number) before `before` whose readings lie as rows, oldest first. */
export async function daysToPack(db: Db, before: number): Promise<number[]> {
  const { rows } = await sql<{
    day: string
  }>`select day::text from streams.day where state = 'hot' and day < ${dayText(before)}::date order by day`.execute(db)
  return rows.map((r) => Math.floor(Date.parse(`${r.day}T00:00:00Z`) / 86_400_000))
}

/**
 * Packs a day nobody writes rows of any more, and drops its rows. What came late lies in its packs already and is merged with the rows. Interrupted anywhere,
 * it can be done again.
 */
export async function packDay(db: Db, day: number, signal?: AbortSignal): Promise<Packed> {
  assertOutsideTransaction()
  const out: Packed = { readings: 0, packs: 0, bytes: 0 }
  await new Days(db).prepareMonth(day)
  const client = await poolOf(db).connect()
  try {
    await client.query("begin transaction isolation level repeatable read read only; set local work_mem = '128MB'")
    const source = client.query(
      copyTo(
        `copy (select stream_id, at, value, value2, quality, extra from streams.${readingTable(day)} order by stream_id, at) to stdout (format binary)`
      )
    )
    let waiting: { id: number; series: Series }[] = []
    const reader = new ReadingReader((id, series) => waiting.push({ id, series }))
    const flush = async (): Promise<void> => {
      const some = waiting
      waiting = []
      if (some.length > 0) await writePacks(db, day, some, out)
    }
    for await (const chunk of source) {
      reader.take(chunk as Buffer)
      if (waiting.length >= PIECE) await flush()
      if (signal?.aborted) throw new Error('packing was stopped')
    }
    reader.finish()
    await flush()
    await client.query('rollback')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
  await dropRows(db, day)
  return out
}

async function writePacks(db: Db, day: number, some: readonly { id: number; series: Series }[], out: Packed): Promise<void> {
  const client = await poolOf(db).connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1, $2)', [DAY_LOCK, day])
    const ids = some.map((s) => s.id)
    const { rows } = await client.query<{ stream_id: number; body: Buffer }>(
      'select stream_id, body from streams.pack where day = $1::date and stream_id = any($2::int[])',
      [dayText(day), ids]
    )
    const before = new Map(rows.map((r) => [r.stream_id, unpackSeries(r.body)]))
    const packs = some.map(({ id, series }) => {
      const there = before.get(id)
      return { id, series: there ? mergeSeries(series, there).merged : series }
    })
    await insertPacks(client, day, packs, out)
    await client.query('commit')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
}

async function insertPacks(
  client: pg.ClientBase,
  day: number,
  packs: readonly { id: number; series: Series }[],
  out: Packed
): Promise<void> {
  const bodies = packs.map((p) => packSeries(p.series))
  for (const [i, p] of packs.entries()) {
    out.readings += p.series.length
    out.bytes += bodies[i]!.length
  }
  out.packs += packs.length
  await client.query(
    `insert into streams.pack (stream_id, day, count, first_at, last_at, body)
      select t.s, $1::date, t.n, timestamptz 'epoch' + t.f * interval '1 ms', timestamptz 'epoch' + t.l * interval '1 ms', t.b
      from unnest($2::int[], $3::int[], $4::float8[], $5::float8[], $6::bytea[]) as t (s, n, f, l, b)
      on conflict (stream_id, day) do update set count = excluded.count, first_at = excluded.first_at, last_at = excluded.last_at, body = excluded.body`,
    [
      dayText(day),
      packs.map((p) => p.id),
      packs.map((p) => p.series.length),
      packs.map((p) => p.series.at[0]),
      packs.map((p) => p.series.at[p.series.length - 1]),
      bodies
    ]
  )
}

/** Short: whoever reads readings waits for it, so it gives up rather than wait for them. The next run tries again. */
async function dropRows(db: Db, day: number): Promise<void> {
  await runInTransaction(db, async (tx) => {
    await lockPartitions(tx)
    await sql`set local lock_timeout = '3s'`.execute(tx)
    // The day before its table, as those who merge what comes late.
    await sql`update streams.day set state = 'packed', changed_at = now() where day = ${dayText(day)}::date`.execute(tx)
    await sql`drop table if exists ${sql.raw(`streams.${readingTable(day)}`)}`.execute(tx)
  })
}
