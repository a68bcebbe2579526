import { type Static, Type } from 'typebox'
import { Instant, Nullable, Words } from '../common/index.ts'
import { STREAM_STATES } from './batch.ts'
import { Categories, STREAM_KINDS, StreamUnit } from './declaration.ts'

const closed = { additionalProperties: false }
const StreamId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
/** Numbers of streams as an address carries them: `12,13,14`. */
const StreamIds = Type.String({ pattern: '^\\d{1,10}(,\\d{1,10}){0,499}$' })
const RegisterId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })
const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })

/** Which streams are meant; all conditions hold together. */
export const StreamFilter = {
  /** Register of the things. */
  type: Type.Optional(RegisterId),
  key: Type.Optional(Key),
  /** Code of the item. */
  item: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  state: Type.Optional(Words(STREAM_STATES)),
  /** Code of a division or grid the things lie in. */
  within: Type.Optional(Type.String({ pattern: '^\\d{2,20}$' })),
  /** Part of the item's code or name, or of the stream's key. */
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 60 }))
}
export const StreamQuery = Type.Object(
  {
    ...StreamFilter,
    cursor: Type.Optional(Type.String({ pattern: '^\\d{1,10}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
  },
  closed
)
export type StreamQuery = Static<typeof StreamQuery>

/** A reading as it is shown. `value` is null where the result is no number, or nobody may see it. */
export const ReadingView = Type.Object({
  at: Instant,
  value: Nullable(Type.Number()),
  /** Latitude of a position. */
  value2: Type.Optional(Type.Number()),
  /** A result that is no number. */
  result: Type.Optional(Type.Unknown()),
  quality: Words(STREAM_STATES)
})
export type ReadingView = Static<typeof ReadingView>

export const StreamView = Type.Object({
  id: StreamId,
  key: Type.String(),
  name: Type.String(),
  nameEn: Nullable(Type.String()),
  kind: Words(STREAM_KINDS),
  unit: StreamUnit,
  decimals: Nullable(Type.Integer()),
  /** Of a category: the words devices say, and their names. */
  categories: Type.Optional(Categories),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  intervalS: Nullable(Type.Integer()),
  staleAfterS: Nullable(Type.Integer()),
  stuckAfterS: Nullable(Type.Integer()),
  hidden: Type.Boolean(),
  maintenanceUntil: Nullable(Instant),
  thingId: Type.Integer(),
  item: Type.Object({
    type: Type.String(),
    code: Type.String(),
    name: Type.String(),
    place: Nullable(Type.Tuple([Type.Number(), Type.Number()])),
    gridCode: Nullable(Type.String())
  }),
  state: Words(STREAM_STATES),
  latest: Nullable(
    Type.Object({ ...ReadingView.properties, receivedAt: Instant, /** Since when it says the same. */ changedAt: Instant })
  ),
  /** What the reader may do: correct, maintain, edit. */
  can: Type.Array(Type.String())
})
export type StreamView = Static<typeof StreamView>

export const StreamPage = Type.Object({
  items: Type.Array(StreamView),
  next: Nullable(Type.String()),
  total: Type.Integer(),
  /** How many of all that were asked for (whatever their state) are in each state. */
  states: Type.Record(Type.String(), Type.Integer())
})
export type StreamPage = Static<typeof StreamPage>

export const LatestQuery = Type.Object(
  {
    streams: Type.Optional(Type.Array(StreamId, { maxItems: 50_000 })),
    type: StreamFilter.type,
    key: StreamFilter.key,
    within: StreamFilter.within
  },
  closed
)
export type LatestQuery = Static<typeof LatestQuery>

/** Latest readings as columns: entry `i` of each belongs to the same stream. States are numbers of `states`. */
export const LatestColumns = Type.Object({
  /** Of the server, epoch ms. */
  now: Type.Number(),
  states: Type.Array(Type.String()),
  streams: Type.Array(Type.Integer()),
  /** Epoch ms; null of streams that never spoke. */
  at: Type.Array(Nullable(Type.Number())),
  values: Type.Array(Nullable(Type.Number())),
  /** Latitudes; only where a stream has positions. */
  values2: Type.Optional(Type.Array(Nullable(Type.Number()))),
  state: Type.Array(Type.Integer()),
  /** Results that are no numbers, by place in the columns. */
  results: Type.Optional(Type.Record(Type.String(), Type.Unknown()))
})
export type LatestColumns = Static<typeof LatestColumns>

const span = { from: Instant, to: Instant }
export const ChartQuery = Type.Object(
  {
    streams: StreamIds,
    ...span,
    pixels: Type.Optional(Type.Integer({ minimum: 2, maximum: 8000, default: 800 })),
    /** `minmax`: least and greatest of each pixel; `lttb`: the readings that keep the look of the line. */
    how: Type.Optional(Words(['minmax', 'lttb'] as const))
  },
  closed
)
export type ChartQuery = Static<typeof ChartQuery>

/** A line of a chart as columns; null values are gaps. `quality` is the number of the worst quality within the point. */
export const ChartLine = Type.Object({
  streamId: Type.Integer(),
  source: Words(['readings', 'minute', 'hour', 'day'] as const),
  at: Type.Array(Type.Number()),
  min: Type.Array(Nullable(Type.Number())),
  max: Type.Array(Nullable(Type.Number())),
  mean: Type.Array(Nullable(Type.Number())),
  quality: Type.Array(Type.Integer())
})
export const ChartView = Type.Object({ lines: Type.Array(ChartLine) })
export type ChartView = Static<typeof ChartView>

export const ReadingsQuery = Type.Object(
  {
    ...span,
    cursor: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 }))
  },
  closed
)
export const ReadingsExport = Type.Object(span, closed)
/** Newest first. */
export const ReadingsPage = Type.Object({ items: Type.Array(ReadingView), next: Nullable(Type.String()) })
export type ReadingsPage = Static<typeof ReadingsPage>

