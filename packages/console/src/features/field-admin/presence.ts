import type { StaffView } from '@chengyun/contract/field'
import type { MapPoint } from '@chengyun/ui'

/** Without a place for so long somebody may be without a signal, or his phone off. */
export const SILENT_MIN = 30
/** A clock that is off by more than this puts wrong times on photos; the server corrects them. */
export const DRIFT_MS = 120_000

export const ATTENTIONS = ['silent', 'outOfGrid', 'still', 'drift'] as const
export type Attention = (typeof ATTENTIONS)[number]

type Seen = Pick<StaffView, 'lastAt' | 'since' | 'outOfGrid' | 'stayStill' | 'driftMs'>

/** What about somebody on shift a person should look at, the gravest first. */
export function attentionOf(s: Seen, now: Date): Attention[] {
  const silentMs = now.getTime() - Date.parse(s.lastAt ?? s.since)
  const found: Record<Attention, boolean> = {
    silent: silentMs > SILENT_MIN * 60_000,
    outOfGrid: s.outOfGrid,
    still: s.stayStill,
    drift: s.driftMs !== null && Math.abs(s.driftMs) > DRIFT_MS
  }
  return ATTENTIONS.filter((a) => found[a])
}

/** A wrong clock alone is no reason to call somebody. */
export const needsLook = (s: Seen, now: Date): boolean => attentionOf(s, now).some((a) => a !== 'drift')

/** The lamp of somebody on the map: grey without news, red out of the grid, yellow standing still. */
export function lampOf(s: Seen, now: Date): MapPoint['lamp'] {
  const found = attentionOf(s, now)
  if (found.includes('silent')) return 'paused'
  if (found.includes('outOfGrid')) return 'late'
  return found.includes('still') ? 'soon' : 'ok'
}

/** Degrees of longitude a map of usual width shows at zoom 0. */
const WORLD_DEG = 360
const CLOSEST = 14

/** A view with all of these points in it; undefined without any. */
export function viewOf(points: readonly MapPoint[]): { center: [number, number]; zoom: number } | undefined {
  if (points.length === 0) return undefined
  const lngs = points.map((p) => p.location[0])
  const lats = points.map((p) => p.location[1])
  const [w, e, s, n] = [Math.min(...lngs), Math.max(...lngs), Math.min(...lats), Math.max(...lats)]
  const zoom = Math.min(CLOSEST, Math.log2(WORLD_DEG / Math.max(e - w, n - s, 1e-6)))
  return { center: [(w + e) / 2, (s + n) / 2], zoom }
}
