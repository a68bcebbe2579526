import { type Static, Type } from 'typebox'
import { ClassKind, StandardRefSchema } from '../cases/codes.ts'
import { Id, Instant, LngLat, Nullable, Words } from '../common/index.ts'
import { BothNames } from '../registry/declaration.ts'
import { AlarmLevel } from './rule-parts.ts'
import { ALARM_ACTS, ALARM_STATES, BULK_ACTS, HAND_ACTS, PARTIES, VERDICTS } from './words.ts'

const closed = { additionalProperties: false }
const Text = (max: number) => Type.String({ minLength: 1, maxLength: max })
/** Filled titles can be longer than names. */
const BothTexts = Type.Object({ zh: Type.String(), en: Type.String() })
const Named = Type.Object({ id: Id, name: Type.String() })

/** An alarm as lists show it. */
export const AlarmView = Type.Object({
  id: Id,
  /** What people call it by on the telephone. */
  no: Type.Integer(),
  level: AlarmLevel,
  worst: AlarmLevel,
  state: Words(ALARM_STATES),
  title: BothTexts,
  sensorFault: Type.Boolean(),
  ruleId: Type.String(),
  pack: Type.String(),
  type: Type.String(),
  item: Type.Object({ id: Id, code: Type.String(), name: Type.String() }),
  streamId: Type.Integer(),
  stream: Type.String(),
  value: Nullable(Type.Number()),
  unit: Type.String(),
  place: Nullable(LngLat),
  gridCode: Nullable(Type.String()),
  address: Type.String(),
  raisedAt: Instant,
  clearedAt: Nullable(Instant),
  acknowledgedAt: Nullable(Instant),
  assignee: Nullable(Named),
  unitInCharge: Nullable(Named),
  verdict: Nullable(Words(VERDICTS)),
  incident: Nullable(Type.Object({ id: Id, no: Type.Integer() })),
  case: Nullable(Type.Object({ id: Id, no: Type.String(), status: Type.String() })),
  suppressed: Type.Boolean(),
  /** When somebody must have acknowledged it; null where nobody must, or all have. */
  dueAt: Nullable(Instant),
  /** A case of it is over and it still stands: somebody has to judge or clear it. */
  asksVerdict: Type.Boolean(),
  version: Type.Integer(),
  can: Type.Array(Words(HAND_ACTS))
})
export type AlarmView = Static<typeof AlarmView>

export const AlarmPage = Type.Object({ items: Type.Array(AlarmView), next: Nullable(Type.String()) })
export type AlarmPage = Static<typeof AlarmPage>

