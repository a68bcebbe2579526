import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** An item as far as commands to it need it; people are called by the code of their entry. */
export interface ActuatedItem {
  type_id: string
  restricted: boolean
  item_id: string
  item_code: string
  item_name: string
  grid_code: string | null
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
}

export async function actuatedItem(db: Db | Tx, id: string): Promise<ActuatedItem | undefined> {
  const { rows } =
    await sql<ActuatedItem>`select i.type_id, y.declaration->>'access' = 'restricted' as restricted, i.id as item_id, i.code as item_code,
      case when y.declaration->>'group' = 'person' then i.code else i.name end as item_name, i.grid_code, i.authority_id, i.owner_id, i.maintainer_id
    from registry.pub_item i join registry.pub_type y on y.id = i.type_id where i.id = ${id}::uuid and i.removed_at is null`.execute(
      db
    )
  return rows[0]
}
