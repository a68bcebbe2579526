import { Words } from '@chengyun/contract/common'
import { BothNames } from '@chengyun/contract/registry'
import { type Static, Type } from 'typebox'
import { StreamRef } from './figures.ts'

const closed = { additionalProperties: false }
const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })
const RegisterId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })

/** Where a widget stands: columns of 24, rows of 40 px. */
const box = { title: BothNames, span: Type.Integer({ minimum: 3, maximum: 24 }), rows: Type.Integer({ minimum: 2, maximum: 24 }) }
const Reading = Type.Object({ stream: StreamRef, role: Type.Optional(Words(['value', 'expected', 'other'] as const)) }, closed)

/** Figures, each a door to its rows. */
export const KpiWidget = Type.Object(
  { type: Type.Literal('kpi'), ...box, indicators: Type.Array(Key, { minItems: 1, maxItems: 8 }) },
  closed
)
/** Curves of one thing (the one chosen on the page) or the mean of all, with band and alarm marks. */
export const TrendWidget = Type.Object(
  {
    type: Type.Literal('trend'),
    ...box,
    of: Type.Array(Reading, { minItems: 1, maxItems: 5 }),
    during: Type.Optional(Words(['day', 'week', 'month', 'season'] as const)),
    /** Rule whose expected band is drawn. */
    band: Type.Optional(Type.String())
  },
  closed
)
/** Things with their latest values, a spark line and their standing alarms; worst first. */
export const StationsWidget = Type.Object(
  {
    type: Type.Literal('stations'),
    ...box,
    register: RegisterId,
    columns: Type.Array(Key, { minItems: 1, maxItems: 10 }),
    spark: Type.Optional(Key),
    /** Attributes shown beside the name. */
    attributes: Type.Optional(Type.Array(Type.String(), { maxItems: 4 }))
  },
  closed
)
export const AlarmsWidget = Type.Object(
  { type: Type.Literal('alarms'), ...box, levels: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 4 }))) },
  closed
)
/** The layers of the pack with their live states. */
export const MapWidget = Type.Object(
  { type: Type.Literal('map'), ...box, layers: Type.Array(Key, { minItems: 1, maxItems: 8 }) },
  closed
)
/** Lines of one register between points of another, coloured by state; direction where the lines have one. */
export const TopologyWidget = Type.Object(
  {
    type: Type.Literal('topology'),
    ...box,
    nodes: Type.Array(RegisterId, { minItems: 1, maxItems: 4 }),
    lines: Type.Optional(RegisterId),
    /** Relation by which nodes hang together where there are no lines. */
    relation: Type.Optional(Type.String()),
    stream: Type.Optional(StreamRef)
  },
  closed
)
/** Days × hours of a year or month, coloured by a value or by alarms. */
export const HeatCalendarWidget = Type.Object(
  {
    type: Type.Literal('heatCalendar'),
    ...box,
    of: Type.Union([
      Type.Object({ stream: StreamRef, stat: Words(['mean', 'min', 'max', 'sum'] as const) }, closed),
      Type.Object({ alarms: Type.Literal(true) }, closed)
    ])
  },
  closed
)
/** Districts, streets, units or things in the order of an indicator or a stream. */
export const RankingWidget = Type.Object(
  {
    type: Type.Literal('ranking'),
    ...box,
    by: Words(['district', 'street', 'unit', 'thing', 'class'] as const),
    indicator: Type.Optional(Key),
    stream: Type.Optional(StreamRef),
    order: Words(['up', 'down'] as const)
  },
  closed
)
/** The same figures in two spans of time. */
export const BeforeAfterWidget = Type.Object(
  {
    type: Type.Literal('beforeAfter'),
    ...box,
    indicators: Type.Array(Key, { minItems: 1, maxItems: 6 }),
    during: Words(['day', 'week', 'month', 'year'] as const)
  },
  closed
)
/** Complaints of citizens held against the things that serve them ({@link Correlation}). */
export const CorrelationWidget = Type.Object({ type: Type.Literal('correlation'), ...box, correlation: Key }, closed)

/** Everything a page can be made of. */
export const Widget = Type.Union([
  KpiWidget,
  TrendWidget,
  StationsWidget,
  AlarmsWidget,
  MapWidget,
  TopologyWidget,
  HeatCalendarWidget,
  RankingWidget,
  BeforeAfterWidget,
  CorrelationWidget
])
export type Widget = Static<typeof Widget>
export const WIDGETS = Widget.anyOf.map((w) => w.properties.type.const)

/** Complaints joined to things: which cases count, and by which attribute of the thing a place belongs to it. */
export const Correlation = Type.Object(
  {
    key: Key,
    name: BothNames,
    /** Words of a complaint, any of them, in Chinese; and classes of cases. */
    words: Type.Array(Type.String({ minLength: 2, maxLength: 20 }), { minItems: 1 }),
    classCodes: Type.Optional(Type.Array(Type.String())),
    register: RegisterId,
    /** How a complaint finds its thing: the nearest within metres, or the service area named by an attribute (street or community codes). */
    by: Type.Union([
      Type.Object({ nearestM: Type.Integer({ minimum: 10, maximum: 5000 }) }, closed),
      Type.Object({ attribute: Type.String() }, closed)
    ]),
    /** Attribute with the number of customers. */
    customers: Type.Optional(Type.String()),
    /** Stream whose shortfall may explain complaints. */
    explains: StreamRef,
    /** What that stream should follow (outdoor temperature, a set point): how it does is learned of each thing by itself. Absent: what all others deliver. */
    expected: Type.Optional(StreamRef),
    /** Weather that drives complaints (outdoor temperature). */
    weather: Type.Optional(StreamRef),
    windowH: Type.Integer({ minimum: 1, maximum: 168 }),
    /** Share of false discoveries that is borne. */
    falseShare: Type.Number({ minimum: 0.001, maximum: 0.5 })
  },
  closed
)
export type Correlation = Static<typeof Correlation>

/** `pages.json`. */
export const Pages = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    pages: Type.Array(
      Type.Object(
        {
          key: Key,
          name: BothNames,
          /** The desk of the people on duty, or a screen on the wall. */
          theme: Words(['desk', 'wall'] as const),
          /** The register whose things can be chosen on the page. */
          subject: Type.Optional(RegisterId),
          widgets: Type.Array(Widget, { minItems: 1, maxItems: 24 })
        },
        closed
      ),
      { minItems: 1 }
    ),
    correlations: Type.Optional(Type.Array(Correlation))
  },
  closed
)
export type Pages = Static<typeof Pages>
