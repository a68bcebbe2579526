import { type Static, Type } from 'typebox'
import { Day, Id, Instant, LngLat, Nullable, Words } from '../common/index.ts'
import { EvidencePair } from '../media/index.ts'
import {
  CASE_STATUSES,
  CLOCK_STAGES,
  COMPONENT_FEEDBACK,
  OPERATION_KEYS,
  type OperationKey,
  SEVERITIES,
  SOURCE_TYPES
} from './flow.ts'

export const STANDARD_REFS = ['GB/T 47678.5-2026', 'GB/T 30428.2-2013'] as const
export type StandardRef = (typeof STANDARD_REFS)[number]
export const CASE_KINDS = ['component', 'matter'] as const
export const PRECISIONS = ['exact', 'street', 'district', 'city'] as const
export const CRS = ['CGCS2000', 'WGS84', 'GCJ02', 'BD09'] as const
export const LIMIT_KINDS = ['urgent_minute', 'urgent_hour', 'urgent_day', 'natural_day', 'work_hour', 'work_day'] as const

export const CaseStatusSchema = Words(CASE_STATUSES)
export const Limit = Type.Object(
  { kind: Words(LIMIT_KINDS), value: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }) },
  { additionalProperties: false }
)
export type Limit = Static<typeof Limit>

const Text = (max: number) => Type.String({ minLength: 1, maxLength: max })

/** A problem as it comes in, from whatever source (standards §2.10). */
export const CaseReport = Type.Object(
  {
    standardRef: Type.Optional(Words(STANDARD_REFS)),
    kind: Words(CASE_KINDS),
    classCode: Type.String({
      pattern: '^[0-9]{4,5}$',
      description: 'Major + minor class: 5 digits in GB/T 47678.5-2026, 4 in GB/T 30428.2-2013'
    }),
    description: Text(500),
    location: LngLat,
    crs: Type.Optional(Words(CRS)),
    accuracyM: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
    precision: Type.Optional(Words(PRECISIONS)),
    address: Type.Optional(Type.String({ maxLength: 256 })),
    componentId: Type.Optional(Type.String({ pattern: '^[0-9]{16,17}$' })),
    sourceType: Words(SOURCE_TYPES),
    severity: Type.Optional(Words(SEVERITIES)),
    urgent: Type.Optional(Type.Boolean()),
    foundAt: Type.Optional(Instant),
    reporter: Type.Optional(
      Type.Object(
        { name: Type.Optional(Text(40)), phone: Type.Optional(Type.String({ pattern: '^[0-9+() -]{5,20}$' })) },
        { additionalProperties: false }
      )
    ),
    needVisit: Type.Optional(Type.Boolean()),
    external: Type.Optional(
      Type.Object(
        {
          system: Text(40),
          no: Text(80),
          className: Type.Optional(Type.String({ maxLength: 200 })),
          unitName: Type.Optional(Type.String({ maxLength: 100 }))
        },
        { additionalProperties: false }
      )
    ),
    evidenceIds: Type.Optional(Type.Array(Id, { maxItems: 30 })),
    note: Type.Optional(Type.String({ maxLength: 500, description: 'What the collector did on the spot (selfHandle)' }))
  },
  { additionalProperties: false }
)
export type CaseReport = Static<typeof CaseReport>

/** What may come with an operation; which of it an operation takes stands in its row of the flow table. */
export const CaseInput = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    opinion: Type.Optional(Text(500)),
    reason: Type.Optional(Text(500)),
    conditionId: Type.Optional(Text(80)),
    classCode: Type.Optional(Type.String({ pattern: '^[0-9]{4,5}$' })),
    severity: Type.Optional(Words(SEVERITIES)),
    unitId: Type.Optional(Id),
    handlerId: Type.Optional(Id),
    collectorId: Type.Optional(Id),
    result: Type.Optional(Words(['exists', 'notExists', 'cannotFind', 'pass', 'fail'] as const)),
    approve: Type.Optional(Words(['yes', 'no'] as const)),
    until: Type.Optional(Day),
    evidenceIds: Type.Optional(Type.Array(Id, { maxItems: 30 })),
    mergeInto: Type.Optional(Text(40)),
    linkTo: Type.Optional(Text(40)),
    kind: Type.Optional(Words(['timeout', 'leader', 'important'] as const)),
    level: Type.Optional(Words(['1', '2', '3'] as const)),
    needReply: Type.Optional(Type.Boolean()),
    satisfaction: Type.Optional(Words(['satisfied', 'basically', 'unsatisfied'] as const)),
    componentFeedback: Type.Optional(Words(COMPONENT_FEEDBACK))
  },
  { additionalProperties: false }
)
export type CaseInput = Static<typeof CaseInput>

