/** Roll-ups follow the journal: what a batch adds is gathered, and written in the transaction that says up to which batch. */
import { dayAt, startOfDay } from '@chengyun/contract/indicators'
import type { JournalBatch } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { type Db, runInTransaction, type Tx } from '../../../platform/db.ts'
import { dayOf, makeMinuteDay, makeMonth, monthText } from '../commands/days.ts'
import type { Catalogue } from '../domain/catalogue.ts'
import { type Level, type Rollup, Rollups } from '../domain/rollup.ts'
import type { JournalFollower } from '../ports.ts'
import { findTimeZone } from '../queries/city.ts'

export const ROLLUPS = 'rollups'
/** A stream's hour is written so often: each writing costs as much as a reading. */
const EVERY_S = 300
/** Rows that may wait in memory, some hundred bytes each. */
const MOST_ROWS = 1_000_000
const PIECE = 5000

export function rollupFollower(catalogue: Catalogue): (db: Db) => JournalFollower {
  return (db) => {
    let gathered: Rollups | undefined
    return {
      name: ROLLUPS,
      saveEveryS: EVERY_S,
      wantsSave: () => (gathered?.size ?? 0) > MOST_ROWS,
      open: async () => {
        const zone = await findTimeZone(db)
        gathered = new Rollups({
          isSummed: (stream) => catalogue.has(stream) && !['position', 'category', 'complex'].includes(catalogue.kindOf(stream)),
          isFast: (stream) => catalogue.intervalS[stream]! > 0 && catalogue.intervalS[stream]! < 60,
          dayOf: (hour) => startOfDay(dayAt(hour, zone), zone).getTime()
        })
        const { rows } = await sql<{ seq: number }>`select seq from streams.follower where name = ${ROLLUPS}`.execute(db)
        return rows[0]?.seq ?? null
      },
      take: async ({ readings }: JournalBatch) => gathered?.take(readings),
      save: async (seq) => {
        const rollups = gathered
        if (!rollups) return
        await runInTransaction(db, async (tx) => {
          // Whoever else believes that he follows finds the number already there.
          const { rows } = await sql<{
            seq: number
          }>`select seq from streams.follower where name = ${ROLLUPS} for update`.execute(tx)
          if (rows[0] && rows[0].seq >= seq) throw new Error('another process has written these roll-ups')
          await writeRollups(tx, 'minute', rollups)
          await writeRollups(tx, 'hour', rollups)
          await writeRollups(tx, 'day', rollups)
          await sql`insert into streams.follower (name, seq, at) values (${ROLLUPS}, ${seq}, now())
            on conflict (name) do update set seq = excluded.seq, at = excluded.at`.execute(tx)
        })
        rollups.clear()
      },
      close: async () => {
        gathered = undefined
      }
    }
  }
}

async function writeRollups(tx: Tx, level: Level, rollups: Rollups): Promise<void> {
  if (level === 'minute') for (const day of new Set([...rollups.minute.keys()].map(dayOf))) await makeMinuteDay(tx, day)
  if (level === 'hour')
    for (const month of new Set([...rollups.hour.keys()].map((at) => monthText(dayOf(at)))))
      await makeMonth(tx, 'rollup_hour', `${month}-01`)
  let piece: Rollup[] = []
  const flush = async (): Promise<void> => {
    if (piece.length > 0) await addRollups(tx, level, piece)
    piece = []
  }
  for (const row of rollups.rows(level)) {
    piece.push(row)
    if (piece.length === PIECE) await flush()
  }
  await flush()
}

const instants = (column: string) => sql.raw(`timestamptz 'epoch' + ${column} * interval '1 ms'`)
const list = (rows: readonly Rollup[], of: (row: Rollup) => number): string =>
  `{${rows.map((row) => (Object.is(of(row), -0) ? '-0' : String(of(row)))).join(',')}}`

/** Adds to the rows that are there. */
export async function addRollups(tx: Tx, level: Level, rows: readonly Rollup[]): Promise<void> {
  const table = sql.raw(`streams.rollup_${level}`)
  await sql`insert into ${table} as r (stream_id, at, count, min, max, sum, last, last_at)
    select t.s, ${instants('t.a')}, t.n, t.lo, t.hi, t.total, t.l, ${instants('t.la')}
    from unnest(${list(rows, (r) => r.stream)}::int[], ${list(rows, (r) => r.at)}::float8[], ${list(rows, (r) => r.count)}::int[],
      ${list(rows, (r) => r.min)}::float8[], ${list(rows, (r) => r.max)}::float8[], ${list(rows, (r) => r.sum)}::float8[],
      ${list(rows, (r) => r.last)}::float8[], ${list(rows, (r) => r.lastAt)}::float8[]) as t (s, a, n, lo, hi, total, l, la)
    on conflict (stream_id, at) do update set count = r.count + excluded.count, min = least(r.min, excluded.min),
      max = greatest(r.max, excluded.max), sum = r.sum + excluded.sum,
      last = case when excluded.last_at >= r.last_at then excluded.last else r.last end,
      last_at = greatest(r.last_at, excluded.last_at)`.execute(tx)
}
