import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

/** What of the city its packs need. */
export interface DemoCity {
  id: string
  timeZone: string
  center: [number, number]
}

/** The city of this database; null before it is set up. */
export async function cityOf(db: Db): Promise<DemoCity | null> {
  const { rows } = await sql<{ value: DemoCity }>`select value from platform.setting where key = 'city'`.execute(db)
  return rows[0]?.value ?? null
}
