import { type Static, type TSchema, Type } from 'typebox'
import { ClassKind, RegionClass, StandardRefSchema } from '../cases/codes.ts'
import { Id, Instant, Nullable } from '../common/index.ts'

const closed = { additionalProperties: false } as const

/** A whole major class ('06') or one minor class: five digits in the 2026 edition ('06010'), four in the 2013 one ('0601'). */
export const RuleClass = Type.String({ pattern: '^(\\d{2}|\\d{4}|\\d{5})$', maxLength: 5 })

/** Where a rule holds: a division (district 6, street 9, community 12 digits) or a duty grid (`grid:` and its code). */
export const RuleArea = Type.String({ pattern: '^(\\d{6}(\\d{3}){0,2}|grid:\\d{9,18})$', maxLength: 23 })

/**
 * Who answers: `street` (the station of the case's street), `district:<key>` (the unit with that key in the case's district),
 * `unit:<key>` (a unit by its key) or the id of a unit.
 */
export const RuleTarget = Type.String({
  pattern: '^(street|district:[a-z][a-z0-9-]{0,59}|unit:[a-z0-9][a-z0-9.-]{1,63}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$',
  maxLength: 80
})

/** What a responsibility rule says (权责): cases of these classes in these areas belong to the target. */
export const RuleBody = Type.Object(
  {
    standardRef: StandardRefSchema,
    kind: ClassKind,
    classes: Type.Array(RuleClass, { minItems: 1, maxItems: 500, uniqueItems: true }),
    areas: Nullable(Type.Array(RuleArea, { minItems: 1, maxItems: 2000, uniqueItems: true })),
    regionClasses: Nullable(Type.Array(RegionClass, { minItems: 1, maxItems: 3, uniqueItems: true })),
    target: RuleTarget,
    note: Type.String({ maxLength: 300 }),
    validFrom: Type.Optional(Instant),
    validTo: Type.Optional(Nullable(Instant))
  },
  closed
)
export type RuleBody = Static<typeof RuleBody>

/** A rule as it stands; `version` grows with every change and is kept in the record of every automatic dispatch. */
export const RuleView = Type.Object({
  id: Id,
  key: Type.String(),
  version: Type.Integer(),
  standardRef: StandardRefSchema,
  kind: ClassKind,
  classes: Type.Array(Type.String()),
  areas: Nullable(Type.Array(Type.String())),
  regionClasses: Nullable(Type.Array(RegionClass)),
  target: Type.String(),
  targetName: Nullable(Type.String()),
  note: Type.String(),
  validFrom: Instant,
  validTo: Nullable(Instant),
  changedAt: Instant,
  changedBy: Type.String()
})
export type RuleView = Static<typeof RuleView>

/** Filters of the rule list; all must hold. `unitId` finds rules that name the unit, symbolic ones included. */
export const RuleQuery = Type.Object(
  {
    standardRef: Type.Optional(StandardRefSchema),
    kind: Type.Optional(ClassKind),
    classCode: Type.Optional(RuleClass),
    area: Type.Optional(RuleArea),
    unitId: Type.Optional(Id),
    q: Type.Optional(Type.String({ maxLength: 60 })),
    ended: Type.Optional(Type.Boolean()),
    after: Type.Optional(Type.String({ maxLength: 80 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
  },
  closed
)
export type RuleQuery = Static<typeof RuleQuery>
const Page = <T extends TSchema>(item: T) => Type.Object({ items: Type.Array(item), next: Nullable(Type.String()) })
export const RulePage = Page(RuleView)

const Version = Type.Integer({ minimum: 1, description: 'The version the change was made from; another one is refused' })

/** One step of a change set. A rule is never deleted: it ends. */
export const RuleChange = Type.Union([
  Type.Object({ op: Type.Literal('create'), rule: RuleBody }, closed),
  Type.Object({ op: Type.Literal('change'), id: Id, version: Version, rule: RuleBody }, closed),
  Type.Object({ op: Type.Literal('end'), id: Id, version: Version }, closed)
])
export type RuleChange = Static<typeof RuleChange>

export const RuleEdit = Type.Object({ version: Version, rule: RuleBody }, closed)
export const RuleEnd = Type.Object({ version: Version }, closed)

/** A change set to try out on the cases that were registered, having been reported in the last `days` days. */
export const DryRunRequest = Type.Object(
  {
    changes: Type.Array(RuleChange, { minItems: 1, maxItems: 500 }),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366 }))
  },
  closed
)
export type DryRunRequest = Static<typeof DryRunRequest>

/** How many cases the rules decide alone, leave to the dispatcher with candidates, or do not know. */
export const Outcome = Type.Object({ unique: Type.Integer(), ambiguous: Type.Integer(), none: Type.Integer() })
export type Outcome = Static<typeof Outcome>

const Basis = Type.Union([Type.Literal('component'), Type.Literal('rule'), Type.Literal('ambiguous'), Type.Literal('none')])

/** Cases that would go elsewhere: from one unit (null: to the dispatcher) to another, with a few of their numbers. */
export const DryRunMove = Type.Object({
  fromUnitId: Nullable(Id),
  fromUnitName: Nullable(Type.String()),
  fromBasis: Basis,
  toUnitId: Nullable(Id),
  toUnitName: Nullable(Type.String()),
  toBasis: Basis,
  cases: Type.Integer(),
  samples: Type.Array(Type.String())
})
export type DryRunMove = Static<typeof DryRunMove>

