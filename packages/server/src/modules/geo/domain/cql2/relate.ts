import type * as GeoJSON from 'geojson'
import GeometryFactory from 'jsts/org/locationtech/jts/geom/GeometryFactory.js'
import PrecisionModel from 'jsts/org/locationtech/jts/geom/PrecisionModel.js'
import GeoJSONReader from 'jsts/org/locationtech/jts/io/GeoJSONReader.js'
import RelateOp from 'jsts/org/locationtech/jts/operation/relate/RelateOp.js'
import { type Bbox, Cql2Error, type Node } from './ast.ts'

/** A geometry JSTS can compare; opaque. */
export type Prepared = { readonly prepared: unique symbol }

interface Matrix {
  isIntersects(): boolean
  isDisjoint(): boolean
  isContains(): boolean
  isWithin(): boolean
  isTouches(a: number, b: number): boolean
  isCrosses(a: number, b: number): boolean
  isOverlaps(a: number, b: number): boolean
  isEquals(a: number, b: number): boolean
}

const reader = new GeoJSONReader(new GeometryFactory(new PrecisionModel()))
export const prepare = (geometry: GeoJSON.Geometry): Prepared => reader.read(geometry as never) as never

/** West, south, east, north as a polygon. */
export function boxPolygon(bbox: readonly number[]): GeoJSON.Polygon {
  const [w, s, e, n] = (bbox.length === 6 ? [bbox[0], bbox[1], bbox[3], bbox[4]] : bbox) as [number, number, number, number]
  if (!(w < e && s < n)) throw new Cql2Error('BBOX is west, south, east, north')
  return {
    type: 'Polygon',
    coordinates: [
      [
        [w, s],
        [e, s],
        [e, n],
        [w, n],
        [w, s]
      ]
    ]
  }
}

/** The geometry a literal means. */
export const literalGeometry = (node: Node): GeoJSON.Geometry =>
  'bbox' in (node as object) ? boxPolygon((node as Bbox).bbox) : (node as GeoJSON.Geometry)

const dimension = (g: Prepared): number => (g as unknown as { getDimension(): number }).getDimension()

/** The named relation of the simple features (OGC 06-103r4) between two geometries. */
export function relates(op: string, a: Prepared, b: Prepared): boolean {
  const m = RelateOp.relate(a as never, b as never) as unknown as Matrix
  const [da, db] = [dimension(a), dimension(b)]
  switch (op) {
    case 's_intersects':
      return m.isIntersects()
    case 's_disjoint':
      return m.isDisjoint()
    case 's_contains':
      return m.isContains()
    case 's_within':
      return m.isWithin()
    case 's_touches':
      return m.isTouches(da, db)
    case 's_crosses':
      return m.isCrosses(da, db)
    case 's_overlaps':
      return m.isOverlaps(da, db)
    default:
      return m.isEquals(da, db)
  }
}
