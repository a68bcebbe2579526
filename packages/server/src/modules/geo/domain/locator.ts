/** Point → unit grid in memory: a packed R-tree over bounding boxes (flatbush), then the exact half-open rule of inside.ts.
 *  Areas that partition the plane answer with exactly one area for every point, borders and corners included. */
import Flatbush from 'flatbush'
import { distanceM, metresPerDegree } from './ellipsoid.ts'
import { ringParity } from './inside.ts'
import { boxOf, type Shape, toDegrees, UNITS } from './shape.ts'

/** How far outside every grid a point may lie and still be given the nearest one, in metres (standards §5.3). */
export const SNAP_M = 50

export interface LocatorArea {
  code: string
  shape: Shape
}
export interface Hit {
  code: string
  /** Position of the area in the list the locator was built from. */
  index: number
  /** 0 inside; otherwise metres to the nearest border. */
  distanceM: number
}
export interface Locator {
  readonly size: number
  /** The one area that holds the point; null outside all. */
  find(lng: number, lat: number): string | null
  /** Like `find`, but a point outside all areas gets the nearest one within `limitM` metres. */
  findNear(lng: number, lat: number, limitM?: number): Hit | null
  /** Codes of areas whose bounding boxes touch the window in degrees. */
  within(w: number, s: number, e: number, n: number): string[]
  /** Bytes held by the index and the vertices. */
  readonly bytes: number
}

/** Vertices of all areas in one array; ringStart has one entry per ring and one past the end, areaStart likewise in rings. */
interface Packed {
  vertices: Int32Array
  ringStart: Uint32Array
  areaStart: Uint32Array
}

function pack(areas: readonly LocatorArea[]): Packed {
  let [rings, numbers] = [0, 0]
  for (const { shape } of areas) {
    for (const polygon of shape) {
      rings += polygon.length
      for (const ring of polygon) numbers += ring.length
    }
  }
  const vertices = new Int32Array(numbers)
  const ringStart = new Uint32Array(rings + 1)
  const areaStart = new Uint32Array(areas.length + 1)
  let [at, ringAt] = [0, 0]
  areas.forEach(({ shape }, i) => {
    areaStart[i] = ringAt
    for (const polygon of shape) {
      for (const ring of polygon) {
        ringStart[ringAt++] = at
        vertices.set(ring, at)
        at += ring.length
      }
    }
  })
  ringStart[ringAt] = at
  areaStart[areas.length] = ringAt
  return { vertices, ringStart, areaStart }
}

const EMPTY: Locator = { size: 0, bytes: 0, find: () => null, findNear: () => null, within: () => [] }

/** Builds the locator. Areas are kept by value: later changes of the input do not show. */
export function buildLocator(areas: readonly LocatorArea[]): Locator {
  if (areas.length === 0) return EMPTY
  const codes = areas.map((area) => area.code)
  const packed = pack(areas)
  const { vertices, ringStart, areaStart } = packed
  const tree = new Flatbush(areas.length, 16, Int32Array)
  for (const { shape } of areas) tree.add(...boxOf(shape))
  tree.finish()

  const holds = (area: number, x: number, y: number): boolean => {
    let odd = false
    for (let ring = areaStart[area] as number; ring < (areaStart[area + 1] as number); ring++) {
      if (ringParity(vertices, x, y, ringStart[ring], ringStart[ring + 1])) odd = !odd
    }
    return odd
  }

  const findIndex = (lng: number, lat: number): number => {
    const [x, y] = [lng * UNITS, lat * UNITS]
    let found = -1
    // The tree holds whole numbers; the window of one unit around a fractional point misses no box.
    tree.search(Math.floor(x), Math.floor(y), Math.ceil(x), Math.ceil(y), (area) => {
      if (found === -1 && holds(area, x, y)) found = area
      return false
    })
    return found
  }

  const nearest = (lng: number, lat: number, limitM: number): Hit | null => {
    const metres = metresPerDegree(lat)
    const [dx, dy] = [(limitM / metres.lng) * UNITS * 1.01, (limitM / metres.lat) * UNITS * 1.01]
    const [x, y] = [lng * UNITS, lat * UNITS]
    let best: Hit | null = null
    for (const area of tree.search(x - dx, y - dy, x + dx, y + dy)) {
      for (let ring = areaStart[area] as number; ring < (areaStart[area + 1] as number); ring++) {
        const away = distanceToRingM(vertices.subarray(ringStart[ring], ringStart[ring + 1]), lng, lat)
        const code = codes[area] as string
        const isCloser = best === null || away < best.distanceM || (away === best.distanceM && code < best.code)
        if (away <= limitM && isCloser) best = { code, index: area, distanceM: away }
      }
    }
    return best
  }

  return {
    size: areas.length,
    bytes: tree.data.byteLength + vertices.byteLength + ringStart.byteLength + areaStart.byteLength,
    find(lng, lat) {
      const index = findIndex(lng, lat)
      return index === -1 ? null : (codes[index] as string)
    },
    findNear(lng, lat, limitM = SNAP_M) {
      const index = findIndex(lng, lat)
      return index === -1 ? nearest(lng, lat, limitM) : { code: codes[index] as string, index, distanceM: 0 }
    },
    within(w, s, e, n) {
      const found = tree.search(Math.floor(w * UNITS), Math.floor(s * UNITS), Math.ceil(e * UNITS), Math.ceil(n * UNITS))
      return found.sort((a, b) => a - b).map((index) => codes[index] as string)
    }
  }
}

/** Metres from a point to the nearest point of a ring's border; the foot is found on the local plane, the length on the ellipsoid. */
export function distanceToRingM(ring: ArrayLike<number>, lng: number, lat: number): number {
  const metres = metresPerDegree(lat)
  const [kx, ky] = [metres.lng / UNITS, metres.lat / UNITS]
  const [px, py] = [lng * UNITS, lat * UNITS]
  let [least, footX, footY] = [Infinity, 0, 0]
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const ax = ((ring[j] as number) - px) * kx
    const ay = ((ring[j + 1] as number) - py) * ky
    const bx = ((ring[i] as number) - px) * kx
    const by = ((ring[i + 1] as number) - py) * ky
    const [dx, dy] = [bx - ax, by - ay]
    const length2 = dx * dx + dy * dy
    const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length2))
    const [fx, fy] = [ax + t * dx, ay + t * dy]
    const d2 = fx * fx + fy * fy
    if (d2 < least) [least, footX, footY] = [d2, fx, fy]
  }
  return distanceM([lng, lat], [toDegrees(px + footX / kx), toDegrees(py + footY / ky)])
}
