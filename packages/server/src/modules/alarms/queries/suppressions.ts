import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { Suppression } from '../domain/suppress.ts'

export interface SuppressionRow extends Suppression {
  reason: string
  created_at: Date
  created_by: string
  created_by_name: string
  ended_by_name: string | null
  swept_at: Date | null
  hidden: number
  version: number
}

const COLUMNS = sql.raw(
  'id, scope, reason, starts_at, ends_at, weekly, created_at, created_by, created_by_name, ended_at, ended_by_name, swept_at, hidden, version'
)

/** Windows that can hide between two instants; locked where asked, so that none ends while it hides. */
export async function suppressionsAt(db: Db | Tx, from: Date, to: Date, lock = false): Promise<SuppressionRow[]> {
  const { rows } = await sql<SuppressionRow>`select ${COLUMNS} from alarms.suppression
    where starts_at <= ${to} and ends_at > ${from} and (ended_at is null or ended_at > ${from}) order by created_at, id
    ${lock ? sql`for update` : sql``}`.execute(db)
  return rows
}

/** Newest first. */
export async function listSuppressions(db: Db, limit: number): Promise<SuppressionRow[]> {
  const { rows } =
    await sql<SuppressionRow>`select ${COLUMNS} from alarms.suppression order by created_at desc limit ${limit}`.execute(db)
  return rows
}

export async function findSuppression(db: Db | Tx, id: string, lock = false): Promise<SuppressionRow | undefined> {
  const { rows } =
    await sql<SuppressionRow>`select ${COLUMNS} from alarms.suppression where id = ${id}::uuid ${lock ? sql`for update` : sql``}`.execute(
      db
    )
  return rows[0]
}
