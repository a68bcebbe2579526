import { Words } from '@chengyun/contract/common'
import { BothNames } from '@chengyun/contract/registry'
import { type Static, Type } from 'typebox'
import { BothTexts } from './text.ts'

const closed = { additionalProperties: false }
/** `register/stream`. */
export const StreamRef = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}/[a-z][a-zA-Z0-9]{0,39}$' })
const RegisterId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })
const Where = Type.Record(Type.String(), Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()]), { minItems: 1 }))

/** Over what time a figure counts: the moment, or the day, week, month or year of the city that is running; `h24`: the last 24 hours. */
export const SPANS = ['now', 'h24', 'day', 'week', 'month', 'year'] as const
export type Span = (typeof SPANS)[number]

/** How many items of a register there are. */
export const ItemFigure = Type.Object({ items: RegisterId, where: Type.Optional(Where) }, closed)

/** How many things have a stream at all, one that is good, silent, or whose latest value lies within bounds. */
export const StateFigure = Type.Object(
  {
    things: StreamRef,
    state: Words(['all', 'heard', 'silent', 'within', 'outside'] as const),
    low: Type.Optional(Type.Number()),
    high: Type.Optional(Type.Number()),
    where: Type.Optional(Where)
  },
  closed
)

/** A value over all things: of the latest readings (`now`), or of the roll-ups of a span. */
export const ValueFigure = Type.Object(
  {
    value: StreamRef,
    stat: Words(['mean', 'min', 'max', 'sum', 'increase'] as const),
    over: Words(SPANS),
    where: Type.Optional(Where)
  },
  closed
)

/** How many alarms of the pack: standing ones (`now`), or those raised in a span. */
export const AlarmFigure = Type.Object(
  {
    alarms: Words(['all', 'true', 'false', 'acknowledged', 'cleared', 'inTime'] as const),
    over: Words(SPANS),
    levels: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 4 }), { minItems: 1 })),
    rules: Type.Optional(Type.Array(Type.String(), { minItems: 1 }))
  },
  closed
)

/** Minutes from the raise of an alarm to the first act of a person, on average. */
export const ResponseFigure = Type.Object({ response: Words(['mean', 'max'] as const), over: Words(SPANS) }, closed)

/** One of the simple figures. */
export const Count = Type.Union([ItemFigure, StateFigure, ValueFigure, AlarmFigure, ResponseFigure])
export type Count = Static<typeof Count>

/** A figure: a count, or one count as a share of another, in percent. Nothing over nothing is no figure, never zero. */
export const Figure = Type.Union([Count, Type.Object({ share: Count, of: Count }, closed)])
export type Figure = Static<typeof Figure>

/** What a figure is measured in: a symbol, the same everywhere (`%`, `m³/h`), or a word in both languages, empty where a language has none. */
export const Unit = Type.Union([
  Type.String({ maxLength: 12 }),
  Type.Object({ zh: Type.String({ maxLength: 12 }), en: Type.String({ maxLength: 12 }) }, closed)
])

/** `indicators.json`. */
export const Indicators = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    indicators: Type.Array(
      Type.Object(
        {
          key: Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' }),
          name: BothNames,
          /** What exactly is counted: numerator, denominator, what is left out. */
          meaning: BothTexts,
          unit: Unit,
          decimals: Type.Integer({ minimum: 0, maximum: 4 }),
          /** Which way is good; `none`: neither. */
          good: Words(['up', 'down', 'none'] as const),
          figure: Figure,
          /** From where on it is drawn as late or soon; in the direction of `good`. */
          soon: Type.Optional(Type.Number()),
          late: Type.Optional(Type.Number()),
          /** Standard or decision it is defined by. */
          source: Type.Optional(Type.String({ maxLength: 120 }))
        },
        closed
      )
    )
  },
  closed
)
export type Indicators = Static<typeof Indicators>
