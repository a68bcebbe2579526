// What a person does to his own account: password, second factor, access tokens.
import { ORG_ERRORS, type Permission } from '@chengyun/contract/org'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { PASSWORD_MEMORY } from '../domain/password.ts'
import { newToken, tokenHash } from '../keyring.ts'
import { bumpVersion, grantCommand, grantsSignal } from './org-command.ts'
import { endSessionsOf } from './session.ts'

const fail = thrower(ORG_ERRORS)

/** Write a password hash and remember it; older ones than the rule asks for are forgotten. */
export async function writePassword(tx: Tx, userId: string, hash: string, mustChange: boolean, now: Date): Promise<void> {
  await tx
    .updateTable('org.user')
    .set((eb) => ({
      password_hash: hash,
      password_changed_at: now,
      must_change: mustChange,
      failed_count: 0,
      locked_until_at: null,
      version: eb('version', '+', 1)
    }))
    .where('id', '=', userId)
    .execute()
  await tx.insertInto('org.password_history').values({ user_id: userId, password_hash: hash, set_at: now }).execute()
  await tx
    .deleteFrom('org.password_history')
    .where('user_id', '=', userId)
    .where('id', 'not in', (eb) =>
      eb
        .selectFrom('org.password_history')
        .select('id')
        .where('user_id', '=', userId)
        .orderBy('set_at', 'desc')
        .orderBy('id', 'desc')
        .limit(PASSWORD_MEMORY)
    )
    .execute()
}

/** A new password of one's own; all other sessions of the person end. */
export const changePassword = grantCommand(
  async (tx, input: { userId: string; hash: string; keepSession: string | null }, ctx): Promise<void> => {
    await writePassword(tx, input.userId, input.hash, false, ctx.now)
    const ended = await endSessionsOf(tx, input.userId, input.keepSession, 'password changed', ctx.now)
    ctx.audit({
      action: 'org.changePassword',
      objectType: 'user',
      objectId: input.userId,
      after: { endedSessions: ended.length },
      result: 'ok'
    })
    await bumpVersion(tx, ctx, { objectType: 'user', objectId: input.userId })
    for (const id of ended) grantsSignal.emit('ended', id)
  }
)

/** Keep a secret that waits for its first code. @throws ORG_TOTP_ENROLLED when one is in force. */
export const startTotp = command(async (tx, input: { userId: string; sealed: string }, ctx): Promise<void> => {
  const done = await tx
    .updateTable('org.user')
    .set({ totp_enc: input.sealed })
    .where('id', '=', input.userId)
    .where('totp_confirmed_at', 'is', null)
    .executeTakeFirst()
  if (done.numUpdatedRows !== 1n) throw fail('ORG_TOTP_ENROLLED')
  ctx.audit({ action: 'org.startTotp', objectType: 'user', objectId: input.userId, result: 'ok' })
})

/** The first code was right: from now on it is asked at every sign-in. The session that enrolled counts as proved. */
export const confirmTotp = grantCommand(
  async (tx, input: { userId: string; step: number; sessionId: string | null }, ctx): Promise<void> => {
    const done = await tx
      .updateTable('org.user')
      .set({ totp_confirmed_at: ctx.now, totp_step: input.step })
      .where('id', '=', input.userId)
      .where('totp_enc', 'is not', null)
      .where('totp_confirmed_at', 'is', null)
      .executeTakeFirst()
    if (done.numUpdatedRows !== 1n) throw fail('ORG_TOTP_NOT_STARTED')
    if (input.sessionId !== null)
      await tx.updateTable('org.session').set({ mfa: true }).where('id', '=', input.sessionId).execute()
    ctx.audit({ action: 'org.enrolTotp', objectType: 'user', objectId: input.userId, result: 'ok' })
    await bumpVersion(tx, ctx, { objectType: 'user', objectId: input.userId })
  }
)

/** Take the second factor off: by the person with his password, or by the security administrator for a lost telephone. */
export const removeTotp = grantCommand(async (tx, input: { userId: string; reason: string }, ctx): Promise<void> => {
  await tx
    .updateTable('org.user')
    .set({ totp_enc: null, totp_confirmed_at: null, totp_step: 0 })
    .where('id', '=', input.userId)
    .execute()
  ctx.audit({ action: 'org.removeTotp', objectType: 'user', objectId: input.userId, result: 'ok', reason: input.reason })
  await bumpVersion(tx, ctx, { objectType: 'user', objectId: input.userId })
})

export interface TokenInput {
  userId: string
  name: string
  permissions: Permission[] | null
  expiresAt: Date
}

/** A token for programs. It is answered once and never stored. */
export const createToken = command(async (tx, input: TokenInput, ctx) => {
  const token = newToken()
  const row = {
    id: newId(ctx.now.getTime()),
    user_id: input.userId,
    name: input.name,
    permissions: input.permissions,
    created_at: ctx.now,
    expires_at: input.expiresAt,
    last_used_at: null
  }
  await tx
    .insertInto('org.api_token')
    .values({ ...row, token_hash: tokenHash(token), revoked_at: null })
    .execute()
  ctx.audit({
    action: 'org.createToken',
    objectType: 'token',
    objectId: row.id,
    after: { name: input.name, permissions: input.permissions, expiresAt: input.expiresAt },
    result: 'ok'
  })
  return { ...row, token }
})

export const revokeToken = command(async (tx, input: { userId: string; tokenId: string }, ctx): Promise<void> => {
  const done = await tx
    .updateTable('org.api_token')
    .set({ revoked_at: ctx.now })
    .where('id', '=', input.tokenId)
    .where('user_id', '=', input.userId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (done.numUpdatedRows !== 1n) throw fail('ORG_TOKEN_NOT_FOUND')
  ctx.audit({ action: 'org.revokeToken', objectType: 'token', objectId: input.tokenId, result: 'ok' })
  await bumpVersion(tx, ctx, { objectType: 'user', objectId: input.userId })
  grantsSignal.emit('ended', input.tokenId)
})
