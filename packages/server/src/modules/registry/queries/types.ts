import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

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

/** Items by register and state, counted one by one: see counts.ts for what is asked often. */
export async function countItems(db: Db, typeIds: readonly string[]): Promise<Map<string, Record<string, number>>> {
  const { rows } = await sql<{ type_id: string; status: string; n: number }>`select type_id, status, count(*)::int as n
    from registry.item where type_id = any(${[...typeIds]}::text[]) group by 1, 2`.execute(db)
  const out = new Map<string, Record<string, number>>(typeIds.map((id) => [id, {}]))
  for (const { type_id, status, n } of rows) (out.get(type_id) as Record<string, number>)[status] = n
  return out
}
