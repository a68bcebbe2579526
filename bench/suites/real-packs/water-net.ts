/** The pipes of a real town as districts that can be solved: heads and flows of looped networks, steady, Hazen–Williams. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const NETWORK = 'water_network_stellenbosch'
type Point = readonly [number, number]
interface Feature {
  properties: Record<string, unknown>
  geometry: { type: string; coordinates: unknown }
}
export const featuresOf = (root: string, name: string): Feature[] =>
  (JSON.parse(readFileSync(join(root, NETWORK, `${name}.geojson`), 'utf8')) as { features: Feature[] }).features

export interface District {
  name: string
  /** Metres east and north of the first node of the file. */
  xM: Float64Array
  yM: Float64Array
  /** Edges: nodes at both ends, resistance r of `headloss = r · Q^1.852` (m, m³/s). */
  a: Int32Array
  b: Int32Array
  r: Float64Array
  /** Share of the demand of the district at each node. */
  share: Float64Array
  /** Nodes where it is fed through a feeder from its tank. */
  inlets: number[]
  km: number
  pipes: number
}

/** Roughness of asbestos cement and plastic that have lain for decades. */
const C = 120
const resistance = (lengthM: number, diameterM: number): number =>
  (10.67 * Math.max(1, lengthM)) / (C ** 1.852 * diameterM ** 4.8704)

/** Suburbs with enough pipes: what lies in the outline and hangs together, fed where the widest pipes cross it. */
export function districtsOf(root: string, least: number): District[] {
  const outlines = featuresOf(root, 'suburbs').map((f) => ({
    name: String(f.properties.SUBURB),
    ring: f.geometry.coordinates as Point[]
  }))
  const pipes = featuresOf(root, 'pipelines_exported').flatMap((f) =>
    (f.geometry.coordinates as Point[][]).map((line) => ({ line, diameterM: Number(f.properties.diameter_mm) / 1000 }))
  )
  return outlines.flatMap(({ name, ring }) => {
    const mine = pipes.filter(({ line }) => line.some((p) => within(p, ring)))
    return mine.length < least ? [] : [build(name, mine, ring)]
  })
}

function within([x, y]: Point, ring: readonly Point[]): boolean {
  let inside = false
  for (let i = 1; i < ring.length; i++) {
    const [[x1, y1], [x2, y2]] = [ring[i - 1]!, ring[i]!]
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
  }
  return inside
}

const metres = ([x, y]: Point): [number, number] => [
  (x - 18.86) * 111_320 * Math.cos((33.93 * Math.PI) / 180),
  (y + 33.93) * 110_574
]

function build(name: string, pipes: readonly { line: Point[]; diameterM: number }[], ring: readonly Point[]): District {
  const numbers = new Map<string, number>()
  const places: Point[] = []
  const nodeOf = (p: Point): number => {
    const key = `${p[0].toFixed(5)} ${p[1].toFixed(5)}`
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, places.length)
    return places.push(p) - 1
  }
  const edges = pipes.flatMap(({ line, diameterM }) =>
    line.slice(1).map((p, i) => {
      const [from, to] = [metres(line[i]!), metres(p)]
      return { a: nodeOf(line[i]!), b: nodeOf(p), m: Math.hypot(to[0] - from[0], to[1] - from[1]), diameterM }
    })
  )
  const whole = largest(places.length, edges)
  const kept = edges.filter((e) => whole.has(e.a) && e.a !== e.b)
  const names = [...whole]
  const number = new Map(names.map((n, i) => [n, i]))
  const share = new Float64Array(names.length)
  const total = kept.reduce((n, e) => n + e.m, 0)
  for (const e of kept) for (const n of [e.a, e.b]) share[number.get(n)!]! += e.m / total / 2
  const wide = (n: number): number => Math.max(...kept.flatMap((e) => (e.a === n || e.b === n ? [e.diameterM] : [])))
  const outside = names.filter((n) => !within(places[n]!, ring))
  const inlets = (outside.length > 0 ? outside : names).sort((x, y) => wide(y) - wide(x)).slice(0, 2)
  return {
    name,
    xM: Float64Array.from(names, (n) => metres(places[n]!)[0]),
    yM: Float64Array.from(names, (n) => metres(places[n]!)[1]),
    a: Int32Array.from(kept, (e) => number.get(e.a)!),
    b: Int32Array.from(kept, (e) => number.get(e.b)!),
    r: Float64Array.from(kept, (e) => resistance(e.m, e.diameterM)),
    share,
    inlets: inlets.map((n) => number.get(n)!),
    km: total / 1000,
    pipes: pipes.length
  }
}

