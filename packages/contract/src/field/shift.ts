import { type Static, Type } from 'typebox'
import { Day, Id, Instant, LngLat, Nullable, Words } from '../common/index.ts'
import { MEDIA_PHASE_KEYS } from '../media/index.ts'
import { PROPOSAL_KINDS } from './operations.ts'

export const ShiftPunch = Type.Object({
  at: Instant,
  place: Nullable(LngLat),
  outsideGrid: Type.Boolean({ description: 'Outside the duty grid: recorded and marked, not refused' })
})
export type ShiftPunch = Static<typeof ShiftPunch>

/** My shift now. */
export const ShiftView = Type.Object({
  id: Nullable(Id),
  onShift: Type.Boolean(),
  start: Nullable(ShiftPunch),
  end: Nullable(ShiftPunch),
  lastAt: Nullable(Instant),
  lastPlace: Nullable(LngLat),
  outOfGrid: Type.Boolean({ description: 'The last places lie outside my duty grids' }),
  stillS: Type.Integer({ description: 'Seconds since I last moved more than the still radius' }),
  stayStill: Type.Boolean({ description: 'Still for longer than the setting allows' }),
  points: Type.Integer(),
  planned: Nullable(Type.Object({ startAt: Instant, endAt: Instant }))
})
export type ShiftView = Static<typeof ShiftView>

/** 覆盖率: unit grids of my duty grids that a point of my track lay in on a day. */
export const CoverageView = Type.Object({
  day: Day,
  cells: Type.Integer(),
  visited: Type.Integer(),
  ratio: Type.Number({ minimum: 0, maximum: 1 }),
  visitedCodes: Type.Array(Type.String())
})
export type CoverageView = Static<typeof CoverageView>

/** 覆盖率 of a duty grid on a day: unit grids of it that anybody on shift was in, and who is in it now. */
export const GridCoverage = Type.Object({
  code: Type.String(),
  name: Type.String(),
  streetCode: Type.String(),
  cells: Type.Integer(),
  visited: Type.Integer(),
  lastAt: Nullable(Instant),
  onShift: Type.Array(Type.String(), { description: 'Names of people on shift whose duty grid it is' })
})
export type GridCoverage = Static<typeof GridCoverage>
export const GridCoverageList = Type.Object({ day: Day, items: Type.Array(GridCoverage) })
export type GridCoverageList = Static<typeof GridCoverageList>

/** Somebody on shift, as whoever watches the field sees him. */
export const StaffView = Type.Object({
  userId: Id,
  name: Type.String(),
  unitName: Nullable(Type.String()),
  dutyGridCodes: Type.Array(Type.String()),
  dutyGridNames: Type.Array(Type.String()),
  since: Instant,
  startedOutside: Type.Boolean(),
  lastAt: Nullable(Instant),
  lastPlace: Nullable(LngLat),
  outOfGrid: Type.Boolean(),
  stayStill: Type.Boolean(),
  stillS: Type.Integer(),
  driftMs: Nullable(Type.Integer({ description: 'Clock of the device minus clock of the server' })),
  sentAt: Nullable(Type.Unsafe<string>({ ...Instant, description: 'When the device last sent anything' })),
  cells: Type.Integer({ description: 'Unit grids of the duty grids' }),
  visited: Type.Integer({ description: 'Those among them the person was in today' })
})
export type StaffView = Static<typeof StaffView>
export const StaffList = Type.Object({ asOf: Instant, items: Type.Array(StaffView) })
export type StaffList = Static<typeof StaffList>

export const PROPOSAL_STATUSES = ['open', 'accepted', 'declined'] as const
export const ProposalView = Type.Object({
  id: Id,
  kind: Words(PROPOSAL_KINDS),
  status: Words(PROPOSAL_STATUSES),
  componentId: Nullable(Type.String()),
  classCode: Nullable(Type.String()),
  place: Nullable(LngLat),
  gridCode: Nullable(Type.String()),
  note: Type.String(),
  evidence: Type.Array(Type.Object({ id: Id, phase: Words(MEDIA_PHASE_KEYS), shownUrl: Type.String() })),
  capturedAt: Instant,
  receivedAt: Instant,
  by: Type.Object({ id: Id, name: Type.String() }),
  decidedAt: Nullable(Instant),
  decidedBy: Nullable(Type.String()),
  decisionNote: Nullable(Type.String())
})
export type ProposalView = Static<typeof ProposalView>
export const ProposalQuery = Type.Object(
  {
    status: Type.Optional(Words(PROPOSAL_STATUSES)),
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  { additionalProperties: false }
)
export type ProposalQuery = Static<typeof ProposalQuery>
export const ProposalPage = Type.Object({
  items: Type.Array(ProposalView),
  nextAfter: Nullable(Id),
  open: Type.Integer({ description: 'How many wait, whatever is listed' })
})
export type ProposalPage = Static<typeof ProposalPage>
export const ProposalDecision = Type.Object(
  { decision: Words(['accepted', 'declined'] as const), note: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false }
)
export type ProposalDecision = Static<typeof ProposalDecision>
