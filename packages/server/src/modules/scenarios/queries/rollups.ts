import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

/** What one stream said over a span. */
export interface Summed {
  stream_id: number
  count: number
  sum: number
  min: number
  max: number
}
type Level = 'hour' | 'day'
const ms = (value: number) => sql`timestamptz 'epoch' + ${value}::float8 * interval '1 ms'`
const table = (level: Level) => sql.raw(`streams.pub_rollup_${level}`)

/** Each stream over one span that begins in roll-ups from `from` until before `to` (epoch ms). */
export async function sumStreams(
  db: Db,
  level: Level,
  streamIds: readonly number[],
  from: number,
  to: number
): Promise<Summed[]> {
  if (streamIds.length === 0) return []
  const { rows } =
    await sql<Summed>`select stream_id, sum(count)::float8 as count, sum(sum) as sum, min(min) as min, max(max) as max
    from ${table(level)} where stream_id = any(${[...streamIds]}::int[]) and at >= ${ms(from)} and at < ${ms(to)} and count > 0 group by 1`.execute(
      db
    )
  return rows
}

export interface SummedSpan {
  at: number
  mean: number
  min: number
  max: number
  sum: number
}

/** All streams together, span by span. */
export async function sumSpans(
  db: Db,
  level: Level,
  streamIds: readonly number[],
  from: number,
  to: number
): Promise<SummedSpan[]> {
  if (streamIds.length === 0) return []
  const { rows } =
    await sql<SummedSpan>`select date_part('epoch', at) * 1000 as at, avg(sum / count) as mean, min(min) as min, max(max) as max,
      sum(sum) as sum
    from ${table(level)} where stream_id = any(${[...streamIds]}::int[]) and at >= ${ms(from)} and at < ${ms(to)} and count > 0
    group by 1 order by 1`.execute(db)
  return rows
}

/** Hourly means of streams, as rows. */
export async function hourMeans(
  db: Db,
  streamIds: readonly number[],
  from: number,
  to: number
): Promise<{ stream_id: number; at: number; mean: number }[]> {
  if (streamIds.length === 0) return []
  const { rows } = await sql<{
    stream_id: number
    at: number
    mean: number
  }>`select stream_id, date_part('epoch', at) * 1000 as at, sum / count as mean
    from streams.pub_rollup_hour where stream_id = any(${[...streamIds]}::int[]) and at >= ${ms(from)} and at < ${ms(to)} and count > 0
    order by stream_id, at`.execute(db)
  return rows
}
