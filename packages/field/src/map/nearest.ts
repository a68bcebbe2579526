import type { FieldMap } from '@chengyun/contract/field'
import { boxOf, holds } from './boxes.ts'
import { metresFrom, type Place } from './project.ts'

const NEAR_M = 120

/** Metres from the origin to a stretch of road. */
function toStretch(origin: Place, a: Place, b: Place): number {
  const [ax, ay] = metresFrom(origin, a)
  const [bx, by] = metresFrom(origin, b)
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const s = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length))
  return Math.hypot(ax + s * dx, ay + s * dy)
}

/** The road one stands at, by the map on this phone; null when none is near. */
export function nearestRoad(map: FieldMap | null, place: Place): string | null {
  let best: { name: string; m: number } | null = null
  for (const f of map?.roads.features ?? []) {
    if (!f.properties.name) continue
    const line = f.geometry.coordinates as Place[]
    for (let i = 1; i < line.length; i++) {
      const m = toStretch(place, line[i - 1]!, line[i]!)
      if (m <= NEAR_M && (best === null || m < best.m)) best = { name: f.properties.name, m }
    }
  }
  return best?.name ?? null
}

/** Whether a place lies in a polygon with holes: rings crossed an odd number of times. */
function inside(polygon: readonly (readonly Place[])[], [x, y]: Place): boolean {
  let odd = false
  for (const ring of polygon)
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i]!
      const [xj, yj] = ring[j]!
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd
    }
  return odd
}

/** Codes of the unit grids the places lie in. */
export function cellsOf(map: FieldMap | null, places: readonly Place[]): Set<string> {
  const found = new Set<string>()
  for (const f of map?.unitGrids.features ?? [])
    if (
      places.some(
        (p) => holds(boxOf(f.geometry), p) && (f.geometry.coordinates as Place[][][]).some((polygon) => inside(polygon, p))
      )
    )
      found.add(f.properties.code)
  return found
}
