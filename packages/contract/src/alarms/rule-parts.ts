import { type Static, Type } from 'typebox'
import { Words } from '../common/index.ts'
import { TypeId } from '../registry/items.ts'

// The parts that conditions of rules are made of (ADR 0020). Every condition turns readings into one number, its signal; rungs say from where on that
// number is an alarm and how grave it is. All durations are seconds.

const closed = { additionalProperties: false }
/** Key of a stream, an attribute, a relation or an actuator. */
export const PartKey = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })
/** Key of a rule: unique within its pack, or within the rules of the city. */
export const RuleKey = Type.String({ pattern: '^[a-z][a-z0-9-]{1,59}$' })
/** 1 is the gravest (一级 红), 4 the lightest (四级 蓝). */
export const AlarmLevel = Type.Unsafe<1 | 2 | 3 | 4>(Type.Integer({ minimum: 1, maximum: 4 }))
export type AlarmLevel = Static<typeof AlarmLevel>
export const Seconds = Type.Integer({ minimum: 0, maximum: 31_622_400 })
const SomeSeconds = Type.Integer({ minimum: 1, maximum: 31_622_400 })

/**
 * Where a number lies: `above` > and `atLeast` ≥ look up, `below` < and `atMost` ≤ look down. One of each direction may stand together: the number is then
 * looked for on either side (O₂ below 19.5 or above 23.5).
 */
const bounds = {
  above: Type.Optional(Type.Number()),
  atLeast: Type.Optional(Type.Number()),
  below: Type.Optional(Type.Number()),
  atMost: Type.Optional(Type.Number())
}
export const Bounds = Type.Object(bounds, closed)
export type Bounds = Static<typeof Bounds>

/** A rung of a ladder over a number: from these bounds on, held for `forS`, the alarm has this level. */
export const ValueRung = Type.Object({ level: AlarmLevel, ...bounds, forS: Type.Optional(Seconds) }, closed)
export type ValueRung = Static<typeof ValueRung>
/** A rung of a ladder over yes and no: held for `forS`. */
export const StateRung = Type.Object({ level: AlarmLevel, forS: Type.Optional(Seconds) }, closed)
export type StateRung = Static<typeof StateRung>
/** A rung of a ladder over elapsed time. */
export const AfterRung = Type.Object({ level: AlarmLevel, afterS: SomeSeconds }, closed)
export type AfterRung = Static<typeof AfterRung>

export const ValueRungs = Type.Array(ValueRung, { minItems: 1, maxItems: 4 })
export const StateRungs = Type.Array(StateRung, { minItems: 1, maxItems: 4 })
export const AfterRungs = Type.Array(AfterRung, { minItems: 1, maxItems: 4 })

/**
 * When a standing alarm ends. Without bounds: when no rung holds, each moved back by `hysteresis`. With bounds: when they hold, both if two are given
 * (`atLeast` 19.8 and `atMost` 23 means between). Either has to last `forS`.
 */
export const ValueClear = Type.Object(
  { ...bounds, hysteresis: Type.Optional(Type.Number({ minimum: 0 })), forS: Type.Optional(Seconds) },
  closed
)
export type ValueClear = Static<typeof ValueClear>
export const StateClear = Type.Object({ forS: Type.Optional(Seconds) }, closed)

/** Not the first time counts: a rung holds only while at least `count` readings within the last `withinS` are beyond it, this one among them. */
export const Repetition = Type.Object({ count: Type.Integer({ minimum: 2, maximum: 20 }), withinS: SomeSeconds }, closed)
export type Repetition = Static<typeof Repetition>

/** Another stream: of the same thing, or of the thing the item names by `relation` (the first by code where there are several). */
export const StreamRef = Type.Object(
  {
    stream: PartKey,
    relation: Type.Optional(PartKey),
    /** Its last reading counts for so long; 900 when absent. Afterwards the condition waits. */
    freshS: Type.Optional(SomeSeconds)
  },
  closed
)
export type StreamRef = Static<typeof StreamRef>

/** Wall-clock time of the city, `HH:MM`; `24:00` ends a day. */
export const ClockTime = Type.String({ pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$' })
/** A span of the day; one that ends before it begins goes over midnight and belongs to the day it began on. `days`: 1 is Monday; absent: all. */
export const Hours = Type.Object(
  {
    from: ClockTime,
    to: ClockTime,
    days: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7, uniqueItems: true }))
  },
  closed
)
export type Hours = Static<typeof Hours>
/** A part of the year, both days in it, `MM-DD`; may go over New Year (heating: 11-16 to 04-05). */
export const Season = Type.Object(
  {
    from: Type.String({ pattern: '^(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' }),
    to: Type.String({ pattern: '^(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' })
  },
  closed
)
export type Season = Static<typeof Season>

const Scalar = Type.Union([Type.String({ maxLength: 100 }), Type.Number(), Type.Boolean()])

/** What a rule watches: one stream of every thing of a register, narrowed by everything that is said further. */
export const RuleScope = Type.Object(
  {
    type: TypeId,
    stream: PartKey,
    classes: Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { minItems: 1, maxItems: 200, uniqueItems: true })),
    /** Divisions: district 6, street 9, community 12 digits. */
    districts: Type.Optional(
      Type.Array(Type.String({ pattern: '^\\d{6}(\\d{3}){0,2}$' }), { minItems: 1, maxItems: 500, uniqueItems: true })
    ),
    /** Attributes with one of these values; all must agree. */
    where: Type.Optional(
      Type.Array(Type.Object({ attribute: PartKey, is: Type.Array(Scalar, { minItems: 1, maxItems: 50 }) }, closed), {
        maxItems: 10
      })
    ),
    /** Single items by code. */
    items: Type.Optional(Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 2000, uniqueItems: true }))
  },
  closed
)
export type RuleScope = Static<typeof RuleScope>

/** Areas a position is looked for in: polygons of a register; all of it, or narrowed. */
export const AreaSet = Type.Object(
  {
    type: TypeId,
    classes: Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { minItems: 1, maxItems: 50 })),
    items: Type.Optional(Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 500 })),
    /** Only those the moving item itself names by this relation (its permitted route, its working area). */
    relation: Type.Optional(PartKey)
  },
  closed
)
export type AreaSet = Static<typeof AreaSet>

export const DIRECTIONS = ['rise', 'fall', 'either'] as const
export const RuleDirection = Words(DIRECTIONS)
