import type { CaseStatus, ClockStage, OperationKey } from './flow.ts'

/** A step was taken: the one event of the case module. Rows of counting (`before`, `after`) let listeners keep sums exactly. */
export interface CaseMoved {
  caseId: string
  caseNo: string
  version: number
  seq: number
  op: OperationKey
  fromStatus: CaseStatus | null
  status: CaseStatus
  actorId: string
  actorName: string
  districtCode: string | null
  streetCode: string | null
  unitId: string | null
  unitIds: string[]
  collectorId: string | null
  reporterId: string | null
  handlerId: string | null
  classCode: string
  sourceType: string
  /** When the present stage is late; null while none of its clocks runs. */
  dueAt: string | null
  facts: MovedFacts
}

/** `after` whole; of the standing before only what was different, null for a case that is new. */
export interface MovedFacts {
  before: Partial<CountingFacts> | null
  after: CountingFacts
}

export function movedFacts(before: CountingFacts | null, after: CountingFacts): MovedFacts {
  if (!before) return { before: null, after }
  const different = Object.entries(before).filter(([key, value]) => value !== after[key as keyof CountingFacts])
  return { before: Object.fromEntries(different), after }
}

/** Both standings whole. */
export const standingsOf = ({ before, after }: MovedFacts): { before: CountingFacts | null; after: CountingFacts } => ({
  before: before && { ...after, ...before },
  after
})

/** What the indicators count by: instants as ISO strings. See `cases/domain/counting.ts` for the predicates of standards §2.16.2. */
export interface CountingFacts {
  districtCode: string | null
  streetCode: string | null
  unitId: string | null
  sourceType: string
  majorCode: string
  status: CaseStatus
  selfHandled: boolean
  exempt: boolean
  reportedAt: string
  acceptedAt: string | null
  registeredAt: string | null
  dispatchedAt: string | null
  disposedAt: string | null
  handleDeadlineAt: string | null
  totalDeadlineAt: string | null
  closedAt: string | null
  cancelledAt: string | null
  reworkCount: number
  returnCount: number
}

/** A clock passed 50, 80 or 100 % of its limit. */
export interface ClockReminder {
  caseId: string
  caseNo: string
  stage: ClockStage
  percent: 50 | 80 | 100
  deadlineAt: string
  districtCode: string | null
  unitId: string | null
  unitIds: string[]
  collectorId: string | null
  handlerId: string | null
}

export const CASE_EVENTS = {
  'cases.moved': 'A case took a step: reported, registered, dispatched … closed.',
  'cases.imported': 'Work orders of another system were kept, many at once.',
  'cases.relocated': 'Open cases lie in other unit grids or duty grids, since these were redrawn: `caseNos` and `caseIds`.',
  'cases.configured': 'Code tables, conditions, calendars or flow settings were changed.',
  'cases.reminded': 'A clock passed 50 %, 80 % or 100 % of its limit.'
} as const
