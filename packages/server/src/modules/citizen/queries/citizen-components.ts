import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

/** What the public may know of a component it stands before. */
export interface OpenComponent {
  code: string
  classCode: string | null
  lng: number
  lat: number
}

/** A component that stands, by its whole code: its plate shows it to everybody. Nothing where the city keeps the register of components to few. */
export async function findOpenComponent(db: Db, code: string): Promise<OpenComponent | undefined> {
  const { rows } = await sql<OpenComponent>`select i.code, i.class_code as "classCode", i.lng, i.lat
    from registry.pub_item i join registry.pub_type t on t.id = i.type_id
    where i.type_id = 'component' and i.code = ${code} and i.removed_at is null and i.lng is not null
      and t.state = 'active' and t.declaration ->> 'access' <> 'restricted'`.execute(db)
  return rows[0]
}
