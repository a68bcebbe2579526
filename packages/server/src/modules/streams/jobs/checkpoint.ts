/** The checkpoint of the latest values: what changed since the last one, every half a minute, by one process for all. */
import type { JournalBatch } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { type Db, runInTransaction } from '../../../platform/db.ts'
import type { LatestValues } from '../domain/latest.ts'
import type { JournalFollower } from '../ports.ts'
import { LATEST } from '../queries/latest.ts'

const PIECE = 5000
/** Each row costs as much as storing some readings: what lies between is read from the journal again after a crash, a million readings in a second. */
const EVERY_S = 30

export function latestCheckpoint(latest: LatestValues): (db: Db) => JournalFollower {
  return (db) => {
    const dirty = new Set<number>()
    return {
      name: LATEST,
      saveEveryS: EVERY_S,
      open: async () => {
        const { rows } = await sql<{ seq: number }>`select seq from streams.follower where name = ${LATEST}`.execute(db)
        return rows[0]?.seq ?? null
      },
      take: async ({ readings: r }: JournalBatch) => {
        for (let i = 0; i < r.length; i++) dirty.add(r.streams[i]!)
      },
      save: async () => {
        // The memory may be ahead of the batch it is saved for: a batch that is taken again changes nothing.
        const ids = [...dirty].sort((a, b) => a - b)
        for (let from = 0; from < ids.length; from += PIECE) await write(db, latest, ids.slice(from, from + PIECE))
        dirty.clear()
      },
      close: async () => dirty.clear()
    }
  }
}

const list = (values: Iterable<number | string>): string => `{${[...values].join(',')}}`
const orNull = (value: number): string => (Number.isNaN(value) ? 'NULL' : Object.is(value, -0) ? '-0' : String(value))

async function write(db: Db, latest: LatestValues, ids: readonly number[]): Promise<void> {
  const rows = ids.flatMap((id) => latest.get(id) ?? [])
  if (rows.length === 0) return
  const instant = (column: string) => sql.raw(`timestamptz 'epoch' + ${column} * interval '1 ms'`)
  await runInTransaction(db, async (tx) => {
    // What is written again and again need not wait for the disk: the journal has it.
    await sql`set local synchronous_commit = off`.execute(tx)
    await sql`insert into streams.latest (stream_id, at, received_at, changed_at, value, value2, quality, extra)
      select t.s, ${instant('t.a')}, ${instant('t.r')}, ${instant('t.c')}, t.v, t.v2, t.q, t.e::jsonb
      from unnest(${list(rows.map((r) => r.streamId))}::int[], ${list(rows.map((r) => r.at))}::float8[],
        ${list(rows.map((r) => r.receivedAt))}::float8[], ${list(rows.map((r) => r.changedAt))}::float8[],
        ${list(rows.map((r) => orNull(r.value)))}::float8[], ${list(rows.map((r) => orNull(r.value2)))}::float8[],
        ${list(rows.map((r) => r.quality))}::int[], ${rows.map((r) => (r.extra === null ? null : JSON.stringify(r.extra)))}::text[]
      ) as t (s, a, r, c, v, v2, q, e)
      on conflict (stream_id) do update set at = excluded.at, received_at = excluded.received_at, changed_at = excluded.changed_at,
        value = excluded.value, value2 = excluded.value2, quality = excluded.quality, extra = excluded.extra
      where latest.at <= excluded.at`.execute(tx)
  })
}
