import proj4 from 'proj4'
import { toCgcs2000 } from '../../../geo/index.ts'

type Pair = [number, number]
/** Coordinates of a file made into CGCS2000 degrees; null when the numbers cannot be of that system. */
export type ToDegrees = (x: number, y: number) => Pair | null

const ELLIPSOID = '+proj=tmerc +lat_0=0 +k=1 +y_0=0 +ellps=GRS80 +units=m +no_defs'

/**
 * The Gauss–Krüger zones of CGCS2000. EPSG:4491–4501 six degrees with the zone number before the easting, 4502–4512 without; 4513–4533 three degrees
 * with it, 4534–4554 without. `lon` is the central meridian, `zone` the number before the easting (0: none). Null for other codes.
 */
export function gaussKruger(epsg: number): { lon: number; zone: number } | null {
  if (epsg >= 4491 && epsg <= 4501) return { lon: 75 + 6 * (epsg - 4491), zone: 13 + epsg - 4491 }
  if (epsg >= 4502 && epsg <= 4512) return { lon: 75 + 6 * (epsg - 4502), zone: 0 }
  if (epsg >= 4513 && epsg <= 4533) return { lon: 75 + 3 * (epsg - 4513), zone: 25 + epsg - 4513 }
  if (epsg >= 4534 && epsg <= 4554) return { lon: 75 + 3 * (epsg - 4534), zone: 0 }
  return null
}

const isDegrees = (x: number, y: number): boolean => x >= -180 && x <= 180 && y >= -90 && y <= 90

/** How coordinates of a system become CGCS2000 degrees. @throws RangeError for a system that is not known. */
export function toDegreesFrom(crs: string): ToDegrees {
  if (crs === 'CGCS2000' || crs === 'WGS-84') return (x, y) => (isDegrees(x, y) ? [x, y] : null)
  if (crs === 'GCJ-02' || crs === 'BD-09') return (x, y) => (isDegrees(x, y) ? toCgcs2000([x, y], crs) : null)
  const epsg = Number(crs.replace('EPSG:', ''))
  if (epsg === 3857) {
    const { inverse } = proj4('EPSG:4326', 'EPSG:3857')
    return (x, y) => (Math.abs(x) <= 20037508.35 && Math.abs(y) <= 20037508.35 ? (inverse([x, y]) as Pair) : null)
  }
  const zone = gaussKruger(epsg)
  if (!zone) throw new RangeError(`coordinate system ${crs} is not known`)
  const base = zone.zone * 1e6 + 500_000
  const { inverse } = proj4(`+proj=longlat +ellps=GRS80 +no_defs`, `${ELLIPSOID} +lon_0=${zone.lon} +x_0=${base}`)
  // Beyond 450 km of the meridian the zone is certainly another one, and the series no longer holds.
  return (x, y) => (Math.abs(x - base) <= 450_000 && y > 0 && y < 6_500_000 ? (inverse([x, y]) as Pair) : null)
}

/** The system a .prj, a GeoJSON crs or an EPSG number names; null when it is none that is known. */
export function crsNamed(text: string): string | null {
  const epsg = /(?:EPSG(?:"\s*,\s*"?|::?|\/0\/)|^)(\d{4,5})\b/gi
  const codes = [...text.matchAll(epsg)].map((m) => Number(m[1]))
  const code = codes.at(-1)
  if (code === 4490) return 'CGCS2000'
  if (code === 4326 || /CRS84/i.test(text)) return 'WGS-84'
  if (code === 3857 || code === 900913) return 'EPSG:3857'
  if (code !== undefined && gaussKruger(code)) return `EPSG:${code}`
  const named = /CGCS_?2000|China_2000|China Geodetic/i.test(text)
  const zone = /(?:3_Degree|3-degree)[^"]*?(?:Zone_?|zone )(\d{2})/i.exec(text)
  if (named && zone) return `EPSG:${4513 + Number(zone[1]) - 25}`
  const meridian = Number(/CM_?\s?(\d{2,3})E/i.exec(text)?.[1])
  if (named && meridian) return `EPSG:${/3[_-]degree/i.test(text) ? 4534 + (meridian - 75) / 3 : 4502 + (meridian - 75) / 6}`
  const six = /GK_Zone_?(\d{2})/i.exec(text)
  if (named && six) return `EPSG:${4491 + Number(six[1]) - 13}`
  if (named && /^GEOGC/i.test(text.trim())) return 'CGCS2000'
  if (/WGS_?(19)?84/i.test(text) && /^GEOGC/i.test(text.trim())) return 'WGS-84'
  return null
}

/** The system that numbers point to, when nobody says which it is: degrees, or a zone told by the easting. Null: unclear. */
export function crsGuess(points: readonly Pair[], cityLng: number): string | null {
  const found = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y) && (x !== 0 || y !== 0))
  if (found.length === 0) return null
  const most = (test: (p: Pair) => boolean): boolean => found.filter(test).length >= found.length * 0.8
  if (most(([x, y]) => isDegrees(x, y))) return 'CGCS2000'
  const [first] = found as [Pair]
  const zone = Math.floor(first[0] / 1e6)
  if (zone >= 25 && zone <= 45 && most(([x]) => Math.floor(x / 1e6) === zone)) return `EPSG:${4513 + zone - 25}`
  if (zone >= 13 && zone <= 23 && most(([x]) => Math.floor(x / 1e6) === zone)) return `EPSG:${4491 + zone - 13}`
  // Without a zone before the easting: the three-degree zone the city lies in.
  if (zone === 0 && most(([x, y]) => x > 100_000 && x < 900_000 && y > 1_500_000 && y < 6_500_000))
    return `EPSG:${4534 + Math.round((cityLng - 75) / 3)}`
  return null
}
