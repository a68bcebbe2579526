/** Where things of a demonstration stand: drawn along roads and in unit grids, denser towards the centre, the same for the same seed. */
import type { DemoCell, DemoRoad } from './demo-items.ts'

const UNITS = 1e7
const METRES_PER_DEGREE = 111_320
/** Degrees from the centre at which a third is left of the density. */
const FALLS_OFF = 0.09
/** What is left of it far outside. */
const LEAST = 0.03

/** A drawn place, degrees; `roadName` and `houseNumber` where it stands at a road. */
export interface DemoPlace {
  lng: number
  lat: number
  roadName: string | null
  houseNumber: number
  /** The unit grid it was drawn in, where it was drawn in one. */
  cell: DemoCell | null
}

export interface DemoPlaces {
  /** A place beside a road, `offsetM` from its middle on either side. */
  atRoad(next: () => number, offsetM: number): DemoPlace | null
  /** A place in a unit grid, kept from its borders. */
  inCell(next: () => number): DemoPlace | null
  /** A whole road, long ones as likely as short ones. */
  road(next: () => number): DemoRoad | null
}

/** Sums of weights, so that a number in [0, 1) draws one of them. */
function drawer<T>(all: readonly T[], weight: (one: T) => number): (r: number) => T | null {
  const sums = new Float64Array(all.length)
  let sum = 0
  for (const [i, one] of all.entries()) {
    sum += weight(one)
    sums[i] = sum
  }
  return (r) => {
    const sought = r * sum
    let [low, high] = [0, all.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] as number) <= sought) low = middle + 1
      else high = middle
    }
    return all[low] ?? null
  }
}

/** Length of a line in metres. */
export function lengthOf(line: ArrayLike<number>): number {
  const kx = METRES_PER_DEGREE * Math.cos((((line[1] ?? 0) / UNITS) * Math.PI) / 180)
  let length = 0
  for (let i = 2; i < line.length; i += 2)
    length += Math.hypot(
      (((line[i] as number) - (line[i - 2] as number)) / UNITS) * kx,
      (((line[i + 1] as number) - (line[i - 1] as number)) / UNITS) * METRES_PER_DEGREE
    )
  return length
}

const METRES_PER_HOUSE_PAIR = 20

/** Prepares a city for drawing. */
export function demoPlaces(
  roads: readonly DemoRoad[],
  cells: readonly DemoCell[],
  centre: readonly [number, number]
): DemoPlaces {
  const near = (x: number, y: number): number => LEAST + Math.exp(-Math.hypot((x - centre[0]) * 0.8, y - centre[1]) / FALLS_OFF)
  const middle = (road: DemoRoad): [number, number] => {
    const i = (road.line.length >> 2) * 2
    return [(road.line[i] ?? 0) / UNITS, (road.line[i + 1] ?? 0) / UNITS]
  }
  const named = roads.filter((road) => road.name !== '' && road.line.length >= 4)
  const byLength = drawer(named, (road) => lengthOf(road.line) * near(...middle(road)))
  const byRoad = drawer(named, (road) => near(...middle(road)))
  const byCell = drawer(cells, (cell) => near(cell.lng, cell.lat))
  return {
    atRoad(next, offsetM) {
      const road = byLength(next())
      if (!road) return null
      const side = next() < 0.5 ? 1 : -1
      return besideRoad(road, next() * lengthOf(road.line), side * offsetM)
    },
    inCell(next) {
      const cell = byCell(next())
      if (!cell) return null
      const reach = Math.min(300, Math.sqrt(cell.areaM2)) * 0.3
      const kx = METRES_PER_DEGREE * Math.cos((cell.lat * Math.PI) / 180)
      const lng = rounded(cell.lng + ((next() * 2 - 1) * reach) / kx)
      const lat = rounded(cell.lat + ((next() * 2 - 1) * reach) / METRES_PER_DEGREE)
      return { lng, lat, roadName: null, houseNumber: 0, cell }
    },
    road: (next) => byRoad(next())
  }
}

const rounded = (degrees: number): number => Math.round(degrees * UNITS) / UNITS

function besideRoad({ line, name }: DemoRoad, alongM: number, offsetM: number): DemoPlace {
  const kx = METRES_PER_DEGREE * Math.cos((((line[1] ?? 0) / UNITS) * Math.PI) / 180)
  let left = alongM
  for (let i = 2; i < line.length; i += 2) {
    const [ax, ay] = [(line[i - 2] as number) / UNITS, (line[i - 1] as number) / UNITS]
    const [dx, dy] = [(line[i] as number) / UNITS - ax, (line[i + 1] as number) / UNITS - ay]
    const length = Math.hypot(dx * kx, dy * METRES_PER_DEGREE)
    if (length > 0 && (left <= length || i + 2 >= line.length)) {
      const t = Math.min(1, left / length)
      // A metre to the left of the direction, in degrees.
      const [lx, ly] = [(-dy * METRES_PER_DEGREE) / length / kx, (dx * kx) / length / METRES_PER_DEGREE]
      return {
        lng: rounded(ax + t * dx + lx * offsetM),
        lat: rounded(ay + t * dy + ly * offsetM),
        roadName: name,
        houseNumber: 2 * Math.floor(alongM / METRES_PER_HOUSE_PAIR) + (offsetM < 0 ? 2 : 1),
        cell: null
      }
    }
    left -= length
  }
  return { lng: (line[0] ?? 0) / UNITS, lat: (line[1] ?? 0) / UNITS, roadName: name, houseNumber: 1, cell: null }
}

/** A closed ring of `corners` around a place, `radiusM` wide, no two sides alike; counter-clockwise. */
export function ringAround(
  at: { lng: number; lat: number },
  radiusM: number,
  corners: number,
  next: () => number
): [number, number][] {
  const kx = METRES_PER_DEGREE * Math.cos((at.lat * Math.PI) / 180)
  const turn = next() * Math.PI
  const ring = Array.from({ length: corners }, (_, i): [number, number] => {
    const angle = turn + ((i + (next() - 0.5) * 0.5) * 2 * Math.PI) / corners
    const reach = radiusM * (0.7 + next() * 0.6)
    return [rounded(at.lng + (Math.cos(angle) * reach) / kx), rounded(at.lat + (Math.sin(angle) * reach) / METRES_PER_DEGREE)]
  })
  return [...ring, ring[0] as [number, number]]
}

/** What a closed ring encloses, m². */
export function areaOfRing(ring: readonly (readonly [number, number])[]): number {
  const kx = METRES_PER_DEGREE * Math.cos(((ring[0]?.[1] ?? 0) * Math.PI) / 180)
  let twice = 0
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = ring[i - 1] as readonly [number, number]
    const [bx, by] = ring[i] as readonly [number, number]
    twice += (ax * by - bx * ay) * kx * METRES_PER_DEGREE
  }
  return Math.abs(twice) / 2
}
