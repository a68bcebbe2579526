import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { type Reach, reachCondition } from '../../registry/index.ts'

/** An item as figures and widgets need it. */
export interface SeenItem {
  id: string
  type_id: string
  code: string
  name: string
  address: string
  class_code: string | null
  grid_code: string | null
  lng: number | null
  lat: number | null
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
}
export type Where = Readonly<Record<string, readonly (string | number | boolean)[]>>

/** The SQL of the conditions of a pack on items `i`: any of the values of each. */
export const whereOf = (where: Where | undefined): RawBuilder<unknown> =>
  sql.join(
    [
      sql`true`,
      ...Object.entries(where ?? {}).map(([key, values]) =>
        key === 'status' || key === 'class_code'
          ? sql`${sql.ref(`i.${key}`)} = any(${values.map(String)}::text[])`
          : sql`coalesce(i.attributes -> ${key} <@ ${JSON.stringify(values)}::jsonb, false)`
      )
    ],
    sql` and `
  )
const found = (type: string, reach: Reach, where: Where | undefined) =>
  sql`i.type_id = ${type} and i.removed_at is null and ${whereOf(where)} and ${reachCondition(reach) ?? sql`true`}`

/** Items of a register within a reach, by code. */
export async function seenItems(db: Db, type: string, reach: Reach, where?: Where): Promise<SeenItem[]> {
  const { rows } =
    await sql<SeenItem>`select i.id, i.type_id, i.code, i.name, i.address, i.class_code, i.grid_code, i.lng, i.lat, i.authority_id,
      i.owner_id, i.maintainer_id
    from registry.pub_item i where ${found(type, reach, where)} order by i.code`.execute(db)
  return rows
}

export async function countSeen(db: Db, type: string, reach: Reach, where?: Where): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from registry.pub_item i where ${found(type, reach, where)}`.execute(db)
  return rows[0]?.n ?? 0
}

/** Some attributes of the items of a register, as text, by item. */
export async function attributesOf(db: Db, type: string, keys: readonly string[]): Promise<Map<string, (string | null)[]>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{
    id: string
    texts: (string | null)[]
  }>`select id, array(select attributes ->> k from unnest(${[...keys]}::text[])
      with ordinality u(k, n) order by n) as texts from registry.pub_item where type_id = ${type} and removed_at is null`.execute(
    db
  )
  return new Map(rows.map((r) => [r.id, r.texts]))
}

/** Who names whom by a relation, by item. */
export async function relationsOf(db: Db, key: string, types: readonly string[]): Promise<{ from: string; to: string }[]> {
  const { rows } = await sql<{ from: string; to: string }>`select item_id as "from", other_id as "to" from registry.pub_relation
    where key = ${key} and type_id = any(${[...types]}::text[]) limit 20000`.execute(db)
  return rows
}

/** Names of divisions and units by code or id. */
export async function namesOf(db: Db, codes: readonly string[], unitIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{
    key: string
    name: string
  }>`select code as key, name from geo.pub_division where code = any(${[...codes]}::text[])
    union all select id::text, name from org.pub_unit where id = any(${[...unitIds]}::uuid[])`.execute(db)
  return new Map(rows.map((r) => [r.key, r.name]))
}
