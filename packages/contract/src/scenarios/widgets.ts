import { type Static, Type } from 'typebox'
import { AlarmView } from '../alarms/alarms.ts'
import { Instant, Nullable, Words } from '../common/index.ts'
import { ATTRIBUTE_TYPES, BothNames } from '../registry/index.ts'

/** Everything a page of a pack can be made of. */
export const WIDGET_TYPES = [
  'kpi',
  'trend',
  'stations',
  'alarms',
  'map',
  'topology',
  'heatCalendar',
  'ranking',
  'beforeAfter',
  'correlation'
] as const
export type WidgetType = (typeof WIDGET_TYPES)[number]

/** How good or bad it is, in the words of the lamps: `none` says nothing, `silent` that nothing is heard, `absent` that there is no sensor to hear. `grave` is an alarm of level one or two. */
export const TONES = ['none', 'ok', 'cold', 'soon', 'late', 'grave', 'silent', 'absent'] as const
export type Tone = (typeof TONES)[number]

const BothTexts = Type.Object({ zh: Type.String(), en: Type.String() })
/** A number of {@link TONES}. */
const ToneIndex = Type.Integer({ minimum: 0, maximum: TONES.length - 1 })
const Numbers = Type.Array(Type.Number())
const Maybe = Type.Array(Nullable(Type.Number()))
const Span = Type.Object({ from: Instant, to: Instant })

const head = {
  /** When the figures held. */
  at: Instant,
  /** A sentence when there is news; null where it is quiet. */
  headline: Nullable(BothTexts)
}

/** The way to the rows behind a figure; `count` rows are there. `rows`: the list of the figure itself ({@link FigureRows}). */
export const Door = Type.Object({
  list: Words(['items', 'alarms', 'cases', 'streams', 'rows'] as const),
  /** Register of `items`; key of the figure of `rows`. */
  of: Type.String(),
  filter: Type.Record(Type.String(), Type.String()),
  count: Type.Integer()
})
export type Door = Static<typeof Door>

const figure = {
  key: Type.String(),
  name: BothNames,
  meaning: BothTexts,
  unit: BothTexts,
  decimals: Type.Integer(),
  good: Words(['up', 'down', 'none'] as const),
  source: Nullable(Type.String())
}

export const KpiData = Type.Object({
  type: Type.Literal('kpi'),
  ...head,
  figures: Type.Array(
    Type.Object({
      ...figure,
      value: Nullable(Type.Number()),
      over: Words(['now', 'h24', 'day', 'week', 'month', 'year'] as const),
      tone: Words(TONES),
      door: Nullable(Door),
      /** Of a share: what it is a share of. */
      whole: Nullable(Door)
    })
  )
})
export type KpiData = Static<typeof KpiData>

export const TrendData = Type.Object({
  type: Type.Literal('trend'),
  ...head,
  ...Span.properties,
  /** The chosen thing; null: the mean of all of them. */
  subject: Nullable(Type.Object({ register: Type.String(), code: Type.String(), name: Type.String() })),
  /** How many things the lines are the mean of. */
  things: Type.Integer(),
  lines: Type.Array(
    Type.Object({
      stream: Type.String(),
      /** Null of a mean. */
      streamId: Nullable(Type.Integer()),
      name: BothNames,
      unit: Type.String(),
      decimals: Type.Integer(),
      role: Words(['value', 'expected', 'other'] as const),
      at: Numbers,
      mean: Maybe,
      min: Maybe,
      max: Maybe
    })
  ),
  /** What was to be expected of the first line. */
  band: Nullable(Type.Object({ rule: BothNames, at: Numbers, low: Maybe, high: Maybe, expected: Maybe })),
  marks: Type.Array(
    Type.Object({
      alarmId: Type.String(),
      no: Type.Integer(),
      level: Type.Integer(),
      title: BothTexts,
      stream: Type.String(),
      from: Instant,
      to: Nullable(Instant)
    })
  )
})
export type TrendData = Static<typeof TrendData>

