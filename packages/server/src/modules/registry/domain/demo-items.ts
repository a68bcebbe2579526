import { seedOf } from '../../geo/index.ts'
import { CELL_RULES, CROSSING_RULES, type DemoKeepers, PARK_ONE_IN, ROAD_RULES, type RoadRule } from './demo-rules.ts'

/** A road as it lies in the city: 1e-7 degrees, x0,y0,x1,y1,… */
export interface DemoRoad {
  code: string
  name: string
  line: Int32Array
}
/** The middle of a unit grid. */
export interface DemoCell {
  code: string
  lng: number
  lat: number
  areaM2: number
}

/** One generated component; what a code and a grid make of it is the reader's business. */
export interface DemoItem {
  classCode: string
  /** Degrees, CGCS2000, to the seventh decimal. */
  lng: number
  lat: number
  /** District of the road or grid it was placed along; near a border the point itself may lie in the next one. */
  districtCode: string
  /** Null in grids. */
  roadName: string | null
  houseNumber: number
  status: 'intact' | 'damaged' | 'lost' | 'abandoned'
  model: string | null
  material: string
  accuracy: 'A' | 'B' | 'C'
  keepers: DemoKeepers
  /** YYYY-MM-DD */
  initialDate: string
}

export interface DemoCity {
  roads: readonly DemoRoad[]
  cells: readonly DemoCell[]
  /** The same seed and city give the same components. */
  seed: string
  /** Density against a real city, 1 about 3.5 million components of Qingdao. Default 1. */
  density?: number
}

const UNITS = 1e7
const METRES_PER_DEGREE = 111_320
const METRES_PER_HOUSE_PAIR = 20
const DAYS = dayTexts()

/** mulberry32 with its state outside, so that a class needs no closure a number. */
class Random {
  #state: number
  constructor(key: string) {
    this.#state = seedOf(key)
  }
  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Days from 2008 to 2025 on which things were recorded: 1,500 texts, made once. */
function dayTexts(): string[] {
  const from = Date.UTC(2008, 0, 1)
  return Array.from({ length: 1500 }, (_, i) => new Date(from + i * 4.38 * 86_400_000).toISOString().slice(0, 10))
}

const statusOf = (r: number): DemoItem['status'] =>
  r < 0.97 ? 'intact' : r < 0.988 ? 'damaged' : r < 0.994 ? 'lost' : 'abandoned'
const rounded = (degrees: number): number => Math.round(degrees * UNITS) / UNITS

interface Placed {
  x: number
  y: number
  districtCode: string
  roadName: string | null
  houseNumber: number
}
type Made = Pick<RoadRule, 'classCode' | 'models' | 'material' | 'accuracy' | 'owner' | 'maintainer'>

function itemOf(rule: Made, at: Placed, random: Random): DemoItem {
  const { models } = rule
  return {
    classCode: rule.classCode,
    lng: rounded(at.x),
    lat: rounded(at.y),
    districtCode: at.districtCode,
    roadName: at.roadName,
    houseNumber: at.houseNumber,
    status: statusOf(random.next()),
    model: models.length === 0 ? null : (models[Math.floor(random.next() * models.length)] as string),
    material: rule.material,
    accuracy: rule.accuracy,
    keepers: rule,
    initialDate: DAYS[Math.floor(random.next() * DAYS.length)] as string
  }
}

/**
 * Components of a city as a stream, the same for the same seed: lamps every thirty metres on alternating sides, covers in lines, trees on
 * both sides, signals and bins where roads meet, benches and lamps in parks, and some of every rarer class in the unit grids.
 */
export function* demoComponents({ roads, cells, seed, density = 1 }: DemoCity): Generator<DemoItem> {
  for (const road of roads) {
    yield* alongRoad(road, seed, density)
    yield* atCrossings(road, seed, density)
  }
  for (const cell of cells) yield* inCell(cell, seed, density)
}

function* alongRoad(road: DemoRoad, seed: string, density: number): Generator<DemoItem> {
  const { line } = road
  const lat = (line[1] ?? 0) / UNITS
  const kx = METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180)
  const random = new Random(`${seed}:road:${road.code}`)
  const districtCode = road.code.slice(0, 6)
  const walkers = ROAD_RULES.map((rule) => ({
    rule,
    every: rule.everyM / density,
    next: random.next() * (rule.everyM / density),
    count: 0
  }))
  let walked = 0
  for (let i = 2; i < line.length; i += 2) {
    const [ax, ay] = [(line[i - 2] as number) / UNITS, (line[i - 1] as number) / UNITS]
    const [dx, dy] = [(line[i] as number) / UNITS - ax, (line[i + 1] as number) / UNITS - ay]
    const length = Math.hypot(dx * kx, dy * METRES_PER_DEGREE)
    if (length === 0) continue
    // A metre to the left of the direction, in degrees.
    const [lx, ly] = [(-dy * METRES_PER_DEGREE) / length / kx, (dx * kx) / length / METRES_PER_DEGREE]
    for (const walker of walkers) {
      const { rule } = walker
      for (; walker.next <= walked + length; walker.next += walker.every) {
        const t = (walker.next - walked) / length
        const sides =
          rule.side === 'both' ? BOTH : rule.side === 'alternate' ? (walker.count % 2 === 0 ? LEFT : RIGHT) : SIDES[rule.side]
        walker.count += 1
        for (const side of sides) {
          const jitter = (random.next() - 0.5) * 0.8
          const off = side * rule.offsetM + jitter
          const along = (random.next() - 0.5) * 1.6
          yield itemOf(
            rule,
            {
              x: ax + t * dx + lx * off + (dx * along) / length,
              y: ay + t * dy + ly * off + (dy * along) / length,
              districtCode,
              roadName: road.name,
              houseNumber: 2 * Math.floor(walker.next / METRES_PER_HOUSE_PAIR) + (side < 0 ? 2 : 1)
            },
            random
          )
        }
      }
    }
    walked += length
  }
}

