import { EventEmitter } from 'node:events'
import type { OrgChanged } from '@chengyun/contract/org'
import { type Actor, SYSTEM } from '../../../platform/actor.ts'
import { type CommandContext, type CommandOptions, command } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'

/** Tells the session caches of this process, after the commit: 'changed' () and 'ended' (sessionId). */
export const grantsSignal = new EventEmitter()
grantsSignal.setMaxListeners(0)

/** Somebody who has not signed in, at an address: for audit entries of sign-in itself. */
export const visitor = (ip: string | null, username = ''): Actor => ({
  ...SYSTEM,
  id: '00000000-0000-7000-8000-000000000001',
  name: username,
  username,
  ip,
  system: false
})

/** Grants are no longer what they were: raise the version every process compares, and announce it. */
export async function bumpVersion(tx: Tx, ctx: CommandContext, changed: OrgChanged): Promise<void> {
  await tx
    .updateTable('org.version')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .execute()
  ctx.emit('org.changed', { ...changed })
}

/** A command after which cached grants of this process are stale. */
export function grantCommand<I, O>(run: (tx: Tx, input: I, ctx: CommandContext) => Promise<O>) {
  const inner = command(run)
  return Object.assign(
    async (db: Db, actor: Actor, input: I, options?: CommandOptions | Date): Promise<O> => {
      const out = await inner(db, actor, input, options)
      grantsSignal.emit('changed')
      return out
    },
    { within: run }
  )
}
