import type { ReadingExtra } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { type Db, poolOf } from '../../../platform/db.ts'
import type { LatestRow } from '../domain/latest.ts'

/** Name of the follower that writes the checkpoint of the latest values. */
export const LATEST = 'latest'

const PAGE = 20_000

/** The checkpoint of the latest values. Answers the number of the last row of the journal it surely holds. */
export async function readLatest(db: Db, take: (row: LatestRow) => void): Promise<number> {
  // The number first: the rows may be newer than it says, never older.
  const { rows: saved } = await sql<{ seq: number }>`select seq from streams.follower where name = ${LATEST}`.execute(db)
  for (let after = 0; ; ) {
    const { rows } = await poolOf(db).query<unknown[]>({
      text: `select stream_id, date_part('epoch', at) * 1000, date_part('epoch', received_at) * 1000, date_part('epoch', changed_at) * 1000,
          value, value2, quality, extra from streams.latest where stream_id > $1 order by stream_id limit ${PAGE}`,
      values: [after],
      rowMode: 'array'
    })
    for (const [id, at, receivedAt, changedAt, value, value2, quality, extra] of rows as [
      number,
      number,
      number,
      number,
      number | null,
      number | null,
      number,
      ReadingExtra | null
    ][])
      take({
        streamId: id,
        at: Math.round(at),
        receivedAt: Math.round(receivedAt),
        changedAt: Math.round(changedAt),
        value: value ?? Number.NaN,
        value2: value2 ?? Number.NaN,
        quality,
        extra
      })
    if (rows.length < PAGE) return saved[0]?.seq ?? 0
    after = rows.at(-1)![0] as number
  }
}
