import { EventEmitter } from 'node:events'
import { sql } from 'kysely'
import { chainAudit } from './audit.ts'
import { AUDIT_EVENT, commitSignal } from './command.ts'
import { type Db, runInTransaction, type Tx } from './db.ts'
import type { DeliveredEvent, ModuleDef } from './module.ts'

const BATCH = 1000
const POLL_MS = 200
/** An event that comes alone is delivered at once; while more come, a batch is made so often at most. */
const PACE_MS = 120
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

  /** Deliver what waits until nothing is known to wait. Without `look` it is known that something does. */
  const pump = (look = false): Promise<void> => {
    if (running) {
      again ||= !look
      return running
    }
    running = (async () => {
      try {
        if (look && !(await somethingWaits(db))) return
        do {
          again = false
          const began = performance.now()
          const batch = await deliverBatch(db, modules, onError)
          if (batch.length === 0) continue
          count += batch.length
          events.emit('delivered', batch)
          if (batch.length === BATCH) again = true
          else await gather(PACE_MS - (performance.now() - began))
        } while (again && !stopped)
      } catch (error) {
        onError('relay', error)
        again = false
      }
    })().finally(() => {
      running = undefined
      // What was committed while we only looked.
      if (again && !stopped) void pump()
    })
    return running
  }

  const kick = () => void pump()
  commitSignal.on('commit', kick)
  // What another process committed, or left behind.
  const timer = setInterval(() => void pump(true), POLL_MS)
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

async function somethingWaits(db: Db): Promise<boolean> {
  // By the index: the table itself is mostly the empty places of what was delivered.
  const { rows } = await sql`select id from platform.outbox order by id limit 1`.execute(db)
  return rows.length > 0
}

async function deliverBatch(
  db: Db,
  modules: readonly ModuleDef[],
  onError: (what: string, error: unknown) => void
): Promise<DeliveredEvent[]> {
  return runInTransaction(db, async (tx) => {
    const lock = await sql<{ got: boolean }>`select pg_try_advisory_xact_lock(${RELAY_LOCK}) as got`.execute(tx)
    if (!lock.rows[0]?.got) return []
    const head = (
      await sql<{ event_seq: number; audit_seq: number; audit_hash: string }>`select * from platform.relay for update`.execute(tx)
    ).rows[0]!
    // An array, so that the rows are fetched by the index whatever the statistics of a table say that is empty most of the time.
    const { rows } = await sql<Waiting>`
      with gone as (delete from platform.outbox where id = any (array(select id from platform.outbox order by id limit ${BATCH})) returning id, name, payload, at),
      kept as (insert into platform.event (seq, name, payload, at)
        select ${head.event_seq}::bigint + row_number() over (order by id), name, payload, at from gone where name <> ${AUDIT_EVENT})
      select * from gone order by id`.execute(tx)
    if (rows.length === 0) return []
    const delivered = rows
      .filter((r) => r.name !== AUDIT_EVENT)
      .map((r, i): DeliveredEvent => ({ seq: head.event_seq + i + 1, name: r.name, at: r.at, payload: r.payload }))
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
    // Two waited for each other: nothing is wrong with the event, all of it is delivered again.
    if (['40P01', '40001'].includes((error as { code?: string }).code ?? '')) throw error
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
