/** Areas to count in. An area judges boxes of degrees — all in, all out, or to be looked at closer — and single points, exactly. */
import type { LngLat } from '../crs.ts'
import { distanceM, metresPerDegree } from '../ellipsoid.ts'
import { crossesEdge } from '../inside.ts'
import { type Shape, toDegrees, UNITS } from '../shape.ts'

/** West, south, east, north in degrees. */
export type DegreeBox = readonly [w: number, s: number, e: number, n: number]

/** What of an area concerns a box: the pieces of its border that may lie in it. */
export type Pieces = Int32Array

export interface Area {
  readonly box: DegreeBox
  /** All pieces: what the first box is judged with. */
  readonly pieces: Pieces
  /** Whether a box lies wholly inside or outside; otherwise the pieces to judge its parts with. */
  judge(box: DegreeBox, pieces: Pieces): 'in' | 'out' | Pieces
  /** Whether a point lies inside. `pieces` are those of a box that holds it. */
  holds(lng: number, lat: number, pieces: Pieces): boolean
}

const all = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i)

/** Edges of a shape sorted into strips of latitude, so that a point is compared with those of its strip only. */
class Strips {
  readonly #edges: Int32Array
  readonly #starts: Int32Array
  readonly #ids: Int32Array
  readonly #south: number
  readonly #height: number
  readonly #count: number

