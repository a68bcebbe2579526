import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

/** Names of the valid districts, streets and communities. */
export async function listDivisionNames(db: Db): Promise<{ code: string; name: string }[]> {
  const { rows } = await sql<{
    code: string
    name: string
  }>`select code, name from geo.pub_division where level <> 'city' order by code`.execute(db)
  return rows
}
