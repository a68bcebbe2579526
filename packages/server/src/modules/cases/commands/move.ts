import { type CaseInput, OPERATIONS, type OperationKey, operationOf } from '@chengyun/contract/cases'
import { type Actor, grantsFor, SYSTEM } from '../../../platform/actor.ts'
import { auditPayload, type CommandContext, commitSignal } from '../../../platform/command.ts'
import { prepared, runInTransaction } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { linkEvidence } from '../../media/index.ts'
import { actsForUnit } from '../../org/index.ts'
import { registryEnv } from '../../registry/index.ts'
import { chooseCollector } from '../domain/collector.ts'
import { refuse } from '../domain/guards.ts'
import { checkAsked, type Outcome, type PlanContext, plan, type Resolved } from '../domain/plan.ts'
import type { CaseRecord } from '../domain/record.ts'
import type { CaseEnv } from '../env.ts'
import { canDo, canSee, grantToDo } from '../policy.ts'
import { responsibilityFor } from '../ports.ts'
import { findHandler, listCollectorsOnDuty } from '../queries/people.ts'
import { tellRegister, unitOfComponent } from './component.ts'
import { keepLink } from './personal.ts'
import { evidenceOf } from './report.ts'
import { direct, findCase, findCases, inside, writeMove } from './store.ts'

export interface MoveOptions {
  now: Date
  key?: string | undefined
  /** A registration goes straight to this unit (特急, 点对点), whoever would be responsible otherwise; the reason stands on record. */
  directTo?: { unitId: string; reason: Record<string, unknown> } | undefined
  /** With this step the case is 特急, because of this alarm: it stands on record. */
  becomesUrgent?: string | undefined
}
type Input = Omit<CaseInput, 'version'>

/**
 * Do one operation of the flow to one case. Answers the case as it stands afterwards. The version says which standing the person
 * saw; if it moved since, nothing happens and the answer says what changed.
 */
export async function moveCase(
  env: CaseEnv,
  actor: Actor,
  caseId: string,
  op: OperationKey,
  input: CaseInput,
  options: MoveOptions
): Promise<CaseRecord> {
  const { version, ...rest } = input
  for (let attempt = 0; ; attempt += 1) {
    const record = await findCase(env.db, caseId, attempt > 0)
    // A repeat of what this person did is answered like the first time, also when the case has left his sight by it (a check handed in).
    if (record && options.key !== undefined && (record.version !== version || !canSee(actor, record))) {
      if (await wasDone(env, caseId, options.key, actor)) return (await findCase(env.db, caseId, true))!
    }
    if (!record || !canSee(actor, record)) throw refuse('CASE_NOT_FOUND')
    if (record.version !== version) {
      // What memory holds may be behind another process; what the database holds is the truth.
      if (attempt === 0) continue
      throw await stale(env, record, version)
    }
    if (!canDo(actor, op, record)) throw new AppError('FORBIDDEN', 403, 'Not permitted', { op })
    const written = await attemptMove(env, actor, record, op, rest, options)
    if (written) return written
    if (attempt > 0) {
      const now = (await findCase(env.db, caseId, true)) ?? record
      // The faster one may have been this very request, sent twice.
      if (options.key !== undefined && (await wasDone(env, caseId, options.key, actor))) return now
      throw await stale(env, now, version)
    }
  }
}

