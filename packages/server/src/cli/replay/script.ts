import type { CaseInput, CaseStatus, OperationKey } from '@chengyun/contract/cases'
import type { Desk } from './staff.ts'

/** What goes differently with one order; drawn from seed and order number, so that the same seed replays the same way. */
export interface Script {
  /** Why it is not registered; null when it is worked. */
  answer: string | null
  verify: boolean
  unitReturns: boolean
  extend: 'no' | 'approved' | 'declined'
  suspend: boolean
  deptRejects: boolean
  rework: boolean
  checkFails: boolean
  visit: 'satisfied' | 'basically' | 'unsatisfied' | null
}

/** Shares of a hundred ordinary days; the rest goes straight through. */
const SHARES = {
  verify: 0.12,
  verifyUnplaced: 1,
  unitReturns: 0.04,
  extend: 0.03,
  suspend: 0.01,
  deptRejects: 0.02,
  rework: 0.03,
  checkFails: 0.04,
  visit: 0.3
}

const NOT_FOUND = '经核实无法确定具体位置，无法到现场处置，已告知诉求人补充地址，不予立案。'

/** A number in [0, 1) from a text, the same everywhere (FNV-1a with a final mix). */
export function fraction(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  h ^= h >>> 16
  return (h >>> 0) / 2 ** 32
}

export interface ScriptedOrder {
  no: string
  answer: string | null
  /** Known only to the city: it can neither be visited nor registered. */
  unplaced: boolean
}

/** What will happen to an order. */
export function scriptFor(order: ScriptedOrder, seed: string): Script {
  const chance = (what: keyof typeof SHARES) => fraction(`${seed}/${order.no}/${what}`) < SHARES[what]
  const { answer, unplaced } = order
  const satisfaction = fraction(`${seed}/${order.no}/satisfaction`)
  return {
    answer: answer ?? (unplaced ? NOT_FOUND : null),
    verify: answer === null && (unplaced || chance('verify')),
    unitReturns: chance('unitReturns'),
    extend: chance('extend') ? (satisfaction < 0.8 ? 'approved' : 'declined') : 'no',
    suspend: chance('suspend'),
    deptRejects: chance('deptRejects'),
    rework: chance('rework'),
    checkFails: chance('checkFails'),
    visit: chance('visit') ? (satisfaction < 0.82 ? 'satisfied' : satisfaction < 0.95 ? 'basically' : 'unsatisfied') : null
  }
}

/** Where an order stands, as far as deciding needs it. `done` are the operations so far, in order. */
export interface Standing {
  status: CaseStatus
  requestKind: string | null
  done: readonly OperationKey[]
  /** Result of the last check. */
  checkFailed: boolean
}

export type Input = Omit<CaseInput, 'version'>
/** The next act. `needs` says what the driver has to look up for it. */
export interface Act {
  op: OperationKey
  by: Desk | 'handler' | 'collector'
  input: Input
  needs?: 'condition' | 'unit' | 'handler' | 'photo'
}

export interface Rules {
  twoStep: boolean
  needVisit: boolean
}

/** A day a suspended case waits for: tomorrow three weeks, as a city would write it. */
const dayLater = (now: Date, days: number): string => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10)

