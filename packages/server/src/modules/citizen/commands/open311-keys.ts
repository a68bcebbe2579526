import { createHash, randomBytes } from 'node:crypto'
import { PUBLIC_ERRORS } from '@chengyun/contract/public'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import type { Open311KeyTable } from '../tables.ts'

const fail = thrower(PUBLIC_ERRORS)
const PREFIX_LENGTH = 10

/** What is kept of a key. Keys are 192 random bits: a plain hash cannot be turned back. */
export const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')

/** A new key for another system. The key itself is in this answer and nowhere else. */
export const createOpen311Key = command(
  async (tx, input: { name: string }, { actor, now, audit }): Promise<Open311KeyTable & { key: string }> => {
    const key = `o311_${randomBytes(24).toString('base64url')}`
    const row: Open311KeyTable = {
      id: newId(now.getTime()),
      name: input.name.trim(),
      prefix: key.slice(0, PREFIX_LENGTH),
      hash: hashOf(key),
      created_at: now,
      created_by: actor.id,
      created_by_name: actor.name,
      last_used_at: null,
      revoked_at: null
    }
    await tx.insertInto('citizen.open311_key').values(row).execute()
    audit({
      action: 'citizen.open311KeyCreated',
      objectType: 'open311Key',
      objectId: row.id,
      after: { name: row.name },
      result: 'ok'
    })
    return { ...row, key }
  }
)

/** From now on the key files nothing. @throws AppError OPEN311_KEY_NOT_FOUND, OPEN311_KEY_REVOKED */
export const revokeOpen311Key = command(async (tx, input: { id: string }, { now, audit }): Promise<Open311KeyTable> => {
  const row = await tx.selectFrom('citizen.open311_key').selectAll().where('id', '=', input.id).forUpdate().executeTakeFirst()
  if (!row) throw fail('OPEN311_KEY_NOT_FOUND')
  if (row.revoked_at) throw fail('OPEN311_KEY_REVOKED')
  await tx.updateTable('citizen.open311_key').set({ revoked_at: now }).where('id', '=', input.id).execute()
  audit({
    action: 'citizen.open311KeyRevoked',
    objectType: 'open311Key',
    objectId: input.id,
    before: { name: row.name },
    result: 'ok'
  })
  return { ...row, revoked_at: now }
})