const List = (description: string) => Type.Optional(Type.String({ maxLength: 2000, description }))
/** Filters of a list; several values separated by commas. */
export const AlarmQuery = Type.Object(
  {
    state: List('pending, handling, done, rejected; open: the first two'),
    level: List('1 to 4'),
    worst: List('1 to 4: the gravest it ever was'),
    rule: List('Ids of rules'),
    pack: List('Ids of packs'),
    type: List('Ids of registers'),
    item: Type.Optional(Id),
    stream: Type.Optional(Type.Integer()),
    incident: Type.Optional(Id),
    case: Type.Optional(Id),
    unit: Type.Optional(Id),
    holder: Type.Optional(
      Type.String({ pattern: '^(none|[0-9a-f-]{36})$', description: 'Unit that owns the item or keeps it; none: of nobody' })
    ),
    assignee: Type.Optional(Type.String({ description: 'Id of a person, or me', maxLength: 36 })),
    within: Type.Optional(Type.String({ pattern: '^(none|\\d{4,15})$', description: 'Division or unit grid; none: in no grid' })),
    bbox: Type.Optional(Type.String({ maxLength: 100, description: 'west,south,east,north' })),
    q: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Words, code of the item, or number of the alarm' })
    ),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    standing: Type.Optional(Type.Boolean({ description: 'Not cleared' })),
    acknowledged: Type.Optional(Type.Boolean()),
    verdict: List('true, false, test; none: not judged'),
    sensorFault: Type.Optional(Type.Boolean()),
    asksVerdict: Type.Optional(Type.Boolean()),
    suppressed: Type.Optional(Type.Boolean({ description: 'Hidden ones instead of the others' })),
    sort: Type.Optional(Words(['-raisedAt', 'level'] as const)),
    cursor: Type.Optional(Type.String({ maxLength: 300 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)
export type AlarmQuery = Static<typeof AlarmQuery>

/** How many alarms are open, by level and state; what the filters of the list leave. */
export const AlarmCounts = Type.Object({
  open: Type.Integer(),
  byLevel: Type.Record(Type.String(), Type.Integer()),
  byState: Type.Record(Type.String(), Type.Integer()),
  unacknowledged: Type.Integer(),
  mine: Type.Integer(),
  /** All alarms the filters leave, exact up to the limit of counting. */
  total: Type.Union([Type.Integer(), Type.Object({ atLeast: Type.Integer() })])
})
export type AlarmCounts = Static<typeof AlarmCounts>

export const AlarmStepView = Type.Object({
  seq: Type.Integer(),
  at: Instant,
  act: Words(ALARM_ACTS),
  fromState: Nullable(Words(ALARM_STATES)),
  toState: Words(ALARM_STATES),
  by: Type.Object({ id: Id, name: Type.String(), unitId: Nullable(Id) }),
  note: Nullable(Type.String()),
  data: Type.Record(Type.String(), Type.Unknown()),
  hash: Type.String()
})

/** A party of the response with its clock. */
export const AlarmPartyView = Type.Object({
  party: Words(PARTIES),
  unit: Nullable(Named),
  toldAt: Nullable(Instant),
  dueAt: Nullable(Instant),
  acknowledgedAt: Nullable(Instant),
  acknowledgedBy: Nullable(Type.String()),
  overdue: Type.Boolean()
})

/** Everything about one alarm. */
export const AlarmCard = Type.Interface([AlarmView], {
  advice: Nullable(BothTexts),
  facts: Type.Record(Type.String(), Type.Unknown()),
  ruleVersion: Type.Integer(),
  beganAt: Instant,
  levelAt: Instant,
  late: Type.Boolean(),
  clearReason: Nullable(Type.String()),
  endedAt: Nullable(Instant),
  respondedAt: Nullable(Instant),
  /** Seconds from the alarm to the first thing a person did. */
  responseS: Nullable(Type.Integer()),
  regulator: Nullable(Named),
  owner: Nullable(Named),
  parties: Type.Array(AlarmPartyView),
  /** What a chart of the stream should show: some time before, until after it ended. */
  chart: Type.Object({ streamId: Type.Integer(), from: Instant, to: Instant }),
  caseWantedAt: Nullable(Instant),
  /** Why no case could be made: code of an error. */
  caseFault: Nullable(Type.String()),
  steps: Type.Array(AlarmStepView),
  whole: Type.Boolean({ description: 'The hashes of the history follow from each other' }),
  evidence: Type.Array(Type.Unknown()),
  tasks: Type.Array(Type.Unknown()),
  /** Actuators of the item this reader may use. */
  actuators: Type.Array(
    Type.Object({
      key: Type.String(),
      name: BothNames,
      commands: Type.Array(Type.Object({ value: Type.String(), name: BothNames }))
    })
  )
})
export type AlarmCard = Static<typeof AlarmCard>

/** What comes with an act; which of it an act takes: assign personId or unitId, judge verdict and note, clear note, level level and note, linkCase caseNo. */
const act = {
  note: Type.Optional(Text(500)),
  personId: Type.Optional(Id),
  unitId: Type.Optional(Id),
  verdict: Type.Optional(Words(VERDICTS)),
  level: Type.Optional(AlarmLevel),
  evidenceIds: Type.Optional(Type.Array(Id, { maxItems: 20 })),
  caseNo: Type.Optional(Text(40)),
  /** For wantCase where the rule names no class. */
  standardRef: Type.Optional(StandardRefSchema),
  kind: Type.Optional(ClassKind),
  classCode: Type.Optional(Type.String({ pattern: '^\\d{4,5}$' })),
  urgent: Type.Optional(Type.Boolean())
}
export const AlarmActInput = Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })), ...act }, closed)
export type AlarmActInput = Static<typeof AlarmActInput>

/** One act for many alarms: named, or all that are open in an incident. */
export const AlarmBulkInput = Type.Object(
  {
    act: Words(BULK_ACTS),
    ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true })),
    incidentId: Type.Optional(Id),
    ...act
  },
  closed
)
export type AlarmBulkInput = Static<typeof AlarmBulkInput>
export const AlarmBulkResult = Type.Object({
  done: Type.Integer(),
  refused: Type.Array(Type.Object({ id: Id, code: Type.String() }))
})

/** Alarms as a chart or a row of it marks them. */
export const AlarmMarks = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Id,
      no: Type.Integer(),
      streamId: Type.Integer(),
      level: AlarmLevel,
      worst: AlarmLevel,
      state: Words(ALARM_STATES),
      title: BothTexts,
      from: Instant,
      to: Nullable(Instant)
    })
  )
})
export const AlarmMarksQuery = Type.Object(
  { streams: Type.String({ pattern: '^\\d+(,\\d+)*$', maxLength: 2000 }), from: Instant, to: Instant },
  closed
)

export const IncidentView = Type.Object({
  id: Id,
  no: Type.Integer(),
  title: BothTexts,
  level: AlarmLevel,
  pack: Type.String(),
  place: Nullable(LngLat),
  firstAt: Instant,
  lastAt: Instant,
  byHand: Type.Boolean(),
  count: Type.Integer(),
  open: Type.Integer(),
  case: Nullable(Type.Object({ id: Id, no: Type.String() })),
  version: Type.Integer(),
  can: Type.Array(Words(['split', 'merge'] as const))
})
export type IncidentView = Static<typeof IncidentView>
export const IncidentPage = Type.Object({ items: Type.Array(IncidentView), next: Nullable(Type.String()) })
export type IncidentPage = Static<typeof IncidentPage>
export const IncidentQuery = Type.Object(
  {
    open: Type.Optional(Type.Boolean()),
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))
  },
  closed
)
/** Alarms that leave an incident. */
export const IncidentSplit = Type.Object({ ids: Type.Array(Id, { minItems: 1, maxItems: 500 }), note: Text(500) }, closed)
/** Alarms or another incident that join it; without an incident they become one. */
export const IncidentMerge = Type.Object(
  {
    ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 500 })),
    incidentId: Type.Optional(Id),
    into: Type.Optional(Id),
    note: Text(500)
  },
  closed
)
