/** Shapes of the `geo` module on the wire. Coordinates are CGCS2000 [lng, lat] in degrees unless a `crs` says otherwise. */
import { type Static, Type } from 'typebox'
import { Words } from '../common/index.ts'

/** Coordinate systems accepted at the edge (standards §5.1). */
export const CRS_NAMES = ['CGCS2000', 'WGS-84', 'GCJ-02', 'BD-09'] as const
export const Crs = Words(CRS_NAMES)
export type Crs = (typeof CRS_NAMES)[number]

export const Lng = Type.Number({ minimum: -180, maximum: 180, description: 'Longitude in degrees' })
export const Lat = Type.Number({ minimum: -90, maximum: 90, description: 'Latitude in degrees' })
export const Position = Type.Tuple([Lng, Lat])
export type Position = [number, number]

/** A place as it was reported: the converted point and the untouched original, so that a wrong crs can be put right later. */
export const CapturedPosition = Type.Object(
  {
    position: Position,
    crs: Crs,
    origin: Type.Optional(Position),
    accuracyM: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 }))
  },
  { additionalProperties: false }
)
export type CapturedPosition = Static<typeof CapturedPosition>

export const DIVISION_LEVELS = ['city', 'district', 'street', 'community'] as const
export const DivisionLevel = Words(DIVISION_LEVELS)
export type DivisionLevel = (typeof DIVISION_LEVELS)[number]

/** 城市管理区域类别 of a division: decides which time limit of a class applies. */
export const REGION_CLASSES = ['A', 'B', 'C'] as const
export const RegionClass = Words(REGION_CLASSES)
export type RegionClass = (typeof REGION_CLASSES)[number]

export const DivisionCode = Type.String({ pattern: '^\\d{6}(\\d{3}(\\d{3})?)?$' })
export const GridCode = Type.String({ pattern: '^\\d{15}$', description: '单元网格标识码, 15 digits' })
export const DutyGridCode = Type.String({ pattern: '^\\d{9,18}$' })

export const Division = Type.Object({
  code: DivisionCode,
  name: Type.String(),
  level: DivisionLevel,
  parentCode: Type.Union([DivisionCode, Type.Null()]),
  centroid: Type.Union([Position, Type.Null()]),
  areaM2: Type.Union([Type.Number(), Type.Null()]),
  regionClass: RegionClass,
  gridCount: Type.Integer()
})
export type Division = Static<typeof Division>

export const DivisionDetail = Type.Object({
  ...Division.properties,
  path: Type.Array(Type.Object({ code: DivisionCode, name: Type.String() })),
  children: Type.Array(Division),
  validFrom: Type.String({ format: 'date' }),
  validTo: Type.Union([Type.String({ format: 'date' }), Type.Null()])
})
export type DivisionDetail = Static<typeof DivisionDetail>

/** Where a point lies. `distanceM` is 0 inside a grid; up to 50 m for a point just outside every grid (standards §5.3). */
export const Located = Type.Object({
  gridCode: GridCode,
  communityCode: DivisionCode,
  communityName: Type.String(),
  streetCode: DivisionCode,
  streetName: Type.String(),
  districtCode: DivisionCode,
  districtName: Type.String(),
  dutyGridCode: Type.Union([DutyGridCode, Type.Null()]),
  regionClass: RegionClass,
  distanceM: Type.Number()
})
export type Located = Static<typeof Located>

export const PLACE_KINDS = ['street', 'community', 'road', 'doorplate', 'poi', 'building'] as const
export const PlaceKind = Words(PLACE_KINDS)
export type PlaceKind = (typeof PLACE_KINDS)[number]

/** A geocoding candidate; `score` is 0…1, candidates are sorted by it. */
export const PlaceCandidate = Type.Object({
  id: Type.String(),
  kind: PlaceKind,
  name: Type.String(),
  address: Type.String(),
  position: Position,
  gridCode: Type.Union([GridCode, Type.Null()]),
  score: Type.Number()
})
export type PlaceCandidate = Static<typeof PlaceCandidate>

export const Address = Type.Object({
  text: Type.String({ description: 'District, street, nearest road and number, ready to print' }),
  located: Type.Union([Located, Type.Null()]),
  road: Type.Union([Type.String(), Type.Null()]),
  nearest: Type.Union([PlaceCandidate, Type.Null()]),
  distanceM: Type.Union([Type.Number(), Type.Null()])
})
export type Address = Static<typeof Address>

export const DutyGridInput = Type.Object(
  {
    code: DutyGridCode,
    name: Type.String({ minLength: 1, maxLength: 60 }),
    shift: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
    gridCodes: Type.Array(GridCode, { minItems: 1, maxItems: 5000, uniqueItems: true }),
    /** It is meant that unit grids of the street have no duty grid afterwards. */
    acceptUncovered: Type.Optional(Type.Boolean())
  },
  { additionalProperties: false }
)
export type DutyGridInput = Static<typeof DutyGridInput>

export const DutyGrid = Type.Object({
  code: DutyGridCode,
  name: Type.String(),
  shift: Type.String(),
  streetCode: DivisionCode,
  gridCount: Type.Integer(),
  centroid: Position
})
export type DutyGrid = Static<typeof DutyGrid>

/** One refused feature of an import file. `index` counts features from 0. */
export const ImportRejection = Type.Object({
  index: Type.Integer(),
  code: Type.Union([Type.String(), Type.Null()]),
  reason: Type.String({ description: 'An error code of GEO_ERRORS' }),
  detail: Type.String()
})
export type ImportRejection = Static<typeof ImportRejection>

/** GeoJSON of areas or lines; the features' properties are named at each route. */
export const FeatureCollection = Type.Object({
  type: Type.Literal('FeatureCollection'),
  features: Type.Array(Type.Unknown()),
  /** True when a limit cut the list. */
  truncated: Type.Optional(Type.Boolean())
})

export const ImportRequest = Type.Object(
  {
    kind: Words(['divisions', 'grids']),
    file: Type.Unknown({ description: 'A GeoJSON FeatureCollection of polygons' }),
    mapping: Type.Optional(
      Type.Object(
        {
          crs: Type.Optional(Crs),
          code: Type.Optional(Type.String({ maxLength: 60 })),
          name: Type.Optional(Type.String({ maxLength: 60 })),
          validFrom: Type.Optional(Type.String({ maxLength: 60 })),
          landUse: Type.Optional(Type.String({ maxLength: 60 })),
          manageLevel: Type.Optional(Type.String({ maxLength: 60 })),
          remark: Type.Optional(Type.String({ maxLength: 60 }))
        },
        { additionalProperties: false }
      )
    ),
    dryRun: Type.Optional(Type.Boolean())
  },
  { additionalProperties: false }
)

export const ImportReport = Type.Object({
  total: Type.Integer(),
  accepted: Type.Integer(),
  retired: Type.Integer(),
  rejections: Type.Array(ImportRejection)
})
export type ImportReport = Static<typeof ImportReport>

/** What is land around the city. Within `extent` (west, south, east, north) the rest is sea; both null when nothing is known. */
export const Surface = Type.Object({
  extent: Type.Union([Type.Tuple([Lng, Lat, Lng, Lat]), Type.Null()]),
  land: Type.Union([Type.Object({ type: Type.Literal('MultiPolygon'), coordinates: Type.Array(Type.Unknown()) }), Type.Null()])
})
export type Surface = Static<typeof Surface>
