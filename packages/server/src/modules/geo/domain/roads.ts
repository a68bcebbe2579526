/** Where along which road: house numbers from distance and back, and the nearest road of a point. */
import Flatbush from 'flatbush'
import type { LngLat } from './crs.ts'
import { metresPerDegree } from './ellipsoid.ts'
import { toDegrees, UNITS } from './shape.ts'

/** Metres of road per pair of house numbers: odd on the left, even on the right of the road's direction. */
const METRES_PER_PAIR = 20
/** The first window in which the nearest road is looked for; wider ones follow. */
const FIRST_REACH_M = 15

export interface Road {
  code: string
  name: string
  line: Int32Array
}
export interface RoadHit {
  road: Road
  distanceM: number
  houseNumber: number
  /** The foot of the perpendicular, in degrees. */
  at: LngLat
}
export interface RoadIndex {
  readonly size: number
  /** The nearest road within `limitM` metres, with the house number there. */
  nearest(lng: number, lat: number, limitM: number): RoadHit | null
  byName(name: string): readonly Road[]
  all(): readonly Road[]
  /** Roads whose segments' boxes touch a window in degrees. */
  within(w: number, s: number, e: number, n: number): Road[]
  /** What it stands on, for another thread: the arrays lie in shared memory. */
  readonly data: RoadData
}

/** The arrays of an index of roads: the vertices of all lines one after another, where each begins and one past the end; a tree over the segments. */
export interface RoadData {
  codes: readonly string[]
  names: readonly string[]
  vertices: Int32Array
  starts: Int32Array
  /** Absent where there is no segment. */
  tree: SharedArrayBuffer | null
}

/** The house number at `alongM` metres from the start, on the given side. */
export const houseNumberAt = (alongM: number, isRight: boolean): number =>
  2 * Math.floor(alongM / METRES_PER_PAIR) + (isRight ? 2 : 1)

/** The point of a house number, in degrees; null beyond the end of the road. */
export function pointOfHouse(line: ArrayLike<number>, houseNumber: number): LngLat | null {
  let left = Math.floor((houseNumber - 1) / 2) * METRES_PER_PAIR + METRES_PER_PAIR / 2
  const metres = metresPerDegree(toDegrees((line[1] as number) ?? 0))
  for (let i = 2; i < line.length; i += 2) {
    const [ax, ay, bx, by] = [line[i - 2], line[i - 1], line[i], line[i + 1]] as [number, number, number, number]
    const length = Math.hypot((bx - ax) * (metres.lng / UNITS), (by - ay) * (metres.lat / UNITS))
    if (left <= length && length > 0) {
      const t = left / length
      return [toDegrees(Math.round(ax + t * (bx - ax))), toDegrees(Math.round(ay + t * (by - ay)))]
    }
    left -= length
  }
  return null
}

/** Builds the index over all segments of all roads. */
export function buildRoadIndex(roads: readonly Road[]): RoadIndex {
  const vertices = new Int32Array(new SharedArrayBuffer(roads.reduce((sum, r) => sum + r.line.length, 0) * 4))
  const starts = new Int32Array(new SharedArrayBuffer((roads.length + 1) * 4))
  let at = 0
  roads.forEach(({ line }, i) => {
    vertices.set(line, at)
    at += line.length
    starts[i + 1] = at
  })
  const segments = roads.reduce((sum, r) => sum + Math.max(0, (r.line.length >> 1) - 1), 0)
  const tree = segments > 0 ? new Flatbush(segments, 16, Int32Array, SharedArrayBuffer) : null
  for (const { line } of roads)
    for (let i = 2; i < line.length; i += 2) {
      const [ax, ay, bx, by] = [line[i - 2], line[i - 1], line[i], line[i + 1]] as [number, number, number, number]
      tree?.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))
    }
  tree?.finish()
  const data: RoadData = {
    codes: roads.map((r) => r.code),
    names: roads.map((r) => r.name),
    vertices,
    starts,
    tree: (tree?.data as SharedArrayBuffer | undefined) ?? null
  }
  return roadIndexFrom(data)
}

