// How people act on a case: what they do next, how long they take, where they go wrong. Pure; the driver carries it out.
import type { CaseStatus, OperationKey } from '@chengyun/contract/cases'
import type { RoleKey } from '@chengyun/contract/org'
import type { Chance } from './random.ts'

/** What will go wrong or out of the ordinary with one case, decided when it arises. */
export interface Story {
  /** There is nothing there: verification will say so. */
  ghost: boolean
  /** Reported under the class it is often mistaken for; `corrected` when the acceptor will notice. */
  wrongClass: boolean
  corrected: boolean
  /** Somebody goes and looks before it is registered. */
  verifyFirst: boolean
  /** A collector puts it right on the spot and reports it so. */
  selfHandled: boolean
  /** A repeat that the acceptor recognises. */
  merge: boolean
  /** The unit says it is not its own; `backToAcceptor` when the dispatcher then hands it back. */
  wrongUnit: boolean
  backToAcceptor: boolean
  handlerReturns: boolean
  deptRejects: boolean
  dispatcherReworks: boolean
  failedCheck: boolean
  /** Asks for more time; `refused` when it is not granted. */
  extend: boolean
  suspend: boolean
  refused: boolean
  /** Forgotten at the bottom of the pile: will run out of its time limit. */
  late: boolean
  /** Cannot be solved: closed by force, by two people. */
  force: boolean
  satisfaction: 'satisfied' | 'basically' | 'unsatisfied'
}

export interface StoryFacts {
  source: string
  /** The class has one it is often taken for. */
  canBeMistaken: boolean
  /** The city lets collectors put this class right themselves. */
  canSelfHandle: boolean
}

/** Shares are of all cases; they add up to a city in which about one case in four is not straightforward. */
export function storyOf(chance: Chance, { source, canBeMistaken, canSelfHandle }: StoryFacts): Story {
  const fromOutside = source === 'public' || source === 'hotline'
  const draw = {
    ghost: chance.hit(fromOutside ? 0.06 : 0.01),
    wrongClass: chance.hit(0.06),
    corrected: chance.hit(0.8),
    verifyFirst: chance.hit(fromOutside ? 0.4 : 0.02),
    selfHandled: chance.hit(0.12),
    wrongUnit: chance.hit(0.05),
    backToAcceptor: chance.hit(0.25),
    handlerReturns: chance.hit(0.025),
    deptRejects: chance.hit(0.03),
    dispatcherReworks: chance.hit(0.025),
    failedCheck: chance.hit(0.07),
    extend: chance.hit(0.06),
    suspend: chance.hit(0.04),
    refused: chance.hit(0.2),
    late: chance.hit(0.07),
    force: chance.hit(0.012)
  }
  return {
    ...draw,
    wrongClass: draw.wrongClass && canBeMistaken,
    verifyFirst: draw.verifyFirst || draw.ghost,
    selfHandled: draw.selfHandled && canSelfHandle && source === 'collector' && !draw.ghost && !draw.wrongClass,
    merge: false,
    satisfaction: chance.weigh(
      ['satisfied', 'basically', 'unsatisfied'] as const,
      (s) => ({ satisfied: 74, basically: 19, unsatisfied: 7 })[s]
    )
  }
}

/** A case nobody in the simulated city caused: people reported it, and the staff treat it plainly. */
export const PLAIN: Story = {
  ghost: false,
  wrongClass: false,
  corrected: false,
  verifyFirst: false,
  selfHandled: false,
  merge: false,
  wrongUnit: false,
  backToAcceptor: false,
  handlerReturns: false,
  deptRejects: false,
  dispatcherReworks: false,
  failedCheck: false,
  extend: false,
  suspend: false,
  refused: false,
  late: false,
  force: false,
  satisfaction: 'satisfied'
}

/** What a person can see of a case before acting. */
export interface Standing {
  status: CaseStatus
  /** Operations so far, in order. */
  done: readonly OperationKey[]
  /** Result of the last verification or check. */
  result: string | null
  requestKind: string | null
  /** The request waits for the unit before it goes on to the dispatcher. */
  requestAtUnit: boolean
  /** An earlier open case of the same class on the same spot, for merging. */
  original: string | null
  needVisit: boolean
  /** A supervision waits for the unit's answer. */
  replyDue: boolean
}

export interface Step {
  op: OperationKey
  role: RoleKey
  /** Median of how long it takes until somebody does it, in minutes, and how widely that varies (log-normal). */
  minutes: number
  spread: number
  /** Asked for by `late`: not before the stage's deadline. */
  afterDeadline?: boolean
}

