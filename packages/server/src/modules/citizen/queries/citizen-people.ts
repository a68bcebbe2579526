import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

/** The contact of a session that is still good, by the hash of its token. */
export async function contactOfSession(
  db: Db,
  tokenHash: string,
  now: Date
): Promise<{ id: string; phoneEnc: string } | undefined> {
  const { rows } = await sql<{ id: string; phoneEnc: string }>`select c.id, c.phone_enc as "phoneEnc" from citizen.session s
    join citizen.contact c on c.id = s.contact_id where s.token_hash = ${tokenHash} and s.expires_at > ${now}`.execute(db)
  return rows[0]
}

export interface FollowRow {
  id: string
  kind: 'report' | 'area'
  target: string
  since: Date
}
export const followsOf = async (db: Db, contactId: string): Promise<FollowRow[]> =>
  (
    await sql<FollowRow>`select id, kind, target, since from citizen.follow where contact_id = ${contactId} order by since desc limit 100`.execute(
      db
    )
  ).rows
