import { type Static, Type } from 'typebox'
import { Words } from '../common/index.ts'
import {
  AfterRungs,
  AreaSet,
  ClockTime,
  PartKey,
  Repetition,
  RuleDirection,
  RuleKey,
  StateClear,
  StateRungs,
  StreamRef,
  ValueClear,
  ValueRungs
} from './rule-parts.ts'

// Kinds of condition (ADR 0020). The signal of each is said in its first line; rungs are bounds of that signal.

const closed = { additionalProperties: false }
const Span = Type.Integer({ minimum: 1, maximum: 31_622_400 })
const ladder = { levels: ValueRungs, times: Type.Optional(Repetition), clear: Type.Optional(ValueClear) }
const truth = { levels: StateRungs, clear: Type.Optional(StateClear) }

/** Signal: the value itself. */
export const ThresholdCondition = Type.Object({ kind: Type.Literal('threshold'), ...ladder }, closed)

/**
 * Signal: how far the value has come within the last `overS` (at least that, at most a twelfth more): above the lowest for `rise`, below the highest for
 * `fall`, the larger of both for `either`; never negative. `relative`: as a share of where it came from (0.2 is 20 %).
 */
export const RateCondition = Type.Object(
  { kind: Type.Literal('rate'), overS: Span, direction: RuleDirection, relative: Type.Optional(Type.Boolean()), ...ladder },
  closed
)

/** Signal: seconds since the stream was heard. A stream that never was is counted from when the rule began to watch it. */
export const NoDataCondition = Type.Object(
  { kind: Type.Literal('noData'), levels: AfterRungs, clear: Type.Optional(StateClear) },
  closed
)

/** Signal: seconds for which readings came and did not differ by more than `tolerance`. Silence is not stuck. */
export const StuckCondition = Type.Object(
  {
    kind: Type.Literal('stuck'),
    levels: AfterRungs,
    tolerance: Type.Optional(Type.Number({ minimum: 0 })),
    /** So many equal readings at least; 3 when absent. */
    readings: Type.Optional(Type.Integer({ minimum: 2, maximum: 1000 })),
    /** Values that may stand still: no rain, a pump at rest. */
    except: Type.Optional(Type.Array(Type.Number(), { minItems: 1, maxItems: 8 })),
    clear: Type.Optional(StateClear)
  },
  closed
)

/** Yes while the reading is what no sensor in order can say: outside `low`..`high` (those of the stream when absent), or of quality outOfRange. */
export const RangeCondition = Type.Object(
  { kind: Type.Literal('range'), low: Type.Optional(Type.Number()), high: Type.Optional(Type.Number()), ...truth },
  closed
)

/** Signal: the value less that of another stream; `absolute`: without sign; `relative`: as a share of the other. */
export const DifferenceCondition = Type.Object(
  {
    kind: Type.Literal('difference'),
    minus: StreamRef,
    absolute: Type.Optional(Type.Boolean()),
    relative: Type.Optional(Type.Boolean()),
    ...ladder
  },
  closed
)

/** A set point: a number, an attribute of the item, or another stream, read through a curve (weather compensation: outdoor → supply temperature). */
export const SetPoint = Type.Union([
  Type.Object({ value: Type.Number() }, closed),
  Type.Object({ attribute: PartKey }, closed),
  Type.Object(
    {
      of: StreamRef,
      /** Pairs [of the other stream, set point], the first rising; straight between them, level beyond. Absent: the other stream is the set point. */
      curve: Type.Optional(Type.Array(Type.Tuple([Type.Number(), Type.Number()]), { minItems: 2, maxItems: 12 }))
    },
    closed
  )
])
export type SetPoint = Static<typeof SetPoint>

/** Signal: the value less its set point; `relative`: as a share of the set point. */
export const SetPointCondition = Type.Object(
  { kind: Type.Literal('setPoint'), target: SetPoint, relative: Type.Optional(Type.Boolean()), ...ladder },
  closed
)

export const TOTALS = ['sum', 'increase', 'mean', 'max', 'min', 'count'] as const

/**
 * Signal: a figure over many readings. `overS`: over the last so many seconds (at least that, at most a twelfth more), once readings reach that far back.
 * `between`: over these hours of each day, when they end. `increase` adds up what a counter grows by and passes over its resets. Without a reading there
 * is no signal but for `count`. With `medianOfDays` (and `between`) the signal is the ratio to the median of the last so many days, once half of them are there.
 */
