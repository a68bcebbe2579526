import { type Static, Type } from 'typebox'
import { Day, Instant, Nullable, Words } from '../common/index.ts'
import { PERIODS } from './days.ts'
import { INDICATOR_KEYS, type IndicatorKey } from './definitions.ts'
import { MEASURE_KEYS, type MeasureKey } from './measures.ts'

const strict = { additionalProperties: false } as const
const MeasureWord = Words(MEASURE_KEYS as readonly MeasureKey[])
const IndicatorWord = Words(INDICATOR_KEYS as readonly IndicatorKey[])
const Int = Type.Integer()

/** Query string for `GET /api/cases` with exactly the rows of a number; null where a list cannot say it. */
/** The same without its measure: put `measure=<key>&` before it. One for all numbers of a group; null where a list cannot say it. */
export const RowsFilter = Nullable(
  Type.String({ description: 'Query string for GET /api/cases once `measure=<key>&` stands before it' })
)
export const RowFilter = Nullable(Type.String({ description: 'Query string for GET /api/cases' }))
export const MeasureCount = Type.Object({ measure: MeasureWord, count: Int, filter: RowFilter })
export type MeasureCount = Static<typeof MeasureCount>

export const RateView = Type.Object({
  key: IndicatorWord,
  zh: Type.String(),
  en: Type.String(),
  direction: Words(['higher', 'lower'] as const),
  value: Nullable(Type.Number({ description: 'Percent, two decimals; null where nothing was due' })),
  numerator: MeasureCount,
  denominator: MeasureCount
})
export type RateView = Static<typeof RateView>

/** Counts of one district, unit, source or class, with the filter of each. */
export const GroupView = Type.Object({
  key: Nullable(Type.String()),
  name: Type.String(),
  counts: Type.Record(Type.String(), Int),
  rates: Type.Record(Type.String(), Nullable(Type.Number())),
  filter: RowsFilter
})
export type GroupView = Static<typeof GroupView>

export const FUNNEL_STAGES = [
  'report',
  'accept',
  'register',
  'dispatch',
  'dispose',
  'close',
  'notRegister',
  'cancel',
  'selfHandled'
] as const
export type FunnelStage = (typeof FUNNEL_STAGES)[number]

const area = {
  district: Type.Optional(Type.String({ pattern: '^[0-9]{6}(,[0-9]{6})*$', maxLength: 400 })),
  street: Type.Optional(Type.String({ pattern: '^[0-9]{9}$' })),
  unit: Type.Optional(Type.String({ format: 'uuid', maxLength: 36, description: 'The unit and everything below it' }))
}
const span = {
  period: Type.Optional(Words(PERIODS)),
  from: Type.Optional(Day),
  to: Type.Optional(Type.String({ ...Day, description: 'Last day, included' }))
}

export const OverviewQuery = Type.Object(
  { ...span, ...area, top: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })) },
  strict
)
export type OverviewQuery = Static<typeof OverviewQuery>

export const SpanView = Type.Object({
  key: Words(PERIODS),
  from: Day,
  to: Day,
  fromAt: Instant,
  toAt: Instant,
  timeZone: Type.String()
})
export const ReachView = Type.Object({
  kind: Words(['city', 'district', 'street', 'unit'] as const),
  districts: Nullable(Type.Array(Type.String())),
  keys: Nullable(Type.Array(Type.String()))
})

export const OverviewView = Type.Object({
  asOf: Instant,
  seq: Type.Integer({ description: 'Last event counted' }),
  period: SpanView,
  reach: ReachView,
  funnel: Type.Array(
    Type.Object({
      key: Words(FUNNEL_STAGES),
      measure: MeasureWord,
      zh: Type.String(),
      en: Type.String(),
      count: Int,
      filter: RowFilter
    })
  ),
  open: MeasureCount,
  late: MeasureCount,
  counts: Type.Record(Type.String(), Int),
  filter: RowsFilter,
  rates: Type.Array(RateView),
  byDistrict: Type.Array(GroupView),
  byUnit: Type.Array(GroupView),
  bySource: Type.Array(GroupView),
  byMajor: Type.Array(GroupView),
  trend: Type.Array(Type.Object({ day: Day, inflow: Int, outflow: Int, disposed: Int, filter: RowsFilter }))
})
export type OverviewView = Static<typeof OverviewView>

export const DefinitionsView = Type.Object({
  measures: Type.Array(
    Type.Object({
      key: MeasureWord,
      zh: Type.String(),
      en: Type.String(),
      noteZh: Type.String(),
      noteEn: Type.String(),
      live: Type.Boolean(),
      counts: Words(['cases', 'times'] as const),
      rowsOf: MeasureWord
    })
  ),
  indicators: Type.Array(
    Type.Object({
      key: IndicatorWord,
      version: Int,
      zh: Type.String(),
      en: Type.String(),
      standardRef: Type.String(),
      numerator: MeasureWord,
      denominator: MeasureWord,
      direction: Words(['higher', 'lower'] as const),
      unit: Type.Literal('percent'),
      timeBasis: Type.String(),
      exclusions: Type.Array(Type.String())
    })
  )
})
export type DefinitionsView = Static<typeof DefinitionsView>

export const RANKED = ['district', 'street', 'unit', 'source', 'major'] as const
export type Ranked = (typeof RANKED)[number]
export const RankingQuery = Type.Object(
  {
    ...span,
    ...area,
    dimension: Words(RANKED),
    measure: Type.String({ minLength: 1, maxLength: 40, description: 'A measure or an indicator' }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
  },
  strict
)
export type RankingQuery = Static<typeof RankingQuery>
export const RankingView = Type.Object({
  asOf: Instant,
  period: SpanView,
  measure: Type.String(),
  direction: Words(['higher', 'lower'] as const),
  items: Type.Array(
    Type.Object({
      rank: Int,
      key: Type.String(),
      name: Type.String(),
      value: Nullable(Type.Number()),
      numerator: MeasureCount,
      denominator: Nullable(MeasureCount)
    })
  )
})
export type RankingView = Static<typeof RankingView>

export const DifferenceView = Type.Object({
  dimension: Type.String(),
  grain: Type.String(),
  startsOn: Day,
  area: Type.String(),
  key: Type.String(),
  measure: MeasureWord,
  kept: Int,
  counted: Int
})
export const CheckView = Type.Object({ cases: Int, cells: Int, differences: Int, first: Type.Array(DifferenceView) })
export type CheckView = Static<typeof CheckView>
export const RebuildView = Type.Object({ cases: Int, cells: Int })
export type RebuildView = Static<typeof RebuildView>
