import type { Shot } from '../../camera/shot.ts'
import type { PlaceDraft } from '../place/usePlace.ts'

/** A report as it is being made. */
export interface ReportDraft extends PlaceDraft {
  self: boolean
  classKey: string | null
  componentId: string
  words: string
  note: string
  urgent: boolean
  near: Shot | null
  far: Shot | null
  before: Shot | null
  after: Shot | null
  video: Shot[]
  audio: Shot[]
}

/** The first thing a report still lacks, in the order of the page; null when it can be handed in. */
export function missingOf(
  d: ReportDraft,
  hasClass: boolean
): 'near' | 'far' | 'before' | 'after' | 'class' | 'place' | 'component' | null {
  for (const phase of d.self ? (['before', 'after'] as const) : (['near', 'far'] as const)) if (!d[phase]) return phase
  if (!hasClass) return 'class'
  if (d.componentId && !/^\d{16,17}$/.test(d.componentId)) return 'component'
  return d.place ? null : 'place'
}