export const TotalCondition = Type.Object(
  {
    kind: Type.Literal('total'),
    of: Words(TOTALS),
    overS: Type.Optional(Span),
    between: Type.Optional(Type.Tuple([ClockTime, ClockTime])),
    medianOfDays: Type.Optional(Type.Integer({ minimum: 3, maximum: 31 })),
    /** Fewer readings make no figure; 1 when absent. */
    readings: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    ...ladder
  },
  closed
)

/** Yes while a position lies `inside` or `outside` all of the areas. It has to be `bufferM` (30) beyond the edge to come back, and `points` (2) in a row count. */
export const GeofenceCondition = Type.Object(
  {
    kind: Type.Literal('geofence'),
    areas: AreaSet,
    is: Words(['inside', 'outside'] as const),
    bufferM: Type.Optional(Type.Number({ minimum: 0, maximum: 1000 })),
    points: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    ...truth
  },
  closed
)

/**
 * Signal: how many things for which rule `ofRule` stands, or stood within the last `withinS`: this one (which has to be among them) and up to 15 others,
 * the nearest within `withinM`, or those that name the same item by `relation` (one pipe segment, one metered area).
 */
export const CountCondition = Type.Object(
  {
    kind: Type.Literal('count'),
    ofRule: RuleKey,
    withinM: Type.Optional(Type.Number({ minimum: 1, maximum: 20_000 })),
    relation: Type.Optional(PartKey),
    withinS: Span,
    levels: ValueRungs,
    clear: Type.Optional(StateClear)
  },
  closed
)

export const BASELINE_SEASONS = ['none', 'hourOfDay', 'hourOfWeek'] as const

/**
 * Signal: how many spreads the value lies above (+) or below (−) what this stream says at this hour, after what another stream explains is taken off.
 * It learns from the stream's own readings outside alarms and says nothing before `learnDays`.
 */
export const BaselineCondition = Type.Object(
  {
    kind: Type.Literal('baseline'),
    season: Words(BASELINE_SEASONS),
    learnDays: Type.Integer({ minimum: 1, maximum: 90 }),
    /** After so many days a habit weighs half; 28 when absent. */
    halfLifeDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })),
    compensate: Type.Optional(StreamRef),
    /** A spread is taken to be at least this, in the unit of the stream. */
    minSpread: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    ...ladder
  },
  closed
)

const simple = [
  ThresholdCondition,
  RateCondition,
  NoDataCondition,
  StuckCondition,
  RangeCondition,
  DifferenceCondition,
  SetPointCondition,
  TotalCondition,
  BaselineCondition
] as const
/** A condition that can be part of another one. */
export const SimpleCondition = Type.Union([...simple])
export type SimpleCondition = Static<typeof SimpleCondition>

/** A part of `all` or `any`: over the rule's own stream, or another one of the same or a related thing. Its rungs count, their levels do not. */
export const ConditionPart = Type.Object(
  {
    stream: Type.Optional(PartKey),
    relation: Type.Optional(PartKey),
    condition: SimpleCondition
  },
  closed
)
export type ConditionPart = Static<typeof ConditionPart>

const group = {
  of: Type.Array(ConditionPart, { minItems: 2, maxItems: 6 }),
  /** A part that ended so short a time ago still counts; 0 when absent: at the same time. */
  withinS: Type.Optional(Type.Integer({ minimum: 0, maximum: 604_800 })),
  ...truth
}
/** Yes while all of the parts stand. A part stands like an alarm: raised by a rung, ended by its clear. */
export const AllCondition = Type.Object({ kind: Type.Literal('all'), ...group }, closed)
/** Yes while one of the parts stands. */
export const AnyCondition = Type.Object({ kind: Type.Literal('any'), ...group }, closed)

export const RuleCondition = Type.Union([...simple, GeofenceCondition, CountCondition, AllCondition, AnyCondition])
export type RuleCondition = Static<typeof RuleCondition>

export type ConditionKind = RuleCondition['kind']
export const CONDITION_KINDS: readonly ConditionKind[] = [
  'threshold',
  'rate',
  'noData',
  'stuck',
  'range',
  'difference',
  'setPoint',
  'total',
  'geofence',
  'count',
  'baseline',
  'all',
  'any'
]
