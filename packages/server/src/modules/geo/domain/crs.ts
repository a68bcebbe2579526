/** Coordinate systems at the edge of the platform. Everything inside is CGCS2000 longitude and latitude in degrees;
 *  GCJ-02 and BD-09 exist only on the way in and out (standards §5). */
import { createRequire } from 'node:module'
import type { Crs } from '@chengyun/contract/geo'

// gcoord is CommonJS behind a runtime switch: neither its named exports nor its default survive an ESM import with types.
const gcoord = createRequire(import.meta.url)('gcoord') as typeof import('gcoord').default

/** Longitude and latitude in degrees, GeoJSON order. */
export type LngLat = readonly [lng: number, lat: number]

const FORWARD = { 'GCJ-02': gcoord.GCJ02, 'BD-09': gcoord.BD09 } as const
const TOLERANCE_DEG = 1e-10
const MAX_ROUNDS = 12

function shift(point: LngLat, to: keyof typeof FORWARD): [number, number] {
  const [lng, lat] = gcoord.transform([point[0], point[1]], gcoord.WGS84, FORWARD[to])
  return [lng, lat]
}

/** CGCS2000 → the named system. CGCS2000 and WGS-84 differ by centimetres and are treated as equal (standards §5.1). */
export function fromCgcs2000(point: LngLat, crs: Crs): [number, number] {
  return crs === 'GCJ-02' || crs === 'BD-09' ? shift(point, crs) : [point[0], point[1]]
}

/** The named system → CGCS2000, exact to 1e-10 degree. GCJ-02 and BD-09 have no closed inverse: a one-step guess is off by
 *  up to half a metre, enough for a wrong unit grid, so the forward formula is iterated to its fixed point. */
export function toCgcs2000(point: LngLat, crs: Crs): [number, number] {
  if (crs !== 'GCJ-02' && crs !== 'BD-09') return [point[0], point[1]]
  let [lng, lat] = point
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [atLng, atLat] = shift([lng, lat], crs)
    const [dLng, dLat] = [point[0] - atLng, point[1] - atLat]
    lng += dLng
    lat += dLat
    if (Math.abs(dLng) < TOLERANCE_DEG && Math.abs(dLat) < TOLERANCE_DEG) break
  }
  return [lng, lat]
}
