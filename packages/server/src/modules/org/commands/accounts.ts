// What administrators do to other people's accounts, and the lending of permissions.
import { ORG_ERRORS, type Permission } from '@chengyun/contract/org'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { bumpVersion, grantCommand, grantsSignal } from './org-command.ts'
import { writePassword } from './own-account.ts'
import { endSessionsOf } from './session.ts'

const fail = thrower(ORG_ERRORS)
/** 授权: the longest span for which operations may be lent, in days. */
export const DELEGATION_DAYS = 30

/** A temporary password: it must be changed at the next sign-in; all sessions of the person end. */
export const resetPassword = grantCommand(async (tx, input: { userId: string; hash: string }, ctx): Promise<void> => {
  const user = await tx.selectFrom('org.user').select('id').where('id', '=', input.userId).executeTakeFirst()
  if (!user) throw fail('ORG_USER_NOT_FOUND')
  await writePassword(tx, user.id, input.hash, true, ctx.now)
  const ended = await endSessionsOf(tx, user.id, null, 'password reset', ctx.now)
  ctx.audit({
    action: 'org.resetPassword',
    objectType: 'user',
    objectId: user.id,
    after: { endedSessions: ended.length },
    result: 'ok'
  })
  await bumpVersion(tx, ctx, { objectType: 'user', objectId: user.id })
  for (const id of ended) grantsSignal.emit('ended', id)
})

/** Lift the lock after failed sign-ins. */
export const unlockUser = command(async (tx, input: { userId: string }, ctx): Promise<void> => {
  const done = await tx
    .updateTable('org.user')
    .set({ failed_count: 0, failed_at: null, locked_until_at: null })
    .where('id', '=', input.userId)
    .executeTakeFirst()
  if (done.numUpdatedRows !== 1n) throw fail('ORG_USER_NOT_FOUND')
  ctx.audit({ action: 'org.unlock', objectType: 'user', objectId: input.userId, result: 'ok' })
  ctx.emit('org.changed', { objectType: 'user', objectId: input.userId })
})

/** Personal data was shown in clear: to whom, whose, why. */
export const recordReveal = command(async (_tx, input: { userId: string; reason: string }, ctx): Promise<void> => {
  ctx.audit({ action: 'org.revealPhone', objectType: 'user', objectId: input.userId, result: 'ok', reason: input.reason })
})

export interface DelegationInput {
  userId: string
  permissions: Permission[]
  from: Date
  to: Date
  reason: string
}

/** Lend case operations one holds, over what one's own post reaches, to somebody for a span of time. */
export const delegate = grantCommand(async (tx, input: DelegationInput, ctx): Promise<string[]> => {
  const days = (input.to.getTime() - input.from.getTime()) / 86_400_000
  if (!(days > 0) || days > DELEGATION_DAYS || input.to <= ctx.now || input.userId === ctx.actor.id)
    throw fail('ORG_DELEGATION', { days: DELEGATION_DAYS })
  const user = await tx
    .selectFrom('org.user')
    .select('id')
    .where('id', '=', input.userId)
    .where('status', '=', 'active')
    .executeTakeFirst()
  if (!user) throw fail('ORG_USER_NOT_FOUND')
  const separated = await tx
    .selectFrom('org.post')
    .select('role')
    .where('user_id', '=', user.id)
    .where('role', 'in', ['systemAdmin', 'securityAdmin', 'auditAdmin'])
    .where((eb) => eb.or([eb('valid_to_at', 'is', null), eb('valid_to_at', '>', ctx.now)]))
    .executeTakeFirst()
  if (separated) throw fail('ORG_DUTY_SEPARATION', { first: separated.role, second: input.permissions[0] ?? '' })
  const ids: string[] = []
  const left = new Set(input.permissions.filter((p) => p.startsWith('cases:') && p !== 'cases:config' && p !== 'cases:import'))
  if (left.size !== input.permissions.length) throw fail('ORG_DELEGATION', { days: DELEGATION_DAYS })
  for (const grant of ctx.actor.grants) {
    const lent = [...left].filter((p) => grant.permissions.has(p))
    if (lent.length === 0) continue
    for (const p of lent) left.delete(p)
    const id = newId(ctx.now.getTime())
    await tx
      .insertInto('org.delegation')
      .values({
        id,
        from_user_id: ctx.actor.id,
        user_id: user.id,
        role: grant.role,
        unit_id: grant.unitId,
        region_codes: grant.regionCodes === null ? null : [...grant.regionCodes],
        permissions: lent,
        reason: input.reason,
        valid_from_at: input.from,
        valid_to_at: input.to,
        revoked_at: null
      })
      .execute()
    ids.push(id)
  }
  if (left.size > 0) throw fail('ORG_DELEGATION', { days: DELEGATION_DAYS })
  ctx.audit({
    action: 'org.delegate',
    objectType: 'user',
    objectId: user.id,
    after: { permissions: input.permissions, from: input.from, to: input.to },
    result: 'ok',
    reason: input.reason
  })
  await bumpVersion(tx, ctx, { objectType: 'delegation', objectId: ids[0] ?? '' })
  return ids
})

/** Take back what one lent. */
export const revokeDelegation = grantCommand(async (tx, input: { id: string }, ctx): Promise<void> => {
  const done = await tx
    .updateTable('org.delegation')
    .set({ revoked_at: ctx.now })
    .where('id', '=', input.id)
    .where('from_user_id', '=', ctx.actor.id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (done.numUpdatedRows !== 1n) throw fail('ORG_DELEGATION_NOT_FOUND')
  ctx.audit({ action: 'org.revokeDelegation', objectType: 'delegation', objectId: input.id, result: 'ok' })
  await bumpVersion(tx, ctx, { objectType: 'delegation', objectId: input.id })
})
