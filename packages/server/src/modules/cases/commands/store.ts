import { createHash } from 'node:crypto'
import type { CaseMoved, CountingFacts } from '@chengyun/contract/cases'
import { nextStep } from '@chengyun/contract/history'
import { CompiledQuery } from 'kysely'
import { LRUCache } from 'lru-cache'
import { AUDIT_EVENT, commitSignal } from '../../../platform/command.ts'
import { type Db, prepared, type Tx } from '../../../platform/db.ts'
import type { PlannedStep } from '../domain/plan.ts'
import { CASE_COLUMNS, CASE_KEYS, type CaseRecord, changedKeys } from '../domain/record.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Records as this process last saw them. Staleness is harmless: every write is guarded by the version it was planned on. */
const cache = new LRUCache<string, CaseRecord>({ max: 20_000 })
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

type Runner = (name: string, text: string, values: unknown[]) => Promise<{ n: number }[]>

/** In one round trip, committed by itself; the relay hears of it. */
export const direct =
  (db: Db): Runner =>
  async (name, text, values) => {
    const rows = await prepared<{ n: number }>(db, name, text, values)
    commitSignal.emit('commit')
    return rows
  }

/** Inside a command's transaction, with the same text; whoever commits tells the relay. */
export const inside =
  (tx: Tx): Runner =>
  async (_name, text, values) => {
    const { rows } = await tx.executeQuery<{ n: number }>(CompiledQuery.raw(text, values))
    return rows
  }

/**
 * Write the new standing, its steps and their events in ONE statement, guarded by the version the plan was made on. Returns the
 * record as written (with its hash), or null when someone else was faster: nothing was written then.
 */
export async function writeMove(run: Runner, move: PlannedMove): Promise<CaseRecord | null> {
  const { before, steps } = move
  const first = steps[0]!
  const last = steps.at(-1)!
  let hash = before?.lastHash ?? null
  const rows = steps.map(({ step, after }, i) => {
    const seq = (before?.version ?? 0) + i + 1
    const chained = nextStep(
      hash === null ? null : { seq: seq - 1, hash },
      {
        caseId: after.id,
        at: step.at,
        op: step.op,
        fromStatus: step.fromStatus,
        toStatus: step.toStatus,
        actorId: step.actor.id,
        actorName: step.actor.name,
        unitId: step.actor.unitId,
        opinion: step.opinion,
        data: step.data
      },
      sha256
    )
    hash = chained.hash
    return { step, seq: chained.seq, prevHash: chained.prevHash, hash: chained.hash }
  })
  const after: CaseRecord = { ...last.after, lastHash: hash! }
  const events = steps.map(({ step, after: standing }, i) =>
    movedEvent(i === 0 ? before : steps[i - 1]!.after, standing, step, rows[i]!.seq)
  )

  const b = new Binder()
  const head = before ? updateSql(b, before, after) : insertSql(b, after)
  const stepRows = rows.map((r, i) => stepSql(b, after.id, r, i === 0 ? move.commandKey : undefined)).join(', ')
  const outgoing = [
    ...events.map((e) => ['cases.moved', e] as const),
    ...(move.audits ?? []).map((a) => [AUDIT_EVENT, a] as const)
  ]
  const eventRows = outgoing
    .map(([name, e]) => `(${b.add(name, 'text')}, ${b.add(JSON.stringify(e), 'jsonb')}, ${b.add(first.step.at, 'timestamptz')})`)
    .join(', ')
  const text = `with u as (${head}),
    s as (insert into cases.step (case_id, seq, at, op, record, from_status, to_status, actor_id, actor_name, unit_id, role, opinion, data, stage, used_s, overdue, prev_hash, hash, command_key)
      select v.* from (values ${stepRows}) v where exists (select 1 from u)),
    o as (insert into platform.outbox (name, payload, at) select v.* from (values ${eventRows}) v where exists (select 1 from u))
    select count(*)::int as n from u`
  const written = await run(`cases-${sha256(text).slice(0, 24)}`, text, b.values)
  if (written[0]?.n !== 1) {
    forgetCase(after.id)
    return null
  }
  rememberCase(after)
  return after
}

/** Parameters of one statement, typed where they stand. */
class Binder {
  readonly values: unknown[] = []
  add(value: unknown, type: string): string {
    this.values.push(type === 'jsonb' && value !== null && typeof value !== 'string' ? JSON.stringify(value) : value)
    return `$${this.values.length}::${type}`
  }
}

function updateSql(b: Binder, before: CaseRecord, after: CaseRecord): string {
  const set = changedKeys(before, after).map(
    (key) => `${CASE_COLUMNS[key].column} = ${b.add(after[key], CASE_COLUMNS[key].type)}`
  )
  return `update cases."case" set ${set.join(', ')} where id = ${b.add(after.id, 'uuid')} and version = ${b.add(before.version, 'int')} returning id`
}

function insertSql(b: Binder, after: CaseRecord): string {
  const values = CASE_KEYS.map((key) => b.add(after[key], CASE_COLUMNS[key].type))
  return `insert into cases."case" (${CASE_KEYS.map((k) => CASE_COLUMNS[k].column).join(', ')}) values (${values.join(', ')}) returning id`
}

function stepSql(
  b: Binder,
  caseId: string,
  r: { step: PlannedStep; seq: number; prevHash: string; hash: string },
  key: string | undefined
): string {
  const { step } = r
  const cells: [unknown, string][] = [
    [caseId, 'uuid'],
    [r.seq, 'int'],
    [step.at, 'timestamptz'],
    [step.op, 'text'],
    [step.record, 'text'],
    [step.fromStatus, 'text'],
    [step.toStatus, 'text'],
    [step.actor.id, 'uuid'],
    [step.actor.name, 'text'],
    [step.actor.unitId, 'uuid'],
    [step.actor.role, 'text'],
    [step.opinion, 'text'],
    [step.data, 'jsonb'],
    [step.stage, 'text'],
    [step.usedS, 'int'],
    [step.overdue, 'boolean'],
    [r.prevHash, 'text'],
    [r.hash, 'text'],
    [key ?? null, 'text']
  ]
  return `(${cells.map(([value, type]) => b.add(value, type)).join(', ')})`
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
    facts: { before: before && countingFacts(before), after: countingFacts(after) }
  }
}

interface RawCase {
  [column: string]: unknown
}
const toIso = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value)

/** A row of `cases.case` in the program's words. */
export function recordOf(row: RawCase): CaseRecord {
  const out: Record<string, unknown> = {}
  for (const key of CASE_KEYS) out[key] = toIso(row[CASE_COLUMNS[key].column])
  return out as unknown as CaseRecord
}

/** The case by id, from memory or the database. */
export async function findCase(db: Db, id: string, fresh = false): Promise<CaseRecord | undefined> {
  if (!fresh) {
    const known = cache.get(id)
    if (known) return known
  }
  const rows = await prepared<RawCase>(db, 'cases-find', 'select * from cases."case" where id = $1', [id])
  const record = rows[0] && recordOf(rows[0])
  if (record) rememberCase(record)
  return record
}
