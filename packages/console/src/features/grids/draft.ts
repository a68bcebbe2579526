import type { RegridCell, RegridFault, RegridStep } from '@chengyun/contract/geo'
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson'

/** Steps done and steps taken back, which can be done again until another one is. */
export interface Draft {
  steps: readonly RegridStep[]
  undone: readonly RegridStep[]
}
export const EMPTY: Draft = { steps: [], undone: [] }

export const addStep = (d: Draft, step: RegridStep): Draft => ({ steps: [...d.steps, step], undone: [] })
export const undoStep = (d: Draft): Draft => {
  const last = d.steps.at(-1)
  return last ? { steps: d.steps.slice(0, -1), undone: [...d.undone, last] } : d
}
export const redoStep = (d: Draft): Draft => {
  const next = d.undone.at(-1)
  return next ? { steps: [...d.steps, next], undone: d.undone.slice(0, -1) } : d
}
/** Without the last step, which the server refused: it is not offered again. */
export const dropStep = (d: Draft): Draft => ({ ...d, steps: d.steps.slice(0, -1) })

export type Area = Polygon | MultiPolygon
export type At = [number, number]
export type Bounds = [number, number, number, number]

const ringsOf = (area: Area): At[][] => (area.type === 'Polygon' ? [area.coordinates] : area.coordinates).flat() as At[][]

/** Box of an area or a point, [w, s, e, n]. */
export function boxOf(areas: readonly Area[]): Bounds | null {
  const points = areas.flatMap((area) => ringsOf(area).flat())
  if (points.length === 0) return null
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** Where the name of an area stands: its centre of gravity, by the greatest ring. */
export function middleOf(area: Area): At {
  const ring = ringsOf(area).reduce((a, b) => (Math.abs(area2(b)) > Math.abs(area2(a)) ? b : a))
  const [ox, oy] = ring[0] as At
  let [sx, sy, sum] = [0, 0, 0]
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = [(ring[i - 1] as At)[0] - ox, (ring[i - 1] as At)[1] - oy]
    const [bx, by] = [(ring[i] as At)[0] - ox, (ring[i] as At)[1] - oy]
    const cross = ax * by - bx * ay
    sx += (ax + bx) * cross
    sy += (ay + by) * cross
    sum += cross
  }
  return sum === 0 ? [ox, oy] : [ox + sx / (3 * sum), oy + sy / (3 * sum)]
}

function area2(ring: readonly At[]): number {
  const [ox, oy] = ring[0] as At
  let sum = 0
  for (let i = 1; i < ring.length; i++) {
    const [a, b] = [ring[i - 1] as At, ring[i] as At]
    sum += (a[0] - ox) * (b[1] - oy) - (b[0] - ox) * (a[1] - oy)
  }
  return sum
}

/** Is a point inside an area? For telling which area a drawn line is meant for; the cut itself is made by the server. */
export function holds(area: Area, [x, y]: At): boolean {
  let odd = false
  for (const ring of ringsOf(area))
    for (let i = 1; i < ring.length; i++) {
      const [a, b] = [ring[i - 1] as At, ring[i] as At]
      if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd
    }
  return odd
}

/** The cell a drawn line is meant for: of those it runs through from side to side the one it runs through most. */
export function crossed(cells: readonly RegridCell[], line: readonly At[]): string | null {
  const counts = new Map<string, number>()
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1] as At, line[i] as At]
    for (let k = 1; k < 20; k++) {
      const at: At = [a[0] + ((b[0] - a[0]) * k) / 20, a[1] + ((b[1] - a[1]) * k) / 20]
      const cell = cells.find((c) => holds(c.geometry as Area, at))
      if (cell) counts.set(cell.key, (counts.get(cell.key) ?? 0) + 1)
    }
  }
  const ends = [line[0], line.at(-1)].filter((at) => at !== undefined)
  const endsIn = new Set(cells.filter((c) => ends.some((at) => holds(c.geometry as Area, at))).map((c) => c.key))
  const sorted = [...counts].sort((a, b) => b[1] - a[1])
  return (sorted.find(([key]) => !endsIn.has(key)) ?? sorted[0])?.[0] ?? null
}

/** A straight cut through the middle of an area, from edge to edge and slightly beyond: from north to south, or from west to east. */
export function middleCut(area: Area, way: 'vertical' | 'horizontal'): At[] {
  const [w, s, e, n] = boxOf([area]) as Bounds
  const [x, y] = middleOf(area)
  const [dx, dy] = [(e - w) * 0.02, (n - s) * 0.02]
  return way === 'vertical'
    ? [
        [x, s - dy],
        [x, n + dy]
      ]
    : [
        [w - dx, y],
        [e + dx, y]
      ]
}

/** What an area is called on the map: the number of its code, or that it is new. */
export const labelOf = (cell: RegridCell): string => cell.code?.slice(12) ?? '—'

/** Cells as features, each with a point for its name. */
export function cellFeatures(cells: readonly RegridCell[], chosen: ReadonlySet<string>): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: cells.flatMap((cell): Feature[] => {
      const properties = { key: cell.key, label: labelOf(cell), tone: cell.state, on: chosen.has(cell.key) }
      return [
        { type: 'Feature', properties, geometry: cell.geometry as Area },
        { type: 'Feature', properties, geometry: { type: 'Point', coordinates: middleOf(cell.geometry as Area) } }
      ]
    })
  }
}

/** Brings a fault into view with some room around it. */
export function viewOf(fault: RegridFault): { bounds: Bounds } | null {
  const box = fault.geometry ? boxOf([fault.geometry as Area]) : fault.at ? ([...fault.at, ...fault.at] as Bounds) : null
  if (!box) return null
  const room = Math.max(box[2] - box[0], box[3] - box[1], 0.0008) * 0.6
  return { bounds: [box[0] - room, box[1] - room, box[2] + room, box[3] + room] }
}
