/** Roll-ups of hours with a corrected reading, made anew from the readings; and what is kept for how long. */
import { sql } from 'kysely'
import { type Db, runInTransaction } from '../../../platform/db.ts'
import { type Rollup, Rollups } from '../domain/rollup.ts'
import { findTimeZone } from '../queries/city.ts'
import { readSeries } from '../queries/readings.ts'
import { dayOf, dayText } from './days.ts'

/** By then the roll-ups hold what came before the correction. */
const SETTLED = '15 minutes'
const HOUR_MS = 3_600_000

/** Makes hours anew that were corrected a while ago. Answers how many. */
export async function remakeDirtyHours(db: Db): Promise<number> {
  const zone = await findTimeZone(db)
  const { rows } = await sql<{
    stream_id: number
    hour: number
    day: number
  }>`select stream_id, date_part('epoch', hour) * 1000 as hour,
      date_part('epoch', date_trunc('day', hour, ${zone}::text)) * 1000 as day
    from streams.dirty_hour where since < now() - ${SETTLED}::interval order by stream_id, hour limit 500`.execute(db)
  for (const row of rows) await remake(db, row.stream_id, row.hour)
  for (const { stream, day } of new Map(
    rows.map((r) => [`${r.stream_id}:${r.day}`, { stream: r.stream_id, day: r.day }])
  ).values())
    await remakeDay(db, stream, day)
  return rows.length
}

async function remake(db: Db, stream: number, hour: number): Promise<void> {
  const series = await readSeries(db, stream, hour, hour + HOUR_MS)
  const made = new Rollups({ isSummed: () => true, isFast: () => true, dayOf: (at) => at })
  made.take({ ...series, streams: new Int32Array(series.length).fill(stream) })
  await runInTransaction(db, async (tx) => {
    for (const level of ['minute', 'hour'] as const)
      for (const r of made.rows(level))
        await sql`update ${sql.raw(`streams.rollup_${level}`)} set ${columnsOf(r)}
        where stream_id = ${stream} and at = ${instant(r.at)}`.execute(tx)
    await sql`delete from streams.dirty_hour where stream_id = ${stream} and hour = ${instant(hour)} and since < now() - ${SETTLED}::interval`.execute(
      tx
    )
  })
}

/** Least and greatest of a day from its hours. */
const remakeDay = (db: Db, stream: number, day: number): Promise<unknown> =>
  sql`update streams.rollup_day d set min = h.min, max = h.max from (
      select min(min) as min, max(max) as max from streams.rollup_hour
      where stream_id = ${stream} and count > 0 and at >= ${instant(day)} and at < ${instant(day)} + interval '1 day'
    ) h where d.stream_id = ${stream} and d.at = ${instant(day)} and h.min is not null`.execute(db)

const instant = (at: number) => sql`(timestamptz 'epoch' + ${at}::float8 * interval '1 ms')`
const columnsOf = (r: Rollup) =>
  sql`count = ${r.count}, min = ${r.min}, max = ${r.max}, sum = ${r.sum}, last = ${r.last}, last_at = ${instant(r.lastAt)}`

/** For how many days each thing is kept. */
export interface Kept {
  raw: number
  minute: number
  hour: number
}

/** Drops what is older than it is kept: packs and hours by whole months, minutes by days. Answers the names of what was dropped. */
export async function dropOld(db: Db, now: number, kept: Kept): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select c.relname as name from pg_inherits h join pg_class c on c.oid = h.inhrelid
    where h.inhparent in ('streams.pack'::regclass, 'streams.rollup_minute'::regclass, 'streams.rollup_hour'::regclass) order by 1`.execute(
    db
  )
  const first = (days: number): string => dayText(dayOf(now) - days)
  const isOld = (name: string): boolean => {
    const digits = name.slice(name.lastIndexOf('_') + 1)
    if (name.startsWith('rollup_minute_')) return digits < first(kept.minute).replaceAll('-', '')
    return (
      digits <
      first(name.startsWith('pack_') ? kept.raw : kept.hour)
        .slice(0, 7)
        .replace('-', '')
    )
  }
  const old = rows.map((r) => r.name).filter(isOld)
  for (const name of old)
    await runInTransaction(db, async (tx) => {
      await sql`set local lock_timeout = '3s'`.execute(tx)
      await sql`drop table streams.${sql.raw(name)}`.execute(tx)
    })
  await sql`delete from streams.day where day < ${first(kept.raw)}::date and state = 'packed'`.execute(db)
  return old
}