async function attemptMove(
  env: CaseEnv,
  actor: Actor,
  record: CaseRecord,
  op: OperationKey,
  input: Input,
  options: MoveOptions
): Promise<CaseRecord | null> {
  checkAsked(record, op, input)
  const resolved = await resolve(env, actor, record, op, input, options.now)
  const planned = plan(record, op, input, contextFor(env, actor, record, op, resolved, options.now))
  const outcome = options.becomesUrgent === undefined ? planned : urgentFromNow(planned, options.becomesUrgent)
  const steps = [{ step: outcome.step, after: outcome.next }]
  const componentUnitId = isDispatchedNow(outcome.next, op) ? await unitOfComponent(env, outcome.next) : null
  const auto = autoDispatch(env, outcome, componentUnitId, options)
  if (auto) steps.push({ step: auto.step, after: auto.next })
  // What joins this transaction announces nothing of its own: the step says it all.
  const quiet: CommandContext = { actor, now: options.now, emit: () => undefined, audit: () => undefined }
  const audits = AUDITED.includes(op)
    ? [
        auditPayload(actor, options.now, {
          action: `cases.${op}`,
          objectType: 'case',
          objectId: record.id,
          before: { status: record.status },
          after: { status: outcome.next.status, ...input },
          result: 'ok'
        })
      ]
    : []
  const move = { before: record, steps, commandKey: options.key, audits }
  try {
    if (!resolved.evidence?.length && op !== 'link' && !input.componentFeedback) return await writeMove(direct(env.db), move)
    const register = input.componentFeedback && (await registryEnv(env.db))
    const written = await runInTransaction(env.db, async (tx) => {
      const out = await writeMove(inside(tx), move)
      if (out && op === 'link') await keepLink.within(tx, { caseId: record.id, otherId: resolved.other!.id }, quiet)
      if (out && register) await tellRegister(tx, register, out, input, { actor, now: options.now })
      if (out && resolved.evidence?.length) {
        await linkEvidence.within(
          tx,
          {
            ids: resolved.evidence.map((e) => e.id),
            ownerType: 'case',
            ownerId: record.id,
            caseNo: record.caseNo,
            address: record.address
          },
          quiet
        )
      }
      return out
    })
    commitSignal.emit('commit')
    return written
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string }
    if (code === '23505' && (constraint === 'step_key_ix' || constraint === 'step_pkey')) return null
    throw error
  }
}

const contextFor = (
  env: CaseEnv,
  actor: Actor,
  record: CaseRecord,
  op: OperationKey,
  resolved: Resolved,
  now: Date
): PlanContext => {
  const grant = actor.system ? undefined : grantToDo(actor, op, record)
  return {
    now,
    actor: { id: actor.id, name: actor.name, unitId: grant?.unitId ?? actor.unitId, role: grant?.role ?? null },
    current: env.reference.calendarOf(record.districtCode),
    book: env.reference.book,
    config: env.reference.config,
    resolved: {
      ...resolved,
      forUnit: actor.system === true || (record.unitId !== null && actsForUnit(actor, 'cases:endorse', record.unitId)),
      shiftLeader:
        actor.system === true || grantsFor(actor, `cases:${op}`).some((g) => g.role === 'shiftLeader' || g.role === 'leader')
    }
  }
}

const urgentFromNow = ({ next, step }: Outcome, alarmId: string): Outcome => ({
  next: { ...next, urgent: true, severity: 'major' },
  step: { ...step, data: { ...step.data, urgent: true, alarmId } }
})

const isDispatchedNow = (next: CaseRecord, op: OperationKey): boolean =>
  next.status === 'pending_dispatch' && (op === 'register' || op === 'reopen')

/** A registered case whose responsibility is unique goes to its unit in the same breath, with the reason on record. */
function autoDispatch(
  env: CaseEnv,
  { next, step }: Outcome,
  componentUnitId: string | null,
  options: MoveOptions
): Outcome | null {
  if (!isDispatchedNow(next, step.op)) return null
  const { now, directTo } = options
  const answer = directTo ? { ...directTo, basis: 'direct', ruleId: null } : responsibilityOf(next, componentUnitId)
  const unit = answer.unitId ? env.reference.units.get(answer.unitId) : undefined
  if (!unit?.active) return null
  return plan(
    next,
    'dispatch',
    { unitId: unit.id },
    {
      ...contextFor(
        env,
        SYSTEM,
        next,
        'dispatch',
        {
          unit: { id: unit.id, ancestorIds: unit.path },
          dispatchReason: { automatic: true, basis: answer.basis, ruleId: answer.ruleId, ...answer.reason }
        },
        now
      )
    }
  )
}

const responsibilityOf = (next: CaseRecord, componentUnitId: string | null) =>
  responsibilityFor({
    standardRef: next.standardRef,
    kind: next.kind,
    classCode: next.classCode,
    districtCode: next.districtCode,
    streetCode: next.streetCode,
    communityCode: next.communityCode,
    gridCode: next.gridCode,
    componentId: next.componentId,
    componentUnitId
  })

