/** Lengths and areas on the CGCS2000 ellipsoid. */
import geographiclib from 'geographiclib-geodesic'
import type { LngLat } from './crs.ts'
import { boxOf, planarArea, type Ring, type Shape, toDegrees, UNITS } from './shape.ts'

/** Semi-major axis in metres and flattening of CGCS2000 (GB 22021-2008). */
const A = 6_378_137
const F = 1 / 298.257222101
const EE = F * (2 - F)
const RAD = Math.PI / 180
const geodesic = new geographiclib.Geodesic.Geodesic(A, F)

/** Metres per degree of latitude and of longitude at a latitude, from the two radii of curvature. */
export function metresPerDegree(lat: number): { lat: number; lng: number } {
  const w2 = 1 - EE * Math.sin(lat * RAD) ** 2
  return { lat: (RAD * A * (1 - EE)) / w2 ** 1.5, lng: (RAD * A * Math.cos(lat * RAD)) / Math.sqrt(w2) }
}

/** Length of the geodesic between two points in metres. */
export function distanceM(a: LngLat, b: LngLat): number {
  return geodesic.Inverse(a[1], a[0], b[1], b[0]).s12 ?? 0
}

function ringAreaM2(ring: Ring): number {
  const polygon = geodesic.Polygon(false)
  for (let i = 0; i < ring.length; i += 2) polygon.AddPoint(toDegrees(ring[i + 1] as number), toDegrees(ring[i] as number))
  return Math.abs(polygon.Compute(false, true).area ?? 0)
}

/** Area in square metres, edges taken as geodesics, holes taken off. */
export function areaM2(shape: Shape): number {
  let sum = 0
  for (const polygon of shape)
    polygon.forEach((ring, i) => {
      sum += i === 0 ? ringAreaM2(ring) : -ringAreaM2(ring)
    })
  return sum
}

/** Area of a shape of at most a few kilometres by the local scale at its middle: a hundred times faster, 1e-6 exact at 1 km. */
export function smallAreaM2(shape: Shape): number {
  const [, s, , n] = boxOf(shape)
  const scale = metresPerDegree(toDegrees((s + n) / 2))
  return (planarArea(shape) / UNITS ** 2) * scale.lat * scale.lng
}