/** Things with their latest values, as columns; worst first. What does not change from minute to minute is left out where it is known (`rev`). */
export const StationsData = Type.Object({
  type: Type.Literal('stations'),
  ...head,
  rev: Type.String(),
  register: Type.Object({ type: Type.String(), name: BothNames }),
  columns: Type.Array(
    Type.Object({
      key: Type.String(),
      name: BothNames,
      unit: Type.String(),
      decimals: Type.Integer(),
      kind: Type.String(),
      /** Of categories: the words that `values` are the numbers of. */
      categories: Type.Optional(Type.Array(BothNames))
    })
  ),
  attributes: Type.Array(
    Type.Object({
      key: Type.String(),
      name: BothNames,
      type: Words(ATTRIBUTE_TYPES),
      /** Names of the values of a choice. */
      choices: Type.Optional(Type.Record(Type.String(), BothNames))
    })
  ),
  spark: Nullable(Type.String()),
  silent: Type.Integer(),
  /** Words of the states; states below are numbers of it. */
  states: Type.Array(Type.String()),
  things: Type.Optional(
    Type.Object({
      codes: Type.Array(Type.String()),
      names: Type.Array(Type.String()),
      /** By attribute, by thing. */
      attributes: Type.Array(Type.Array(Nullable(Type.String()))),
      /** By column, by thing; 0 where it has no such stream. */
      streamIds: Type.Array(Type.Array(Type.Integer()))
    })
  ),
  /** Gravest standing alarm by thing; 0 for none. */
  levels: Type.Array(Type.Integer()),
  /** By column, by thing. */
  values: Type.Array(Maybe),
  state: Type.Array(Type.Array(Type.Integer())),
  /** When it was heard last, epoch ms. */
  heard: Maybe
})
export type StationsData = Static<typeof StationsData>

export const AlarmsData = Type.Object({
  type: Type.Literal('alarms'),
  ...head,
  total: Type.Integer(),
  byLevel: Type.Record(Type.String(), Type.Integer()),
  /** Gravest first, then newest; at most 200. */
  items: Type.Array(AlarmView)
})
export type AlarmsData = Static<typeof AlarmsData>

/** A layer with its things as columns; what stands still is left out where it is known (`rev`). */
export const MapData = Type.Object({
  type: Type.Literal('map'),
  ...head,
  rev: Type.String(),
  layers: Type.Array(
    Type.Object({
      key: Type.String(),
      name: BothNames,
      register: Type.String(),
      by: Words(['alarm', 'value', 'plain'] as const),
      geometry: Words(['point', 'line', 'polygon'] as const),
      /** Colour of the register, where the layer is not coloured by state. */
      color: Type.String(),
      minZoom: Nullable(Type.Integer()),
      legend: Type.Array(Type.Object({ tone: Words(TONES), name: BothNames })),
      /** What the label beside a mark is measured in. */
      unit: Type.String(),
      decimals: Type.Integer(),
      things: Type.Optional(
        Type.Object({
          codes: Type.Array(Type.String()),
          names: Type.Array(Type.String()),
          /** Longitude and latitude by turns; of points. */
          points: Type.Optional(Numbers),
          /** Paths of lines and outer rings of areas: longitude and latitude by turns. */
          paths: Type.Optional(Type.Array(Numbers))
        })
      ),
      tone: Type.Array(ToneIndex),
      /** Gravest standing alarm; 0 for none. */
      levels: Type.Array(Type.Integer()),
      values: Maybe
    })
  )
})
export type MapData = Static<typeof MapData>

/** Nodes and what joins them; by relation, or by lines of a register. */
export const TopologyData = Type.Object({
  type: Type.Literal('topology'),
  ...head,
  rev: Type.String(),
  registers: Type.Array(Type.Object({ type: Type.String(), name: BothNames })),
  lines: Nullable(Type.Object({ type: Type.String(), name: BothNames })),
  unit: Type.String(),
  decimals: Type.Integer(),
  streamName: Nullable(BothNames),
  net: Type.Optional(
    Type.Object({
      codes: Type.Array(Type.String()),
      names: Type.Array(Type.String()),
      /** Number of `registers`. */
      register: Type.Array(Type.Integer()),
      /** Longitude and latitude by turns. */
      points: Numbers,
      edges: Type.Array(
        Type.Object({
          /** Of the line; empty of a relation. */
          code: Type.String(),
          /** Numbers of nodes; -1 where an end meets none. */
          from: Type.Integer(),
          to: Type.Integer(),
          /** The whole way, its ends too: longitude and latitude by turns; left out where it is straight from node to node. */
          path: Type.Optional(Numbers)
        })
      ),
      /** Lines are drawn in the direction of flow. */
      directed: Type.Boolean()
    })
  ),
  tone: Type.Array(ToneIndex),
  levels: Type.Array(Type.Integer()),
  values: Maybe
})
export type TopologyData = Static<typeof TopologyData>