const step = (op: OperationKey, role: RoleKey, minutes: number, spread = 0.7): Step => ({ op, role, minutes, spread })

/** What happens next to a case, and who does it; null when nothing does. */
export function nextStep(s: Standing, story: Story): Step | null {
  const did = (op: OperationKey): boolean => s.done.includes(op)
  const last = s.done.at(-1)
  if (s.requestAtUnit) return step('endorse', 'dept', 6)
  if (s.requestKind === 'extend') return step('approveExtend', 'dispatcher', 8)
  if (s.requestKind === 'suspend') return step('approveSuspend', 'dispatcher', 8)
  if (s.requestKind === 'force') return step('approveForceClose', 'leader', 10)
  if (s.replyDue) return step('replySupervise', 'dept', 12)
  switch (s.status) {
    case 'reported':
      if (story.merge && s.original) return step('merge', 'acceptor', 4)
      if (story.verifyFirst && !did('submitVerify')) return step('sendVerify', 'acceptor', 3)
      return step('accept', 'acceptor', 3)
    case 'pending_verify':
      return step('submitVerify', 'collector', 9, 0.6)
    case 'pending_register':
      if (s.result === 'notExists' && !did('register')) return step('notRegister', 'acceptor', 3)
      if (last === 'returnToAcceptor') return step('register', 'acceptor', 6)
      return step('register', 'acceptor', 4)
    case 'pending_dispatch':
      return step('dispatch', 'dispatcher', 4)
    case 'returned':
      return story.backToAcceptor && !did('returnToAcceptor')
        ? step('returnToAcceptor', 'dispatcher', 5)
        : step('dispatch', 'dispatcher', 5)
    case 'pending_handle':
      if (story.wrongUnit && !did('returnToDispatcher')) return step('returnToDispatcher', 'dept', 7)
      if (story.suspend && !did('applySuspend')) return step('applySuspend', 'dept', 12)
      return step('assign', 'dept', 7)
    case 'handling':
      if (story.force && !did('applyForceClose')) return step('applyForceClose', 'shiftLeader', 40)
      if (story.handlerReturns && !did('handlerReturn')) return step('handlerReturn', 'handler', 8)
      if (story.extend && !did('applyExtend')) return step('applyExtend', 'handler', 15)
      return { ...step('submitHandle', 'handler', 26, 0.8), ...(story.late && { afterDeadline: true }) }
    case 'handle_finished':
      return story.deptRejects && !did('deptReject') ? step('deptReject', 'dept', 6) : step('deptConfirm', 'dept', 6)
    case 'pending_feedback_review':
      return story.dispatcherReworks && !did('rework') ? step('rework', 'dispatcher', 5) : step('forward', 'dispatcher', 4)
    case 'pending_check':
      return step('sendCheck', 'acceptor', 4)
    case 'checking':
      return step('submitCheck', 'collector', 10, 0.6)
    case 'pending_close':
      return s.result === 'fail' ? step('checkFailRework', 'acceptor', 5) : step('close', 'acceptor', 4)
    case 'suspended':
      return step('resume', 'dispatcher', 180, 0.5)
    case 'closed':
      if (story.satisfaction === 'unsatisfied' && last === 'visit' && !did('reopen')) return step('reopen', 'shiftLeader', 20)
      return s.needVisit && !did('visit') ? step('visit', 'hotlineOperator', 15) : null
    case 'cancelled':
    case 'forced_close':
    case 'not_registered':
      return null
  }
}

/** What a checker or verifier finds. */
export const verifyResult = (story: Story): 'exists' | 'notExists' => (story.ghost ? 'notExists' : 'exists')
export const checkResult = (story: Story, done: readonly OperationKey[]): 'pass' | 'fail' =>
  story.failedCheck && !done.includes('checkFailRework') ? 'fail' : 'pass'

/** Share of each queue that the simulated staff leave to people, and for how long, in minutes. */
export const LEFT_SHARE = 0.3
const LEFT_MINUTES = [20, 75] as const

/** How long until the step is done, in minutes of simulated time; `leave` when it may be left to people for a while. */
export function delayOf(chance: Chance, next: Step, leave: boolean): { minutes: number; left: boolean } {
  const own = Math.min(next.minutes * 8, chance.around(next.minutes, next.spread))
  const left = chance.hit(LEFT_SHARE) && leave
  return { minutes: left ? own + chance.int(...LEFT_MINUTES) : own, left }
}