/** Look up everything the input names, so that planning stays pure. Unknown things are refused by name here. */
async function resolve(
  env: CaseEnv,
  actor: Actor,
  record: CaseRecord,
  op: OperationKey,
  input: Input,
  now: Date
): Promise<Resolved> {
  const { reference } = env
  const out: Resolved = {
    remoteCheck: reference.findClass(record.standardRef, record.kind, record.classCode)?.remoteCheck ?? false
  }
  if (input.classCode) {
    const cls = reference.findClass(record.standardRef, record.kind, input.classCode)
    if (!cls?.active) throw refuse('CASE_CLASS_UNKNOWN', { classCode: input.classCode, standardRef: record.standardRef })
    out.classMajor = cls.majorCode
  }
  if (input.conditionId || op === 'reopen') {
    const condition = reference.conditions.get(input.conditionId ?? record.conditionId ?? '')
    const code = input.classCode ?? record.classCode
    if (
      !condition?.active ||
      condition.standardRef !== record.standardRef ||
      condition.kind !== record.kind ||
      condition.code !== code
    )
      throw refuse('CASE_CONDITION_UNKNOWN')
    out.condition = { id: condition.id, limit: reference.limitOf(condition, record.districtCode) }
  }
  if (input.unitId) {
    const unit = reference.units.get(input.unitId)
    if (!unit?.active) throw refuse('CASE_UNIT_UNKNOWN')
    out.unit = { id: unit.id, ancestorIds: unit.path }
  }
  if (input.handlerId) {
    const handler = record.unitId ? await findHandler(env.db, input.handlerId, record.unitId, now) : undefined
    if (!handler) throw refuse('CASE_HANDLER_UNKNOWN')
    out.handler = handler
  }
  if (op === 'sendVerify' || op === 'sendCheck') {
    const onDuty = await listCollectorsOnDuty(env.db, now, record, env.reference.dutyGridCentres)
    const chosen = chooseCollector(onDuty, record, input.collectorId)
    if (!chosen) throw refuse('CASE_COLLECTOR_NONE')
    out.collector = chosen
  }
  const otherNo = input.mergeInto ?? input.linkTo
  if (otherNo) {
    const other = await findByNumber(env, otherNo)
    if (!other || !canSee(actor, other)) throw refuse('CASE_NOT_FOUND')
    out.other = other
  }
  if (input.evidenceIds?.length) out.evidence = await evidenceOf(env.db, actor, input.evidenceIds)
  requirePhotos(env, op, out)
  return out
}

/** Photos an operation must bring, unless the city does without (F20: outside orders carry none). */
function requirePhotos(env: CaseEnv, op: OperationKey, resolved: Resolved): void {
  const needs = operationOf(op).needs ?? []
  const wanted = needs.some((n) => n.field === 'evidenceIds' && n.required)
  if (!wanted || !env.reference.config.handlerPhotos) return
  if (!resolved.evidence?.some((e) => e.phase === 'after'))
    throw refuse('CASE_EVIDENCE_REQUIRED', { phases: 'after', missing: ['after'] })
}

/** Operations that stand on the audit trail beside the case's own history (standards §6.1). */
const AUDITED: readonly OperationKey[] = ['applyForceClose', 'approveForceClose', 'reviewAppeal', 'reopen', 'cancel']

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
async function findByNumber(env: CaseEnv, numberOrId: string): Promise<CaseRecord | undefined> {
  if (UUID.test(numberOrId)) return findCase(env.db, numberOrId, true)
  return (await findCases(env.db, 'cases-by-number', 'c.case_no = $1', [numberOrId]))[0]
}

async function wasDone(env: CaseEnv, caseId: string, key: string, actor: Actor): Promise<boolean> {
  const rows = await prepared(
    env.db,
    'cases-step-key',
    'select 1 from cases.step where case_id = $1 and command_key = $2 and actor_id = $3',
    [caseId, key, actor.id]
  )
  return rows.length > 0
}

/** 409 with what happened since the version the person saw. */
async function stale(env: CaseEnv, record: CaseRecord, version: number): Promise<AppError> {
  const changes = await prepared<{ seq: number; at: Date; op: OperationKey; actor_name: string }>(
    env.db,
    'cases-steps-since',
    'select seq, at, op, actor_name from cases.step where case_id = $1 and seq > $2 order by seq limit 50',
    [record.id, version]
  )
  const latest = changes.at(-1)
  return refuse('CASE_VERSION_STALE', {
    version: record.version,
    status: record.status,
    latestOp: latest ? OPERATIONS[latest.op].zh : '',
    changes: changes.map((c) => ({ seq: c.seq, at: c.at, op: c.op, by: c.actor_name }))
  })
}
