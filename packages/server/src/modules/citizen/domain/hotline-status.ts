import type { CaseMoved, CaseStatus } from '@chengyun/contract/cases'
import type { OrderState, SentState } from '@chengyun/contract/public'

type Moved = Pick<CaseMoved, 'op' | 'status' | 'facts'>
const became = (m: Moved, key: 'acceptedAt' | 'handleDeadlineAt'): boolean =>
  m.facts.before !== null && key in m.facts.before && m.facts.after[key] !== null

/** What a step of a case means to the hotline that sent it (办理状态, standards §7.2); undefined: nothing it waits for. */
export function sentStateOf(m: Moved): SentState | undefined {
  switch (m.op) {
    case 'accept':
      return 'signed'
    case 'submitVerify':
      // A verification before acceptance accepts by itself (§2.12 row 5).
      return became(m, 'acceptedAt') ? 'signed' : undefined
    case 'register':
      return m.status === 'pending_register' ? undefined : 'processing'
    case 'reopen':
    case 'merge':
      return 'processing'
    case 'notRegister':
    case 'cancel':
      return 'returned'
    case 'approveExtend':
      return became(m, 'handleDeadlineAt') ? 'extended' : undefined
    case 'approveSuspend':
      return m.status === 'suspended' ? 'extended' : undefined
    case 'close':
    case 'approveForceClose':
      return m.status === 'closed' || m.status === 'forced_close' ? 'closed' : undefined
    default:
      return undefined
  }
}

/** Where an order stands, for queryOrder. */
export function orderStateOf(order: {
  status: CaseStatus | null
  accepted: boolean
  merged: boolean
  visited: boolean
  withdrawn: boolean
}): OrderState {
  const { status } = order
  if (status === null || status === 'reported') return 'waiting'
  if (status === 'closed' || status === 'forced_close') return order.visited ? 'visited' : 'closed'
  if (status === 'cancelled' && order.merged) return 'processing'
  if (status === 'not_registered' || status === 'cancelled') return order.withdrawn ? 'withdrawn' : 'returned'
  if (status === 'suspended') return 'extended'
  if (status === 'pending_verify') return order.accepted ? 'signed' : 'waiting'
  return status === 'pending_register' ? 'signed' : 'processing'
}

const BASE_MS = 10_000
const CAP_MS = 3_600_000

/** How long to wait after the nth failed attempt: doubling from 10 s to 1 h, of which the half is chance, so that not all come at once. */
export function backoffMs(attempts: number, random: number): number {
  const whole = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(20, Math.max(0, attempts - 1)))
  return Math.round(whole / 2 + (whole / 2) * random)
}
