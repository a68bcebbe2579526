import { type Static, Type } from 'typebox'
import { ClassKind, StandardRefSchema } from '../cases/codes.ts'
import { Words } from '../common/index.ts'
import { QUALITIES } from '../streams/batch.ts'
import { RuleCondition } from './rule-conditions.ts'
import { AlarmLevel, Hours, PartKey, RuleKey, RuleScope, Season } from './rule-parts.ts'

const closed = { additionalProperties: false }
const Levels = Type.Array(AlarmLevel, { minItems: 1, maxItems: 4, uniqueItems: true })
const text = (max: number) =>
  Type.Object({ zh: Type.String({ minLength: 1, maxLength: max }), en: Type.String({ minLength: 1, maxLength: max }) }, closed)

/** Placeholders that titles and messages may hold. */
export const RULE_PLACEHOLDERS = ['item', 'code', 'value', 'unit', 'level', 'signal', 'place'] as const

/** What becomes a case: alarms of these levels, of this class of matter or component. */
export const RuleCase = Type.Object(
  {
    standardRef: StandardRefSchema,
    kind: ClassKind,
    classCode: Type.String({ pattern: '^\\d{4,5}$' }),
    levels: Levels,
    /** Levels that are 特急 and go point to point; level 1 when absent. */
    urgent: Type.Optional(Levels)
  },
  closed
)
export type RuleCase = Static<typeof RuleCase>

/** What is to be done to an actuator of the item. Without a person only where the pack's actuator and the operator's permit for the item both say so. */
export const RuleActuation = Type.Object({ actuator: PartKey, command: PartKey, levels: Levels }, closed)
export type RuleActuation = Static<typeof RuleActuation>

/** Where the figures come from: a clause, a local decision, or "recommended". */
export const RuleSource = Type.Object(
  { standard: Type.String({ minLength: 1, maxLength: 200 }), clause: Type.Optional(Type.String({ maxLength: 60 })) },
  closed
)

/**
 * A rule (ADR 0020): what it watches, when it is an alarm, when and on which readings it judges, and what follows. The one shape of rules.json of packs,
 * of the console and of import and export.
 */
export const Rule = Type.Object(
  {
    key: RuleKey,
    name: text(60),
    on: RuleScope,
    condition: RuleCondition,
    /** Title of the alarm, with placeholders in braces ({@link RULE_PLACEHOLDERS}); the name when absent. */
    title: Type.Optional(text(120)),
    /** What to look at and do, for the person who gets it. */
    advice: Type.Optional(text(400)),
    /** Only at these hours, any of them; a standing alarm ends at the first reading after them. */
    hours: Type.Optional(Type.Array(Hours, { minItems: 1, maxItems: 14 })),
    season: Type.Optional(Season),
    /** Qualities of readings that are judged; `good` and `manual` when absent, all of them for noData, outOfRange too for range. */
    accept: Type.Optional(Type.Array(Words(QUALITIES), { minItems: 1, maxItems: 8, uniqueItems: true })),
    /** Readings that come so late are judged again, later ones only kept; 3600 when absent. */
    lateS: Type.Optional(Type.Integer({ minimum: 0, maximum: 604_800 })),
    /** Key of a response of the pack (flows.json); the city's default when absent. */
    response: Type.Optional(PartKey),
    case: Type.Optional(RuleCase),
    actuate: Type.Optional(Type.Array(RuleActuation, { minItems: 1, maxItems: 4 })),
    /** Alarms of rules of one family near each other are one incident; the key of the rule when absent. */
    family: Type.Optional(RuleKey),
    /** The alarm says that a sensor failed, not that something happened: shown apart, never a 特急 case. */
    sensorFault: Type.Optional(Type.Boolean()),
    source: RuleSource
  },
  closed
)
export type Rule = Static<typeof Rule>
