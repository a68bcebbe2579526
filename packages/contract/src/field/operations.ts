import { type Static, Type } from 'typebox'
import { CaseInput, CaseReport, type CaseView, OPERATION_KEYS, type OperationKey } from '../cases/index.ts'
import { Id, Instant, LngLat, Nullable, Words } from '../common/index.ts'

const strict = { additionalProperties: false } as const

/** What is done in the field and sent later: reported, handled on the spot, a step of a case, a clock-in or -out, a track, a correction of a component. */
export const FIELD_KINDS = ['report', 'selfHandle', 'move', 'attendance', 'track', 'proposal'] as const
export type FieldKind = (typeof FIELD_KINDS)[number]

/**
 * What became of an operation. `repeated`: done before, answered as then. `conflict`: the world has changed since it was done on
 * the device, a person decides. `refused`: it can never be done as it stands. `later`: the server could not judge it; send it again.
 */
export const FIELD_OUTCOMES = ['done', 'repeated', 'conflict', 'refused', 'later'] as const
export type FieldOutcome = (typeof FIELD_OUTCOMES)[number]

/** How far a place may be corrected by hand from the GPS fix, in metres (standards §2.15). */
export const PLACE_CORRECTION_M = 200
/** Operations in one request, at most. */
export const MAX_OPERATIONS = 100
/** Points in one operation of kind `track`, at most: an hour and more at one point every ten seconds. */
export const MAX_TRACK_POINTS = 500

/** Input of `report` and `selfHandle`: the report of a case without its source, which is always `collector`, and without times. */
export const FieldReport = Type.Object(
  Type.Omit(CaseReport, ['sourceType', 'foundAt', 'reporter', 'external', 'needVisit', 'accuracyM']).properties,
  strict
)
export type FieldReport = Static<typeof FieldReport>

/** Input of `move`: which step of which case, and what it takes. The version it was based on goes into `expects`. */
export const FieldMove = Type.Object(
  {
    caseId: Id,
    op: Words(OPERATION_KEYS as readonly OperationKey[]),
    ...Type.Omit(CaseInput, ['version']).properties
  },
  strict
)
export type FieldMove = Static<typeof FieldMove>

/** Input of `attendance`. The place is the place of the operation. */
export const FieldAttendance = Type.Object({ action: Words(['in', 'out'] as const) }, strict)
export type FieldAttendance = Static<typeof FieldAttendance>

/** One point of a track, device time. */
export const TrackPoint = Type.Object(
  { at: Instant, place: LngLat, accuracyM: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })) },
  strict
)
export type TrackPoint = Static<typeof TrackPoint>
export const FieldTrack = Type.Object({ points: Type.Array(TrackPoint, { minItems: 1, maxItems: MAX_TRACK_POINTS }) }, strict)
export type FieldTrack = Static<typeof FieldTrack>

export const PROPOSAL_KINDS = ['new', 'moved', 'gone'] as const
export type ProposalKind = (typeof PROPOSAL_KINDS)[number]

/** Input of `proposal`: a component that is new (class and place), has moved (component and place) or is gone (component). */
export const FieldProposal = Type.Object(
  {
    kind: Words(PROPOSAL_KINDS),
    componentId: Type.Optional(Type.String({ pattern: '^[0-9]{16,17}$' })),
    classCode: Type.Optional(Type.String({ pattern: '^[0-9]{4,5}$' })),
    location: Type.Optional(LngLat),
    evidenceIds: Type.Optional(Type.Array(Id, { maxItems: 10 })),
    note: Type.Optional(Type.String({ maxLength: 500 }))
  },
  strict
)
export type FieldProposal = Static<typeof FieldProposal>

/** Input of each kind. */
export interface FieldInputs {
  report: FieldReport
  selfHandle: FieldReport
  move: FieldMove
  attendance: FieldAttendance
  track: FieldTrack
  proposal: FieldProposal
}
export const FIELD_INPUTS = {
  report: FieldReport,
  selfHandle: FieldReport,
  move: FieldMove,
  attendance: FieldAttendance,
  track: FieldTrack,
  proposal: FieldProposal
} as const

/** One operation on the wire. `input` is checked by kind one by one, so that one bad operation does not hold up the others. */
export const FieldOperation = Type.Object(
  {
    key: Id,
    kind: Words(FIELD_KINDS),
    capturedAt: Type.Unsafe<string>({ ...Instant, description: 'When it was done, by the clock of the device' }),
    sentAt: Type.Unsafe<string>({ ...Instant, description: 'When it is sent, by the same clock: shows how wrong it is' }),
    place: Type.Optional(Type.Unsafe<[number, number]>({ ...LngLat, description: 'GPS fix at capture' })),
    accuracyM: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
    input: Type.Record(Type.String(), Type.Unknown()),
    expects: Type.Optional(Type.Object({ version: Type.Integer({ minimum: 1 }) }, strict))
  },
  strict
)
export type FieldOperation = Static<typeof FieldOperation>

export const FieldBatch = Type.Object(
  {
    deviceId: Type.String({ minLength: 1, maxLength: 100 }),
    operations: Type.Array(FieldOperation, { minItems: 1, maxItems: MAX_OPERATIONS })
  },
  strict
)
export type FieldBatch = Static<typeof FieldBatch>

/** What a done operation made. Of a report and a step: the case; of a proposal: `proposalId`; of a track: how many points were new. */
export const FieldResult = Type.Object({
  caseId: Type.Optional(Id),
  caseNo: Type.Optional(Type.String()),
  version: Type.Optional(Type.Integer()),
  status: Type.Optional(Type.String()),
  shiftId: Type.Optional(Nullable(Id)),
  outsideGrid: Type.Optional(Type.Boolean({ description: 'Clocked in or out outside the duty grid: recorded and marked' })),
  proposalId: Type.Optional(Id),
  points: Type.Optional(Type.Integer())
})
export type FieldResult = Static<typeof FieldResult>

export const FieldError = Type.Object({
  code: Type.String(),
  message: Type.String(),
  details: Type.Optional(Type.Unknown())
})
export type FieldError = Static<typeof FieldError>

export const FieldAnswer = Type.Object({
  key: Id,
  outcome: Words(FIELD_OUTCOMES),
  result: Type.Optional(FieldResult),
  error: Type.Optional(FieldError),
  current: Type.Optional(
    Type.Unsafe<CaseView>({ ...Type.Any(), description: 'The case as it stands now, where its reader may still see it' })
  )
})
export type FieldAnswer = Static<typeof FieldAnswer>

export const FieldAnswers = Type.Object({
  serverTime: Instant,
  driftMs: Type.Integer({ description: 'Clock of the device minus clock of the server, as estimated from this request' }),
  answers: Type.Array(FieldAnswer)
})
export type FieldAnswers = Static<typeof FieldAnswers>

/** Evidence that arrived by a resumable upload, found again by its hash. */
export const FieldEvidence = Type.Object({ evidenceId: Id, sha256: Type.String() })
export type FieldEvidence = Static<typeof FieldEvidence>

/** Header of the last answer of a finished resumable upload, and of HEAD on it: the id of the evidence. */
export const EVIDENCE_HEADER = 'upload-evidence-id'
/** Where resumable uploads (tus 1.0) begin. Metadata: phase, sha256, capturedAt?, sentAt?, lng?, lat?, deviceId?, filename?. */
export const UPLOADS_PATH = '/api/field/uploads'
