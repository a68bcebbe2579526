import { type Camera, type Place, toPlace } from './project.ts'

/** West, south, east, north in degrees. */
export type Box = readonly [number, number, number, number]

const known = new WeakMap<object, Box>()

function grow(part: unknown, box: [number, number, number, number]): void {
  if (!Array.isArray(part)) return
  const [lng, lat] = part as unknown[]
  if (typeof lng === 'number' && typeof lat === 'number') {
    box[0] = Math.min(box[0], lng)
    box[1] = Math.min(box[1], lat)
    box[2] = Math.max(box[2], lng)
    box[3] = Math.max(box[3], lat)
  } else for (const inner of part) grow(inner, box)
}

/** The box round a geometry, worked out once. */
export function boxOf(geometry: { coordinates: unknown }): Box {
  const found = known.get(geometry)
  if (found) return found
  const box: [number, number, number, number] = [180, 90, -180, -90]
  grow(geometry.coordinates, box)
  known.set(geometry, box)
  return box
}

/** What the screen shows. */
export function viewBox(camera: Camera, w: number, h: number): Box {
  const [west, north] = toPlace(camera, w, h, 0, 0)
  const [east, south] = toPlace(camera, w, h, w, h)
  return [west, south, east, north]
}

/** Whether two boxes have a point in common. */
export const meets = (a: Box, b: Box): boolean => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1]

/** Whether a place lies in a box. */
export const holds = (b: Box, [lng, lat]: Place): boolean => lng >= b[0] && lng <= b[2] && lat >= b[1] && lat <= b[3]
