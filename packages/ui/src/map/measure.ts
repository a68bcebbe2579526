import geographiclib from 'geographiclib-geodesic'

// Lengths and areas of what is drawn on the map, on the CGCS2000 ellipsoid (GB 22021-2008): the same figures the server would give.

/** A position, [lng, lat] in degrees. */
export type LngLat = [number, number]

/** The ellipsoid all measures are taken on. */
export const geodesic = new geographiclib.Geodesic.Geodesic(6_378_137, 1 / 298.257222101)
/** Metres of one pixel at zoom 0 on the equator, tiles of 512 pixels. */
const EQUATOR_M_PER_PX = 78_271.516964
const RAD = Math.PI / 180

/** Length of the geodesic between two points in metres. */
export function distanceM(a: LngLat, b: LngLat): number {
  return geodesic.Inverse(a[1], a[0], b[1], b[0]).s12 ?? 0
}

/** Length of a path in metres; 0 with fewer than two points. */
export function lengthM(path: readonly LngLat[]): number {
  let sum = 0
  for (let i = 1; i < path.length; i++) sum += distanceM(path[i - 1] as LngLat, path[i] as LngLat)
  return sum
}

/** Area of a ring in square metres, its edges taken as geodesics; the ring need not be closed, its direction does not matter. */
export function areaM2(ring: readonly LngLat[]): number {
  if (ring.length < 3) return 0
  const polygon = geodesic.Polygon(false)
  for (const [lng, lat] of ring) polygon.AddPoint(lat, lng)
  return Math.abs(polygon.Compute(false, true).area ?? 0)
}

/** A closed ring at `radiusM` metres around a centre. */
export function circleRing(center: LngLat, radiusM: number, corners = 96): LngLat[] {
  const ring: LngLat[] = []
  for (let i = 0; i < corners; i++) {
    const p = geodesic.Direct(center[1], center[0], (i * 360) / corners, radiusM)
    ring.push([p.lon2 ?? center[0], p.lat2 ?? center[1]])
  }
  ring.push(ring[0] as LngLat)
  return ring
}

/** Metres on the ground of one CSS pixel at a latitude and zoom. */
export function metresPerPixel(lat: number, zoom: number): number {
  return (EQUATOR_M_PER_PX * Math.cos(lat * RAD)) / 2 ** zoom
}

/** A scale bar of at most `maxPx` pixels: a length of 1, 2 or 5 × 10ⁿ metres and its pixels. */
export function scaleBar(mPerPx: number, maxPx: number): { metres: number; px: number } {
  const longest = mPerPx * maxPx
  const power = 10 ** Math.floor(Math.log10(longest))
  const lead = longest / power
  const metres = (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power
  return { metres, px: metres / mPerPx }
}
