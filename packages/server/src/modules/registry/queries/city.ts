import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

/** The time zone of the city; before it is set up, China's. */
export async function findTimeZone(db: Db): Promise<string> {
  const { rows } = await sql<{
    zone: string | null
  }>`select value->>'timeZone' as zone from platform.setting where key = 'city'`.execute(db)
  return rows[0]?.zone ?? 'Asia/Shanghai'
}

/** Units by id. */
export async function listUnits(db: Parameters<typeof findTimeZone>[0], ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{
    id: string
    name: string
  }>`select id, name from org.pub_unit where id = any(${[...new Set(ids)]}::uuid[])`.execute(db)
  return new Map(rows.map((u) => [u.id, u.name]))
}
