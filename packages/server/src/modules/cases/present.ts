import {
  type CanView,
  type CaseRowView,
  type CaseView,
  CLOCK_STAGES,
  type ClockStage,
  type ClockView,
  type EvidenceView,
  OPERATION_FIELDS,
  type OperationKey,
  operationOf,
  type StepView
} from '@chengyun/contract/cases'
import { calendarFor, lamp, type Timer } from '@chengyun/contract/clock'
import type { Actor } from '../../platform/actor.ts'
import { may } from '../../platform/actor.ts'
import { maskName, maskPhone } from '../org/index.ts'
import { concernsComponent } from './domain/component.ts'
import { passesNow } from './domain/guards.ts'
import type { CaseRecord } from './domain/record.ts'
import type { CaseEnv } from './env.ts'
import { operationsFor } from './policy.ts'

/** A clock as it stands at an instant. */
export function presentClock(env: CaseEnv, stage: ClockStage, timer: Timer, now: Date): ClockView {
  const seen = lamp(timer, now, calendarFor(env.reference.book, timer.calendarId, timer.calendarVersion))
  return {
    stage,
    limit: timer.limit,
    startAt: timer.startAt,
    deadlineAt: timer.deadlineAt,
    status: timer.status,
    lamp: seen.state,
    usedRatio: Math.round(seen.usedRatio * 1000) / 1000,
    remainingS: Math.round(seen.remainingS),
    overdueS: Math.round(seen.overdueS),
    usedS: timer.usedS === null ? null : Math.round(timer.usedS),
    finishedAt: timer.finishedAt,
    asOf: now.toISOString()
  }
}

/** What this person may do now: rights, status, and the guards that need no input. */
export function allowed(env: CaseEnv, actor: Actor, r: CaseRecord, now: Date): OperationKey[] {
  const calendar = env.reference.calendarOf(r.districtCode)
  const remoteCheck = env.reference.findClass(r.standardRef, r.kind, r.classCode)?.remoteCheck ?? false
  return operationsFor(actor, r).filter((op) =>
    passesNow(operationOf(op), {
      record: r,
      op,
      input: {},
      actorId: actor.id,
      now,
      config: env.reference.config,
      calendar,
      remoteCheck
    })
  )
}

export function presentCan(op: OperationKey, record: Pick<CaseRecord, 'kind' | 'componentId'>): CanView {
  const operation = operationOf(op)
  const asked = (operation.needs ?? []).filter((n) => n.field !== 'componentFeedback' || concernsComponent(record))
  return {
    op,
    primary: operation.primary === true,
    needs: asked.map((n) => ({
      field: n.field,
      type: OPERATION_FIELDS[n.field],
      required: n.required,
      ...(n.options && { options: [...n.options] })
    }))
  }
}

export function presentRow(env: CaseEnv, actor: Actor, r: CaseRecord, now: Date): CaseRowView {
  const { reference } = env
  const stage = r.dueStage
  const timer = stage ? r.clocks[stage] : undefined
  return {
    id: r.id,
    caseNo: r.caseNo,
    version: r.version,
    status: r.status,
    standardRef: r.standardRef,
    kind: r.kind,
    classCode: r.classCode,
    className: reference.findClass(r.standardRef, r.kind, r.classCode)?.name ?? r.classCode,
    description: r.description,
    address: r.address,
    districtCode: r.districtCode,
    districtName: env.divisionName(r.districtCode),
    streetName: env.divisionName(r.streetCode),
    unitId: r.unitId,
    unitName: reference.unitName(r.unitId),
    sourceType: r.sourceType,
    severity: r.severity,
    urgent: r.urgent,
    supervised: r.supervised,
    requestKind: r.requestKind,
    reportedAt: r.reportedAt,
    location: [r.lng, r.lat],
    precision: r.precision,
    thumbnailUrl: r.thumbId ? `/api/media/${r.thumbId}/thumb` : null,
    clock: timer && stage ? presentClock(env, stage, timer, now) : null,
    can: allowed(env, actor, r, now)
  }
}

export interface StepRow {
  seq: number
  at: Date
  op: OperationKey
  from_status: CaseRecord['status'] | null
  to_status: CaseRecord['status']
  actor_id: string
  actor_name: string
  unit_id: string | null
  role: string | null
  opinion: string | null
  data: Record<string, unknown>
  stage: string | null
  used_s: number | null
  overdue: boolean
  prev_hash: string
  hash: string
}

