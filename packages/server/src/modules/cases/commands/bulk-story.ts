import { createHash } from 'node:crypto'
import { isOpen, type OperationKey } from '@chengyun/contract/cases'
import { type ChainHead, nextStep } from '@chengyun/contract/history'
import { SYSTEM } from '../../../platform/actor.ts'
import { factsOf, type PlannedStep, plan, type Resolved } from '../domain/plan.ts'
import type { CaseRecord } from '../domain/record.ts'
import type { CaseEnv } from '../env.ts'
import type { BulkCase, BulkInput } from './bulk-import.ts'
import { started } from './report.ts'

const ACTOR = { id: SYSTEM.id, name: '批量导入', unitId: null, role: null }
const NO_STEPS_THERE = '由外部系统导入：原系统只提供上报与办结时间，中间环节按规程补记'
const NOT_PLACED = '由外部系统导入：位置只知到市，未立案'
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A case to be written with its history. */
export interface Built {
  record: CaseRecord
  steps: (PlannedStep & { seq: number; prevHash: string; hash: string })[]
}

/** What happened to an order, in the words of our flow: planned by the same rules as every living case, at the times the file knows. */
export function storyOf(
  env: CaseEnv,
  base: CaseRecord,
  order: BulkCase,
  status: BulkInput['status'],
  units: ReadonlyMap<string, { id: string; path: string[] }>
): { record: CaseRecord; steps: PlannedStep[] } {
  const { reportedAt, closedAt } = order
  let record = started(env, base, reportedAt)
  const steps: PlannedStep[] = [
    {
      at: record.reportedAt,
      op: 'report',
      record: 'forward',
      fromStatus: null,
      toStatus: record.status,
      actor: ACTOR,
      opinion: null,
      data: { facts: factsOf(record), imported: true },
      stage: null,
      usedS: null,
      overdue: false
    }
  ]
  if (status === 'as-reported' || closedAt === null) return { record, steps }
  const { reference } = env
  const current = reference.calendarOf(base.districtCode)
  const act = (op: OperationKey, now: Date, input: Parameters<typeof plan>[2] = {}, resolved: Resolved = {}) => {
    const outcome = plan(record, op, input, {
      now,
      actor: ACTOR,
      current,
      book: reference.book,
      config: { ...reference.config, twoStep: false },
      resolved
    })
    steps.push({ ...outcome.step, data: { ...outcome.step.data, imported: true } })
    record = outcome.next
  }
  const condition = reference
    .conditionsOf(base.standardRef, base.kind, base.classCode)
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault))[0]
  const key = order.unitKey(base)
  const unit =
    (key && units.get(key)) ||
    (base.streetCode && units.get(`street.${base.streetCode}`)) ||
    (base.districtCode && units.get(`center.${base.districtCode}`)) ||
    undefined
  if (order.answer !== null || base.districtCode === null || !condition || !unit) {
    act('notRegister', closedAt, { opinion: order.answer ?? NOT_PLACED })
    return { record, steps }
  }
  const limit = reference.limitOf(condition, base.districtCode)
  act('accept', reportedAt, { opinion: NO_STEPS_THERE })
  act('register', reportedAt, { conditionId: condition.id }, { condition: { id: condition.id, limit } })
  act(
    'dispatch',
    reportedAt,
    { unitId: unit.id },
    { unit: { id: unit.id, ancestorIds: unit.path }, dispatchReason: { imported: true } }
  )
  act('assign', reportedAt, { handlerId: ACTOR.id }, { handler: { id: ACTOR.id, name: ACTOR.name } })
  act('submitHandle', closedAt, { opinion: NO_STEPS_THERE })
  act('deptConfirm', closedAt)
  if (record.status === 'pending_feedback_review') act('forward', closedAt)
  act('sendCheck', closedAt, {}, { collector: { id: ACTOR.id, name: ACTOR.name, distanceM: null } })
  act('submitCheck', closedAt, { result: 'pass' })
  act('close', closedAt)
  return { record, steps }
}

/** The steps of a story linked into its chain, and the case as it stands after the last. */
export function chained({ record, steps }: { record: CaseRecord; steps: PlannedStep[] }): Built {
  let head: ChainHead | null = null
  const linked = steps.map((step) => {
    const { at, op, fromStatus, toStatus, actor, opinion, data } = step
    const link = nextStep(
      head,
      {
        caseId: record.id,
        at,
        op,
        fromStatus,
        toStatus,
        actorId: actor.id,
        actorName: actor.name,
        unitId: actor.unitId,
        opinion,
        data
      },
      sha256
    )
    head = { seq: link.seq, hash: link.hash }
    return { ...step, seq: link.seq, prevHash: link.prevHash, hash: link.hash }
  })
  return {
    record: { ...record, version: linked.length, isOpen: isOpen(record.status), lastHash: linked.at(-1)!.hash },
    steps: linked
  }
}
