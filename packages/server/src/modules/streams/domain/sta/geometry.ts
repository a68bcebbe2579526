import type * as GeoJSON from 'geojson'
import DistanceOp from 'jsts/org/locationtech/jts/operation/distance/DistanceOp.js'
import IsValidOp from 'jsts/org/locationtech/jts/operation/valid/IsValidOp.js'
import { relates as holds, prepare, type RelationName } from '../../../geo/index.ts'

/** What lies in a value of `location` or `feature`: a geometry, or that of a GeoJSON feature; null where there is none. */
export function geometryIn(value: unknown): GeoJSON.Geometry | null {
  const object = value as { type?: string; geometry?: unknown } | null
  if (typeof object !== 'object' || object === null) return null
  const inner = object.type === 'Feature' ? object.geometry : object
  return isGeometry(inner) ? inner : null
}

const DEPTH: Readonly<Record<string, number>> = {
  Point: 0,
  LineString: 1,
  MultiPoint: 1,
  Polygon: 2,
  MultiLineString: 2,
  MultiPolygon: 3
}
const MOST_POINTS = 20_000

/** Whether a value is a geometry of GeoJSON in degrees that geometry can be done with. */
export function isGeometry(value: unknown): value is GeoJSON.Geometry {
  const g = value as { type?: unknown; coordinates?: unknown } | null
  if (typeof g !== 'object' || g === null || typeof g.type !== 'string') return false
  const depth = Object.hasOwn(DEPTH, g.type) ? DEPTH[g.type] : undefined
  if (depth === undefined) return false
  let points = 0
  const sound = (c: unknown, level: number): boolean => {
    if (!Array.isArray(c)) return false
    if (level > 0) return c.length > 0 && c.every((inner) => sound(inner, level - 1))
    points += 1
    const [x, y] = c as unknown[]
    const numbers = c.length >= 2 && c.length <= 4 && c.every((n) => typeof n === 'number' && Number.isFinite(n))
    return numbers && points <= MOST_POINTS && Math.abs(x as number) <= 180 && Math.abs(y as number) <= 90
  }
  if (!sound(g.coordinates, depth)) return false
  if (depth === 0 || g.type === 'MultiPoint') return true
  try {
    return new IsValidOp(prepare(value as GeoJSON.Geometry) as never).isValid() as unknown as boolean
  } catch {
    return false
  }
}

/** The relation of the simple features that `geo.intersects` or a function `st_…` asks for. */
export const relates = (op: string, a: GeoJSON.Geometry, b: GeoJSON.Geometry, pattern?: string): boolean =>
  holds(op.replace(/^(?:geo\.|st_)/, '') as RelationName, prepare(a), prepare(b), pattern)

/** Nine signs of `0`, `1`, `2`, `T`, `F`, `*`: what the intersections of insides, borders and outsides are. */
export const isPattern = (text: string): boolean => /^[012TF*]{9}$/.test(text)

/** The shortest way between two places in degrees, the unit of the system both are in. */
export function distance(a: GeoJSON.Geometry, b: GeoJSON.Geometry): number {
  if (a.type === 'Point' && b.type === 'Point') {
    const [dx, dy] = [a.coordinates[0]! - b.coordinates[0]!, a.coordinates[1]! - b.coordinates[1]!]
    return Math.sqrt(dx * dx + dy * dy)
  }
  return DistanceOp.distance(prepare(a) as never, prepare(b) as never) as unknown as number
}

/** How long a line is, in degrees; the border of an area; 0 of a point. */
export const lengthOf = (g: GeoJSON.Geometry): number => (g.type === 'Point' ? 0 : prepare(g).getLength())

/** West, south, east, north. */
export function boundsOf(g: GeoJSON.Geometry): [number, number, number, number] {
  const out: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  const visit = (c: unknown): void => {
    if (!Array.isArray(c)) return
    if (typeof c[0] !== 'number') {
      for (const inner of c) visit(inner)
      return
    }
    const [x, y] = c as [number, number]
    out[0] = Math.min(out[0], x)
    out[1] = Math.min(out[1], y)
    out[2] = Math.max(out[2], x)
    out[3] = Math.max(out[3], y)
  }
  if (g.type === 'GeometryCollection') for (const inner of g.geometries) visit((inner as { coordinates?: unknown }).coordinates)
  else visit(g.coordinates)
  return out
}