export const presentStep = (env: CaseEnv, s: StepRow, hideReporter: boolean): StepView => ({
  seq: s.seq,
  at: s.at.toISOString(),
  op: s.op,
  fromStatus: s.from_status,
  toStatus: s.to_status,
  actorId: s.actor_id,
  // Whoever took the report in a post is staff; only who reported for himself is hidden.
  actorName: hideReporter && s.seq === 1 && s.role === null ? maskName(s.actor_name) : s.actor_name,
  unitName: env.reference.unitName(s.unit_id),
  role: s.role,
  opinion: s.opinion,
  receiver: receiverOf(env, s.data),
  automatic: (s.data as StepData).reason?.automatic === true,
  data: s.data,
  stage: s.stage,
  usedS: s.used_s,
  overdue: s.overdue,
  hash: s.hash
})

interface StepData {
  input?: { unitId?: string }
  collector?: { name?: string }
  handler?: { name?: string }
  reason?: { automatic?: boolean }
}

const receiverOf = (env: CaseEnv, data: StepData): string | null =>
  env.reference.unitName(data.input?.unitId ?? null) ?? data.collector?.name ?? data.handler?.name ?? null

export interface CaseParts {
  steps: readonly StepRow[]
  evidence: readonly EvidenceView[]
  evidencePairs: CaseView['evidencePairs']
  related: CaseView['related']
  contact: { name: string | null; phone: string | null; forgottenAt: Date | null } | null
}

const PUBLIC_SOURCES = ['public', 'hotline', 'app', 'media']

/** The whole case for one reader: people masked, and exactly the operations this reader may do. */
export function presentCase(env: CaseEnv, actor: Actor, r: CaseRecord, parts: CaseParts, now: Date): CaseView {
  const { reference } = env
  const cls = reference.findClass(r.standardRef, r.kind, r.classCode)
  const condition = r.conditionId ? reference.conditions.get(r.conditionId) : undefined
  const row = presentRow(env, actor, r, now)
  const hide = PUBLIC_SOURCES.includes(r.sourceType) && !may(actor, 'pii:view')
  const { state } = r
  return {
    ...row,
    majorName: cls?.majorName ?? '',
    streetCode: r.streetCode,
    communityName: env.divisionName(r.communityCode),
    gridCode: r.gridCode,
    dutyGridCode: r.dutyGridCode,
    componentId: r.componentId,
    condition:
      condition && r.caseLimit
        ? { id: condition.id, text: condition.condition, closeText: condition.closeCondition, limit: r.caseLimit }
        : null,
    foundAt: r.foundAt,
    acceptedAt: r.acceptedAt,
    registeredAt: r.registeredAt,
    dispatchedAt: r.dispatchedAt,
    receivedAt: r.receivedAt,
    handledAt: r.handledAt,
    disposedAt: r.disposedAt,
    checkedAt: r.checkedAt,
    closedAt: r.closedAt,
    cancelledAt: r.cancelledAt,
    handleDeadlineAt: r.handleDeadlineAt,
    totalDeadlineAt: r.totalDeadlineAt,
    reporter: parts.contact
      ? {
          name: parts.contact.name ? maskName(parts.contact.name) : null,
          phone: parts.contact.phone ? maskPhone(parts.contact.phone) : null,
          masked: true,
          ...(parts.contact.forgottenAt && { forgottenAt: parts.contact.forgottenAt.toISOString() })
        }
      : null,
    handler: r.handlerId ? { id: r.handlerId, name: state.handlerName ?? '' } : null,
    task: state.task ?? null,
    request: state.request ? { ...state.request } : null,
    supervision: state.supervision ? { ...state.supervision } : null,
    appeal: state.appeal ? { ...state.appeal } : null,
    visit: state.visit ? { ...state.visit } : null,
    dispatchReason: state.dispatchReason ?? null,
    external:
      r.externalSystem && r.externalNo
        ? {
            system: r.externalSystem,
            no: r.externalNo,
            className: state.external?.className ?? null,
            unitName: state.external?.unitName ?? null
          }
        : null,
    counts: { extend: r.extendCount, rework: r.reworkCount, return: r.returnCount },
    timeoutExempt: r.timeoutExempt,
    selfHandled: r.selfHandled,
    clocks: CLOCK_STAGES.flatMap((stage) => {
      const timer = r.clocks[stage]
      return timer ? [presentClock(env, stage, timer, now)] : []
    }),
    steps: parts.steps.map((s) => presentStep(env, s, hide)),
    evidence: [...parts.evidence],
    evidencePairs: parts.evidencePairs,
    related: parts.related,
    can: row.can.map((op) => presentCan(op, r))
  }
}
