import type { FieldResult } from '@chengyun/contract/field'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** What became of a key of this person before, if it was done. */
export async function findDone(
  db: Db | Tx,
  userId: string,
  key: string
): Promise<{ fingerprint: string; result: FieldResult | null } | undefined> {
  const { rows } = await sql<{ fingerprint: string; result: FieldResult | null }>`select fingerprint, result from field.operation
    where user_id = ${userId} and key = ${key} and outcome = 'done'`.execute(db)
  return rows[0]
}

/** Evidence that this person's upload of these bytes became. */
export async function findUploaded(db: Db, userId: string, sha256: string, phase: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select f.id from field.upload u join media.pub_file f on f.id = u.evidence_id
    where u.user_id = ${userId} and u.sha256 = ${sha256} and u.phase = ${phase}`.execute(db)
  return rows[0]?.id
}
