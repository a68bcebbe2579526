import type { CaseView, EvidenceView } from '@chengyun/contract/cases'

const BEFORE = ['before', 'near', 'far', 'reference', 'verify']
const order = (e: EvidenceView) => BEFORE.indexOf(e.phase)
const pictures = (c: CaseView) => c.evidence.filter((e) => e.kind === 'image')

/** Pictures of how it was, the one to frame the after photo by first. */
export function beforePhotos(c: CaseView): EvidenceView[] {
  return pictures(c)
    .filter((e) => order(e) >= 0)
    .toSorted((a, b) => order(a) - order(b))
}

/** Pictures of how it is now, newest first. */
export function afterPhotos(c: CaseView): EvidenceView[] {
  return pictures(c)
    .filter((e) => order(e) < 0)
    .toSorted((a, b) => b.uploadedAt.localeCompare(a.uploadedAt))
}
