import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '../../../platform/actor.ts'
import { type CommandContext, type CommandOptions, command as once } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'

const TRIES = 6
/** Two transactions waited for each other, or read what the other changed. */
const COLLISIONS: readonly string[] = ['40P01', '40001']

/** Another transaction came between; the command begins anew. */
export class Collision extends Error {
  readonly code = '40001'
}

/** A lost race, after which the same transaction can be tried again: what it wrote is gone with it. Two judges at once raise the same alarm only once. */
function isCollision(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return COLLISIONS.includes(code ?? '') || (code === '23505' && constraint === 'alarm_key_ux')
}

/**
 * A command of this module: judge, ladder, cases and people write the same alarms at once. All take locks in one order (lock.ts); what collides all the
 * same begins anew with the rows as they are then, up to six times.
 */
export function command<I, O>(run: (tx: Tx, input: I, ctx: CommandContext) => Promise<O>) {
  const attempt = once(run)
  const start = async (db: Db, actor: Actor, input: I, options: CommandOptions | Date = {}): Promise<O> => {
    for (let tries = 1; ; tries++)
      try {
        return await attempt(db, actor, input, options)
      } catch (error) {
        if (tries === TRIES || !isCollision(error)) throw error
        await sleep(10 * 2 ** tries * (0.5 + Math.random()))
      }
  }
  return Object.assign(start, { within: attempt.within })
}
