import { formatNumber } from '@chengyun/ui'

/** A length: metres below a kilometre, kilometres above. */
export function lengthText(m: number): string {
  return m < 1000 ? `${formatNumber(m, m < 100 ? 1 : 0)} m` : `${formatNumber(m / 1000, m < 10_000 ? 3 : 2)} km`
}

/** An area: square metres, hectares from one on, square kilometres from one on. */
export function areaText(m2: number): string {
  if (m2 < 10_000) return `${formatNumber(m2, m2 < 100 ? 1 : 0)} m²`
  return m2 < 1_000_000 ? `${formatNumber(m2 / 10_000, 2)} ha` : `${formatNumber(m2 / 1_000_000, 3)} km²`
}

/** UCUM units that are written otherwise than they are coded. */
const WRITTEN: Readonly<Record<string, string>> = {
  m2: 'm²',
  m3: 'm³',
  'm3/h': 'm³/h',
  Cel: '℃',
  deg: '°',
  'ug/m3': 'µg/m³',
  'mg/m3': 'mg/m³'
}

/** A unit of a declaration (UCUM) as people write it. */
export const unitText = (unit: string): string => WRITTEN[unit] ?? unit