export const ClockView = Type.Object({
  stage: Type.Union([Words(CLOCK_STAGES), Type.Literal('total')]),
  limit: Limit,
  startAt: Instant,
  deadlineAt: Instant,
  status: Words(['running', 'paused', 'finished', 'cancelled'] as const),
  lamp: Words(['ok', 'soon', 'late', 'paused', 'done'] as const),
  usedRatio: Type.Number(),
  remainingS: Type.Integer(),
  overdueS: Type.Integer(),
  usedS: Nullable(Type.Integer()),
  finishedAt: Nullable(Instant),
  asOf: Instant
})
export type ClockView = Static<typeof ClockView>

export const NeedView = Type.Object({
  field: Type.String(),
  type: Type.String(),
  required: Type.Boolean(),
  options: Type.Optional(Type.Array(Type.String()))
})
export const CanView = Type.Object({
  op: Words(OPERATION_KEYS as readonly OperationKey[]),
  primary: Type.Boolean(),
  needs: Type.Array(NeedView)
})
export type CanView = Static<typeof CanView>

const rowFields = {
  id: Id,
  caseNo: Type.String(),
  version: Type.Integer(),
  status: CaseStatusSchema,
  standardRef: Words(STANDARD_REFS),
  kind: Words(CASE_KINDS),
  classCode: Type.String(),
  className: Type.String(),
  description: Type.String(),
  address: Type.String(),
  districtCode: Nullable(Type.String()),
  districtName: Nullable(Type.String()),
  streetName: Nullable(Type.String()),
  unitId: Nullable(Id),
  unitName: Nullable(Type.String()),
  sourceType: Words(SOURCE_TYPES),
  severity: Words(SEVERITIES),
  urgent: Type.Boolean(),
  supervised: Type.Boolean(),
  requestKind: Nullable(Type.String()),
  reportedAt: Instant,
  location: LngLat,
  precision: Words(PRECISIONS),
  thumbnailUrl: Nullable(Type.String()),
  clock: Nullable(ClockView)
}

/** One line of a list. */
export const CaseRowView = Type.Object({ ...rowFields, can: Type.Array(Words(OPERATION_KEYS as readonly OperationKey[])) })
export type CaseRowView = Static<typeof CaseRowView>

export const CaseListView = Type.Object({ items: Type.Array(CaseRowView), nextCursor: Nullable(Type.String()) })
export type CaseListView = Static<typeof CaseListView>

export const StepView = Type.Object({
  seq: Type.Integer(),
  at: Instant,
  op: Words(OPERATION_KEYS as readonly OperationKey[]),
  fromStatus: Nullable(CaseStatusSchema),
  toStatus: CaseStatusSchema,
  actorId: Id,
  actorName: Type.String(),
  unitName: Nullable(Type.String()),
  role: Nullable(Type.String()),
  opinion: Nullable(Type.String()),
  receiver: Nullable(Type.String({ description: 'Unit or person the step gave the case to' })),
  automatic: Type.Boolean({ description: 'Taken by the platform by a rule, nobody asked' }),
  data: Type.Record(Type.String(), Type.Unknown()),
  stage: Nullable(Type.String()),
  usedS: Nullable(Type.Integer()),
  overdue: Type.Boolean(),
  hash: Type.String()
})
export type StepView = Static<typeof StepView>

export const EvidenceView = Type.Object({
  id: Id,
  phase: Type.String(),
  kind: Type.String(),
  mime: Type.String(),
  size: Type.Integer(),
  sha256: Type.String(),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer()),
  takenAt: Nullable(Instant),
  uploadedAt: Instant,
  uploadedBy: Nullable(Type.String()),
  location: Nullable(LngLat),
  distanceM: Nullable(Type.Number()),
  doubts: Type.Array(Type.String()),
  thumbUrl: Nullable(Type.String()),
  shownUrl: Type.String(),
  originalUrl: Nullable(Type.String())
})
export type EvidenceView = Static<typeof EvidenceView>

