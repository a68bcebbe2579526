import type * as GeoJSON from 'geojson'

type Corner = [number, number]

/** A corner of the areas on the map; `fixed` when it lies on their common outer border. */
export interface MapCorner {
  at: Corner
  fixed: boolean
}
/** A border between two corners; `fixed` when only one area has it. */
export interface MapEdge {
  a: Corner
  b: Corner
  fixed: boolean
}

const name = (at: Corner): string => `${at[0].toFixed(7)},${at[1].toFixed(7)}`
const edgeName = (a: Corner, b: Corner): string => [name(a), name(b)].sort().join(' ')

/** Corners and borders of areas that meet corner to corner, each once. */
export function topologyOf(areas: readonly (GeoJSON.Polygon | GeoJSON.MultiPolygon)[]): {
  corners: MapCorner[]
  edges: MapEdge[]
} {
  const edges = new Map<string, MapEdge>()
  for (const area of areas)
    for (const ring of (area.type === 'Polygon' ? [area.coordinates] : area.coordinates).flat() as Corner[][])
      for (let i = 1; i < ring.length; i++) {
        const [a, b] = [ring[i - 1] as Corner, ring[i] as Corner]
        const known = edges.get(edgeName(a, b))
        if (known) known.fixed = false
        else edges.set(edgeName(a, b), { a, b, fixed: true })
      }
  const corners = new Map<string, MapCorner>()
  for (const edge of edges.values())
    for (const at of [edge.a, edge.b]) {
      const known = corners.get(name(at))
      if (known) known.fixed ||= edge.fixed
      else corners.set(name(at), { at, fixed: edge.fixed })
    }
  return { corners: [...corners.values()], edges: [...edges.values()] }
}

export type Grip = { kind: 'corner'; at: Corner } | { kind: 'edge'; a: Corner; b: Corner }

interface Point {
  x: number
  y: number
}

/** What lies nearest to a point of the screen and may be moved: a corner within `reach` pixels, else a border. */
export function gripAt(
  point: Point,
  { corners, edges }: { corners: readonly MapCorner[]; edges: readonly MapEdge[] },
  project: (at: Corner) => Point,
  reach = 10
): Grip | null {
  let best: { d: number; grip: Grip } | null = null
  for (const { at, fixed } of corners) {
    if (fixed) continue
    const p = project(at)
    const d = Math.hypot(p.x - point.x, p.y - point.y)
    if (d <= reach && (!best || d < best.d)) best = { d, grip: { kind: 'corner', at } }
  }
  if (best) return best.grip
  for (const { a, b, fixed } of edges) {
    if (fixed) continue
    const d = toSegment(point, project(a), project(b))
    if (d <= reach * 0.8 && (!best || d < best.d)) best = { d, grip: { kind: 'edge', a, b } }
  }
  return best?.grip ?? null
}

function toSegment(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const length2 = dx * dx + dy * dy
  const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2))
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy)
}

/** The corners a grip hangs between: where lines are drawn from while it moves. */
export function heldBetween(grip: Grip, edges: readonly MapEdge[]): Corner[] {
  if (grip.kind === 'edge') return [grip.a, grip.b]
  const at = name(grip.at)
  return edges.flatMap(({ a, b }) => (name(a) === at ? [b] : name(b) === at ? [a] : []))
}
