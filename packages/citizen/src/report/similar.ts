import type { SimilarReport } from '@chengyun/contract/public'

/** More than the nearest few nobody reads; they come sorted by distance. */
const SHOWN = 4
let last: { draftId: string; items: SimilarReport[] } = { draftId: '', items: [] }

/** What was found similar for a draft; for the next step only. */
export function keepSimilar(draftId: string, items: SimilarReport[]): void {
  last = { draftId, items }
}

/** The similar reports found for this draft. */
export function similarOf(draftId: string): SimilarReport[] {
  return last.draftId === draftId ? last.items.slice(0, SHOWN) : []
}
