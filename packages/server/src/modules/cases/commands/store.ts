import { createHash } from 'node:crypto'
import { type CaseMoved, type CountingFacts, movedFacts } from '@chengyun/contract/cases'
import { nextStep } from '@chengyun/contract/history'
import { CompiledQuery } from 'kysely'
import { LRUCache } from 'lru-cache'
import { AUDIT_EVENT, commitSignal } from '../../../platform/command.ts'
import { type Db, prepared, readArrays, type Tx } from '../../../platform/db.ts'
import { gather } from '../../../platform/gather.ts'
import { type PlannedStep, stepRow } from '../domain/plan.ts'
import { CASE_COLUMNS, CASE_KEYS, CASE_SELECT, type CaseRecord, changedKeys, recordOf } from '../domain/record.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Records as this process last saw them. Staleness is harmless: every write is guarded by the version it was planned on. */
const cache = new LRUCache<string, CaseRecord>({ max: 8_000 })
export const cachedCase = (id: string): CaseRecord | undefined => cache.get(id)
export const rememberCase = (record: CaseRecord): void => void cache.set(record.id, record)
export const forgetCase = (id: string): void => void cache.delete(id)

export interface PlannedMove {
  before: CaseRecord | null
  /** One or more steps in order: a registration may carry its automatic dispatch with it. */
  steps: { step: PlannedStep; after: CaseRecord }[]
  /** The client's Idempotency-Key, stored with the first step. */
  commandKey?: string | undefined
  /** Entries of the audit trail that go out with the same commit. */
  audits?: readonly Record<string, unknown>[]
}

/** A move as the database takes it: rows in the words of its tables. */
interface WrittenMove {
  id: string
  /** The version it was planned on; null for a new case. */
  version: number | null
  /** Columns that change, or all of a new case. */
  change: Record<string, unknown>
  steps: Record<string, unknown>[]
  events: Record<string, unknown>[]
}

const COLUMNS = CASE_KEYS.map((key) => CASE_COLUMNS[key].column)
const STEPS_AND_EVENTS = `s as (insert into cases.step select s.* from jsonb_populate_recordset(null::cases.step, $2) s join u on u.id = s.case_id),
  o as (insert into platform.outbox (name, payload, at) select e.name, e.payload, e.at
    from jsonb_to_recordset($3) e(case_id uuid, name text, payload jsonb, at timestamptz) join u on u.id = e.case_id)
  select id from u`
const UPDATE = `with u as (update cases."case" c set (${COLUMNS.join(', ')}) = (select ${COLUMNS.map((n) => `r.${n}`).join(', ')} from jsonb_populate_record(c, m.change) r)
    from jsonb_to_recordset($1) m(id uuid, version int, change jsonb) where c.id = m.id and c.version = m.version returning c.id),
  ${STEPS_AND_EVENTS}`
const INSERT = `with u as (insert into cases."case" (${COLUMNS.join(', ')}) select ${COLUMNS.map((n) => `r.${n}`).join(', ')}
    from jsonb_to_recordset($1) m(change jsonb), jsonb_populate_record(null::cases."case", m.change) r returning id),
  ${STEPS_AND_EVENTS}`

/** Of moves of one kind (all new cases, or none), the ids that were written. Those missing had another version: nothing of them was. */
type Runner = (moves: readonly WrittenMove[]) => Promise<Set<string>>

const valuesOf = (moves: readonly WrittenMove[]): string[] => [
  JSON.stringify(moves.map(({ id, version, change }) => ({ id, version, change }))),
  JSON.stringify(moves.flatMap((m) => m.steps)),
  JSON.stringify(moves.flatMap((m) => m.events))
]
const idsOf = (rows: readonly { id: string }[]): Set<string> => new Set(rows.map((r) => r.id))

/** Cases of one statement at most. */
const MOST = 64

type Writer = (move: WrittenMove) => Promise<boolean>
const writers = new WeakMap<Db, { add: Writer; change: Writer }>()

/** Steps that people take at the same moment are written by one statement and one commit; the relay hears of it. */
function writersOf(db: Db): { add: Writer; change: Writer } {
  const known = writers.get(db)
  if (known) return known
  const writer = (name: string, text: string): Writer =>
    gather<WrittenMove, boolean>({
      max: MOST,
      keyOf: (m) => m.id,
      run: async (moves) => {
        // Rows are locked in one order, so that two processes never wait for each other.
        const sorted = [...moves].sort((a, b) => (a.id < b.id ? -1 : 1))
        const written = idsOf(await prepared<{ id: string }>(db, name, text, valuesOf(sorted)))
        commitSignal.emit('commit')
        return moves.map((m) => written.has(m.id))
      }
    })
  const made = { add: writer('cases-add', INSERT), change: writer('cases-change', UPDATE) }
  writers.set(db, made)
  return made
}

/** Together with what others write at this moment, committed with it. */
export const direct =
  (db: Db): Runner =>
  async (moves) => {
    const { add, change } = writersOf(db)
    const written = await Promise.all(moves.map((m) => (m.version === null ? add(m) : change(m))))
    return new Set(moves.filter((_, i) => written[i]).map((m) => m.id))
  }

