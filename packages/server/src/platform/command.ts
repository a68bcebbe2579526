import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { sql } from 'kysely'
import type { Actor } from './actor.ts'
import type { AuditEntry } from './audit.ts'
import { type Db, runInTransaction, type Tx } from './db.ts'
import { AppError } from './errors.ts'

export interface CommandContext {
  actor: Actor
  now: Date
  /** Announce a fact. It reaches listeners after the commit, through the outbox, or never if the transaction fails. */
  emit: (name: string, payload: Record<string, unknown>) => void
  /** Put an entry on the audit trail, in the same commit. */
  audit: (entry: Omit<AuditEntry, 'actor' | 'at'>) => void
}

/** Fires after each commit that left something in the outbox, so that the relay of this process need not wait for its poll. */
export const commitSignal = new EventEmitter()
commitSignal.setMaxListeners(0)

interface Outgoing {
  name: string
  payload: Record<string, unknown>
}

/** The name under which audit entries travel through the outbox; the relay chains them in order. */
export const AUDIT_EVENT = 'platform.audited'

export const auditPayload = (actor: Actor, at: Date, entry: Omit<AuditEntry, 'actor' | 'at'>): Record<string, unknown> => ({
  at: at.toISOString(),
  actorId: actor.id,
  actorName: actor.name,
  unitId: actor.unitId,
  ip: actor.ip,
  sessionId: actor.sessionId,
  ...entry
})

/** Append events to the outbox in one statement. */
export async function appendToOutbox(tx: Tx, events: readonly Outgoing[], at: Date): Promise<void> {
  if (events.length === 0) return
  await sql`insert into platform.outbox (name, payload, at)
    select e->>'name', e->'payload', ${at} from jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality as t(e, n) order by n`.execute(
    tx
  )
}

export const fingerprintOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32)

export interface CommandOptions {
  now?: Date
  /** The client's Idempotency-Key: the same key and input again answers what the first call answered. */
  key?: string | undefined
}

/**
 * A command is the only way to write. It runs in one transaction, sees only that transaction, and its events and audit entries
 * reach the outside through the outbox: same commit as the rows, delivered after it.
 */
export function command<I, O>(run: (tx: Tx, input: I, ctx: CommandContext) => Promise<O>) {
  const start = async (db: Db, actor: Actor, input: I, options: CommandOptions | Date = {}): Promise<O> => {
    const { now = new Date(), key } = options instanceof Date ? { now: options, key: undefined } : options
    let announced = false
    const out = await runInTransaction(db, async (tx) => {
      const fingerprint = key === undefined ? '' : fingerprintOf(input)
      if (key !== undefined) {
        const earlier = await claimKey(tx, actor, key, fingerprint, now)
        if (earlier !== undefined) return earlier.result as O
      }
      const events: Outgoing[] = []
      const result = await run(tx, input, {
        actor,
        now,
        emit: (name, payload) => events.push({ name, payload }),
        audit: (entry) => events.push({ name: AUDIT_EVENT, payload: auditPayload(actor, now, entry) })
      })
      await appendToOutbox(tx, events, now)
      announced = events.length > 0
      if (key !== undefined) {
        await sql`update platform.command_key set result = ${JSON.stringify(result ?? null)}::jsonb where actor_id = ${actor.id} and key = ${key}`.execute(
          tx
        )
      }
      return result
    })
    if (announced) commitSignal.emit('commit')
    return out
  }
  /** Join the caller's transaction, so that two modules change together or not at all. */
  return Object.assign(start, { within: run })
}

async function claimKey(
  tx: Tx,
  actor: Actor,
  key: string,
  fingerprint: string,
  now: Date
): Promise<{ result: unknown } | undefined> {
  const claimed = await sql`insert into platform.command_key (actor_id, key, fingerprint, created_at)
    values (${actor.id}, ${key}, ${fingerprint}, ${now}) on conflict do nothing`.execute(tx)
  if (claimed.numAffectedRows === 1n) return undefined
  const { rows } = await sql<{ fingerprint: string; result: unknown }>`
    select fingerprint, result from platform.command_key where actor_id = ${actor.id} and key = ${key}`.execute(tx)
  const earlier = rows[0]
  if (!earlier) return undefined
  if (earlier.fingerprint !== fingerprint) {
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 422, 'This Idempotency-Key was used for another request.', { key })
  }
  return { result: earlier.result }
}
