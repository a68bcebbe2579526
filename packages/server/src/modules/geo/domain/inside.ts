/** The half-open point-in-polygon rule. */
import { orient2d } from 'robust-predicates'
import type { Polygon, Shape } from './shape.ts'

/** Whether a ray from (x, y) to the east crosses the edge a–b, by the rule of `ringParity`. */
export function crossesEdge(ax: number, ay: number, bx: number, by: number, x: number, y: number): boolean {
  if (ay <= y === by <= y) return false
  if (x < ax && x < bx) return true
  if (x >= ax && x >= bx) return false
  // orient2d takes y as growing downwards: west of an edge read northwards comes out negative.
  return (ay < by ? orient2d(ax, ay, bx, by, x, y) : orient2d(bx, by, ax, ay, x, y)) < 0
}

/** Whether a ray from (x, y) to the east crosses the ring an odd number of times. An edge counts when its lower end is at or
 *  below y and its upper end strictly above, and the point lies strictly on its west side. Edges are always read upwards and the
 *  side is decided by an exact predicate, so that two areas sharing an edge judge it alike: in a partition every point belongs
 *  to exactly one area, border points to the area on their north-east side. x and y are in units and may be fractional.
 *  `from` and `to` pick one ring out of a longer array of vertices. */
export function ringParity(ring: Int32Array, x: number, y: number, from = 0, to = ring.length): boolean {
  let odd = false
  let ax = ring[to - 2] as number
  let ay = ring[to - 1] as number
  for (let i = from; i < to; i += 2) {
    const bx = ring[i] as number
    const by = ring[i + 1] as number
    if (crossesEdge(ax, ay, bx, by, x, y)) odd = !odd
    ax = bx
    ay = by
  }
  return odd
}

/** Inside the outer ring and in none of the holes. */
export function insidePolygon(polygon: Polygon, x: number, y: number): boolean {
  let odd = false
  for (const ring of polygon) if (ringParity(ring, x, y)) odd = !odd
  return odd
}

export function insideShape(shape: Shape, x: number, y: number): boolean {
  for (const polygon of shape) if (insidePolygon(polygon, x, y)) return true
  return false
}
