import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

export interface Wanted {
  divisions?: readonly string[]
  units?: readonly string[]
  majors?: readonly string[]
}

/** Names of divisions, units and major classes by code; what has none is missing. Newer class tables win over older ones. */
export async function listNames(db: Db, { divisions = [], units = [], majors = [] }: Wanted): Promise<Map<string, string>> {
  if (divisions.length + units.length + majors.length === 0) return new Map()
  const { rows } = await sql<{ key: string; name: string }>`
    select code as key, name from geo.pub_division where code = any(${divisions})
    union all select id::text, name from org.pub_unit where id = any(${units}::uuid[])
    union all (select distinct on (major_code) major_code, major_name from cases.pub_class where major_code = any(${majors})
      order by major_code, standard_ref = 'GB/T 30428.2-2013', kind desc)`.execute(db)
  return new Map(rows.map((r) => [r.key, r.name]))
}

/** The unit and everything below it; empty when there is none of that id. */
export async function listSubtree(db: Db, unitId: string): Promise<string[]> {
  const { rows } = await sql<{
    id: string
  }>`select id from org.pub_unit where path @> array[${unitId}]::uuid[] order by id`.execute(db)
  return rows.map((r) => r.id)
}
