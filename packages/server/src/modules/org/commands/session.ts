// Opening and ending sessions. Whether a password is right is decided before the transaction: hashing takes 30 ms of processor.
import { ORG_ERRORS } from '@chengyun/contract/org'
import { sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import { command } from '../../../platform/command.ts'
import { type Db, runInTransaction } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { newToken, tokenHash } from '../keyring.ts'
import { grantsSignal } from './org-command.ts'

const fail = thrower(ORG_ERRORS)

export interface Origin {
  ip: string | null
  userAgent: string | null
  requestId?: string
}

export interface OpenedSession {
  id: string
  token: string
  expiresAt: Date
}

interface SessionInput {
  userId: string
  mfa: boolean
  method: 'password' | 'oidc'
  totpStep?: number
  expiresAt: Date
  origin: Origin
}

/** Start a session for a person who has proved who he is; clears the count of failures. */
export const openSession = command(async (tx, input: SessionInput, ctx): Promise<OpenedSession> => {
  const token = newToken()
  const id = newId(ctx.now.getTime())
  // A code works once: two sign-ins with the same one cannot both pass this row.
  if (input.totpStep !== undefined) {
    const used = await tx
      .updateTable('org.user')
      .set({ totp_step: input.totpStep })
      .where('id', '=', input.userId)
      .where('totp_step', '<', input.totpStep)
      .executeTakeFirst()
    if (used.numUpdatedRows !== 1n) throw fail('ORG_TOTP_WRONG')
  }
  await tx
    .updateTable('org.user')
    .set({ failed_count: 0, failed_at: null, locked_until_at: null, last_sign_in_at: ctx.now })
    .where('id', '=', input.userId)
    .execute()
  await tx
    .insertInto('org.session')
    .values({
      id,
      token_hash: tokenHash(token),
      user_id: input.userId,
      created_at: ctx.now,
      last_seen_at: ctx.now,
      expires_at: input.expiresAt,
      ended_at: null,
      end_reason: null,
      ip: input.origin.ip,
      user_agent: input.origin.userAgent?.slice(0, 300) ?? null,
      mfa: input.mfa
    })
    .execute()
  ctx.audit({
    action: 'org.signIn',
    objectType: 'session',
    objectId: id,
    after: { method: input.method, mfa: input.mfa },
    result: 'ok',
    ...(input.origin.userAgent && { userAgent: input.origin.userAgent.slice(0, 300) }),
    ...(input.origin.requestId && { requestId: input.origin.requestId })
  })
  ctx.emit('org.signed_in', { userId: input.userId, sessionId: id })
  return { id, token, expiresAt: input.expiresAt }
})

interface FailureInput {
  userId: string | null
  username: string
  reason: string
  lockAfter: number
  lockMinutes: number
  origin: Origin
}

/** Count a failed sign-in against account and address; locks the account when it was the last allowed one. */
export const recordFailure = command(async (tx, input: FailureInput, ctx): Promise<{ lockedUntil: Date | null }> => {
  await tx
    .insertInto('org.sign_in_failure')
    .values({ ip: input.origin.ip ?? '', username: input.username.slice(0, 64), failed_at: ctx.now })
    .execute()
  let lockedUntil: Date | null = null
  if (input.userId !== null) {
    const until = new Date(ctx.now.getTime() + input.lockMinutes * 60_000)
    // Failures older than the lock time do not add up: five slips over a week are no attack.
    const fresh = new Date(ctx.now.getTime() - input.lockMinutes * 60_000)
    const { rows } = await sql<{ locked_until_at: Date | null }>`
      update org.user set
        failed_count = case when failed_at > ${fresh} then failed_count + 1 else 1 end,
        failed_at = ${ctx.now},
        locked_until_at = case when (case when failed_at > ${fresh} then failed_count + 1 else 1 end) >= ${input.lockAfter} then ${until}::timestamptz else locked_until_at end
      where id = ${input.userId} returning locked_until_at`.execute(tx)
    const locked = rows[0]?.locked_until_at ?? null
    if (locked !== null && locked > ctx.now) {
      lockedUntil = locked
      ctx.emit('org.account_locked', { userId: input.userId, until: locked.toISOString() })
    }
  }
  ctx.audit({
    action: 'org.signIn',
    objectType: 'user',
    objectId: input.userId ?? input.username.slice(0, 64),
    result: 'failed',
    reason: lockedUntil ? `${input.reason}; locked until ${lockedUntil.toISOString()}` : input.reason,
    ...(input.origin.userAgent && { userAgent: input.origin.userAgent.slice(0, 300) }),
    ...(input.origin.requestId && { requestId: input.origin.requestId })
  })
  return { lockedUntil }
})

const endOne = command(async (tx, input: { sessionId: string; reason: string }, ctx): Promise<boolean> => {
  const row = await tx
    .updateTable('org.session')
    .set({ ended_at: ctx.now, end_reason: input.reason })
    .where('id', '=', input.sessionId)
    .where('ended_at', 'is', null)
    .returning('user_id')
    .executeTakeFirst()
  if (!row) return false
  ctx.audit({ action: 'org.signOut', objectType: 'session', objectId: input.sessionId, result: 'ok', reason: input.reason })
  ctx.emit('org.signed_out', { userId: row.user_id, sessionId: input.sessionId })
  return true
})

/** End one session; false when it had ended. */
export async function endSession(
  db: Db,
  actor: Actor,
  input: { sessionId: string; reason: string },
  now?: Date
): Promise<boolean> {
  const ended = await endOne(db, actor, input, now ?? {})
  grantsSignal.emit('ended', input.sessionId)
  return ended
}

/** End all sessions of a person but one; answers their ids. Used within other commands: tell the cache after the commit. */
export async function endSessionsOf(
  tx: Parameters<typeof endOne.within>[0],
  userId: string,
  except: string | null,
  reason: string,
  now: Date
): Promise<string[]> {
  const rows = await tx
    .updateTable('org.session')
    .set({ ended_at: now, end_reason: reason })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .$if(except !== null, (q) => q.where('id', '<>', except))
    .returning('id')
    .execute()
  return rows.map((r) => r.id)
}

export interface Sighting {
  id: string
  kind: 'session' | 'token'
  at: Date
}

/** Write the times at which sessions and tokens were last used. Not audited: it says nothing a request did not. */
export async function flushLastSeen(db: Db, seen: readonly Sighting[]): Promise<void> {
  const write = async (kind: Sighting['kind'], table: 'org.session' | 'org.api_token', column: string): Promise<void> => {
    const of = seen.filter((s) => s.kind === kind)
    if (of.length === 0) return
    await runInTransaction(db, (tx) =>
      sql`update ${sql.table(table)} t set ${sql.ref(column)} = s.at from unnest(${of.map((s) => s.id)}::uuid[], ${of.map((s) => s.at)}::timestamptz[]) as s(id, at)
        where t.id = s.id and (t.${sql.ref(column)} is null or t.${sql.ref(column)} < s.at)`.execute(tx)
    )
  }
  await write('session', 'org.session', 'last_seen_at')
  await write('token', 'org.api_token', 'last_used_at')
}
