import {
  type CaseInput,
  type CaseStatus,
  type ClockEffect,
  isOpen,
  type Limit,
  type Operation,
  type OperationField,
  type OperationKey,
  operationOf
} from '@chengyun/contract/cases'
import type { CalendarSource, CompiledCalendar } from '@chengyun/contract/clock'
import { applyClocks, dueOf, totalDeadline, wakeOf } from './clocks.ts'
import type { FlowConfig } from './config.ts'
import { fieldsAfter } from './fields.ts'
import { checkGuards, refuse } from './guards.ts'
import type { CaseRecord } from './record.ts'

export interface PlanActor {
  id: string
  name: string
  unitId: string | null
  role: string | null
}

/** What the command looked up before planning: everything an operation names, already known to exist. */
export interface Resolved {
  condition?: { id: string; limit: Limit }
  classMajor?: string
  unit?: { id: string; ancestorIds: readonly string[] }
  handler?: { id: string; name: string }
  collector?: { id: string; name: string; distanceM: number | null }
  other?: CaseRecord
  evidence?: readonly { id: string; sha256: string; phase: string }[]
  dispatchReason?: Record<string, unknown>
  remoteCheck?: boolean
  shiftLeader?: boolean
  /** The one who asks speaks for the unit; a handler's request goes to his unit first. */
  forUnit?: boolean
}

export interface PlanContext {
  now: Date
  actor: PlanActor
  current: CompiledCalendar
  book: CalendarSource
  config: FlowConfig
  resolved: Resolved
}

/** One step to append: hashed and stored by the command. */
export interface PlannedStep {
  at: string
  op: OperationKey
  record: Operation['record']
  fromStatus: CaseStatus | null
  toStatus: CaseStatus
  actor: PlanActor
  opinion: string | null
  data: Record<string, unknown>
  stage: string | null
  usedS: number | null
  overdue: boolean
}

/** A step with its place in the chain, as a row of `cases.step`. */
export const stepRow = (caseId: string, s: PlannedStep & { seq: number; prevHash: string; hash: string }) => ({
  case_id: caseId,
  seq: s.seq,
  at: s.at,
  op: s.op,
  record: s.record,
  from_status: s.fromStatus,
  to_status: s.toStatus,
  actor_id: s.actor.id,
  actor_name: s.actor.name,
  unit_id: s.actor.unitId,
  role: s.actor.role,
  opinion: s.opinion,
  data: s.data,
  stage: s.stage,
  used_s: s.usedS,
  overdue: s.overdue,
  prev_hash: s.prevHash,
  hash: s.hash
})

export interface Outcome {
  next: CaseRecord
  step: PlannedStep
}

type Input = Omit<CaseInput, 'version'>

/** Where a case stands and what is asked → where it goes, or why it may not. Pure: the whole flow, in one place. */
export function plan(record: CaseRecord, op: OperationKey, input: Input, ctx: PlanContext): Outcome {
  const operation: Operation = operationOf(op)
  checkAsked(record, op, input)
  const { config, resolved, actor } = ctx
  const now = latest(ctx.now, record)
  checkGuards(operation, {
    record,
    op,
    input,
    actorId: actor.id,
    now,
    config,
    calendar: ctx.current,
    remoteCheck: resolved.remoteCheck ?? false,
    ...(resolved.other && { other: resolved.other })
  })
  const at = now.toISOString()
  const declined = input.approve === 'no'
  const proposed = config.twoStep && (op === 'register' || op === 'close') && !resolved.shiftLeader
  const stays = declined || proposed
  const toStatus = stays ? record.status : statusAfter(record, operation, config, op)
  const effects = stays ? [] : effectsOf(record, operation, op, toStatus)

  let next: CaseRecord = { ...record, status: toStatus, isOpen: isOpen(toStatus), version: record.version + 1 }
  next = { ...next, ...fieldsAfter(record, op, input, at, ctx, { declined, proposed }) }
  const clocks = applyClocks(record.clocks, effects, {
    now,
    current: ctx.current,
    book: ctx.book,
    stageLimits: config.stageLimits,
    handleLimit: next.caseLimit,
    sameUnit: record.unitId !== null && record.unitId === next.unitId,
    reworkMode: config.reworkMode
  })
  next = settle({ ...next, clocks }, ctx, now)
  const stage = effects.find((e) => e.startsWith('stop:') || e.startsWith('pause:'))?.split(':')[1] as
    | keyof typeof clocks
    | undefined
  const stopped = stage ? clocks[stage] : undefined
  return {
    next,
    step: {
      at,
      op,
      record: operation.record,
      fromStatus: record.status,
      toStatus,
      actor,
      opinion: input.opinion ?? input.reason ?? null,
      data: stepData(record, next, input, resolved),
      stage: stopped ? stage! : null,
      usedS: stopped?.usedS != null ? Math.round(stopped.usedS) : null,
      overdue: stopped?.overdue ?? false
    }
  }
}

