/** The city-wide lattice that unit grids are cut along: squares of about 100 m × 2^level, lines at multiples of one step, so
 *  that coarse lines are fine lines too and neighbouring communities with different cells still meet vertex to vertex. */
import { metresPerDegree } from './ellipsoid.ts'
import { type Ring, type Shape, UNITS } from './shape.ts'

/** Steps of level 0 in units. */
export interface Lattice {
  stepX: number
  stepY: number
}

/** The lattice of a city, fixed by its reference latitude; `cellM` is the size of level 0 in metres. */
export function latticeAt(lat: number, cellM = 100): Lattice {
  const metres = metresPerDegree(lat)
  return { stepX: Math.round((cellM / metres.lng) * UNITS), stepY: Math.round((cellM / metres.lat) * UNITS) }
}

/** The vertices that a segment gets where it crosses lattice lines, ends included. Crossings round to the unit grid in a fixed
 *  direction, so both areas that own the segment get the same vertices. */
export function nodeSegment(ax: number, ay: number, bx: number, by: number, stepX: number, stepY: number): number[] {
  if (ax > bx || (ax === bx && ay > by)) {
    const reversed = nodeSegment(bx, by, ax, ay, stepX, stepY)
    const out: number[] = []
    for (let i = reversed.length - 2; i >= 0; i -= 2) out.push(reversed[i] as number, reversed[i + 1] as number)
    return out
  }
  const [dx, dy] = [bx - ax, by - ay]
  const crossings: { t: number; x: number; y: number }[] = []
  for (let x = (Math.floor(ax / stepX) + 1) * stepX; x < bx; x += stepX) {
    const t = (x - ax) / dx
    crossings.push({ t, x, y: Math.round(ay + t * dy) })
  }
  const [low, high] = [Math.min(ay, by), Math.max(ay, by)]
  for (let y = (Math.floor(low / stepY) + 1) * stepY; y < high; y += stepY) {
    const t = (y - ay) / dy
    crossings.push({ t, x: Math.round(ax + t * dx), y })
  }
  crossings.sort((a, b) => a.t - b.t)
  const out = [ax, ay]
  for (const at of [...crossings, { x: bx, y: by }]) {
    if (out.at(-2) !== at.x || out.at(-1) !== at.y) out.push(at.x, at.y)
  }
  return out
}

/** A name for a segment that does not depend on its direction. */
export function segmentKey(ax: number, ay: number, bx: number, by: number): string {
  return ax < bx || (ax === bx && ay < by) ? `${ax},${ay},${bx},${by}` : `${bx},${by},${ax},${ay}`
}

/** Calls `visit` with each segment of a ring, in its order. */
export function eachSegment(ring: ArrayLike<number>, visit: (ax: number, ay: number, bx: number, by: number) => void): void {
  const n = ring.length
  for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
    visit(ring[j] as number, ring[j + 1] as number, ring[i] as number, ring[i + 1] as number)
  }
}

/** The finest level on either side of every border segment. */
export function finestLevels(areas: Iterable<{ shape: Shape; level: number }>): Map<string, number> {
  const levels = new Map<string, number>()
  for (const { shape, level } of areas) {
    for (const polygon of shape) {
      for (const ring of polygon) {
        eachSegment(ring, (ax, ay, bx, by) => {
          const key = segmentKey(ax, ay, bx, by)
          const known = levels.get(key)
          if (known === undefined || level < known) levels.set(key, level)
        })
      }
    }
  }
  return levels
}

/** The ring with lattice vertices added, per segment at the level that `levels` gives it (or the area's own). */
export function nodeRing(ring: Ring, lattice: Lattice, level: number, levels: ReadonlyMap<string, number>): number[] {
  const out: number[] = []
  eachSegment(ring, (ax, ay, bx, by) => {
    const scale = 2 ** Math.min(level, levels.get(segmentKey(ax, ay, bx, by)) ?? level)
    const nodes = nodeSegment(ax, ay, bx, by, lattice.stepX * scale, lattice.stepY * scale)
    for (let i = 2; i < nodes.length; i += 2) out.push(nodes[i] as number, nodes[i + 1] as number)
  })
  return out
}
