import type { CaseInput, OperationKey } from '@chengyun/contract/cases'
import { startOfDay } from '@chengyun/contract/indicators'
import type { PlanContext } from './plan.ts'
import type { CaseRecord, CaseState } from './record.ts'

type Input = Omit<CaseInput, 'version'>
type Flags = { declined: boolean; proposed: boolean }

/** The fields an operation sets. A function of the operation alone: where the case goes and what its clocks do stands in the flow table. */
export function fieldsAfter(
  r: CaseRecord,
  op: OperationKey,
  input: Input,
  at: string,
  ctx: PlanContext,
  { declined, proposed }: Flags
): Partial<CaseRecord> {
  const { resolved, actor } = ctx
  const { lastReturn: _answered, ...rest } = r.state
  const keepsReturn = ['supervise', 'urge', 'replySupervise', 'link', 'assign', 'revokeAssign'].includes(op)
  const state: CaseState = keepsReturn ? r.state : rest
  const request = (kind: 'extend' | 'suspend' | 'force') => ({
    state: {
      ...state,
      request: {
        kind,
        by: actor.id,
        byName: actor.name,
        at,
        opinion: input.opinion ?? input.reason ?? '',
        ...(input.until && { until: input.until }),
        ...(kind !== 'force' && resolved.forUnit === false && { atUnit: true })
      }
    },
    requestKind: kind
  })
  const decided = () => {
    const { request: _done, ...others } = state
    return { state: others as CaseState, requestKind: null }
  }
  const returned = { lastReturn: { op, by: actor.id, unitId: r.unitId } }
  const noTask = (s: CaseState): CaseState => {
    const { task: _over, ...others } = s
    return others
  }
  const task = (kind: 'verify' | 'check') => ({
    collectorId: resolved.collector!.id,
    state: {
      ...state,
      task: {
        kind,
        collectorId: resolved.collector!.id,
        collectorName: resolved.collector!.name,
        sentAt: at,
        distanceM: resolved.collector!.distanceM
      }
    }
  })
  const again = {
    handledAt: null,
    disposedAt: null,
    receivedAt: null,
    checkedAt: null,
    handlerId: null,
    reworkCount: r.reworkCount + 1
  }
  if (proposed) {
    return {
      state: {
        ...state,
        proposal: {
          op: op as 'register' | 'close',
          by: actor.id,
          byName: actor.name,
          ...(input.conditionId && { conditionId: input.conditionId })
        }
      }
    }
  }
  switch (op) {
    case 'accept':
      return { acceptedAt: at, acceptorId: actor.id, state }
    case 'sendVerify':
      return task('verify')
    case 'submitVerify':
      return { collectorId: null, acceptedAt: r.acceptedAt ?? at, state: { ...noTask(state), verify: { result: input.result! } } }
    case 'register':
      return {
        registeredAt: at,
        registrarId: actor.id,
        conditionId: resolved.condition!.id,
        caseLimit: resolved.condition!.limit,
        severity: input.severity ?? r.severity,
        ...(input.classCode && { classCode: input.classCode, majorCode: resolved.classMajor! }),
        state: withoutProposal(state)
      }
    case 'notRegister':
    case 'cancel':
      return { cancelledAt: at, collectorId: null, state: noTask(state) }
    case 'merge':
      return { cancelledAt: at, mergedInto: resolved.other!.id, state }
    case 'dispatch':
      return {
        dispatchedAt: at,
        unitId: resolved.unit!.id,
        unitIds: [...new Set([...r.unitIds, resolved.unit!.id])],
        handlerId: null,
        receivedAt: null,
        state: resolved.dispatchReason ? { ...state, dispatchReason: resolved.dispatchReason } : state
      }
    case 'returnToAcceptor':
      return {
        dispatchedAt: null,
        unitId: null,
        handlerId: null,
        registeredAt: null,
        returnCount: r.returnCount + 1,
        state: { ...state, ...returned }
      }
    case 'returnToDispatcher':
      return { returnCount: r.returnCount + 1, receivedAt: null, state: { ...state, ...returned } }
    case 'assign':
      return {
        receivedAt: r.receivedAt ?? at,
        handlerId: resolved.handler!.id,
        state: { ...state, handlerName: resolved.handler!.name }
      }
    case 'revokeAssign':
    case 'handlerReturn':
      return { handlerId: null, state }
    case 'submitHandle':
      return { handledAt: at, state }
    case 'deptReject':
      return { handledAt: null, state: { ...state, ...returned } }
    case 'deptConfirm':
      return { disposedAt: at, state }
    case 'rework':
      return { ...again, state: { ...state, ...returned } }
    case 'checkFailRework':
      return { ...again, collectorId: null, state: { ...noTask(state), ...returned } }
    case 'sendCheck':
      return task('check')
    case 'submitCheck':
      return { collectorId: null, checkedAt: at, state: { ...noTask(state), check: { result: input.result!, by: actor.id } } }
    case 'close':
      return { closedAt: at, state: withoutProposal(state) }
    case 'applyExtend':
      return request('extend')
    case 'applySuspend':
      return request('suspend')
    case 'applyForceClose':
      return request('force')
    case 'endorse': {
      if (declined) return decided()
      const { atUnit: _seen, ...passed } = r.state.request!
      return { state: { ...state, request: passed } }
    }
    case 'approveExtend':
      return { ...decided(), ...(!declined && { extendCount: r.extendCount + 1 }) }
    case 'approveSuspend':
      return declined ? decided() : suspended(r, decided(), ctx.current.timeZone)
    case 'approveForceClose':
      return declined ? decided() : { ...decided(), closedAt: at, forced: true, collectorId: null }
    case 'resume': {
      const { suspendUntil: _u, suspendedFrom: _f, ...others } = state
      return { state: others as CaseState }
    }
    case 'supervise':
      return {
        supervised: true,
        state: {
          ...state,
          supervision: {
            kind: input.kind!,
            level: input.level!,
            requirement: input.opinion!,
            needReply: input.needReply ?? false,
            by: actor.id,
            byName: actor.name,
            at
          }
        }
      }
    case 'replySupervise':
      return { state: { ...state, supervision: { ...state.supervision!, reply: { by: actor.name, text: input.opinion!, at } } } }
    case 'appeal':
      return { state: { ...state, appeal: { by: actor.name, at, reason: input.opinion! } } }
    case 'reviewAppeal':
      // The raw fact of the overdue stays in the clock; only the statistics exempt it.
      return {
        timeoutExempt: !declined,
        state: { ...state, appeal: { ...state.appeal!, result: input.approve!, reviewedBy: actor.name } }
      }
    case 'reopen':
      return {
        closedAt: null,
        cancelledAt: null,
        registeredAt: r.registeredAt ?? at,
        dispatchedAt: null,
        unitId: null,
        handlerId: null,
        receivedAt: null,
        handledAt: null,
        disposedAt: null,
        checkedAt: null,
        forced: false,
        state: withoutCheck(state)
      }
    case 'visit':
      return { state: { ...state, visit: { result: input.satisfaction!, at, by: actor.name } } }
    default:
      return { state }
  }
}

const withoutProposal = (s: CaseState): CaseState => {
  const { proposal: _done, ...others } = s
  return others
}
const withoutCheck = (s: CaseState): CaseState => {
  const { check: _old, visit: _v, ...others } = s
  return others
}

function suspended(r: CaseRecord, decided: { state: CaseState; requestKind: null }, timeZone: string): Partial<CaseRecord> {
  const until = r.state.request?.until
  return {
    ...decided,
    state: {
      ...decided.state,
      suspendedFrom: r.status,
      ...(until && { suspendUntil: startOfDay(until, timeZone).toISOString() })
    }
  }
}