export const HeatCalendarData = Type.Object({
  type: Type.Literal('heatCalendar'),
  ...head,
  name: BothNames,
  what: Words(['value', 'alarms'] as const),
  unit: Type.String(),
  decimals: Type.Integer(),
  /** Days of the city, `2026-11-22`. */
  days: Type.Array(Type.String()),
  /** Hours of a month's days, or whole days of a year. */
  by: Words(['hour', 'day'] as const),
  /** Number of the day, hour (0 of whole days), value; cells without a value are not there. */
  cells: Type.Array(Type.Tuple([Type.Integer(), Type.Integer(), Type.Number()])),
  subject: Nullable(Type.Object({ code: Type.String(), name: Type.String() }))
})
export type HeatCalendarData = Static<typeof HeatCalendarData>

export const RankingData = Type.Object({
  type: Type.Literal('ranking'),
  ...head,
  by: Words(['district', 'street', 'unit', 'thing', 'class'] as const),
  name: BothNames,
  unit: BothTexts,
  decimals: Type.Integer(),
  order: Words(['up', 'down'] as const),
  rows: Type.Array(
    Type.Object({
      code: Type.String(),
      name: BothTexts,
      value: Nullable(Type.Number()),
      tone: Words(TONES),
      door: Nullable(Door)
    })
  ),
  /** How many rows there are beyond these. */
  more: Type.Integer()
})
export type RankingData = Static<typeof RankingData>

export const BeforeAfterData = Type.Object({
  type: Type.Literal('beforeAfter'),
  ...head,
  during: Words(['day', 'week', 'month', 'year'] as const),
  before: Span,
  after: Span,
  rows: Type.Array(Type.Object({ ...figure, before: Nullable(Type.Number()), after: Nullable(Type.Number()) }))
})
export type BeforeAfterData = Static<typeof BeforeAfterData>

export const CorrelationData = Type.Object({
  type: Type.Literal('correlation'),
  ...head,
  ...Span.properties,
  register: Type.Object({ type: Type.String(), name: BothNames }),
  /** What may explain complaints. */
  stream: Type.Object({ name: BothNames, unit: Type.String(), decimals: Type.Integer() }),
  /** Complaints that count, and those of them that found a thing. */
  complaints: Type.Integer(),
  joined: Type.Integer(),
  sources: Type.Integer(),
  falseShare: Type.Number(),
  bursts: Type.Array(
    Type.Object({
      thing: Type.Object({
        code: Type.String(),
        name: Type.String(),
        place: Nullable(Type.Tuple([Type.Number(), Type.Number()]))
      }),
      windowH: Type.Number(),
      observed: Type.Integer(),
      expected: Type.Number(),
      p: Type.Number(),
      verdict: Words(['explained', 'notExplained', 'unknown'] as const),
      lagMinutes: Nullable(Type.Number()),
      shortfall: Nullable(Type.Number()),
      since: Nullable(Instant),
      door: Nullable(Door)
    })
  ),
  /** Complaints on the map: longitude, latitude, number of the burst or -1; at most 2,000, newest. */
  places: Type.Array(Type.Tuple([Type.Number(), Type.Number(), Type.Integer()]))
})
export type CorrelationData = Static<typeof CorrelationData>

/** What a widget shows, by its type. */
export const WidgetData = Type.Union([
  KpiData,
  TrendData,
  StationsData,
  AlarmsData,
  MapData,
  TopologyData,
  HeatCalendarData,
  RankingData,
  BeforeAfterData,
  CorrelationData
])
export type WidgetData = Static<typeof WidgetData>
export type DataOf<T extends WidgetType> = Extract<WidgetData, { type: T }>
