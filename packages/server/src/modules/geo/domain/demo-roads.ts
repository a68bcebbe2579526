/** Roads of the demo city: strokes along the generated borders, named from a list, numbered along their length. */
import type { DemoBorder } from './demo-city.ts'
import { metresPerDegree } from './ellipsoid.ts'
import { randomOf } from './random.ts'
import { toDegrees, UNITS } from './shape.ts'

export interface RoadDraft {
  /** District code and a sequence of four digits. */
  code: string
  districtCode: string
  name: string
  /** x0,y0,x1,y1,… in units. */
  line: Int32Array
  lengthM: number
}
export interface RoadNames {
  roadStems: readonly string[]
  roadForms: readonly string[]
}

const SHORTEST_ROAD_M = 120
/** A stroke goes on through a crossing when it turns by less than this. */
const MAX_TURN = (75 / 180) * Math.PI

interface Edge {
  a: string
  b: string
  line: readonly number[]
}

const endsOf = (line: readonly number[]): [string, string] => [`${line[0]},${line[1]}`, `${line[2]},${line[3]}`]
const bearing = (from: string, to: string): number => {
  const [ax, ay] = from.split(',').map(Number) as [number, number]
  const [bx, by] = to.split(',').map(Number) as [number, number]
  return Math.atan2(by - ay, bx - ax)
}
const farEnd = (edge: Edge, near: string): string => (edge.a === near ? edge.b : edge.a)

/** At every crossing, the pairs of edges that one road runs through: straightest first. */
function pairEdges(at: string, edges: readonly Edge[]): Map<Edge, Edge> {
  const pairs = new Map<Edge, Edge>()
  const options: { turn: number; a: Edge; b: Edge }[] = []
  edges.forEach((a, i) => {
    for (const b of edges.slice(i + 1)) {
      const difference = bearing(farEnd(a, at), at) - bearing(at, farEnd(b, at))
      const turn = Math.abs(Math.atan2(Math.sin(difference), Math.cos(difference)))
      if (turn < MAX_TURN || edges.length === 2) options.push({ turn, a, b })
    }
  })
  for (const { a, b } of options.sort((x, y) => x.turn - y.turn)) {
    if (pairs.has(a) || pairs.has(b)) continue
    pairs.set(a, b)
    pairs.set(b, a)
  }
  return pairs
}

function strokes(lines: readonly (readonly number[])[]): number[][] {
  const edges: Edge[] = lines.map((line) => {
    const [a, b] = endsOf(line)
    return { a, b, line }
  })
  const at = new Map<string, Edge[]>()
  for (const edge of edges) for (const end of [edge.a, edge.b]) at.set(end, [...(at.get(end) ?? []), edge])
  const pairs = new Map([...at].map(([end, own]) => [end, pairEdges(end, own)]))
  const used = new Set<Edge>()
  const walk = (edge: Edge, from: string): string[] => {
    const path: string[] = []
    let [here, current]: [string, Edge | undefined] = [from, edge]
    while (current && !used.has(current)) {
      used.add(current)
      here = farEnd(current, here)
      path.push(here)
      current = pairs.get(here)?.get(current)
    }
    return path
  }
  const out: number[][] = []
  for (const edge of edges) {
    if (used.has(edge)) continue
    const ahead = walk(edge, edge.a)
    const behind = pairs.get(edge.a)?.get(edge)
    const back = behind && !used.has(behind) ? walk(behind, edge.a) : []
    const path = [...back.reverse(), edge.a, ...ahead]
    out.push(path.flatMap((point) => point.split(',').map(Number)))
  }
  return out
}

/** Chaikin's corner cutting, ends kept: the zigzag of cell borders becomes a bend. */
function smooth(line: readonly number[]): number[] {
  if (line.length < 6) return [...line]
  const out = [line[0] as number, line[1] as number]
  for (let i = 2; i < line.length; i += 2) {
    const [ax, ay, bx, by] = [line[i - 2], line[i - 1], line[i], line[i + 1]] as [number, number, number, number]
    out.push(0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by, 0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by)
  }
  out.push(line.at(-2) as number, line.at(-1) as number)
  return out
}

/** Length of a polyline in metres by local scale. */
export function lineLengthM(line: ArrayLike<number>): number {
  const metres = metresPerDegree(toDegrees((line[1] as number) ?? 0))
  let sum = 0
  for (let i = 2; i < line.length; i += 2) {
    const dx = ((line[i] as number) - (line[i - 2] as number)) * (metres.lng / UNITS)
    const dy = ((line[i + 1] as number) - (line[i - 1] as number)) * (metres.lat / UNITS)
    sum += Math.hypot(dx, dy)
  }
  return sum
}

/** Names in an order of the district's own; forms run out last, so that plain names come first. */
function namesFor(districtCode: string, names: RoadNames, seed: string): (i: number) => string {
  const random = randomOf(`${seed}:roads:${districtCode}`)
  const stems = [...names.roadStems]
  for (let i = stems.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[stems[i], stems[j]] = [stems[j] as string, stems[i] as string]
  }
  return (i) => {
    const stem = stems[i % stems.length] as string
    const turn = Math.floor(i / stems.length)
    const form = names.roadForms[turn % names.roadForms.length] as string
    const again = Math.floor(turn / names.roadForms.length)
    return again === 0 ? stem + form : `${stem}${form}${again + 1}段`
  }
}

/** Roads of every district, longest first, names unique within a district. */
export function layDemoRoads(borders: readonly DemoBorder[], names: RoadNames, seed: string): RoadDraft[] {
  const byDistrict = new Map<string, (readonly number[])[]>()
  for (const { districtCode, line } of borders) {
    const own = byDistrict.get(districtCode) ?? []
    own.push(line)
    byDistrict.set(districtCode, own)
  }
  return [...byDistrict].flatMap(([districtCode, lines]) => {
    const nameOf = namesFor(districtCode, names, seed)
    return strokes(lines)
      .map((line) => Int32Array.from(smooth(smooth(line)), Math.round))
      .map((line) => ({ line, lengthM: Math.round(lineLengthM(line)) }))
      .filter(({ lengthM }) => lengthM >= SHORTEST_ROAD_M)
      .sort((a, b) => b.lengthM - a.lengthM)
      .map(({ line, lengthM }, i) => {
        return { code: `${districtCode}${String(i + 1).padStart(4, '0')}`, districtCode, name: nameOf(i), line, lengthM }
      })
  })
}
