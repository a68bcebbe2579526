import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { Keyring } from '../keyring.ts'

/** Telephones of people with an active account, in clear: for handing a message over, never for showing. */
export async function phonesOf(db: Db, keyring: Keyring, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; phone_enc: string }>`select id, phone_enc from org.user
    where id = any(${[...new Set(ids)]}::uuid[]) and phone_enc is not null and status = 'active'`.execute(db)
  return new Map(rows.map((r) => [r.id, keyring.decrypt(r.phone_enc, `phone:${r.id}`)]))
}
