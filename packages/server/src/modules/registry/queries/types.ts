import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { Reach } from '../policy.ts'
import { reachCondition } from './reach.ts'

export interface TypeRecord {
  id: string
  version: number
  declaration: RegisterDeclaration
  origin: string
  state: 'active' | 'retired'
  updated_at: Date
  changed_by_name: string
}

const COLUMNS = sql`t.id, t.version, t.declaration, t.origin, t.state, t.updated_at, coalesce(u.name, '') as changed_by_name`
const FROM = sql`registry.type t left join registry.type_version v on v.type_id = t.id and v.version = t.version
  left join org.pub_user u on u.id = v.changed_by`

/** A register by its id, locked on demand until the transaction ends. */
export async function findType(db: Db | Tx, id: string, lock = false): Promise<TypeRecord | undefined> {
  const { rows } =
    await sql<TypeRecord>`select ${COLUMNS} from ${FROM} where t.id = ${id} ${lock ? sql`for update of t` : sql``}`.execute(db)
  return rows[0]
}

/** All registers, those in use first. */
export async function listTypes(db: Db | Tx): Promise<TypeRecord[]> {
  const { rows } = await sql<TypeRecord>`select ${COLUMNS} from ${FROM} order by t.state, t.created_at, t.id`.execute(db)
  return rows
}

export interface TypeVersionRecord {
  version: number
  declaration: RegisterDeclaration
  note: string
  changed_at: Date
}

/** Every version of a register, newest first. */
export async function listTypeVersions(db: Db, id: string): Promise<TypeVersionRecord[]> {
  const { rows } = await sql<TypeVersionRecord>`select version, declaration, note, changed_at from registry.type_version
    where type_id = ${id} order by version desc`.execute(db)
  return rows
}

/** How many items of a register stand in a state within a district (the first six digits of their places). */
export interface ItemCount {
  typeId: string
  district: string | null
  status: string
  count: number
}

/** Items by register, district and state, counted one by one: see counts.ts for what is asked often. `reach` cuts them. */
export async function countItems(db: Db, typeIds: readonly string[], reach: Reach): Promise<ItemCount[]> {
  const condition = reachCondition(reach) ?? sql`true`
  const { rows } = await sql<ItemCount>`select type_id as "typeId", left(grid_code, 6) as district, status, count(*)::int as count
    from registry.item i where type_id = any(${[...typeIds]}::text[]) and ${condition} group by 1, 2, 3`.execute(db)
  return rows
}
