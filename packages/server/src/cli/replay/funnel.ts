import { type CaseStatus, type OperationKey, STAGE_OF } from '@chengyun/contract/cases'
import type { CaseBundle } from '@chengyun/contract/history'

/** What is counted as the overview counts it: cases that came so far. */
export const FUNNEL_KEYS = ['report', 'accept', 'register', 'dispatch', 'dispose', 'close', 'notRegister', 'cancel'] as const
export type FunnelKey = (typeof FUNNEL_KEYS)[number]
export const FUNNEL_TEXT: Record<FunnelKey, string> = {
  report: '上报 reported',
  accept: '受理 accepted',
  register: '立案 registered',
  dispatch: '派遣 dispatched',
  dispose: '处置 handled',
  close: '结案 closed',
  notRegister: '不予立案 not registered',
  cancel: '作废 cancelled'
}

/** Times that something happened on the way. */
export const TURNS = [
  'sendVerify',
  'returnToDispatcher',
  'approveExtend',
  'approveSuspend',
  'deptReject',
  'rework',
  'checkFailRework',
  'visit'
] as const satisfies readonly OperationKey[]
export type Turn = (typeof TURNS)[number]

type Reached = Record<Exclude<FunnelKey, 'report'>, boolean>

const NOTHING: Reached = {
  accept: false,
  register: false,
  dispatch: false,
  dispose: false,
  close: false,
  notRegister: false,
  cancel: false
}

/** How far one case came, told by its steps alone: the second opinion to the columns that the overview is counted from. */
export function reachedBy(steps: readonly { op: string; toStatus: string }[]): Reached {
  let r = { ...NOTHING }
  for (const { op, toStatus } of steps) {
    switch (op as OperationKey) {
      case 'accept':
      case 'submitVerify':
        r.accept = true
        break
      case 'register':
        // Proposed for a second pair of eyes is not registered yet.
        if (toStatus !== 'pending_register') r.register = true
        break
      case 'dispatch':
        r.dispatch = true
        break
      case 'returnToAcceptor':
        r = { ...r, register: false, dispatch: false }
        break
      case 'deptConfirm':
        r.dispose = true
        break
      case 'rework':
      case 'checkFailRework':
        r.dispose = false
        break
      case 'reopen':
        r = { ...r, register: true, dispatch: false, dispose: false, close: false, notRegister: false, cancel: false }
        break
    }
    if (toStatus === 'closed' || toStatus === 'forced_close') r.close = true
    if (toStatus === 'not_registered') r.notRegister = true
    if (toStatus === 'cancelled') r.cancel = true
  }
  return r
}

/** Sums over many cases. */
export class Funnel {
  readonly counts: Record<FunnelKey, number> = {
    report: 0,
    accept: 0,
    register: 0,
    dispatch: 0,
    dispose: 0,
    close: 0,
    notRegister: 0,
    cancel: 0
  }
  readonly turns: Record<Turn, number> = {
    sendVerify: 0,
    returnToDispatcher: 0,
    approveExtend: 0,
    approveSuspend: 0,
    deptReject: 0,
    rework: 0,
    checkFailRework: 0,
    visit: 0
  }
  readonly open: Partial<Record<CaseStatus, number>> = {}
  automatic = 0
  readonly #waits = new Map<string, number[]>()

  add({ case: { status }, steps }: Pick<CaseBundle, 'case' | 'steps'>): void {
    const reached = reachedBy(steps)
    this.counts.report += 1
    for (const key of FUNNEL_KEYS) if (key !== 'report' && reached[key]) this.counts[key] += 1
    for (const turn of TURNS) this.turns[turn] += steps.filter((s) => s.op === turn).length
    if (STAGE_OF[status as CaseStatus] !== 'end') this.open[status as CaseStatus] = (this.open[status as CaseStatus] ?? 0) + 1
    if (steps.some((s) => s.op === 'dispatch' && (s.data as { reason?: { automatic?: boolean } }).reason?.automatic === true))
      this.automatic += 1
    this.#addWaits(steps)
  }

  /** Wall time a case spent in each of the official stages, from the instants of its steps. */
  #addWaits(steps: CaseBundle['steps']): void {
    const spent = new Map<string, number>()
    for (const [i, step] of steps.entries()) {
      const next = steps[i + 1]
      if (!next) break
      const stage = STAGE_OF[step.toStatus as CaseStatus]
      if (stage !== 'end') spent.set(stage, (spent.get(stage) ?? 0) + (Date.parse(next.at) - Date.parse(step.at)) / 1000)
    }
    for (const [stage, seconds] of spent) {
      const list = this.#waits.get(stage)
      if (list) list.push(seconds)
      else this.#waits.set(stage, [seconds])
    }
  }

  stages(): Record<string, { cases: number; p50: number; p95: number }> {
    return Object.fromEntries(
      [...this.#waits].map(([stage, values]) => [
        stage,
        { cases: values.length, p50: quantile(values, 0.5), p95: quantile(values, 0.95) }
      ])
    )
  }
}

/** A quantile by nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? 0
}
