import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { Open311KeyTable } from '../tables.ts'

/** All keys, newest first. */
export const listOpen311Keys = (db: Db): Promise<Open311KeyTable[]> =>
  db.selectFrom('citizen.open311_key').selectAll().orderBy('id', 'desc').execute()

/** The key with this hash, unless it was revoked. */
export async function findLiveOpen311Key(
  db: Db,
  hash: string
): Promise<{ id: string; name: string; prefix: string } | undefined> {
  const { rows } = await sql<{ id: string; name: string; prefix: string }>`select id, name, prefix from citizen.open311_key
    where hash = ${hash} and revoked_at is null`.execute(db)
  return rows[0]
}
