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

type ErrorCode = keyof typeof CASE_ERRORS
/** Why a guard does not let an operation pass. A word, not an error: lists ask a thousand guards a page, and errors carry stacks. */
interface Refusal {
  code: ErrorCode
  details?: Record<string, unknown>
}
const no = (code: ErrorCode, details?: Record<string, unknown>): Refusal => (details ? { code, details } : { code })

/** Each guard names its own refusal, or passes. One function per name in the flow table. */
const GUARDS: Record<Guard, (g: GuardInput) => Refusal | undefined> = {
  placed: ({ record }) => {
    if (record.districtCode === null) return no('CASE_NOT_PLACED')
  },
  notOverdue: ({ record, now }) => {
    if (record.clocks.handle && isOverdue(record.clocks.handle, now.getTime())) return no('CASE_OVERDUE')
  },
  noRequest: ({ record }) => {
    if (record.state.request) return no('CASE_REQUEST_PENDING')
  },
  extendLeft: ({ record, config }) => {
    if (record.extendCount >= config.maxExtend) return no('CASE_EXTEND_LIMIT', { max: config.maxExtend })
  },
  requestExtend: ({ record }) => {
    if (record.state.request?.kind !== 'extend' || record.state.request.atUnit) return no('CASE_NO_REQUEST')
  },
  requestSuspend: ({ record }) => {
    if (record.state.request?.kind !== 'suspend' || record.state.request.atUnit) return no('CASE_NO_REQUEST')
  },
  requestAtUnit: ({ record }) => {
    if (!record.state.request?.atUnit) return no('CASE_NO_REQUEST')
  },
  requestForce: ({ record }) => {
    if (record.state.request?.kind !== 'force') return no('CASE_NO_REQUEST')
  },
  notAfterReturn: ({ record, op }) => {
    if (record.state.lastReturn?.op === 'returnToDispatcher') return no('CASE_PUSH_AFTER_RETURN', { op })
  },
  withinReturnLimit: ({ record, config, calendar, now }) => {
    if (!record.dispatchedAt) return undefined
    const until = deadline(new Date(record.dispatchedAt), config.returnLimit, calendar)
    if (now > until) return no('CASE_RETURN_TOO_LATE', { limit: `${config.returnLimit.value} ${config.returnLimit.kind}` })
  },
  unassigned: ({ record }) => {
    if (record.handlerId) return no('CASE_ASSIGNED')
  },
  checkPassed: ({ record }) => {
    if (record.state.check?.result !== 'pass') return no('CASE_CHECK_NOT_PASSED')
  },
  checkFailed: ({ record }) => {
    if (record.state.check?.result !== 'fail') return no('CASE_CHECK_NOT_PASSED')
  },
  remoteOrPassed: ({ record, remoteCheck }) => {
    const passed = record.state.check?.result === 'pass'
    if (record.status === 'pending_close' && !passed) return no('CASE_CHECK_NOT_PASSED')
    if (record.status === 'pending_check' && !passed && !remoteCheck) return no('CASE_CHECK_NOT_PASSED')
  },
  untilWithinYear: ({ input, now }) => {
    const until = input.until ? Date.parse(`${input.until}T00:00:00Z`) : Number.NaN
    if (!(until > now.getTime()) || until > now.getTime() + 366 * DAY_MS) return no('CASE_UNTIL_INVALID')
  },
  appealable: ({ record }) => {
    if (record.state.appeal || !record.clocks.handle?.overdue || record.timeoutExempt) return no('CASE_NOT_APPEALABLE')
  },
  appealPending: ({ record }) => {
    if (!record.state.appeal || record.state.appeal.result) return no('CASE_NO_REQUEST')
  },
  reopenable: ({ record, config, now }) => {
    const ended = record.closedAt ?? record.cancelledAt
    if (ended && now.getTime() - Date.parse(ended) > config.reopenDays * DAY_MS)
      return no('CASE_NOT_REOPENABLE', { days: config.reopenDays })
    if (!record.conditionId) return no('CASE_CONDITION_UNKNOWN')
  },
  notMerged: ({ record, config }) => {
    if (record.mergedInto) return no('CASE_NOT_REOPENABLE', { days: config.reopenDays })
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
    if (!ok) return no('CASE_NOT_MERGEABLE')
  },
  linkable: ({ record, other }) => {
    if (!other || other.id === record.id) return no('CASE_NOT_LINKABLE')
  },
  secondPerson: ({ record, actorId }) => {
    if (record.state.request?.by === actorId) return no('CASE_SECOND_PERSON')
  },
  visitable: ({ record }) => {
    if (!record.needVisit || record.state.visit) return no('CASE_NOT_VISITABLE')
  },
  supervised: ({ record }) => {
    if (!record.state.supervision?.needReply || record.state.supervision.reply) return no('CASE_NOT_SUPERVISED')
  }
}

/** The return rule of §2.12, then the operation's own guards. */
function refusalOf(operation: Operation, g: GuardInput, asked: (guard: Guard) => boolean): Refusal | undefined {
  const last = g.record.state.lastReturn
  if (last && BARRED_AFTER[last.op]?.includes(g.op)) return no('CASE_PUSH_AFTER_RETURN', { op: g.op })
  for (const guard of operation.guards ?? []) {
    const refusal = asked(guard) ? GUARDS[guard](g) : undefined
    if (refusal) return refusal
  }
  return undefined
}

/** @throws AppError of the first guard that does not let the operation pass. */
export function checkGuards(operation: Operation, g: GuardInput): void {
  const refusal = refusalOf(operation, g, () => true)
  if (refusal) throw refuse(refusal.code, refusal.details)
}

const NEEDS_INPUT: readonly Guard[] = ['untilWithinYear', 'mergeable', 'linkable']

/** Guards that need nothing but the record: used to grey out what cannot be done before anyone fills in a form. */
export const passesNow = (operation: Operation, g: GuardInput): boolean =>
  refusalOf(operation, g, (guard) => !NEEDS_INPUT.includes(guard)) === undefined
