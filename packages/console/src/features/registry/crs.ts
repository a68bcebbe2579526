import type { TFunction } from 'i18next'

/** Coordinate systems by degrees, then the metric ones of this part of the country. */
const COMMON = ['CGCS2000', 'WGS-84', 'GCJ-02', 'BD-09', 'EPSG:3857'] as const
/** Six-degree zones 4491–4501 by number, three-degree zones 4513–4533 by number; then the same by meridian. */
const ZONES = [...range(4491, 4512), ...range(4513, 4554)]

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** What can be chosen, the present one included. */
export function crsOptions(present: string): string[] {
  const all = [...COMMON, ...ZONES.map((n) => `EPSG:${n}`)]
  return all.includes(present) ? all : [present, ...all]
}

/** The central meridian of a Gauss–Krüger zone of CGCS2000 in degrees; null of others. */
export function meridianOf(crs: string): number | null {
  const n = Number(/^EPSG:(\d{4})$/.exec(crs)?.[1] ?? Number.NaN)
  if (n >= 4491 && n <= 4501) return 75 + 6 * (n - 4491)
  if (n >= 4502 && n <= 4512) return 75 + 6 * (n - 4502)
  if (n >= 4513 && n <= 4533) return 75 + 3 * (n - 4513)
  if (n >= 4534 && n <= 4554) return 75 + 3 * (n - 4534)
  return null
}

/** The name of a coordinate system. */
export function crsName(crs: string, t: TFunction): string {
  const degrees = meridianOf(crs)
  if (degrees === null) return t(`registry.crs.${crs}`, { defaultValue: crs })
  const n = Number(crs.slice(5))
  const zoned = n <= 4501 || (n >= 4513 && n <= 4533)
  return t(zoned ? 'registry.crs.zoned' : 'registry.crs.central', { code: crs, degrees, width: n <= 4512 ? 6 : 3 })
}