export const CaseView = Type.Object({
  ...rowFields,
  majorName: Type.String(),
  streetCode: Nullable(Type.String()),
  communityName: Nullable(Type.String()),
  gridCode: Nullable(Type.String()),
  dutyGridCode: Nullable(Type.String()),
  componentId: Nullable(Type.String()),
  condition: Nullable(Type.Object({ id: Type.String(), text: Type.String(), closeText: Type.String(), limit: Limit })),
  foundAt: Nullable(Instant),
  acceptedAt: Nullable(Instant),
  registeredAt: Nullable(Instant),
  dispatchedAt: Nullable(Instant),
  receivedAt: Nullable(Instant),
  handledAt: Nullable(Instant),
  disposedAt: Nullable(Instant),
  checkedAt: Nullable(Instant),
  closedAt: Nullable(Instant),
  cancelledAt: Nullable(Instant),
  handleDeadlineAt: Nullable(Instant),
  totalDeadlineAt: Nullable(Instant),
  reporter: Nullable(
    Type.Object({
      name: Nullable(Type.String()),
      phone: Nullable(Type.String()),
      masked: Type.Boolean(),
      /** Name and number were deleted then, at the wish of the person. */
      forgottenAt: Type.Optional(Instant)
    })
  ),
  handler: Nullable(Type.Object({ id: Id, name: Type.String() })),
  task: Nullable(
    Type.Object({
      kind: Words(['verify', 'check'] as const),
      collectorId: Id,
      collectorName: Type.String(),
      sentAt: Instant,
      distanceM: Nullable(Type.Number())
    })
  ),
  request: Nullable(Type.Record(Type.String(), Type.Unknown())),
  supervision: Nullable(Type.Record(Type.String(), Type.Unknown())),
  appeal: Nullable(Type.Record(Type.String(), Type.Unknown())),
  visit: Nullable(Type.Record(Type.String(), Type.Unknown())),
  dispatchReason: Nullable(Type.Record(Type.String(), Type.Unknown())),
  external: Nullable(
    Type.Object({
      system: Type.String(),
      no: Type.String(),
      className: Nullable(Type.String()),
      unitName: Nullable(Type.String())
    })
  ),
  counts: Type.Object({ extend: Type.Integer(), rework: Type.Integer(), return: Type.Integer() }),
  timeoutExempt: Type.Boolean(),
  selfHandled: Type.Boolean(),
  clocks: Type.Array(ClockView),
  steps: Type.Array(StepView),
  evidence: Type.Array(EvidenceView),
  evidencePairs: Type.Array(EvidencePair),
  related: Type.Array(
    Type.Object({
      id: Id,
      caseNo: Type.String(),
      className: Type.String(),
      status: CaseStatusSchema,
      relation: Type.String(),
      distanceM: Nullable(Type.Number()),
      reportedAt: Instant
    })
  ),
  can: Type.Array(CanView)
})
export type CaseView = Static<typeof CaseView>

export const SORTS = ['due', '-reportedAt', 'reportedAt'] as const
const csv = (max = 400) => Type.Optional(Type.String({ maxLength: max }))

/** Filters of every list, count, map and export of cases: one shape, so that a number and its rows cannot disagree. */
export const CaseQuery = Type.Object(
  {
    queue: csv(40),
    status: csv(),
    district: csv(),
    street: csv(),
    grid: csv(40),
    /** The code of a component the case is about. */
    component: Type.Optional(Type.String({ pattern: '^[0-9]{16,17}$' })),
    unit: csv(8000),
    classCode: csv(),
    major: csv(),
    source: csv(),
    severity: csv(),
    late: Type.Optional(Words(['late', 'soon', 'ok'] as const)),
    open: Type.Optional(Type.Boolean()),
    supervised: Type.Optional(Type.Boolean()),
    urgent: Type.Optional(Type.Boolean()),
    request: csv(40),
    selfHandled: Type.Optional(Type.Boolean()),
    measure: csv(40),
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    bbox: Type.Optional(Type.String({ pattern: '^-?[0-9.]+,-?[0-9.]+,-?[0-9.]+,-?[0-9.]+$', maxLength: 120 })),
    sort: Type.Optional(Words(SORTS)),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  { additionalProperties: false }
)
export type CaseQuery = Static<typeof CaseQuery>

export const QueueView = Type.Object({ key: Type.String(), count: Type.Integer(), late: Type.Integer() })
export const BulkRequest = Type.Object(
  {
    items: Type.Array(Type.Object({ id: Id, version: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: 200
    }),
    input: Type.Omit(CaseInput, ['version'])
  },
  { additionalProperties: false }
)
export const BulkResult = Type.Object({
  done: Type.Integer(),
  failed: Type.Integer(),
  results: Type.Array(
    Type.Object({ id: Id, ok: Type.Boolean(), code: Type.Optional(Type.String()), message: Type.Optional(Type.String()) })
  )
})
