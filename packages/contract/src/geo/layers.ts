/** Layers of the one map: what they are, their tiles, and the questions asked of them (ADR 0018). Coordinates are CGCS2000 [lng, lat] in degrees. */
import { type Static, Type } from 'typebox'
import { Instant, Words } from '../common/index.ts'
import { Lat, Lng, Position } from './schemas.ts'

const closed = { additionalProperties: false }

export const LAYER_KINDS = ['register', 'case', 'device'] as const
export const LayerKind = Words(LAYER_KINDS)
export type LayerKind = (typeof LAYER_KINDS)[number]

/** `reg-` and the id of the register type, `pack-`, the pack and the key of its layer, or `cases`. The layer inside a vector tile has the same name. */
export const LayerId = Type.String({ pattern: '^[a-z][a-zA-Z0-9-]{1,90}$' })

/** Up to here tiles carry cells with counts; above, single objects. */
export const CELL_MAX_ZOOM = 14
export const LAYER_MAX_ZOOM = 22
/** Cells along the side of a tile. */
export const CELLS_PER_SIDE = 64
/** Coordinates inside a tile run from 0 to this. */
export const TILE_EXTENT = 4096

const Names = Type.Object({ zh: Type.String(), en: Type.String() })
export const LayerClass = Type.Object({ code: Type.String(), name: Names, count: Type.Integer() })
export type LayerClass = Static<typeof LayerClass>
export const LayerStatus = Type.Object({
  key: Type.String(),
  name: Names,
  count: Type.Integer(),
  tone: Type.Optional(Type.String({ description: 'ok, soon, late or paused' }))
})
export type LayerStatus = Static<typeof LayerStatus>
export const LayerField = Type.Object({
  key: Type.String(),
  name: Names,
  type: Type.String({ description: 'text, number, integer, boolean, choice, date or instant' }),
  choices: Type.Optional(Type.Array(Type.Object({ value: Type.String(), name: Names })))
})
export type LayerField = Static<typeof LayerField>

/**
 * A layer whose objects have a state that changes while one looks: tiles say which objects there are and where, `states` says how they stand
 * (LayerStates of `scenarios`), and both are joined by `code`.
 */
export const LayerLive = Type.Object({
  /** Register the objects are items of. */
  register: Type.String(),
  /** The gravest standing alarm, a value in bands, or nothing. */
  by: Words(['alarm', 'value', 'plain'] as const),
  legend: Type.Array(Type.Object({ tone: Type.String(), name: Names })),
  /** Unit and decimals of values that are written. */
  unit: Type.String(),
  decimals: Type.Integer(),
  /** What is written beside an object: its latest value, a property of the tile, or nothing. */
  label: Type.Union([
    Type.Object({ by: Type.Literal('value') }),
    Type.Object({ by: Type.Literal('property'), key: Type.String() }),
    Type.Null()
  ]),
  /** From which zoom on it is written. */
  labelsFrom: Type.Integer(),
  states: Type.String({ description: 'Address of the states' })
})
export type LayerLive = Static<typeof LayerLive>

/** One layer as this reader sees it: classes and counts are those of what he may see. */
export const LayerView = Type.Object({
  id: LayerId,
  kind: LayerKind,
  /** Heading it stands under: the group of the register (component, facility …), `case`, `alarm`, or a pack. */
  group: Type.String(),
  /** Of a heading that is data itself, as a pack is. */
  groupName: Type.Optional(Names),
  name: Names,
  symbol: Type.Object({ shape: Type.String(), color: Type.String() }),
  /** `ready`, or `loading` while the layer is read from the database: counts are 0 then, tiles answer 503. */
  state: Words(['ready', 'loading'] as const),
  count: Type.Integer(),
  classes: Type.Array(LayerClass),
  statuses: Type.Array(LayerStatus),
  /** Properties of single objects from zoom 15 on, besides `code`/`caseNo`, `class` and `status`. */
  fields: Type.Array(LayerField),
  /** The property that tells objects apart: `code` or `caseNo`. */
  key: Type.String(),
  minzoom: Type.Integer(),
  maxzoom: Type.Integer(),
  /** Whether `at` moves the layer through time. Without `at` such a layer shows what is open now. */
  times: Type.Boolean(),
  /** How far back `at` reaches; null when it does not. */
  since: Type.Union([Instant, Type.Null()]),
  tiles: Type.String({ description: 'Address of its TileJSON' }),
  live: Type.Optional(LayerLive)
})
export type LayerView = Static<typeof LayerView>
export const LayerTree = Type.Object({ layers: Type.Array(LayerView) })
export type LayerTree = Static<typeof LayerTree>

const Codes = Type.String({ maxLength: 2000, pattern: '^[A-Za-z0-9_-]+(,[A-Za-z0-9_-]+)*$' })
/** What of a layer is meant: classes (whole codes, or their beginnings: `01` is all of major 01), statuses, the moment. */
const filter = { class: Type.Optional(Codes), status: Type.Optional(Codes), at: Type.Optional(Instant) }
export const LayerFilter = Type.Object(filter, closed)
export type LayerFilter = Static<typeof LayerFilter>

/** `cells`: counts by cells of a square grid, `hex`: counts by hexagons (polygons). Without it cells up to zoom 14 and objects above. */
export const TILE_FORMS = ['cells', 'hex', 'objects'] as const
export type TileForm = (typeof TILE_FORMS)[number]
export const TileQuery = Type.Object({ ...filter, as: Type.Optional(Words(['cells', 'hex'] as const)) }, closed)
export type TileQuery = Static<typeof TileQuery>

