import type { CaseStatus } from '@chengyun/contract/cases'
import type { ProgressKey } from '@chengyun/contract/public'

/** What of a case its progress is told from. Instants are ISO-8601; null: not yet. */
export interface Course {
  status: CaseStatus
  mergedInto: string | null
  reportedAt: string
  acceptedAt: string | null
  registeredAt: string | null
  dispatchedAt: string | null
  disposedAt: string | null
  closedAt: string | null
  cancelledAt: string | null
}

const PROGRESS: Readonly<Record<CaseStatus, ProgressKey>> = {
  reported: 'received',
  pending_verify: 'accepted',
  pending_register: 'accepted',
  not_registered: 'notTaken',
  pending_dispatch: 'registered',
  returned: 'registered',
  pending_handle: 'handling',
  handling: 'handling',
  handle_finished: 'handling',
  pending_feedback_review: 'handling',
  suspended: 'paused',
  pending_check: 'checking',
  checking: 'checking',
  pending_close: 'checking',
  closed: 'done',
  forced_close: 'done',
  cancelled: 'notTaken'
}

/** A status (standards §2.11) in the citizen's words. A case merged into another one did not end: it goes on there. */
export const progressOf = (course: Pick<Course, 'status' | 'mergedInto'>): ProgressKey =>
  course.status === 'cancelled' && course.mergedInto !== null ? 'merged' : PROGRESS[course.status]

const BEFORE_END: readonly (readonly [ProgressKey, keyof Course])[] = [
  ['accepted', 'acceptedAt'],
  ['registered', 'registeredAt'],
  ['handling', 'dispatchedAt'],
  ['checking', 'disposedAt']
]
const ORDER: readonly ProgressKey[] = ['received', 'accepted', 'registered', 'handling', 'paused', 'checking', 'done']

/**
 * What happened so far, oldest first. A step the case fell back behind (returned, sent to rework, opened again) is left out: the
 * citizen reads where it stands, not how often it came there.
 */
export function stepsOf(course: Course): { key: ProgressKey; at: string }[] {
  const now = progressOf(course)
  const reached = ORDER.indexOf(now)
  const ended = now === 'notTaken' || now === 'merged'
  const steps: { key: ProgressKey; at: string }[] = [{ key: 'received', at: course.reportedAt }]
  for (const [key, field] of BEFORE_END) {
    const at = course[field]
    if (at !== null && (ended || ORDER.indexOf(key) <= reached)) steps.push({ key, at })
  }
  if (now === 'done' && course.closedAt !== null) steps.push({ key: 'done', at: course.closedAt })
  if (ended && course.cancelledAt !== null) steps.push({ key: now, at: course.cancelledAt })
  return steps
}

/** Stars and a yes or no in the three words of a visit (§2.12 row 31). */
export function satisfactionOf(score: number, satisfied: boolean): 'satisfied' | 'basically' | 'unsatisfied' {
  if (!satisfied) return 'unsatisfied'
  return score >= 4 ? 'satisfied' : 'basically'
}