export const DryRunResult = Type.Object({
  cases: Type.Integer(),
  changed: Type.Integer(),
  before: Outcome,
  after: Outcome,
  /** Unique answers that name the unit which really got the case. */
  asDispatched: Type.Object({ before: Type.Integer(), after: Type.Integer() }),
  byUnit: Type.Array(
    Type.Object({ unitId: Id, unitName: Nullable(Type.String()), before: Type.Integer(), after: Type.Integer() })
  ),
  moves: Type.Array(DryRunMove),
  /** Kinds of move beyond the ones listed. */
  movesLeftOut: Type.Integer()
})
export type DryRunResult = Static<typeof DryRunResult>

export const DRY_RUN_STATUSES = ['running', 'done', 'failed', 'cancelled', 'applied'] as const
export type DryRunStatus = (typeof DRY_RUN_STATUSES)[number]

/** A dry run under way or finished. `progress` runs from 0 to 1. */
export const DryRunView = Type.Object({
  id: Id,
  status: Type.Unsafe<DryRunStatus>(Type.String({ enum: [...DRY_RUN_STATUSES] })),
  progress: Type.Number(),
  changes: Type.Array(RuleChange),
  from: Instant,
  to: Instant,
  startedAt: Instant,
  startedBy: Type.String(),
  result: Nullable(DryRunResult)
})
export type DryRunView = Static<typeof DryRunView>

export const ApplyRequest = Type.Object({ dryRunId: Id }, closed)

/** Classes × streets no rule answers for. `missing`: rules apply, but the unit they name does not exist there. */
export const CheckGap = Type.Object({
  standardRef: StandardRefSchema,
  kind: ClassKind,
  classCode: Type.String(),
  className: Type.String(),
  why: Type.Union([Type.Literal('noRule'), Type.Literal('missing')]),
  ruleIds: Type.Array(Id),
  everywhere: Type.Boolean(),
  streetCodes: Type.Array(Type.String()),
  cases: Type.Integer()
})
export type CheckGap = Static<typeof CheckGap>

/** Rules that are equally specific in some place and name different units: the dispatcher has to decide there. */
export const CheckOverlap = Type.Object({
  ruleIds: Type.Array(Id),
  unitIds: Type.Array(Id),
  classes: Type.Array(Type.Object({ standardRef: StandardRefSchema, kind: ClassKind, classCode: Type.String() })),
  streetCodes: Type.Array(Type.String()),
  cases: Type.Integer()
})
export type CheckOverlap = Static<typeof CheckOverlap>

export const DEAD_REASONS = ['unknownClass', 'unknownArea', 'inactiveUnit', 'unknownUnit', 'shadowed'] as const
export type DeadReason = (typeof DEAD_REASONS)[number]

/** A rule in force that decides nothing anywhere. `cases`: cases of its classes and areas, which others answer for. */
export const DeadRule = Type.Object({
  ruleId: Id,
  why: Type.Unsafe<DeadReason>(Type.String({ enum: [...DEAD_REASONS] })),
  shadowedBy: Type.Array(Id),
  cases: Type.Integer()
})
export type DeadRule = Static<typeof DeadRule>

export const CheckReport = Type.Object({
  checkedAt: Instant,
  rules: Type.Integer(),
  classes: Type.Integer(),
  streets: Type.Integer(),
  cases: Type.Integer(),
  gaps: Type.Array(CheckGap),
  overlaps: Type.Array(CheckOverlap),
  dead: Type.Array(DeadRule)
})
export type CheckReport = Static<typeof CheckReport>

/** One applied change set, with the rules before and after; null where there was none. */
export const RuleChangeView = Type.Object({
  id: Id,
  changedAt: Instant,
  actorName: Type.String(),
  undoOf: Nullable(Id),
  undoneAt: Nullable(Instant),
  rules: Type.Array(Type.Object({ id: Id, before: Nullable(RuleView), after: Nullable(RuleView) }))
})
export type RuleChangeView = Static<typeof RuleChangeView>
export const RuleChangePage = Page(RuleChangeView)

/** A question to the rules in force: where would a case like this go, and why? */
export const ResolveQuery = Type.Object(
  {
    standardRef: StandardRefSchema,
    kind: ClassKind,
    classCode: Type.String({ pattern: '^\\d{4,5}$', maxLength: 5 }),
    districtCode: Type.Optional(Type.String({ maxLength: 12 })),
    streetCode: Type.Optional(Type.String({ maxLength: 12 })),
    communityCode: Type.Optional(Type.String({ maxLength: 12 })),
    gridCode: Type.Optional(Type.String({ maxLength: 20 })),
    componentId: Type.Optional(Type.String({ maxLength: 20 }))
  },
  closed
)
export const ResolveView = Type.Object({
  unitId: Nullable(Id),
  unitName: Nullable(Type.String()),
  basis: Basis,
  ruleId: Nullable(Id),
  candidates: Type.Array(Type.Object({ unitId: Id, unitName: Nullable(Type.String()), ruleId: Nullable(Id) })),
  reason: Type.Record(Type.String(), Type.Unknown())
})

/** 确权: who owns a component, by its id or by the leading digits many share. */
export const OwnerRow = Type.Object({ component: Type.String({ pattern: '^\\d{6,17}$', maxLength: 17 }), unitId: Id }, closed)
export const OwnerImport = Type.Object({ rows: Type.Array(OwnerRow, { minItems: 1, maxItems: 5000 }) }, closed)
export type OwnerImport = Static<typeof OwnerImport>
export const OwnerReport = Type.Object({ accepted: Type.Integer() })
