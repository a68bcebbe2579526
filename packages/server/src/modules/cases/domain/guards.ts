import {
  BARRED_AFTER,
  CASE_ERRORS,
  type CaseInput,
  type Guard,
  isOpen,
  type Operation,
  type OperationKey
} from '@chengyun/contract/cases'
import { type CompiledCalendar, deadline, isOverdue } from '@chengyun/contract/clock'
import { thrower } from '../../../platform/errors.ts'
import type { FlowConfig } from './config.ts'
import type { CaseRecord } from './record.ts'

export const refuse = thrower(CASE_ERRORS)

export interface GuardInput {
  record: CaseRecord
  op: OperationKey
  input: Omit<CaseInput, 'version'>
  actorId: string
  now: Date
  config: FlowConfig
  calendar: CompiledCalendar
  /** The other case of a merge or link, when the operation names one. */
  other?: CaseRecord
  /** This class may be closed from photos or video without a field check. */
  remoteCheck: boolean
}

const DAY_MS = 86_400_000
const EARTH_M = 6_371_008.8

/** Distance on the sphere in metres: good to 0.5 %, enough for "within 50 m". */
export function metresBetween(a: { lng: number; lat: number }, b: { lng: number; lat: number }): number {
  const rad = Math.PI / 180
  const dLat = (b.lat - a.lat) * rad
  const dLng = (b.lng - a.lng) * rad
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(dLng / 2) ** 2
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** Each guard throws its own coded error, or passes. One function per name in the flow table. */
const GUARDS: Record<Guard, (g: GuardInput) => void> = {
  placed: ({ record }) => {
    if (record.districtCode === null) throw refuse('CASE_NOT_PLACED')
  },
  notOverdue: ({ record, now }) => {
    if (record.clocks.handle && isOverdue(record.clocks.handle, now.getTime())) throw refuse('CASE_OVERDUE')
  },
  noRequest: ({ record }) => {
    if (record.state.request) throw refuse('CASE_REQUEST_PENDING')
  },
  extendLeft: ({ record, config }) => {
    if (record.extendCount >= config.maxExtend) throw refuse('CASE_EXTEND_LIMIT', { max: config.maxExtend })
  },
  requestExtend: ({ record }) => {
    if (record.state.request?.kind !== 'extend' || record.state.request.atUnit) throw refuse('CASE_NO_REQUEST')
  },
  requestSuspend: ({ record }) => {
    if (record.state.request?.kind !== 'suspend' || record.state.request.atUnit) throw refuse('CASE_NO_REQUEST')
  },
  requestAtUnit: ({ record }) => {
    if (!record.state.request?.atUnit) throw refuse('CASE_NO_REQUEST')
  },
  requestForce: ({ record }) => {
    if (record.state.request?.kind !== 'force') throw refuse('CASE_NO_REQUEST')
  },
  notAfterReturn: ({ record, op }) => {
    if (record.state.lastReturn?.op === 'returnToDispatcher') throw refuse('CASE_PUSH_AFTER_RETURN', { op })
  },
  withinReturnLimit: ({ record, config, calendar, now }) => {
    if (!record.dispatchedAt) return
    const until = deadline(new Date(record.dispatchedAt), config.returnLimit, calendar)
    if (now > until) throw refuse('CASE_RETURN_TOO_LATE', { limit: `${config.returnLimit.value} ${config.returnLimit.kind}` })
  },
  unassigned: ({ record }) => {
    if (record.handlerId) throw refuse('CASE_ASSIGNED')
  },
  checkPassed: ({ record }) => {
    if (record.state.check?.result !== 'pass') throw refuse('CASE_CHECK_NOT_PASSED')
  },
  checkFailed: ({ record }) => {
    if (record.state.check?.result !== 'fail') throw refuse('CASE_CHECK_NOT_PASSED')
  },
  remoteOrPassed: ({ record, remoteCheck }) => {
    const passed = record.state.check?.result === 'pass'
    if (record.status === 'pending_close' && !passed) throw refuse('CASE_CHECK_NOT_PASSED')
    if (record.status === 'pending_check' && !passed && !remoteCheck) throw refuse('CASE_CHECK_NOT_PASSED')
  },
  untilWithinYear: ({ input, now }) => {
    const until = input.until ? Date.parse(`${input.until}T00:00:00Z`) : Number.NaN
    if (!(until > now.getTime()) || until > now.getTime() + 366 * DAY_MS) throw refuse('CASE_UNTIL_INVALID')
  },
  appealable: ({ record }) => {
    if (record.state.appeal || !record.clocks.handle?.overdue || record.timeoutExempt) throw refuse('CASE_NOT_APPEALABLE')
  },
  appealPending: ({ record }) => {
    if (!record.state.appeal || record.state.appeal.result) throw refuse('CASE_NO_REQUEST')
  },
  reopenable: ({ record, config, now }) => {
    const ended = record.closedAt ?? record.cancelledAt
    if (ended && now.getTime() - Date.parse(ended) > config.reopenDays * DAY_MS)
      throw refuse('CASE_NOT_REOPENABLE', { days: config.reopenDays })
    if (!record.conditionId) throw refuse('CASE_CONDITION_UNKNOWN')
  },
  notMerged: ({ record, config }) => {
    if (record.mergedInto) throw refuse('CASE_NOT_REOPENABLE', { days: config.reopenDays })
  },
  mergeable: ({ record, other, config }) => {
    const ok =
      other &&
      other.id !== record.id &&
      isOpen(other.status) &&
      other.classCode === record.classCode &&
      other.kind === record.kind &&
      metresBetween(record, other) <= config.merge.withinM &&
      Math.abs(Date.parse(other.reportedAt) - Date.parse(record.reportedAt)) <= config.merge.withinH * 3_600_000
    if (!ok) throw refuse('CASE_NOT_MERGEABLE')
  },
  linkable: ({ record, other }) => {
    if (!other || other.id === record.id) throw refuse('CASE_NOT_LINKABLE')
  },
  secondPerson: ({ record, actorId }) => {
    if (record.state.request?.by === actorId) throw refuse('CASE_SECOND_PERSON')
  },
  visitable: ({ record }) => {
    if (!record.needVisit || record.state.visit) throw refuse('CASE_NOT_VISITABLE')
  },
  supervised: ({ record }) => {
    if (!record.state.supervision?.needReply || record.state.supervision.reply) throw refuse('CASE_NOT_SUPERVISED')
  }
}

/** The return rule of §2.12, then the operation's own guards. */
export function checkGuards(operation: Operation, g: GuardInput): void {
  const last = g.record.state.lastReturn
  if (last && BARRED_AFTER[last.op]?.includes(g.op)) throw refuse('CASE_PUSH_AFTER_RETURN', { op: g.op })
  for (const guard of operation.guards ?? []) GUARDS[guard](g)
}

/** Guards that need nothing but the record: used to grey out what cannot be done before anyone fills in a form. */
export function passesNow(operation: Operation, g: GuardInput): boolean {
  const needsInput: readonly Guard[] = ['untilWithinYear', 'mergeable', 'linkable']
  try {
    checkGuards({ ...operation, guards: (operation.guards ?? []).filter((x) => !needsInput.includes(x)) }, g)
    return true
  } catch {
    return false
  }
}