  constructor(edges: Int32Array, south: number, north: number) {
    const n = edges.length / 4
    this.#edges = edges
    this.#count = Math.max(1, Math.min(8192, n))
    this.#south = south
    this.#height = Math.max(1, (north - south) / this.#count)
    const starts = new Int32Array(this.#count + 1)
    const each = (visit: (strip: number, edge: number) => void): void => {
      for (let e = 0; e < n; e++) {
        const [a, b] = [edges[4 * e + 1]!, edges[4 * e + 3]!]
        const last = this.#stripOf(Math.max(a, b))
        for (let strip = this.#stripOf(Math.min(a, b)); strip <= last; strip++) visit(strip, e)
      }
    }
    each((strip) => starts[strip + 1]!++)
    for (let i = 0; i < this.#count; i++) starts[i + 1]! += starts[i]!
    this.#starts = starts
    this.#ids = new Int32Array(starts[this.#count]!)
    const next = starts.slice()
    each((strip, e) => {
      this.#ids[next[strip]!++] = e
    })
  }

  #stripOf(y: number): number {
    return Math.max(0, Math.min(this.#count - 1, Math.floor((y - this.#south) / this.#height)))
  }

  holds(x: number, y: number): boolean {
    const strip = this.#stripOf(y)
    let odd = false
    for (let k = this.#starts[strip]!; k < this.#starts[strip + 1]!; k++) {
      const e = 4 * this.#ids[k]!
      if (crossesEdge(this.#edges[e]!, this.#edges[e + 1]!, this.#edges[e + 2]!, this.#edges[e + 3]!, x, y)) odd = !odd
    }
    return odd
  }
}

/** Could the edge touch the box? True when in doubt. All in units. */
function mayTouch(edges: Int32Array, e: number, w: number, s: number, east: number, n: number): boolean {
  const [ax, ay, bx, by] = [edges[e]!, edges[e + 1]!, edges[e + 2]!, edges[e + 3]!]
  if (Math.max(ax, bx) < w || Math.min(ax, bx) > east || Math.max(ay, by) < s || Math.min(ay, by) > n) return false
  // The box lies wholly on one side of the line when its middle is farther from it than its corners can reach.
  const [nx, ny] = [by - ay, ax - bx]
  const away = Math.abs(nx * ((w + east) / 2 - ax) + ny * ((s + n) / 2 - ay))
  return away <= (Math.abs(nx) * (east - w) + Math.abs(ny) * (n - s)) / 2 + Math.abs(nx) + Math.abs(ny)
}

/** The inside of polygons, borders by the half-open rule of `inside.ts`. Parts that overlap are counted once. */
export function areaOfShape(shape: Shape): Area {
  const parts = shape.map((polygon) => {
    const flat: number[] = []
    for (const ring of polygon)
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
        flat.push(ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!)
    const edges = Int32Array.from(flat)
    const [south, north] = reach(edges, 1)
    return { edges, strips: new Strips(edges, south, north) }
  })
  const edges = Int32Array.from(parts.flatMap((part) => [...part.edges]))
  const [w, e] = reach(edges, 0)
  const [s, n] = reach(edges, 1)
  const inside = (x: number, y: number): boolean => parts.some((part) => part.strips.holds(x, y))
  return {
    box: [toDegrees(w), toDegrees(s), toDegrees(e), toDegrees(n)],
    pieces: all(edges.length / 4),
    judge(box, pieces) {
      // A unit of room: boxes are not on the grid of the edges.
      const [bw, bs, be, bn] = [box[0] * UNITS - 1, box[1] * UNITS - 1, box[2] * UNITS + 1, box[3] * UNITS + 1]
      const near = pieces.filter((piece) => mayTouch(edges, 4 * piece, bw, bs, be, bn))
      if (near.length > 0) return near
      return inside((bw + be) / 2, (bs + bn) / 2) ? 'in' : 'out'
    },
    holds: (lng, lat) => inside(lng * UNITS, lat * UNITS)
  }
}

function reach(edges: Int32Array, axis: 0 | 1): [number, number] {
  let [least, most] = [Infinity, -Infinity]
  for (let i = axis; i < edges.length; i += 2) {
    if (edges[i]! < least) least = edges[i]!
    if (edges[i]! > most) most = edges[i]!
  }
  return [least, most]
}

/** How far plane reckoning may be off, as a share and in metres, within the sizes of boxes it is trusted with. */
const SLACK = 0.01
const SLACK_M = 0.5
/** Boxes wider than this are taken apart before they are judged, degrees. */
const TRUSTED_DEG = 0.25

/** Everything within `radiusM` metres (on the ellipsoid) of a line; of a point when it has one position. */
export function areaNear(line: readonly LngLat[], radiusM: number): Area {
  const points = line.length === 1 ? [line[0]!, line[0]!] : line
  const lats = points.map((p) => p[1])
  const lngs = points.map((p) => p[0])
  const per = metresPerDegree(Math.max(...lats.map(Math.abs)))
  const [dx, dy] = [(radiusM / per.lng) * 1.02 + 1e-6, (radiusM / metresPerDegree(0).lat) * 1.02 + 1e-6]
  const plane = (lng: number, lat: number, piece: number): { metres: number; foot: LngLat } => {
    const metres = metresPerDegree(lat)
    const [a, b] = [points[piece]!, points[piece + 1]!]
    const [ax, ay] = [(a[0] - lng) * metres.lng, (a[1] - lat) * metres.lat]
    const [vx, vy] = [(b[0] - a[0]) * metres.lng, (b[1] - a[1]) * metres.lat]
    const length2 = vx * vx + vy * vy
    const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, -(ax * vx + ay * vy) / length2))
    return { metres: Math.hypot(ax + t * vx, ay + t * vy), foot: [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])] }
  }
  return {
    box: [Math.min(...lngs) - dx, Math.min(...lats) - dy, Math.max(...lngs) + dx, Math.max(...lats) + dy],
    pieces: all(points.length - 1),
    judge(box, pieces) {
      if (box[2] - box[0] > TRUSTED_DEG) return pieces
      const [lng, lat] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
      const per = metresPerDegree(lat)
      const half = (Math.hypot((box[2] - box[0]) * per.lng, (box[3] - box[1]) * per.lat) / 2) * (1 + SLACK) + SLACK_M
      let isInside = false
      const near = pieces.filter((piece) => {
        const { metres } = plane(lng, lat, piece)
        if (metres * (1 + SLACK) + half <= radiusM) isInside = true
        return metres * (1 - SLACK) - half <= radiusM
      })
      return isInside ? 'in' : near.length === 0 ? 'out' : near
    },
    holds(lng, lat, pieces) {
      for (const piece of pieces) {
        const { metres, foot } = plane(lng, lat, piece)
        if (metres < radiusM * (1 - SLACK) - SLACK_M) return true
        // Near the border the length of the geodesic decides.
        if (metres <= radiusM * (1 + SLACK) + SLACK_M && distanceM([lng, lat], foot) <= radiusM) return true
      }
      return false
    }
  }
}
