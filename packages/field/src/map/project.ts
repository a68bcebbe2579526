/** A place, CGCS2000 degrees [lng, lat]. */
export type Place = readonly [number, number]

/** What the map looks at: the middle of the screen and how many pixels a metre has. */
export interface Camera {
  center: Place
  pxPerM: number
}

const M_PER_DEG = 111_319.49
const R = 6_371_008.8
const rad = (deg: number): number => (deg * Math.PI) / 180

/** Metres east and north of an origin: flat, which over a duty grid of some kilometres is off by less than a pixel. */
export function metresFrom(origin: Place, p: Place): [number, number] {
  return [(p[0] - origin[0]) * M_PER_DEG * Math.cos(rad(origin[1])), (p[1] - origin[1]) * M_PER_DEG]
}

/** The place so many metres east and north of an origin. */
export function moved(origin: Place, east: number, north: number): [number, number] {
  return [origin[0] + east / (M_PER_DEG * Math.cos(rad(origin[1]))), origin[1] + north / M_PER_DEG]
}

/** Where a place is drawn on a screen of `w` × `h` pixels. */
export function toScreen(c: Camera, w: number, h: number, p: Place): [number, number] {
  const [e, n] = metresFrom(c.center, p)
  return [w / 2 + e * c.pxPerM, h / 2 - n * c.pxPerM]
}

/** The place under a pixel. */
export function toPlace(c: Camera, w: number, h: number, x: number, y: number): [number, number] {
  return moved(c.center, (x - w / 2) / c.pxPerM, (h / 2 - y) / c.pxPerM)
}

/** Great-circle distance in metres. */
export function distanceM(a: Place, b: Place): number {
  const dLat = rad(b[1] - a[1])
  const dLng = rad(b[0] - a[0])
  const s = Math.sin(dLat / 2) ** 2 + Math.cos(rad(a[1])) * Math.cos(rad(b[1])) * Math.sin(dLng / 2) ** 2
  return 2 * R * Math.asin(Math.min(1, Math.sqrt(s)))
}

/** The place itself, or the nearest one to it that is no further than `limitM` from the origin. */
export function within(origin: Place, p: Place, limitM: number): [number, number] {
  const [e, n] = metresFrom(origin, p)
  const d = Math.hypot(e, n)
  // A metre less: what is clamped here must not be refused for a rounding there.
  return d <= limitM ? [p[0], p[1]] : moved(origin, (e / d) * (limitM - 1), (n / d) * (limitM - 1))
}

/** A camera that shows all of the places on a screen of `w` × `h`. */
export function fit(places: readonly Place[], w: number, h: number, padding = 32): Camera | null {
  const [first] = places
  if (!first) return null
  let [west, south, east, north] = [first[0], first[1], first[0], first[1]]
  for (const [lng, lat] of places) {
    west = Math.min(west, lng)
    east = Math.max(east, lng)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  const center: Place = [(west + east) / 2, (south + north) / 2]
  const [e, n] = metresFrom(center, [east, north])
  const scale = Math.min((w / 2 - padding) / Math.max(e, 60), (h / 2 - padding) / Math.max(n, 60))
  return { center, pxPerM: clampScale(scale) }
}

/** From a district in sight to single paving stones. */
export const clampScale = (pxPerM: number): number => Math.min(8, Math.max(0.01, pxPerM))
