import type * as GeoJSON from 'geojson'

// Coordinate systems the services speak (OGC API – Features part 2). CGCS2000 and WGS-84 differ by centimetres and are treated as equal
// (ADR 0007); their EPSG definitions put latitude first.

const EPSG = 'http://www.opengis.net/def/crs/EPSG/0'
export const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'
export const STORED = `${EPSG}/4490`

type Position = readonly number[]
interface System {
  /** From CGCS2000 longitude and latitude. */
  out(lng: number, lat: number): [number, number]
  /** To CGCS2000 longitude and latitude. */
  in(a: number, b: number): [number, number]
}

const RADIUS = 6378137
const plain: System = { out: (lng, lat) => [lng, lat], in: (a, b) => [a, b] }
const turned: System = { out: (lng, lat) => [lat, lng], in: (a, b) => [b, a] }
const mercator: System = {
  out: (lng, lat) => [(lng * Math.PI * RADIUS) / 180, Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * RADIUS],
  in: (x, y) => [(x * 180) / (Math.PI * RADIUS), (Math.atan(Math.exp(y / RADIUS)) * 360) / Math.PI - 90]
}
const SYSTEMS: ReadonlyMap<string, System> = new Map([
  [CRS84, plain],
  [STORED, turned],
  [`${EPSG}/4326`, turned],
  [`${EPSG}/3857`, mercator]
])

/** URIs of all systems, the default first. */
export const SYSTEM_URIS: readonly string[] = [...SYSTEMS.keys()]
export const isSystem = (uri: string): boolean => SYSTEMS.has(uri)

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits

function each(geometry: GeoJSON.Geometry, move: (p: Position) => number[]): GeoJSON.Geometry {
  if (geometry.type === 'GeometryCollection')
    return { type: geometry.type, geometries: geometry.geometries.map((g) => each(g, move)) }
  const walk = (c: unknown): unknown =>
    typeof (c as unknown[])[0] === 'number' ? move(c as Position) : (c as unknown[]).map(walk)
  return { type: geometry.type, coordinates: walk(geometry.coordinates) } as GeoJSON.Geometry
}

/** A stored geometry in another system. @throws never for a system of {@link SYSTEM_URIS} */
export function geometryIn<G extends GeoJSON.Geometry | null>(geometry: G, uri: string): G {
  const system = SYSTEMS.get(uri) as System
  if (geometry === null || system === plain) return geometry
  const digits = system === mercator ? 2 : 7
  return each(geometry, ([lng = 0, lat = 0]) => system.out(lng, lat).map((v) => round(v, digits))) as G
}

/** A geometry that came in another system. */
export const geometryFrom = (geometry: GeoJSON.Geometry, uri: string): GeoJSON.Geometry =>
  each(geometry, ([a = 0, b = 0]) => (SYSTEMS.get(uri) as System).in(a, b))

export type Box = readonly [west: number, south: number, east: number, north: number]

/** A box that came in another system, as west, south, east, north. */
export function boxFrom(box: Box, uri: string): Box {
  const system = SYSTEMS.get(uri) as System
  const [w, s] = system.in(box[0], box[1])
  const [e, n] = system.in(box[2], box[3])
  return [w, s, e, n]
}