const Reason = Type.String({ minLength: 1, maxLength: 500 })
/** A reading put right; without a quality it is `manual`. */
export const ReadingCorrection = Type.Object(
  {
    value: Nullable(Type.Number()),
    quality: Type.Optional(Words(['good', 'outOfRange', 'fault', 'calibration', 'maintenance', 'manual'] as const)),
    reason: Reason
  },
  closed
)
export const ReadingRemoval = Type.Object({ reason: Reason }, closed)
/** `until` null: the work is done. */
export const MaintenanceInput = Type.Object(
  { streams: Type.Array(StreamId, { minItems: 1, maxItems: 2000 }), until: Nullable(Instant), reason: Reason },
  closed
)

export const LiveQuery = Type.Object(
  {
    streams: Type.Optional(StreamIds),
    type: StreamFilter.type,
    key: StreamFilter.key,
    within: StreamFilter.within,
    /** Window of the map in degrees: west, south, east, north. */
    bbox: Type.Optional(Type.String({ pattern: '^-?\\d+(\\.\\d+)?(,-?\\d+(\\.\\d+)?){3}$', maxLength: 100 }))
  },
  closed
)
export type LiveQuery = Static<typeof LiveQuery>

export const TemplateView = Type.Object({
  type: Type.String(),
  key: Type.String(),
  declaration: Type.Unknown(),
  origin: Type.String(),
  version: Type.Integer(),
  updatedAt: Instant
})
export const TemplateList = Type.Object({ items: Type.Array(TemplateView) })
export const FromTemplates = Type.Object(
  {
    type: RegisterId,
    codes: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, maxItems: 20_000 }),
    keys: Type.Optional(Type.Array(Key, { minItems: 1, maxItems: 100 }))
  },
  closed
)
/** What can be changed of a stream by hand. */
export const StreamEdit = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    low: Type.Optional(Nullable(Type.Number())),
    high: Type.Optional(Nullable(Type.Number())),
    intervalS: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 31_622_400 }))),
    staleAfterS: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 31_622_400 }))),
    stuckAfterS: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 31_622_400 })))
  },
  { additionalProperties: false, minProperties: 1 }
)