function largest(count: number, edges: readonly { a: number; b: number }[]): Set<number> {
  const root = Int32Array.from({ length: count }, (_, i) => i)
  const find = (i: number): number => {
    while (root[i] !== i) {
      root[i] = root[root[i]!]!
      i = root[i]!
    }
    return i
  }
  for (const { a, b } of edges) root[find(a)] = find(b)
  const groups = Map.groupBy(
    Array.from({ length: count }, (_, i) => i),
    find
  )
  return new Set([...groups.values()].sort((x, y) => y.length - x.length)[0])
}

export interface Solved {
  /** Head at each node, metres above the lowest of the district. */
  head: Float64Array
  /** m³/s through the feeders. */
  inflow: number
}

/**
 * Heads when the district takes `demand` (m³/s) and loses `leak.c · √head` at a node. The tank stands `tankM` above it; each feeder loses 2 m when it
 * carries half of `usual`.
 */
export function solve(d: District, demand: number, usual: number, tankM: number, leak?: { node: number; c: number }): Solved {
  const n = d.share.length
  const feeder = 2 / (usual / d.inlets.length) ** 1.852
  const head = new Float64Array(n).fill(tankM - 5)
  const g = new Float64Array(d.a.length)
  const f = new Float64Array(d.inlets.length)
  const conductance = (r: number, dh: number): number => Math.max(1e-6, Math.abs(dh)) ** (1 / 1.852 - 1) / r ** (1 / 1.852)
  for (let round = 0; round < 40; round++) {
    // Half of the last conductance is kept: the plain iteration swings.
    const mix = (old: number, now: number): number => (round === 0 ? now : (old + now) / 2)
    for (let e = 0; e < g.length; e++) g[e] = mix(g[e]!, conductance(d.r[e]!, head[d.a[e]!]! - head[d.b[e]!]!))
    for (const [i, node] of d.inlets.entries()) f[i] = mix(f[i]!, conductance(feeder, tankM - head[node]!))
    const rhs = Float64Array.from(d.share, (s) => -s * demand)
    if (leak) rhs[leak.node]! -= leak.c * Math.sqrt(Math.max(0, head[leak.node]!))
    for (const [i, node] of d.inlets.entries()) rhs[node]! += f[i]! * tankM
    const next = conjugate(d, g, f, rhs, head)
    let change = 0
    for (let i = 0; i < n; i++) change = Math.max(change, Math.abs(next[i]! - head[i]!))
    head.set(next)
    if (change < 0.005) break
  }
  return { head, inflow: d.inlets.reduce((sum, node, i) => sum + f[i]! * (tankM - head[node]!), 0) }
}

function conjugate(d: District, g: Float64Array, f: Float64Array, rhs: Float64Array, first: Float64Array): Float64Array {
  const n = rhs.length
  const diagonal = new Float64Array(n)
  for (let e = 0; e < g.length; e++) {
    diagonal[d.a[e]!]! += g[e]!
    diagonal[d.b[e]!]! += g[e]!
  }
  for (const [i, node] of d.inlets.entries()) diagonal[node]! += f[i]!
  const times = (x: Float64Array): Float64Array => {
    const y = new Float64Array(n)
    for (let e = 0; e < g.length; e++) {
      const q = g[e]! * (x[d.a[e]!]! - x[d.b[e]!]!)
      y[d.a[e]!]! += q
      y[d.b[e]!]! -= q
    }
    for (const [i, node] of d.inlets.entries()) y[node]! += f[i]! * x[node]!
    return y
  }
  const x = first.slice()
  const r = times(x).map((v, i) => rhs[i]! - v)
  let z = r.map((v, i) => v / diagonal[i]!)
  const p = z.slice()
  let rz = dot(r, z)
  for (let k = 0; k < 3 * n && dot(r, r) > 1e-14; k++) {
    const ap = times(p)
    const step = rz / dot(p, ap)
    for (let i = 0; i < n; i++) {
      x[i]! += step * p[i]!
      r[i]! -= step * ap[i]!
    }
    z = r.map((v, i) => v / diagonal[i]!)
    const next = dot(r, z)
    for (let i = 0; i < n; i++) p[i] = z[i]! + (next / rz) * p[i]!
    rz = next
  }
  return x
}

const dot = (x: Float64Array, y: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!
  return sum
}
