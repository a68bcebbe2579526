import type * as GeoJSON from 'geojson'
import { relates as holds, type Prepared, type RelationName } from '../simple-features.ts'
import { type Bbox, Cql2Error, type Node } from './ast.ts'

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

/** The relation a spatial predicate of CQL2 (`s_intersects`, …) names. */
export const relates = (op: string, a: Prepared, b: Prepared): boolean => holds(op.slice(2) as RelationName, a, b)