/** Properties of a cell or hexagon: `n` objects, `class` the one most of them have, `m01` … `m10` those of a major class where there are any. */
export interface CellProperties {
  n: number
  class: string
  [major: `m${string}`]: number
}

export const TileJson = Type.Object({
  tilejson: Type.Literal('3.0.0'),
  name: Type.String(),
  description: Type.String(),
  tiles: Type.Array(Type.String()),
  minzoom: Type.Integer(),
  maxzoom: Type.Integer(),
  bounds: Type.Array(Type.Number(), { minItems: 4, maxItems: 4 }),
  center: Type.Array(Type.Number(), { minItems: 3, maxItems: 3 }),
  scheme: Type.Literal('xyz'),
  vector_layers: Type.Array(
    Type.Object({
      id: Type.String(),
      description: Type.String(),
      minzoom: Type.Integer(),
      maxzoom: Type.Integer(),
      fields: Type.Record(Type.String(), Type.String())
    })
  )
})
export type TileJson = Static<typeof TileJson>

export const IdentifyQuery = Type.Object(
  {
    lng: Lng,
    lat: Lat,
    zoom: Type.Number({ minimum: 0, maximum: 24 }),
    /** Layer ids with commas; without it every layer the reader may see. */
    layers: Type.Optional(Type.String({ maxLength: 2000 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    ...filter
  },
  closed
)

/** One object found: its key opens the card (`code` of a register item, `caseNo` of a case). */
export const LayerHit = Type.Object({
  layer: LayerId,
  key: Type.String(),
  title: Type.String(),
  class: Type.String(),
  className: Names,
  status: Type.String(),
  position: Position,
  distanceM: Type.Number()
})
export type LayerHit = Static<typeof LayerHit>
export const LayerHits = Type.Object({ items: Type.Array(LayerHit) })
export type LayerHits = Static<typeof LayerHits>

export const NearestQuery = Type.Object(
  { layer: LayerId, lng: Lng, lat: Lat, n: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })), ...filter },
  closed
)

const Ring = Type.Array(Position, { minItems: 4, maxItems: 20_000 })
export const AreaPolygon = Type.Object(
  { type: Type.Literal('Polygon'), coordinates: Type.Array(Ring, { minItems: 1, maxItems: 100 }) },
  closed
)
export const AreaMultiPolygon = Type.Object(
  {
    type: Type.Literal('MultiPolygon'),
    coordinates: Type.Array(Type.Array(Ring, { minItems: 1, maxItems: 100 }), { minItems: 1, maxItems: 100 })
  },
  closed
)
const RadiusM = Type.Number({ exclusiveMinimum: 0, maximum: 50_000, description: 'Metres on the ellipsoid' })
/** Where to count: a polygon, everything within a distance of a point, or of a line. */
export const MapArea = Type.Union([
  AreaPolygon,
  AreaMultiPolygon,
  Type.Object({ circle: Type.Object({ center: Position, radiusM: RadiusM }, closed) }, closed),
  Type.Object(
    { buffer: Type.Object({ line: Type.Array(Position, { minItems: 2, maxItems: 5000 }), radiusM: RadiusM }, closed) },
    closed
  )
])
export type MapArea = Static<typeof MapArea>

export const CountsRequest = Type.Object({ layer: LayerId, area: MapArea, filter: Type.Optional(LayerFilter) }, closed)
export type CountsRequest = Static<typeof CountsRequest>
export const CountsView = Type.Object({
  layer: LayerId,
  total: Type.Integer(),
  byClass: Type.Array(LayerClass),
  byStatus: Type.Array(LayerStatus)
})
export type CountsView = Static<typeof CountsView>

/** How many were open at each of these moments, ascending; within an area or wherever the reader reaches. */
export const TimelineRequest = Type.Object(
  {
    layer: LayerId,
    area: Type.Optional(MapArea),
    filter: Type.Optional(Type.Object({ class: filter.class, status: filter.status }, closed)),
    moments: Type.Array(Instant, { minItems: 1, maxItems: 400 })
  },
  closed
)
export type TimelineRequest = Static<typeof TimelineRequest>
export const TimelineView = Type.Object({
  layer: LayerId,
  /** One number a moment, in the order asked. */
  counts: Type.Array(Type.Integer())
})
export type TimelineView = Static<typeof TimelineView>

/** The most objects one download of an area gives; `truncated` says that there were more. */
export const FEATURES_LIMIT = 50_000

export const MAP_ERRORS = {
  MAP_LAYER_NOT_FOUND: { status: 404, zh: '没有图层 {layer}', en: 'There is no layer {layer}' },
  MAP_LAYER_LOADING: {
    status: 503,
    zh: '图层 {layer} 正在载入，请稍后',
    en: 'The layer {layer} is being read; try again shortly'
  },
  MAP_LAYERS_OFF: { status: 503, zh: '本服务进程不提供地图图层', en: 'This server process serves no layers' },
  MAP_TILE_INVALID: { status: 400, zh: '没有瓦片 {z}/{x}/{y}', en: 'There is no tile {z}/{x}/{y}' },
  MAP_FILTER_INVALID: { status: 400, zh: '筛选条件 {field} 不对', en: 'The filter {field} is not valid' },
  MAP_AREA_INVALID: { status: 400, zh: '图形无效：{reason}', en: 'The area is not valid: {reason}' }
} as const
