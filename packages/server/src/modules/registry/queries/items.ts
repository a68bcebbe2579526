import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** A row of `registry.item`, without its terms. */
export interface ItemRecord {
  type_id: string
  id: string
  code: string
  class_code: string | null
  name: string
  status: string
  lng: number | null
  lat: number | null
  shape: Uint8Array | null
  grid_code: string | null
  address: string
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
  attributes: Record<string, unknown>
  version: number
  batch_id: string | null
  created_at: Date
  updated_at: Date
  removed_at: Date | null
}

/** What a list says of an item; its history and the moments of the row come beside it. */
export const STATED = [
  'id',
  'code',
  'class_code',
  'name',
  'status',
  'lng',
  'lat',
  'shape',
  'grid_code',
  'address',
  'authority_id',
  'owner_id',
  'maintainer_id',
  'attributes'
] as const
const NAMES = ['type_id', ...STATED, 'version', 'batch_id', 'created_at', 'updated_at', 'removed_at']
/** The columns of an item as the SQL of a select. */
export const ITEM_COLUMNS: RawBuilder<unknown> = sql.raw(NAMES.map((name) => `i.${name}`).join(', '))
/** A list needs no shapes: they can be as large as a park. */
export const LIST_COLUMNS: RawBuilder<unknown> = sql.raw(
  NAMES.map((name) => (name === 'shape' ? 'null::bytea as shape' : `i.${name}`)).join(', ')
)

/** An item by its code, locked on demand until the transaction ends. */
export async function findItem(db: Db | Tx, typeId: string, code: string, lock = false): Promise<ItemRecord | undefined> {
  const { rows } = await sql<ItemRecord>`select ${ITEM_COLUMNS} from registry.item i where type_id = ${typeId} and code = ${code}
    ${lock ? sql`for update` : sql``}`.execute(db)
  return rows[0]
}

/** An item by its id, of whichever register. */
export async function findItemById(db: Db | Tx, id: string): Promise<ItemRecord | undefined> {
  const { rows } = await sql<ItemRecord>`select ${ITEM_COLUMNS} from registry.item i where id = ${id}`.execute(db)
  return rows[0]
}

/** Items by code, in the order of their codes. */
export async function listItemsByCode(
  db: Db | Tx,
  typeId: string,
  codes: readonly string[],
  lock = false
): Promise<ItemRecord[]> {
  const { rows } = await sql<ItemRecord>`select ${ITEM_COLUMNS} from registry.item i
    where type_id = ${typeId} and code = any(${[...codes]}::text[]) order by code ${lock ? sql`for update` : sql``}`.execute(db)
  return rows
}

export interface RelationRow {
  key: string
  type_id: string
  id: string
  code: string
  name: string
}

/** The items an item names, by relation. */
export async function listRelated(db: Db | Tx, itemId: string): Promise<RelationRow[]> {
  const { rows } = await sql<RelationRow>`select r.key, i.type_id, i.id, i.code, i.name from registry.relation r
    join registry.item i on i.type_id = r.other_type_id and i.id = r.other_id where r.item_id = ${itemId} order by r.key, i.code`.execute(
    db
  )
  return rows
}

/** Codes some items name, by item and relation. */
export async function listRelatedOf(
  db: Db | Tx,
  itemIds: readonly string[]
): Promise<Map<string, { key: string; code: string }[]>> {
  const { rows } = await sql<{
    item_id: string
    key: string
    code: string
  }>`select r.item_id, r.key, i.code from registry.relation r
    join registry.item i on i.type_id = r.other_type_id and i.id = r.other_id where r.item_id = any(${itemIds}::uuid[]) order by r.key, i.code`.execute(
    db
  )
  return Map.groupBy(rows, (row) => row.item_id)
}

/** Items of a register by code, those that are gone too. */
export async function listIdsByCode(
  db: Db | Tx,
  typeId: string,
  codes: readonly string[]
): Promise<{ id: string; code: string }[]> {
  const { rows } = await sql<{ id: string; code: string }>`select id, code from registry.item
    where type_id = ${typeId} and code = any(${codes}::text[]) order by code`.execute(db)
  return rows
}

/** The items that name an item. */
export async function listNaming(db: Db, itemId: string): Promise<RelationRow[]> {
  const { rows } = await sql<RelationRow>`select r.key, i.type_id, i.id, i.code, i.name from registry.relation r
    join registry.item i on i.type_id = r.type_id and i.id = r.item_id where r.other_id = ${itemId} order by r.key, i.code limit 200`.execute(
    db
  )
  return rows
}

/** The nearest items of a place within a box of degrees, nearest by degrees first. */
export async function listNear(
  db: Db,
  {
    at,
    box,
    conditions,
    limit
  }: { at: readonly [number, number]; box: readonly number[]; conditions: readonly RawBuilder<boolean>[]; limit: number }
): Promise<ItemRecord[]> {
  const [w, s, e, n] = box
  const { rows } = await sql<ItemRecord>`select ${LIST_COLUMNS} from registry.item i
    where point(lng, lat) <@ box(point(${w}::float8, ${s}::float8), point(${e}::float8, ${n}::float8)) and removed_at is null
      and ${sql.join([sql`true`, ...conditions], sql` and `)}
    order by point(lng, lat) <-> point(${at[0]}::float8, ${at[1]}::float8) limit ${limit}`.execute(db)
  return rows
}
