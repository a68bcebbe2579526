import { type Static, Type } from 'typebox'
import { Id, Instant, Nullable, Words } from '../common/index.ts'
import { Rule } from './rule.ts'
import { AlarmLevel, RuleKey } from './rule-parts.ts'

const closed = { additionalProperties: false }

/** A rule as it stands. `version` grows with every change; alarms keep the one they were raised under. */
export const RuleView = Type.Object({
  /** Pack and key: `heating/supply-low`. */
  id: Type.String(),
  pack: Type.String(),
  version: Type.Integer(),
  enabled: Type.Boolean(),
  rule: Rule,
  /** Streams it watches now. */
  streams: Type.Integer(),
  updatedAt: Instant,
  can: Type.Object({ edit: Type.Boolean() })
})
export type RuleView = Static<typeof RuleView>
export const RuleList = Type.Object({ items: Type.Array(RuleView) })

export const RuleVersionView = Type.Object({
  version: Type.Integer(),
  enabled: Type.Boolean(),
  rule: Rule,
  note: Type.String(),
  changedAt: Instant,
  changedBy: Type.String()
})
export const RuleVersionList = Type.Object({ items: Type.Array(RuleVersionView) })

export const RuleQuery = Type.Object(
  {
    type: Type.Optional(Type.String({ maxLength: 40 })),
    pack: Type.Optional(Type.String({ maxLength: 40 })),
    stream: Type.Optional(Type.String({ maxLength: 40 }))
  },
  closed
)

const Note = Type.Optional(Type.String({ maxLength: 500 }))
/** A new rule of the city. */
export const RuleCreate = Type.Object({ rule: Rule, enabled: Type.Optional(Type.Boolean()), note: Note }, closed)
/** `version` is the one that was edited. */
export const RuleSave = Type.Object(
  { version: Type.Integer({ minimum: 1 }), rule: Type.Optional(Rule), enabled: Type.Optional(Type.Boolean()), note: Note },
  closed
)
export const RuleRemove = Type.Object({ version: Type.Integer({ minimum: 1 }), note: Note }, closed)

/** Any JSON may be checked: the faults say what is wrong with it. */
export const RuleCheckInput = Type.Object({ rule: Type.Unknown() }, closed)
export const RuleFaultView = Type.Object({ path: Type.String(), zh: Type.String(), en: Type.String() })
export const RuleCheckView = Type.Object({
  faults: Type.Array(RuleFaultView),
  /** Streams it would watch, null while it has faults. */
  streams: Nullable(Type.Integer())
})

/** Rules as a file: the form of rules.json of a pack, with whether they are switched on. */
export const RuleFile = Type.Object(
  {
    format: Type.Literal('chengyun-rules'),
    version: Type.Literal(1),
    rules: Type.Array(Type.Object({ rule: Rule, enabled: Type.Boolean() }, closed), { maxItems: 2000 })
  },
  closed
)
export type RuleFile = Static<typeof RuleFile>
export const RuleImportView = Type.Object({
  created: Type.Array(RuleKey),
  changed: Type.Array(RuleKey),
  same: Type.Array(RuleKey)
})

/** Try a rule out on what was observed. */
export const DryRunInput = Type.Object(
  {
    rule: Rule,
    /** Id of the rule it is compared with; absent: none. */
    compareWith: Type.Optional(Type.String({ maxLength: 120 })),
    from: Instant,
    to: Instant,
    /** Single items by code instead of all the rule watches. */
    items: Type.Optional(Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 2000 }))
  },
  closed
)
export type DryRunInput = Static<typeof DryRunInput>

export const DryRunAlarm = Type.Object({
  streamId: Type.Integer(),
  itemId: Id,
  itemCode: Type.String(),
  itemName: Type.String(),
  level: AlarmLevel,
  beganAt: Instant,
  raisedAt: Instant,
  /** Null while it would still stand at the end. */
  clearedAt: Nullable(Instant),
  value: Nullable(Type.Number()),
  signal: Nullable(Type.Number())
})
export type DryRunAlarm = Static<typeof DryRunAlarm>

const Figures = Type.Object({
  alarms: Type.Integer(),
  byLevel: Type.Record(Type.String(), Type.Integer()),
  /** Things that would have had one. */
  items: Type.Integer(),
  /** By day of the city. */
  byDay: Type.Array(Type.Object({ day: Type.String(), alarms: Type.Integer() }))
})

export const DryRunOutcome = Type.Object({
  streams: Type.Integer(),
  /** Left out, because nobody may see what they read. */
  hidden: Type.Integer(),
  readings: Type.Integer(),
  figures: Figures,
  /** What the rule it is compared with would have raised. */
  compared: Nullable(Figures),
  /** The first 500. */
  list: Type.Array(DryRunAlarm)
})
export type DryRunOutcome = Static<typeof DryRunOutcome>

export const DRY_RUN_STATES = ['running', 'done', 'failed', 'cancelled'] as const
export const RuleDryRunView = Type.Object({
  id: Id,
  status: Words(DRY_RUN_STATES),
  progress: Type.Number(),
  from: Instant,
  to: Instant,
  startedAt: Instant,
  startedBy: Type.String(),
  outcome: Nullable(DryRunOutcome)
})
export type RuleDryRunView = Static<typeof RuleDryRunView>

export const BandQuery = Type.Object(
  {
    stream: Type.Integer({ minimum: 1 }),
    from: Instant,
    to: Instant,
    pixels: Type.Optional(Type.Integer({ minimum: 10, maximum: 4000 })),
    /** One rule; absent: every rule that watches the stream. */
    rule: Type.Optional(Type.String({ maxLength: 120 }))
  },
  closed
)
/** What a rule expects of a stream over time: limits of each rung, and of a learned baseline the middle of its band. */
export const BandView = Type.Object({
  at: Type.Array(Instant),
  bands: Type.Array(
    Type.Object({
      ruleId: Type.String(),
      name: Type.Object({ zh: Type.String(), en: Type.String() }),
      kind: Type.String(),
      /** Expected value at each instant, null where nothing is expected. */
      expected: Type.Array(Nullable(Type.Number())),
      low: Type.Array(Nullable(Type.Number())),
      high: Type.Array(Nullable(Type.Number())),
      limits: Type.Array(Type.Object({ level: AlarmLevel, high: Nullable(Type.Number()), low: Nullable(Type.Number()) }))
    })
  )
})
export type BandView = Static<typeof BandView>

export const ExplainQuery = Type.Object({ stream: Type.Integer({ minimum: 1 }) }, closed)
/** What every rule makes of a stream: what it saw last, what it expected, and why. */
export const ExplainView = Type.Object({
  streamId: Type.Integer(),
  rules: Type.Array(
    Type.Object({
      ruleId: Type.String(),
      name: Type.Object({ zh: Type.String(), en: Type.String() }),
      kind: Type.String(),
      signal: Nullable(Type.Number()),
      standing: Nullable(AlarmLevel),
      began: Nullable(Instant),
      judgedAt: Nullable(Instant),
      /** Facts of its kind: expected, spread, cell, samples, set point, when its next timer is due … */
      facts: Type.Record(Type.String(), Type.Unknown())
    })
  )
})
export type ExplainView = Static<typeof ExplainView>
