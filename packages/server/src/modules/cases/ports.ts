import type { StandardRef } from '@chengyun/contract/cases'

/** What responsibility is decided by (权责: class × area → unit). */
export interface ResponsibilityQuestion {
  standardRef: StandardRef
  kind: 'component' | 'matter'
  classCode: string
  districtCode: string | null
  streetCode: string | null
  communityCode: string | null
  gridCode: string | null
  componentId: string | null
  /** Who puts this very component right, as the register says. */
  componentUnitId?: string | null
}

/** Who is responsible and why. `unitId` is set only when the answer is unique: then the case is dispatched by itself. */
export interface ResponsibilityAnswer {
  unitId: string | null
  basis: 'component' | 'rule' | 'ambiguous' | 'none'
  ruleId: string | null
  candidates: { unitId: string; ruleId: string | null }[]
  /** Facts for the record of the automatic dispatch, e.g. rule text and version. */
  reason: Record<string, unknown>
}

export type ResponsibilityResolver = (question: ResponsibilityQuestion) => ResponsibilityAnswer

let resolver: ResponsibilityResolver = () => ({ unitId: null, basis: 'none', ruleId: null, candidates: [], reason: {} })

/** `dispatch` comes after `cases` in the boot order and fills this port; without it every case waits for a dispatcher. */
export function useResponsibility(next: ResponsibilityResolver): void {
  resolver = next
}

/** Answered from memory: it is asked inside the one round trip of a registration. */
export const responsibilityFor: ResponsibilityResolver = (question) => resolver(question)