/** Columns that follow from the clocks: due time of the present holder, the totals, when the sweep looks again. */
export function settle(record: CaseRecord, ctx: Pick<PlanContext, 'current' | 'book' | 'config'>, now: Date): CaseRecord {
  return {
    ...record,
    ...dueOf(record.status, record.clocks, ctx.book),
    handleDeadlineAt: record.clocks.handle?.deadlineAt ?? null,
    totalDeadlineAt: totalDeadline(record.clocks, record.registeredAt, record.caseLimit, {
      current: ctx.current,
      stageLimits: ctx.config.stageLimits
    }),
    wakeAt: record.isOpen
      ? wakeOf(record.clocks, now, ctx.book, record.status === 'suspended' ? record.state.suspendUntil : undefined)
      : null
  }
}

/** Time never runs backwards inside a case, even when two servers' clocks differ by a little. */
function latest(now: Date, record: CaseRecord): Date {
  const changed = Object.values(record.clocks).map((t) => Date.parse(t.changedAt))
  return new Date(Math.max(now.getTime(), ...changed))
}

/** Is the operation possible from where the case stands, and does the input fit its row? Asked before anything is looked up. */
export function checkAsked(record: CaseRecord, op: OperationKey, input: Input): void {
  const operation: Operation = operationOf(op)
  checkFrom(record, op, operation)
  checkInput(op, operation, input)
}

function checkFrom(record: CaseRecord, op: OperationKey, operation: Operation): void {
  const { from } = operation
  const ok = from === 'open' ? record.isOpen : from !== 'none' && (from as readonly CaseStatus[]).includes(record.status)
  if (!ok) throw refuse('CASE_OPERATION_NOT_ALLOWED', { status: record.status, op })
}

/** An operation takes exactly the fields of its row: missing and superfluous ones are refused by name. */
function checkInput(op: OperationKey, operation: Operation, input: Input): void {
  const takes = new Set<string>((operation.needs ?? []).map((n) => n.field))
  const given = Object.keys(input).filter((k) => input[k as keyof Input] !== undefined)
  const unexpected = given.filter((k) => !takes.has(k))
  if (unexpected.length > 0) throw refuse('CASE_FIELD_UNEXPECTED', { fields: unexpected.join(', '), op })
  const present = (field: OperationField) => {
    const value = input[field as keyof Input]
    return (
      value !== undefined && !(Array.isArray(value) && value.length === 0) && !(typeof value === 'string' && value.trim() === '')
    )
  }
  const missing = (operation.needs ?? [])
    .filter((n) => n.required && n.field !== 'evidenceIds' && !present(n.field))
    .map((n) => n.field)
  if (missing.length > 0) throw refuse('CASE_FIELD_REQUIRED', { fields: missing.join(', '), missing })
  for (const need of operation.needs ?? []) {
    const value = input[need.field as keyof Input]
    if (need.options && value !== undefined && !need.options.includes(String(value)))
      throw refuse('CASE_FIELD_INVALID', { field: need.field })
  }
}

function statusAfter(record: CaseRecord, operation: Operation, config: FlowConfig, op: OperationKey): CaseStatus {
  if (op === 'deptConfirm' && !config.feedbackReview) return 'pending_check'
  if (operation.to === 'same') return record.status
  if (operation.to === 'back') return record.state.suspendedFrom ?? 'pending_handle'
  return operation.to
}

function effectsOf(record: CaseRecord, operation: Operation, op: OperationKey, toStatus: CaseStatus): readonly ClockEffect[] {
  const effects = [...(operation.clocks ?? [])]
  if (op === 'deptConfirm' && toStatus === 'pending_check') effects.push('start:check')
  // A verification asked for before acceptance gives the case to the acceptor anew; one asked for after it lets his clock run on.
  return op === 'submitVerify' && !record.acceptedAt
    ? effects.map((e) => (e === 'resume:register' ? 'start:register' : e))
    : effects
}

/** Facts of a case that a step may set; the verifier lays them over one another and compares with the case. */
const FACTS = [
  'caseNo',
  'kind',
  'standardRef',
  'classCode',
  'description',
  'lng',
  'lat',
  'address',
  'gridCode',
  'conditionId',
  'severity',
  'unitId',
  'handlerId',
  'collectorId',
  'handleDeadlineAt',
  'timeoutExempt',
  'mergedInto',
  'selfHandled'
] as const satisfies readonly (keyof CaseRecord)[]

export function factsBetween(before: CaseRecord | null, after: CaseRecord): Record<string, unknown> {
  return Object.fromEntries(FACTS.filter((k) => (before ? before[k] : null) !== after[k]).map((k) => [k, after[k]]))
}
export const factsOf = (record: CaseRecord): Record<string, unknown> => factsBetween(null, record)

function stepData(before: CaseRecord, after: CaseRecord, input: Input, resolved: Resolved): Record<string, unknown> {
  const { opinion: _o, reason: _r, evidenceIds: _e, ...named } = input
  const facts = factsBetween(before, after)
  return {
    ...(Object.keys(named).length > 0 && { input: named }),
    ...(Object.keys(facts).length > 0 && { facts }),
    ...(resolved.evidence &&
      resolved.evidence.length > 0 && { evidence: resolved.evidence.map(({ id, sha256, phase }) => ({ id, sha256, phase })) }),
    ...(resolved.collector && { collector: { name: resolved.collector.name, distanceM: resolved.collector.distanceM } }),
    ...(resolved.handler && { handler: { name: resolved.handler.name } }),
    ...(resolved.dispatchReason && { reason: resolved.dispatchReason })
  }
}
