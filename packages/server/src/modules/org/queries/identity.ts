// Reads of sign-in and grants: what the session cache needs, in as few statements as there are questions.
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** A user as sign-in needs him. */
export function findAccount(db: Db | Tx, username: string) {
  return db.selectFrom('org.user').selectAll().where('username', '=', username.trim().toLowerCase()).executeTakeFirst()
}

/** A user by id. */
export function findUserRow(db: Db | Tx, id: string) {
  return db.selectFrom('org.user').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The live session behind a token hash, with its person. Ended sessions are not found. */
export function findSession(db: Db, hash: string) {
  return db
    .selectFrom('org.session as s')
    .innerJoin('org.user as u', 'u.id', 's.user_id')
    .select([
      's.id',
      's.user_id',
      's.created_at',
      's.last_seen_at',
      's.expires_at',
      's.ip',
      's.mfa',
      'u.username',
      'u.name',
      'u.must_change',
      'u.password_changed_at',
      'u.password_hash',
      'u.totp_confirmed_at',
      'u.demo'
    ])
    .where('s.token_hash', '=', hash)
    .where('s.ended_at', 'is', null)
    .where('u.status', '=', 'active')
    .executeTakeFirst()
}

/** The usable API token behind a hash, with its person. */
export function findToken(db: Db, hash: string, now: Date) {
  return db
    .selectFrom('org.api_token as t')
    .innerJoin('org.user as u', 'u.id', 't.user_id')
    .select(['t.id', 't.user_id', 't.permissions', 't.expires_at', 'u.username', 'u.name', 'u.demo'])
    .where('t.token_hash', '=', hash)
    .where('t.revoked_at', 'is', null)
    .where('t.expires_at', '>', now)
    .where('u.status', '=', 'active')
    .executeTakeFirst()
}

/** Posts of a person that are or will be valid, oldest first: the first is the main one. */
export function listPostsOf(db: Db | Tx, userId: string, now: Date) {
  return db
    .selectFrom('org.post')
    .selectAll()
    .where('user_id', '=', userId)
    .where((eb) => eb.or([eb('valid_to_at', 'is', null), eb('valid_to_at', '>', now)]))
    .orderBy('valid_from_at')
    .orderBy('id')
    .execute()
}

/** What was lent to a person and is not over. */
export function listDelegationsTo(db: Db, userId: string, now: Date) {
  return db
    .selectFrom('org.delegation')
    .selectAll()
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('valid_to_at', '>', now)
    .execute()
}

/** The whole tree in one read: it is small and everybody's grants are unfolded from it. */
export function listAllUnits(db: Db) {
  return db
    .selectFrom('org.unit')
    .select(['id', 'key', 'kind', 'parent_id', 'path', 'district_code', 'street_code', 'name', 'short_name', 'active'])
    .execute()
}

/** Cells of the role matrix that differ from the delivered ones. */
export function listOverrides(db: Db | Tx) {
  return db.selectFrom('org.role_permission').select(['role', 'permission', 'allowed']).where('active', '=', true).execute()
}

/** How far the organisation has changed, and which sessions ended since: what another process must forget. */
export async function readVersion(db: Db, since: Date): Promise<{ version: number; ended: string[] }> {
  const { rows } = await sql<{ version: number; ended: string[] | null }>`
    select v.version, (select array_agg(s.id::text) from org.session s where s.ended_at > ${since}) as ended from org.version v`.execute(
    db
  )
  return { version: rows[0]?.version ?? 0, ended: rows[0]?.ended ?? [] }
}

/** Failed sign-ins from an address since a moment. */
export async function countFailuresFrom(db: Db, ip: string, since: Date): Promise<{ count: number; last: Date | null }> {
  const row = await db
    .selectFrom('org.sign_in_failure')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('failed_at').as('last')])
    .where('ip', '=', ip)
    .where('failed_at', '>', since)
    .executeTakeFirstOrThrow()
  return { count: row.count, last: row.last }
}

/** The hashes a new password must differ from, newest first. */
export async function listPasswordHashes(db: Db, userId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('org.password_history')
    .select('password_hash')
    .where('user_id', '=', userId)
    .orderBy('set_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((r) => r.password_hash)
}

/** API tokens of a person, newest first. */
export function listTokens(db: Db, userId: string) {
  return db
    .selectFrom('org.api_token')
    .select(['id', 'name', 'permissions', 'created_at', 'expires_at', 'last_used_at'])
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .execute()
}

/** Demonstration accounts the sign-in page offers: one per role, from the city centre or the best known unit. */
export function listDemoAccounts(db: Db) {
  return db
    .selectFrom('org.user as u')
    .innerJoin('org.post as p', 'p.user_id', 'u.id')
    .innerJoin('org.unit as n', 'n.id', 'p.unit_id')
    .distinctOn('u.username')
    .select(['u.username', 'u.name', 'p.role', 'n.name as unit_name'])
    .orderBy('u.username')
    .orderBy('n.sort')
    .where('u.demo', '=', true)
    .where('u.status', '=', 'active')
    .where('p.valid_to_at', 'is', null)
    .where(sql<boolean>`lower(p.role) = u.username`)
    .execute()
}