/** An index of roads on the arrays of another one, which stay shared. */
export function roadIndexFrom(data: RoadData): RoadIndex {
  const { codes, names, vertices, starts } = data
  const roads = codes.map(
    (code, i): Road => ({ code, name: names[i] as string, line: vertices.subarray(starts[i], starts[i + 1]) })
  )
  const named = new Map<string, Road[]>()
  for (const road of roads) named.set(road.name, [...(named.get(road.name) ?? []), road])
  // In the order in which the tree was given them.
  const segments: { road: Road; at: number }[] = []
  for (const road of roads) for (let at = 2; at < road.line.length; at += 2) segments.push({ road, at })
  const tree = data.tree && Flatbush.from(data.tree)

  return {
    data,
    size: roads.length,
    byName: (name) => named.get(name) ?? [],
    all: () => roads,
    within(w, s, e, n) {
      const found = tree?.search(w * UNITS, s * UNITS, e * UNITS, n * UNITS) ?? []
      return [...new Set(found.map((index) => (segments[index] as { road: Road }).road))].sort((a, b) =>
        a.code < b.code ? -1 : 1
      )
    },
    nearest(lng, lat, limitM) {
      if (!tree) return null
      const metres = metresPerDegree(lat)
      const [kx, ky] = [metres.lng / UNITS, metres.lat / UNITS]
      const [px, py] = [lng * UNITS, lat * UNITS]
      let best: { segment: { road: Road; at: number }; foot: Foot } | null = null
      // Near a road, as nearly every point is, a small window answers: whatever lies within its reach is in it.
      for (let reachM = Math.min(FIRST_REACH_M, limitM); ; reachM = Math.min(reachM * 5, limitM)) {
        let least = reachM * (1 + 1e-9)
        for (const index of tree.search(px - reachM / kx, py - reachM / ky, px + reachM / kx, py + reachM / ky)) {
          const segment = segments[index] as { road: Road; at: number }
          const foot = footOn(segment.road.line, segment.at, px, py, kx, ky, least)
          if (foot === null) continue
          best = { segment, foot }
          least = foot.d
        }
        if (best !== null || reachM >= limitM) break
      }
      if (best === null) return null
      const { road, at } = best.segment
      const { t, d, isRight } = best.foot
      const alongM = lengthUpTo(road.line, at, t, kx, ky)
      const [ax, ay, bx, by] = [...road.line.subarray(at - 2, at + 2)] as [number, number, number, number]
      const foot: LngLat = [toDegrees(ax + t * (bx - ax)), toDegrees(ay + t * (by - ay))]
      return { road, distanceM: d, houseNumber: houseNumberAt(alongM, isRight), at: foot }
    }
  }
}

interface Foot {
  /** Share of the segment. */
  t: number
  /** Metres. */
  d: number
  isRight: boolean
}

/** The foot of a point on a segment; null when it is `least` metres away or more. */
function footOn(line: Int32Array, at: number, px: number, py: number, kx: number, ky: number, least: number): Foot | null {
  const ax = ((line[at - 2] as number) - px) * kx
  const ay = ((line[at - 1] as number) - py) * ky
  const dx = ((line[at] as number) - (line[at - 2] as number)) * kx
  const dy = ((line[at + 1] as number) - (line[at - 1] as number)) * ky
  const length2 = dx * dx + dy * dy
  const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length2))
  const [fx, fy] = [ax + t * dx, ay + t * dy]
  // The exact length costs more than all before it: only what may be nearer is measured.
  if (fx * fx + fy * fy > least * least * (1 + 1e-9)) return null
  const d = Math.hypot(fx, fy)
  return d >= least ? null : { t, d, isRight: dx * -ay - dy * -ax < 0 }
}

function lengthUpTo(line: Int32Array, at: number, t: number, kx: number, ky: number): number {
  let sum = 0
  for (let i = 2; i <= at; i += 2) {
    const length = Math.hypot(
      ((line[i] as number) - (line[i - 2] as number)) * kx,
      ((line[i + 1] as number) - (line[i - 1] as number)) * ky
    )
    sum += i === at ? t * length : length
  }
  return sum
}