/** What is done next to a case in this standing, or null when it is over. Pure. */
export function nextAct(standing: Standing, script: Script, rules: Rules, now: Date): Act | null {
  const { status, requestKind, done } = standing
  const did = (op: OperationKey) => done.includes(op)
  const registrar = rules.twoStep ? 'shiftLeader' : 'acceptor'
  const refuse: Act = { op: 'notRegister', by: 'acceptor', input: { opinion: script.answer ?? '' } }
  switch (status) {
    case 'reported':
      if (script.verify && !did('sendVerify')) return { op: 'sendVerify', by: 'acceptor', input: { opinion: '请到现场核实' } }
      return script.answer === null || script.verify ? { op: 'accept', by: 'acceptor', input: {} } : refuse
    case 'pending_verify':
      return {
        op: 'submitVerify',
        by: 'collector',
        input: {
          result: script.answer === null ? 'exists' : 'cannotFind',
          opinion: script.answer === null ? '情况属实' : '未找到'
        }
      }
    case 'pending_register':
      return script.answer === null ? { op: 'register', by: registrar, input: {}, needs: 'condition' } : refuse
    case 'pending_dispatch':
    case 'returned':
      return { op: 'dispatch', by: 'dispatcher', input: {}, needs: 'unit' }
    case 'pending_handle':
      if (requestKind === 'extend') return decideExtend(script)
      if (script.unitReturns && !did('returnToDispatcher'))
        return { op: 'returnToDispatcher', by: 'dept', input: { opinion: '非本单位职责，退回重新派遣' } }
      if (script.extend !== 'no' && !did('applyExtend'))
        return { op: 'applyExtend', by: 'dept', input: { opinion: '需协调施工时间，申请延期' } }
      return { op: 'assign', by: 'dept', input: {}, needs: 'handler' }
    case 'handling':
      if (requestKind === 'suspend')
        return { op: 'approveSuspend', by: 'dispatcher', input: { approve: 'yes', opinion: '同意挂账' } }
      if (requestKind === 'extend') return decideExtend(script)
      if (script.suspend && !did('applySuspend'))
        return { op: 'applySuspend', by: 'dept', input: { opinion: '待配套工程完工后处置', until: dayLater(now, 21) } }
      return {
        op: 'submitHandle',
        by: 'handler',
        input: { opinion: did('submitHandle') ? '已重新处置' : '已处置完毕' },
        needs: 'photo'
      }
    case 'suspended':
      return { op: 'resume', by: 'dispatcher', input: { opinion: '条件具备，恢复处置' } }
    case 'handle_finished':
      if (script.deptRejects && !did('deptReject'))
        return { op: 'deptReject', by: 'dept', input: { opinion: '处置不彻底，请补充' } }
      return { op: 'deptConfirm', by: 'dept', input: {} }
    case 'pending_feedback_review':
      if (script.rework && !did('rework')) return { op: 'rework', by: 'dispatcher', input: { opinion: '反馈与诉求不符，返工' } }
      return { op: 'forward', by: 'dispatcher', input: {} }
    case 'pending_check':
      return { op: 'sendCheck', by: 'acceptor', input: {} }
    case 'checking': {
      const fails = script.checkFails && !did('checkFailRework')
      return {
        op: 'submitCheck',
        by: 'collector',
        input: { result: fails ? 'fail' : 'pass', opinion: fails ? '问题仍然存在' : '已恢复' }
      }
    }
    case 'pending_close':
      if (standing.checkFailed) return { op: 'checkFailRework', by: 'acceptor', input: { opinion: '核查不通过，返工' } }
      return { op: 'close', by: registrar, input: {} }
    case 'closed':
      if (script.visit !== null && rules.needVisit && !did('visit'))
        return { op: 'visit', by: 'hotline', input: { satisfaction: script.visit } }
      return null
    default:
      return null
  }
}

const decideExtend = (script: Script): Act => ({
  op: 'approveExtend',
  by: 'dispatcher',
  input: script.extend === 'approved' ? { approve: 'yes', opinion: '同意延期' } : { approve: 'no', opinion: '请按原时限办理' }
})

/** Typical seconds a desk needs before an act, for a replay in measured time; drawn around it, long tail to the right. */
const TYPICAL_S: Partial<Record<OperationKey, number>> = {
  accept: 300,
  notRegister: 600,
  sendVerify: 300,
  submitVerify: 1200,
  register: 420,
  dispatch: 300,
  assign: 900,
  submitHandle: 14_400,
  deptConfirm: 1200,
  forward: 600,
  sendCheck: 300,
  submitCheck: 1200,
  close: 420,
  visit: 7200,
  resume: 86_400
}
const OTHERWISE_S = 900

/** Seconds of the original time before an act of an order. */
export function delayBefore(op: OperationKey, no: string, nth: number, seed: string): number {
  const u = Math.max(1e-6, fraction(`${seed}/${no}/${op}/${nth}`))
  // Half of all take less than the typical time, one in twenty more than four times as long.
  return (TYPICAL_S[op] ?? OTHERWISE_S) * Math.exp(Math.tan((u - 0.5) * 2.2) * 0.95)
}
