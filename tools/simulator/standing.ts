// What the staff read off a case before they decide.
import type { CaseRowView, CaseView } from '@chengyun/contract/cases'
import type { Standing, Story } from './people.ts'

const MERGE_M = 50
const DAY_MS = 86_400_000
/** A unit may say "not ours" for two working hours; the simulated ones stay well inside. */
const RETURN_MS = 90 * 60_000

/** Case number of an earlier open report of the same thing, when there is one that this case may be merged into. */
export function originalOf(view: CaseView): string | null {
  const fits = view.related.find(
    (r) =>
      r.relation === 'nearby' &&
      r.distanceM !== null &&
      r.distanceM < MERGE_M - 2 &&
      r.reportedAt < view.reportedAt &&
      Date.parse(view.reportedAt) - Date.parse(r.reportedAt) < DAY_MS &&
      !['closed', 'forced_close', 'cancelled', 'not_registered'].includes(r.status)
  )
  return fits?.caseNo ?? null
}

/** What the staff see of a case, for deciding. */
export function standingOf(view: CaseView): Standing {
  const done = view.steps.map((s) => s.op)
  const found = view.steps.findLast((s) => s.op === 'submitVerify' || s.op === 'submitCheck')
  const result = (found?.data.input as { result?: unknown } | undefined)?.result
  return {
    status: view.status,
    done,
    result: typeof result === 'string' ? result : null,
    requestKind: view.requestKind,
    requestAtUnit: view.request?.atUnit === true,
    original: originalOf(view),
    needVisit:
      view.status === 'closed' && !view.visit && ['public', 'hotline', 'app'].includes(view.sourceType) && !view.selfHandled,
    replyDue: view.unitId !== null && view.supervision?.needReply === true && view.supervision.reply === undefined
  }
}

/** The story as far as the rules still allow it now: nobody returns what is too late to return, or asks for time that is over. */
export function storyNow(story: Story, view: CaseView, now: Date): Story {
  const handle = view.clocks.find((c) => c.stage === 'handle')
  return {
    ...story,
    wrongUnit: story.wrongUnit && view.dispatchedAt !== null && now.getTime() - Date.parse(view.dispatchedAt) < RETURN_MS,
    extend: story.extend && handle !== undefined && Date.parse(handle.deadlineAt) - now.getTime() > 60_000
  }
}

/** When the handling of a case runs out, in milliseconds; null before it started. */
export const handleDeadline = (view: CaseView | CaseRowView): number | null =>
  'handleDeadlineAt' in view && view.handleDeadlineAt !== null ? Date.parse(view.handleDeadlineAt) : null
