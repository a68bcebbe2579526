import type { SourceType } from '@chengyun/contract/cases'
import type { Visibility } from '@chengyun/contract/public'

/** Classes whose place says something of a person or a home (GB/T 47678.5-2026): building, noise, animals, people living in the street. */
const SENSITIVE = new Set(['06001', '06002', '06005', '06007', '06027', '06028', '06038', '09003', '09013', '09015'])
export const SENSITIVE_CLASSES: readonly string[] = [...SENSITIVE]
/** About 10 m and about 500 m in degrees. */
const FINE = 0.0001
const COARSE = 0.005

export const isSensitive = (classCode: string): boolean => SENSITIVE.has(classCode)

/** The place as the public sees it, [lng, lat]: a few metres off, or only the quarter for sensitive classes. */
export function shownPlace(lng: number, lat: number, classCode: string): { location: [number, number]; rounded: boolean } {
  const rounded = isSensitive(classCode)
  const step = rounded ? COARSE : FINE
  const round = (v: number): number => Number((Math.round(v / step) * step).toFixed(4))
  return { location: [round(lng), round(lat)], rounded }
}

/** Sources where no private person stands behind the case: of these the public may know that it is under way. */
const OFFICIAL: readonly SourceType[] = ['collector', 'video', 'videoPatrol', 'vehicle', 'uav', 'satellite', 'iot', 'inspection']

/**
 * What the public may see of a case. `report`: all that is said to citizens. `facts`: class, place and progress, no words. `none`: as
 * if it did not exist.
 */
export function publicity(
  sourceType: SourceType,
  report: { visibility: Visibility; held: boolean } | undefined,
  hidden: boolean
): 'report' | 'facts' | 'none' {
  if (report) return report.visibility === 'public' && !report.held && !hidden ? 'report' : 'none'
  return !hidden && OFFICIAL.includes(sourceType) ? 'facts' : 'none'
}
export const OFFICIAL_SOURCES: readonly string[] = OFFICIAL

/** How far away a report of the same kind may lie to be shown as similar, in metres: what stands still lies close, what spreads does not. */
export function similarWithinM(classCode: string | undefined): number {
  if (classCode === undefined) return 100
  const major = classCode.slice(0, 2)
  if (Number(major) <= 5) return 50
  if (major === '08') return 200
  return ['06025', '06026', '06027', '06028', '06012', '06014', '10001'].includes(classCode) ? 200 : 100
}

/** Metres between two places, [lng, lat]; on the small distances of a neighbourhood the earth is a plane. */
export function metres(a: readonly [number, number], b: readonly [number, number]): number {
  const dx = (a[0] - b[0]) * 111_320 * Math.cos(((a[1] + b[1]) * Math.PI) / 360)
  return Math.hypot(dx, (a[1] - b[1]) * 110_950)
}
