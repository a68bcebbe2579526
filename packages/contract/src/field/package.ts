import { type Static, Type } from 'typebox'
import { CASE_KINDS, type CaseView, Limit, STANDARD_REFS } from '../cases/index.ts'
import { Id, Instant, LngLat, Nullable, Words } from '../common/index.ts'
import { MEDIA_KINDS, MEDIA_PHASE_KEYS } from '../media/index.ts'

const strict = { additionalProperties: false } as const

/** Who I am and what my posts let the app show. */
export const FieldPerson = Type.Object({
  id: Id,
  name: Type.String(),
  collector: Type.Boolean(),
  handler: Type.Boolean(),
  /** Permissions of the field app's buttons beyond the cases' own `can`. */
  mayReport: Type.Boolean(),
  maySelfHandle: Type.Boolean(),
  mayAssign: Type.Boolean(),
  posts: Type.Array(Type.Object({ role: Type.String(), unitId: Id, unitName: Nullable(Type.String()) })),
  dutyGridCodes: Type.Array(Type.String()),
  handlers: Type.Array(
    Type.Object({
      unitId: Id,
      people: Type.Array(Type.Object({ id: Id, name: Type.String(), openCases: Type.Integer() }))
    }),
    { description: 'For every unit with cases I may assign: who can be given them, least busy first' }
  )
})
export type FieldPerson = Static<typeof FieldPerson>

/** A minor class with its conditions, for the class picker. */
export const FieldClass = Type.Object({
  standardRef: Words(STANDARD_REFS),
  kind: Words(CASE_KINDS),
  code: Type.String(),
  majorCode: Type.String(),
  majorName: Type.String(),
  name: Type.String(),
  nameEn: Type.String(),
  selfHandle: Type.Boolean(),
  conditions: Type.Array(
    Type.Object({ id: Type.String(), condition: Type.String(), closeCondition: Type.String(), limit: Limit })
  )
})
export type FieldClass = Static<typeof FieldClass>

export const FieldPhase = Type.Object({
  key: Words(MEDIA_PHASE_KEYS),
  zh: Type.String(),
  en: Type.String(),
  kinds: Type.Array(Words(MEDIA_KINDS))
})
export type FieldPhase = Static<typeof FieldPhase>

const Ring = Type.Array(LngLat)
const feature = <G extends import('typebox').TSchema, P extends import('typebox').TSchema>(geometry: G, properties: P) =>
  Type.Object({ type: Type.Literal('Feature'), geometry, properties })
const collection = <F extends import('typebox').TSchema>(f: F) =>
  Type.Object({ type: Type.Literal('FeatureCollection'), features: Type.Array(f) })
const Polygons = Type.Object({ type: Type.Literal('MultiPolygon'), coordinates: Type.Array(Type.Array(Ring)) })

/** The base map without a network, all in CGCS2000 degrees: duty grids, their unit grids, roads and names inside. */
export const FieldMap = Type.Object({
  /** Land within `extent` (w, s, e, n); the rest of it is sea. Missing where the server knows nothing of the sea. */
  ground: Type.Optional(
    Type.Object({ extent: Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()]), land: Polygons })
  ),
  bbox: Nullable(Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()])),
  dutyGrids: collection(feature(Polygons, Type.Object({ code: Type.String(), name: Type.String(), cells: Type.Integer() }))),
  unitGrids: collection(feature(Polygons, Type.Object({ code: Type.String(), dutyGridCode: Type.String() }))),
  roads: collection(
    feature(
      Type.Object({ type: Type.Literal('LineString'), coordinates: Ring }),
      Type.Object({ code: Type.String(), name: Type.String() })
    )
  ),
  places: collection(
    feature(
      Type.Object({ type: Type.Literal('Point'), coordinates: LngLat }),
      Type.Object({ name: Type.String(), kind: Type.String() })
    )
  )
})
export type FieldMap = Static<typeof FieldMap>

/** A case of mine: whole, with its clocks, what I may do (`can`) and its evidence. `mine` says why it is here. */
export interface FieldCase extends CaseView {
  mine: 'task' | 'unit' | 'reported'
}
export const FieldCase = Type.Unsafe<FieldCase>({
  ...Type.Any(),
  description: 'CaseView and mine: task (verify or check for me), unit (of my unit), reported (by me, open)'
})

/** Components of the register on one device, at most; who stands before another one asks the server by its code. */
export const MOST_COMPONENTS = 3000

/**
 * Components of the register (部件) around one's work, without a network: a row each, packed by columns. `rows` holds code, class as
 * index into `classes` (-1: none), status as index into `states`, and name, address and unit as indexes into `texts` (name -1: as the
 * class; unit -1: none). `places` holds longitude and latitude of each row in millionths of a degree, as differences from the row before.
 */
export const FieldComponents = Type.Object({
  states: Type.Array(Type.Object({ key: Type.String(), zh: Type.String(), en: Type.String(), tone: Type.String() })),
  /** Code, name and English name of each class; `current`: the code reports are filed under today. */
  classes: Type.Array(Type.Object({ code: Type.String(), name: Type.String(), nameEn: Type.String(), current: Type.String() })),
  texts: Type.Array(Type.String()),
  rows: Type.Array(Type.Tuple([Type.String(), Type.Integer(), Type.Integer(), Type.Integer(), Type.Integer(), Type.Integer()])),
  places: Type.Array(Type.Integer()),
  /** How many there are in all; above MOST_COMPONENTS the nearest to the middle of the work came along. */
  total: Type.Integer()
})
export type FieldComponents = Static<typeof FieldComponents>

/** The parts of the package that have a version of their own. */
export const PACKAGE_PARTS = ['classes', 'phases', 'map', 'cases', 'components'] as const
export type PackagePart = (typeof PACKAGE_PARTS)[number]

const part = <T extends import('typebox').TSchema>(data: T) =>
  Type.Object({ version: Type.String(), data: Type.Union([data, Type.Null()], { description: 'null: as the caller has it' }) })

const have = Type.Optional(Type.String({ maxLength: 80 }))
/** Versions of the parts that the device has. */
export const PackageQuery = Type.Object({ classes: have, phases: have, map: have, cases: have, components: have }, strict)
export type PackageQuery = Static<typeof PackageQuery>

/** What a shift needs offline. */
export const FieldPackage = Type.Object({
  serverTime: Instant,
  person: FieldPerson,
  placeCorrectionM: Type.Integer(),
  classes: part(Type.Array(FieldClass)),
  phases: part(Type.Array(FieldPhase)),
  map: part(FieldMap),
  cases: part(Type.Array(FieldCase)),
  components: part(FieldComponents)
})
export type FieldPackage = Static<typeof FieldPackage>
