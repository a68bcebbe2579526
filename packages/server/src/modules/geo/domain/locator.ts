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
  /** Codes in the order the areas were given. */
  readonly codes: readonly string[]
  /** The one area that holds the point; null outside all. */
  find(lng: number, lat: number): string | null
  /** Like `find`, but a point outside all areas gets the nearest one within `limitM` metres. */
  findNear(lng: number, lat: number, limitM?: number): Hit | null
  /** Codes of areas whose bounding boxes touch the window in degrees. */
  within(w: number, s: number, e: number, n: number): string[]
  /** Bytes held by the index and the vertices. */
  readonly bytes: number
  /** What it stands on, for another thread: the arrays lie in shared memory. */
  readonly data: LocatorData
}

/** The arrays of a locator. `vertices` holds all rings one after another; `ringStart` has one entry per ring and one past the end, `areaStart` likewise in rings. */
export interface LocatorData {
  codes: readonly string[]
  tree: SharedArrayBuffer
  vertices: Int32Array
  ringStart: Int32Array
  areaStart: Int32Array
}

/** Takes areas one by one, so that a whole city never lies in memory twice. */
export interface LocatorBuilder {
  add(area: LocatorArea): void
  finish(): Locator
}

class Growing {
  words = new Int32Array(1 << 12)
  length = 0

  push(values: ArrayLike<number>): void {
    if (this.length + values.length > this.words.length) {
      const wider = new Int32Array(Math.max(this.words.length * 2, this.length + values.length))
      wider.set(this.words.subarray(0, this.length))
      this.words = wider
    }
    this.words.set(values, this.length)
    this.length += values.length
  }

  taken(): Int32Array {
    const out = new Int32Array(new SharedArrayBuffer(this.length * 4))
    out.set(this.words.subarray(0, this.length))
    return out
  }
}

/** Starts a locator. Areas are kept by value. */
export function locatorBuilder(): LocatorBuilder {
  const codes: string[] = []
  const [vertices, boxes, ringStart, areaStart] = [new Growing(), new Growing(), new Growing(), new Growing()]
  return {
    add({ code, shape }) {
      codes.push(code)
      boxes.push(boxOf(shape))
      areaStart.push([ringStart.length])
      for (const polygon of shape) {
        for (const ring of polygon) {
          ringStart.push([vertices.length])
          vertices.push(ring)
        }
      }
    },
    finish() {
      if (codes.length === 0) return EMPTY
      areaStart.push([ringStart.length])
      ringStart.push([vertices.length])
      const tree = new Flatbush(codes.length, 16, Int32Array, SharedArrayBuffer)
      const b = boxes.words
      for (let i = 0; i < codes.length * 4; i += 4)
        tree.add(b[i] as number, b[i + 1] as number, b[i + 2] as number, b[i + 3] as number)
      tree.finish()
      return locatorFrom({
        codes,
        tree: tree.data as SharedArrayBuffer,
        vertices: vertices.taken(),
        ringStart: ringStart.taken(),
        areaStart: areaStart.taken()
      })
    }
  }
}

/** A locator of areas at hand. */
export function buildLocator(areas: readonly LocatorArea[]): Locator {
  const builder = locatorBuilder()
  for (const area of areas) builder.add(area)
  return builder.finish()
}

const NOTHING: LocatorData = {
  codes: [],
  tree: new SharedArrayBuffer(0),
  vertices: new Int32Array(),
  ringStart: new Int32Array(),
  areaStart: new Int32Array()
}
const EMPTY: Locator = { size: 0, codes: [], bytes: 0, data: NOTHING, find: () => null, findNear: () => null, within: () => [] }

/** A locator on the arrays of another one, which stay shared. */
export function locatorFrom(data: LocatorData): Locator {
  if (data.codes.length === 0) return EMPTY
  const { codes, vertices, ringStart, areaStart } = data
  const tree = Flatbush.from(data.tree)
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
    size: codes.length,
    codes,
    data,
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
