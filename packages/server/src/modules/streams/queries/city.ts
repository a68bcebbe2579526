import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** The time zone of the city; before it is set up, China's. */
export async function findTimeZone(db: Db | Tx): Promise<string> {
  const { rows } = await sql<{
    zone: string | null
  }>`select value->>'timeZone' as zone from platform.setting where key = 'city'`.execute(db)
  return rows[0]?.zone ?? 'Asia/Shanghai'
}