/** Inside a command's transaction, with the same text; whoever commits tells the relay. */
export const inside =
  (tx: Tx): Runner =>
  async (moves) => {
    const text = moves[0]!.version === null ? INSERT : UPDATE
    return idsOf((await tx.executeQuery<{ id: string }>(CompiledQuery.raw(text, valuesOf(moves)))).rows)
  }

/**
 * Write the new standing, its steps and their events in ONE statement, guarded by the version the plan was made on. Returns the
 * record as written (with its hash), or null when someone else was faster: nothing was written then.
 */
export async function writeMove(run: Runner, move: PlannedMove): Promise<CaseRecord | null> {
  const { before, steps } = move
  let hash = before?.lastHash ?? null
  const rows: Record<string, unknown>[] = []
  const events: Record<string, unknown>[] = []
  const { id } = steps[0]!.after
  steps.forEach(({ step, after }, i) => {
    const { actor, ...said } = step
    const seq = (before?.version ?? 0) + i + 1
    const facts = {
      caseId: id,
      at: said.at,
      op: said.op,
      fromStatus: said.fromStatus,
      toStatus: said.toStatus,
      actorId: actor.id,
      actorName: actor.name,
      unitId: actor.unitId,
      opinion: said.opinion,
      data: said.data
    }
    const chained = nextStep(hash === null ? null : { seq: seq - 1, hash }, facts, sha256)
    hash = chained.hash
    const row = stepRow(id, { ...step, seq, prevHash: chained.prevHash, hash })
    rows.push({ ...row, command_key: i === 0 ? move.commandKey : undefined })
    const payload = movedEvent(i === 0 ? before : steps[i - 1]!.after, after, step, seq)
    events.push({ case_id: id, name: 'cases.moved', payload, at: steps[0]!.step.at })
  })
  for (const payload of move.audits ?? []) events.push({ case_id: id, name: AUDIT_EVENT, payload, at: steps[0]!.step.at })
  const after: CaseRecord = { ...steps.at(-1)!.after, lastHash: hash! }
  const keys = before ? changedKeys(before, after) : CASE_KEYS
  const change = Object.fromEntries(keys.map((key) => [CASE_COLUMNS[key].column, after[key]]))
  const written = await run([{ id, version: before?.version ?? null, change, steps: rows, events }])
  if (!written.has(id)) {
    forgetCase(id)
    return null
  }
  rememberCase(after)
  return after
}

export const countingFacts = (r: CaseRecord): CountingFacts => ({
  districtCode: r.districtCode,
  streetCode: r.streetCode,
  unitId: r.unitId,
  sourceType: r.sourceType,
  majorCode: r.majorCode,
  status: r.status,
  selfHandled: r.selfHandled,
  exempt: r.timeoutExempt,
  reportedAt: r.reportedAt,
  acceptedAt: r.acceptedAt,
  registeredAt: r.registeredAt,
  dispatchedAt: r.dispatchedAt,
  disposedAt: r.disposedAt,
  handleDeadlineAt: r.handleDeadlineAt,
  totalDeadlineAt: r.totalDeadlineAt,
  closedAt: r.closedAt,
  cancelledAt: r.cancelledAt,
  reworkCount: r.reworkCount,
  returnCount: r.returnCount
})

function movedEvent(before: CaseRecord | null, after: CaseRecord, step: PlannedStep, seq: number): CaseMoved {
  return {
    caseId: after.id,
    caseNo: after.caseNo,
    version: after.version,
    seq,
    op: step.op,
    fromStatus: step.fromStatus,
    status: after.status,
    actorId: step.actor.id,
    actorName: step.actor.name,
    districtCode: after.districtCode,
    streetCode: after.streetCode,
    unitId: after.unitId,
    unitIds: after.unitIds,
    collectorId: after.collectorId,
    reporterId: after.reporterId,
    handlerId: after.handlerId,
    classCode: after.classCode,
    sourceType: after.sourceType,
    dueAt: after.dueAt,
    facts: movedFacts(before && countingFacts(before), countingFacts(after))
  }
}

const FIND = `select ${CASE_SELECT} from cases."case" c where id = any($1::uuid[])`

/** Cases that fit a condition on `c`, for the few questions that go by another key than the id. */
export async function findCases(db: Db, name: string, condition: string, values: readonly unknown[]): Promise<CaseRecord[]> {
  const text = `select ${CASE_SELECT} from cases."case" c where ${condition}`
  return (await readArrays(db, { sql: text, parameters: values }, name)).map(recordOf)
}

type Reader = (id: string) => Promise<CaseRecord | undefined>
const readers = new WeakMap<Db, Reader>()

/** Cases that are asked for at the same moment are read together. */
function readerOf(db: Db): Reader {
  const known = readers.get(db)
  if (known) return known
  const reader = gather<string, CaseRecord | undefined>({
    max: MOST,
    keyOf: (id) => id,
    run: async (ids) => {
      const rows = await readArrays(db, { sql: FIND, parameters: [ids] }, 'cases-find')
      const found = new Map(rows.map(recordOf).map((record) => [record.id, record]))
      return ids.map((id) => found.get(id))
    }
  })
  readers.set(db, reader)
  return reader
}

/** The case by id, from memory or the database. */
export async function findCase(db: Db, id: string, fresh = false): Promise<CaseRecord | undefined> {
  if (!fresh) {
    const known = cache.get(id)
    if (known) return known
  }
  const record = await readerOf(db)(id)
  if (record) rememberCase(record)
  return record
}
