import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { readSeries, streamsOf } from '../../streams/index.ts'

interface Waiting {
  id: string
  stream: number
  value: number
  sent_at: Date
}

/**
 * Commands under way that their stream shows to be followed: the value they wait for was read after they went out, even when it has changed again since.
 * What was received after them counts too, for a device whose clock is behind. Not within a transaction.
 */
export async function followedTasks(db: Db, now: Date): Promise<string[]> {
  const { rows } =
    await sql<Waiting>`select k.id, s.id as stream, (k.confirms->>'value')::float8 as value, k.sent_at from alarms.task k
    join streams.pub_thing t on t.item_id = k.item_id
    join streams.pub_stream s on s.thing_id = t.id and s.key = k.confirms->>'stream' and s.removed_at is null
    where k.state = 'sent' and k.confirms is not null`.execute(db)
  if (rows.length === 0) return []
  const { latest } = await streamsOf(db)
  const followed: string[] = []
  for (const { id, stream, value, sent_at } of rows) {
    const heard = latest.values[stream] === value && (latest.receivedAt[stream] ?? 0) >= sent_at.getTime()
    if (heard || (await wasRead(db, stream, value, sent_at.getTime(), now.getTime()))) followed.push(id)
  }
  return followed
}

async function wasRead(db: Db, stream: number, value: number, from: number, now: number): Promise<boolean> {
  const series = await readSeries(db, stream, from, now + 1)
  return series.values.subarray(0, series.length).includes(value)
}
