import type { ToneName } from '../tone.ts'

/** Nodes and what joins them, as columns. */
export interface Net {
  codes: readonly string[]
  names: readonly string[]
  /** Kind of the node by its number; kinds differ in shape. */
  kinds: readonly number[]
  /** Longitude and latitude by turns. */
  points: readonly number[]
  edges: readonly NetEdge[]
  directed: boolean
}

export interface NetEdge {
  code: string
  /** Numbers of nodes; -1 where an end meets none. */
  from: number
  to: number
  path?: readonly number[]
}

export interface NetState {
  tones: readonly ToneName[]
  levels: readonly number[]
  labels: readonly string[]
}

/** Positions in metres about the middle of the net, y down, by turns. */
export interface Plan {
  nodes: Float64Array
  /** By edge: x and y by turns. */
  edges: readonly Float64Array[]
  /** Least x and y, greatest x and y. */
  box: [number, number, number, number]
}

const METRES_PER_DEGREE = 111_320

/**
 * Lays a net out as it lies in the city. Nodes that stand on one spot are set around it in a ring, so that each can be seen and pointed at.
 */
export function planOf(net: Net): Plan {
  const n = net.codes.length
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  const see = (flat: readonly number[]) => {
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const [x, y] = [flat[i] as number, flat[i + 1] as number]
      if (x < west) west = x
      if (x > east) east = x
      if (y < south) south = y
      if (y > north) north = y
    }
  }
  see(net.points)
  for (const e of net.edges) if (e.path) see(e.path)
  const middle = { x: (west + east) / 2 || 0, y: (south + north) / 2 || 0 }
  const narrow = Math.cos((middle.y * Math.PI) / 180)
  const project = (flat: readonly number[]): Float64Array => {
    const out = new Float64Array(flat.length - (flat.length % 2))
    for (let i = 0; i < out.length; i += 2) {
      out[i] = ((flat[i] as number) - middle.x) * METRES_PER_DEGREE * narrow
      out[i + 1] = (middle.y - (flat[i + 1] as number)) * METRES_PER_DEGREE
    }
    return out
  }
  const nodes = project(net.points.slice(0, 2 * n))
  spread(nodes)
  const edges = net.edges.map((e) => {
    if (e.path && e.path.length >= 4) return project(e.path)
    if (e.from < 0 || e.to < 0) return new Float64Array(0)
    return Float64Array.of(nodes[2 * e.from]!, nodes[2 * e.from + 1]!, nodes[2 * e.to]!, nodes[2 * e.to + 1]!)
  })
  const box: Plan['box'] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const flat of [nodes, ...edges])
    for (let i = 0; i + 1 < flat.length; i += 2) {
      box[0] = Math.min(box[0], flat[i]!)
      box[1] = Math.min(box[1], flat[i + 1]!)
      box[2] = Math.max(box[2], flat[i]!)
      box[3] = Math.max(box[3], flat[i + 1]!)
    }
  return { nodes, edges, box: Number.isFinite(box[0]) ? box : [0, 0, 0, 0] }
}

/** Width of the ring nodes of one spot are set on, metres. */
const RING_M = 14

function spread(nodes: Float64Array): void {
  const spots = new Map<string, number[]>()
  for (let i = 0; i < nodes.length; i += 2) {
    const key = `${Math.round(nodes[i]!)},${Math.round(nodes[i + 1]!)}`
    const there = spots.get(key)
    if (there) there.push(i)
    else spots.set(key, [i])
  }
  for (const there of spots.values()) {
    if (there.length < 2) continue
    const r = RING_M * Math.max(1, there.length / 8)
    there.forEach((i, k) => {
      nodes[i]! += r * Math.cos((2 * Math.PI * k) / there.length)
      nodes[i + 1]! += r * Math.sin((2 * Math.PI * k) / there.length)
    })
  }
}

/** How the plan stands on the screen: pixels per metre, and where its middle lies. */
export interface Look {
  scale: number
  x: number
  y: number
}

/** The whole plan in a box with a margin. */
export function fit(plan: Plan, width: number, height: number, margin = 24): Look {
  const [x0, y0, x1, y1] = plan.box
  const w = Math.max(1, x1 - x0)
  const h = Math.max(1, y1 - y0)
  const scale = Math.min((width - 2 * margin) / w, (height - 2 * margin) / h, 2)
  return { scale, x: width / 2 - ((x0 + x1) / 2) * scale, y: height / 2 - ((y0 + y1) / 2) * scale }
}

/** Comes nearer by a factor about a point of the screen. */
export function zoomAt(look: Look, factor: number, at: { x: number; y: number }): Look {
  const scale = Math.min(20, Math.max(0.0004, look.scale * factor))
  const by = scale / look.scale
  return { scale, x: at.x - (at.x - look.x) * by, y: at.y - (at.y - look.y) * by }
}

/** The node nearest to a point of the screen within some pixels, or -1. */
export function nodeAt(plan: Plan, look: Look, at: { x: number; y: number }, within = 10): number {
  let best = -1
  let least = within * within
  for (let i = 0; i < plan.nodes.length; i += 2) {
    const dx = plan.nodes[i]! * look.scale + look.x - at.x
    const dy = plan.nodes[i + 1]! * look.scale + look.y - at.y
    const d = dx * dx + dy * dy
    if (d <= least) {
      least = d
      best = i / 2
    }
  }
  return best
}
