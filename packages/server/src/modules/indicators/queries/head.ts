import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

const FALLBACK_ZONE = 'Asia/Shanghai'
const ZONE = sql.raw(`coalesce((select value->>'timeZone' from platform.setting where key = 'city'), '${FALLBACK_ZONE}')`)

/** The wall clock the city's days are counted on. */
export async function findTimeZone(db: Db | Tx): Promise<string> {
  const { rows } = await sql<{ zone: string }>`select ${ZONE} as zone`.execute(db)
  return rows[0]?.zone ?? FALLBACK_ZONE
}

export interface Head {
  /** Last event that listeners have seen, and how often the tallies were counted anew: together they date an answer. */
  seq: number
  revision: number
  timeZone: string
}

/** How far the numbers go. Ask before reading them: an answer may then be fresher than it says, never older. */
export async function getHead(db: Db): Promise<Head> {
  const { rows } =
    await sql<Head>`select event_seq as seq, (select number from indicators.revision) as revision, ${ZONE} as "timeZone" from platform.relay`.execute(
      db
    )
  return rows[0]!
}
