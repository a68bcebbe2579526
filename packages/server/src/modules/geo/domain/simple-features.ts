import type * as GeoJSON from 'geojson'
import GeometryFactory from 'jsts/org/locationtech/jts/geom/GeometryFactory.js'
import PrecisionModel from 'jsts/org/locationtech/jts/geom/PrecisionModel.js'
import GeoJSONReader from 'jsts/org/locationtech/jts/io/GeoJSONReader.js'
import RelateOp from 'jsts/org/locationtech/jts/operation/relate/RelateOp.js'

/** A geometry JSTS can compare. */
export interface Prepared {
  getDimension(): number
  getLength(): number
}

interface Matrix {
  isIntersects(): boolean
  isDisjoint(): boolean
  isContains(): boolean
  isWithin(): boolean
  isTouches(a: number, b: number): boolean
  isCrosses(a: number, b: number): boolean
  isOverlaps(a: number, b: number): boolean
  isEquals(a: number, b: number): boolean
  matches(pattern: string): boolean
}

const reader = new GeoJSONReader(new GeometryFactory(new PrecisionModel()))
export const prepare = (geometry: GeoJSON.Geometry): Prepared => reader.read(geometry as never) as unknown as Prepared

type Relation = (m: Matrix, a: number, b: number, pattern: string) => boolean

/** Relations of the simple features (OGC 06-103r4, 6.1.15) by the names both CQL2 and SensorThings give them. */
const RELATIONS = {
  intersects: (m) => m.isIntersects(),
  disjoint: (m) => m.isDisjoint(),
  contains: (m) => m.isContains(),
  within: (m) => m.isWithin(),
  touches: (m, a, b) => m.isTouches(a, b),
  crosses: (m, a, b) => m.isCrosses(a, b),
  overlaps: (m, a, b) => m.isOverlaps(a, b),
  equals: (m, a, b) => m.isEquals(a, b),
  relate: (m, _a, _b, pattern) => m.matches(pattern)
} satisfies Record<string, Relation>
export type RelationName = keyof typeof RELATIONS

/** Whether the relation holds between two geometries. `pattern`: nine signs, of `relate` only. */
export function relates(name: RelationName, a: Prepared, b: Prepared, pattern = ''): boolean {
  const matrix = RelateOp.relate(a as never, b as never) as unknown as Matrix
  return (RELATIONS[name] as Relation)(matrix, a.getDimension(), b.getDimension(), pattern)
}