const LEFT = [1] as const
const RIGHT = [-1] as const
const BOTH = [1, -1] as const
const SIDES = { left: LEFT, right: RIGHT, centre: LEFT } as const

function* atCrossings(road: DemoRoad, seed: string, density: number): Generator<DemoItem> {
  const { line } = road
  const last = line.length - 2
  for (const end of [0, last]) {
    const [x, y] = [(line[end] ?? 0) / UNITS, (line[end + 1] ?? 0) / UNITS]
    const random = new Random(`${seed}:crossing:${line[end]},${line[end + 1]}:${road.code}`)
    const kx = METRES_PER_DEGREE * Math.cos((y * Math.PI) / 180)
    const turn = random.next() * Math.PI
    for (const rule of CROSSING_RULES) {
      if (random.next() * rule.oneIn >= density) continue
      for (let i = 0; i < rule.each; i++) {
        const angle = turn + (i * 2 * Math.PI) / rule.each + 0.4
        const reach = 9 + random.next() * 4
        const at = {
          x: x + (Math.cos(angle) * reach) / kx,
          y: y + (Math.sin(angle) * reach) / METRES_PER_DEGREE,
          districtCode: road.code.slice(0, 6),
          roadName: road.name,
          houseNumber: 1
        }
        yield itemOf(rule, at, random)
      }
    }
  }
}

function* inCell(cell: DemoCell, seed: string, density: number): Generator<DemoItem> {
  const random = new Random(`${seed}:cell:${cell.code}`)
  const isPark = random.next() * PARK_ONE_IN < 1
  // Half the side of a square as large as the grid, kept from its borders.
  const reach = Math.min(400, Math.sqrt(cell.areaM2)) * 0.32
  const kx = METRES_PER_DEGREE * Math.cos((cell.lat * Math.PI) / 180)
  for (const rule of CELL_RULES) {
    if ((rule.park && !isPark) || random.next() * rule.oneIn >= density) continue
    for (let i = 0; i < rule.each; i++) {
      const at = {
        x: cell.lng + ((random.next() * 2 - 1) * reach) / kx,
        y: cell.lat + ((random.next() * 2 - 1) * reach) / METRES_PER_DEGREE,
        districtCode: cell.code.slice(0, 6),
        roadName: null,
        houseNumber: 0
      }
      yield itemOf(rule, at, random)
    }
  }
}

/**
 * A small share of a city's components: half of them dense around its centre, half as whole roads and grids all over it, so that a street
 * that has lamps has all of them. At most `limit`.
 */
export function* demoShare(city: DemoCity, centre: readonly [number, number], limit: number): Generator<DemoItem> {
  const { roads, cells, seed } = city
  const away = (x: number, y: number): number => Math.hypot((x - centre[0]) * 0.8, y - centre[1])
  const middle = (road: DemoRoad): number => {
    const i = (road.line.length >> 2) * 2
    return away((road.line[i] ?? 0) / UNITS, (road.line[i + 1] ?? 0) / UNITS)
  }
  const near = {
    roads: [...roads].sort((a, b) => middle(a) - middle(b)),
    cells: [...cells].sort((a, b) => away(a.lng, a.lat) - away(b.lng, b.lat))
  }
  const drawn = <T extends { code: string }>(list: readonly T[]): T[] =>
    list
      .map((one) => ({ one, at: seedOf(`${seed}:drawn:${one.code}`) }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one)
  const part = { roads: 0.3, cells: 0.2 }
  const done = { roads: new Set<DemoRoad>(), cells: new Set<DemoCell>() }
  for (const order of [near, { roads: drawn(roads).filter(isShort), cells: drawn(cells) }]) {
    yield* upTo(limit * part.roads, order.roads, done.roads, (road) => demoComponents({ ...city, roads: [road], cells: [] }))
    yield* upTo(limit * part.cells, order.cells, done.cells, (cell) => demoComponents({ ...city, roads: [], cells: [cell] }))
  }
}

/** A road across a whole district would take the share of all others. */
const isShort = ({ line }: DemoRoad): boolean =>
  Math.hypot((line.at(-2) ?? 0) - (line[0] ?? 0), (line.at(-1) ?? 0) - (line[1] ?? 0)) < 0.02 * UNITS

function* upTo<T>(limit: number, all: readonly T[], done: Set<T>, itemsOf: (one: T) => Iterable<DemoItem>): Generator<DemoItem> {
  let n = 0
  for (const one of all) {
    if (n >= limit) return
    if (done.has(one)) continue
    done.add(one)
    for (const item of itemsOf(one)) {
      yield item
      n += 1
      if (n >= limit) return
    }
  }
}
