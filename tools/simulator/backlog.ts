import type { CaseStatus, CaseView } from '@chengyun/contract/cases'
import { isOpen } from '@chengyun/contract/cases'
import { chanceOf } from './random.ts'
import { eventsOfMinute, MINUTE_MS, type SimEvent, type World } from './world.ts'

/** Cases an empty city starts with. */
export const BACKLOG_CASES = 180
/** Brisk enough that the backlog reaches back a few hours only. */
const BACKLOG_RATE = 90
const REACH_MINUTES = 48 * 60

/** How many of the first cases are brought how far. */
const SHARES: readonly (readonly [CaseStatus, number])[] = [
  ['reported', 11],
  ['pending_verify', 5],
  ['pending_register', 9],
  ['pending_handle', 14],
  ['handling', 24],
  ['handle_finished', 8],
  ['pending_feedback_review', 8],
  ['pending_check', 7],
  ['checking', 8],
  ['pending_close', 7],
  ['closed', 62]
]
const ORDER: readonly CaseStatus[] = SHARES.map(([status]) => status)

/** The last events before an instant, oldest first, each with the status it is rushed to. The older, the further. */
export function backlogOf(world: World, now: number): { event: SimEvent; rushTo: CaseStatus }[] {
  const last = Math.floor(now / MINUTE_MS) - 1
  const events: SimEvent[] = []
  for (let back = 0; events.length < BACKLOG_CASES && back < REACH_MINUTES; back++)
    events.unshift(...eventsOfMinute(world, last - back, BACKLOG_RATE))
  const chance = chanceOf(`${world.seed}/backlog`)
  return events.slice(-BACKLOG_CASES).map((event) => ({ event, rushTo: chance.weigh(SHARES, ([, share]) => share)[0] }))
}

/** Is the case as far as it should be rushed, or out of the way: ended, set aside, or waiting for a decision? */
export function hurriedTo(view: Pick<CaseView, 'status' | 'requestKind'>, target: string): boolean {
  const { status } = view
  if (status === target || !isOpen(status) || status === 'suspended') return true
  return ORDER.includes(status) && ORDER.indexOf(status) > ORDER.indexOf(target as CaseStatus)
}
