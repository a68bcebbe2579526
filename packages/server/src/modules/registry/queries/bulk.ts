import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** A bulk edit as its batch keeps it. */
export interface BulkRecord {
  id: string
  type_id: string
  name: string
  state: 'publishing' | 'published' | 'failed' | 'cancelled'
  options: { codes: string[]; changes: Record<string, unknown>; note: string; undo?: boolean; after?: string | null }
  progress: { done: number; total: number }
  totals: { skipped?: number; left?: string[] }
  created_by: string | null
  created_by_name: string
  created_at: Date
}

const SELECT = sql`select id, type_id, name, state, options, progress, totals, created_by, created_by_name, created_at from registry.batch`

/** A bulk edit by its id, locked on demand. */
export async function findBulk(db: Db | Tx, id: string, lock = false): Promise<BulkRecord | undefined> {
  const { rows } = await sql<BulkRecord>`${SELECT} where id = ${id} and kind = 'bulk' ${lock ? sql`for update` : sql``}`.execute(
    db
  )
  return rows[0]
}

/** Bulk edits that nobody has worked on for a while: the process that did has gone. */
export async function listStalledBulks(db: Db, before: Date): Promise<BulkRecord[]> {
  const { rows } =
    await sql<BulkRecord>`${SELECT} where kind = 'bulk' and state = 'publishing' and updated_at < ${before} order by id`.execute(
      db
    )
  return rows
}

/** The last bulk edits of a register, newest first. */
export async function listBulks(db: Db, typeId: string, limit: number): Promise<BulkRecord[]> {
  const { rows } =
    await sql<BulkRecord>`${SELECT} where kind = 'bulk' and type_id = ${typeId} order by id desc limit ${limit}`.execute(db)
  return rows
}
