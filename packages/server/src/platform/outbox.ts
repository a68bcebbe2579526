import { EventEmitter } from 'node:events'
import { sql } from 'kysely'
import { chainAudit } from './audit.ts'
import { AUDIT_EVENT, commitSignal } from './command.ts'
import { type Db, runInTransaction, type Tx } from './db.ts'
import type { DeliveredEvent, ModuleDef } from './module.ts'

const BATCH = 500
const POLL_MS = 200
/** An event that comes alone is delivered at once; while more come, a batch is made so often at most. */
const PACE_MS = 60
/** Advisory lock of the one relay at a time: event order has one writer, whatever the number of processes. */
const RELAY_LOCK = 727_001

interface Waiting {
  id: number
  name: string
  payload: Record<string, unknown>
  at: Date
}

export interface Relay {
  /** Deliver everything that waits; resolves when the outbox was seen empty. Tests and shutdown use it. */
  settle(): Promise<void>
  stop(): Promise<void>
  /** 'delivered' (events: DeliveredEvent[]) after each commit of a batch by this process. */
  events: EventEmitter
  /** Events handed on since start. */
  delivered(): number
}

/**
 * Moves committed events from the outbox to the event log, to each module's listeners and to the audit chain, in ONE transaction:
 * what a listener writes is written exactly once. A listener that fails puts its event aside (dead letter) and holds up nobody.
 */
export function startRelay(db: Db, modules: readonly ModuleDef[], onError: (what: string, error: unknown) => void): Relay {
  const events = new EventEmitter()
  events.setMaxListeners(0)
  let stopped = false
  let running: Promise<void> | undefined
  let again = false
  let count = 0
  let hurried = 0
  let wake = (): void => undefined

  /** Let events gather: a batch costs by the rows it touches, and many events touch the same. Whoever settles does not wait. */
  const gather = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (ms <= 0 || hurried > 0 || stopped) return resolve()
      const timer = setTimeout(() => wake(), ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const pump = (): Promise<void> => {
    if (running) {
      again = true
      return running
    }
    running = (async () => {
      do {
        again = false
        try {
          for (;;) {
            const began = performance.now()
            const batch = await deliverBatch(db, modules, onError)
            if (batch.length === 0) break
            count += batch.length
            events.emit('delivered', batch)
            if (batch.length < BATCH) await gather(PACE_MS - (performance.now() - began))
          }
        } catch (error) {
          onError('relay', error)
          break
        }
      } while (again && !stopped)
    })().finally(() => {
      running = undefined
    })
    return running
  }

  const kick = () => void pump()
  commitSignal.on('commit', kick)
  const timer = setInterval(kick, POLL_MS)
  timer.unref()
  return {
    events,
    delivered: () => count,
    settle: async () => {
      hurried += 1
      wake()
      try {
        await running
        await pump()
      } finally {
        hurried -= 1
      }
    },
    stop: async () => {
      stopped = true
      wake()
      clearInterval(timer)
      commitSignal.off('commit', kick)
      await running
    }
  }
}

async function deliverBatch(
  db: Db,
  modules: readonly ModuleDef[],
  onError: (what: string, error: unknown) => void
): Promise<DeliveredEvent[]> {
  const waiting = await sql`select 1 from platform.outbox limit 1`.execute(db)
  if (waiting.rows.length === 0) return []
  return runInTransaction(db, async (tx) => {
    const lock = await sql<{ got: boolean }>`select pg_try_advisory_xact_lock(${RELAY_LOCK}) as got`.execute(tx)
    if (!lock.rows[0]?.got) return []
    const { rows } =
      await sql<Waiting>`delete from platform.outbox where id in (select id from platform.outbox order by id limit ${BATCH})
      returning id, name, payload, at`.execute(tx)
    if (rows.length === 0) return []
    rows.sort((a, b) => a.id - b.id)
    const head = (
      await sql<{ event_seq: number; audit_seq: number; audit_hash: string }>`select * from platform.relay for update`.execute(tx)
    ).rows[0]!
    const facts = rows.filter((r) => r.name !== AUDIT_EVENT)
    const delivered = facts.map(
      (r, i): DeliveredEvent => ({ seq: head.event_seq + i + 1, name: r.name, at: r.at, payload: r.payload })
    )
    if (delivered.length > 0) {
      await sql`insert into platform.event (seq, name, payload, at)
        select (e->>'seq')::bigint, e->>'name', e->'payload', (e->>'at')::timestamptz from jsonb_array_elements(${JSON.stringify(delivered)}::jsonb) e`.execute(
        tx
      )
    }
    const audit = await chainAudit(
      tx,
      { seq: head.audit_seq, hash: head.audit_hash },
      rows.filter((r) => r.name === AUDIT_EVENT).map((r) => r.payload)
    )
    await sql`update platform.relay set event_seq = ${head.event_seq + delivered.length}, audit_seq = ${audit.seq}, audit_hash = ${audit.hash}`.execute(
      tx
    )
    await callListeners(tx, modules, delivered, onError)
    return delivered
  })
}

async function callListeners(
  tx: Tx,
  modules: readonly ModuleDef[],
  delivered: readonly DeliveredEvent[],
  onError: (what: string, error: unknown) => void
): Promise<void> {
  const byName = Map.groupBy(delivered, (e) => e.name)
  for (const m of modules) {
    for (const [name, listen] of Object.entries(m.listeners ?? {})) {
      const mine = byName.get(name)
      if (mine) await guarded(tx, `${m.name} on ${name}`, mine, listen, onError)
    }
  }
}

/** Try the batch; if it fails, each event by itself, and put aside what fails alone. */
async function guarded(
  tx: Tx,
  what: string,
  batch: readonly DeliveredEvent[],
  listen: (tx: Tx, events: readonly DeliveredEvent[]) => Promise<void>,
  onError: (what: string, error: unknown) => void
): Promise<void> {
  await sql`savepoint listener`.execute(tx)
  try {
    await listen(tx, batch)
    await sql`release savepoint listener`.execute(tx)
    return
  } catch (error) {
    await sql`rollback to savepoint listener`.execute(tx)
    if (batch.length === 1) {
      const event = batch[0]!
      onError(what, error)
      await sql`insert into platform.dead_letter (name, payload, error, failed_at)
        values (${event.name}, ${JSON.stringify(event.payload)}::jsonb, ${`${what}: ${String(error)}`}, ${event.at})`.execute(tx)
      return
    }
  }
  for (const event of batch) await guarded(tx, what, [event], listen, onError)
}
