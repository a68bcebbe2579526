import { canonical } from './canonical.ts'
import type { ChainStep, Sha256 } from './chain.ts'
import type { DayFacts, ProofStep } from './merkle.ts'

/** `format` of an exported case. */
export const BUNDLE_FORMAT = 'chengyun-case-bundle'
/** The only version there is. */
export const BUNDLE_VERSION = 1

/** The case as it stood when it was exported. */
export interface BundleCase {
  id: string
  caseNo: string
  status: string
  lastSeq: number
  lastHash: string
  /** Where given, it must equal the `data.facts` of all steps laid over one another in order. */
  facts?: Record<string, unknown>
  /** Anything else is for the reader; only the seal covers it. */
  [more: string]: unknown
}

/** One piece of evidence: what a step attached. */
export interface BundleEvidence {
  id: string
  /** SHA-256 of the original bytes, hex. */
  sha256: string
  /** Where the original lies, relative to the bundle. Absent: exported without originals. */
  file?: string
  [more: string]: unknown
}

/** One closed day between the case's first step and the export; days without any case movement have no root. */
export interface BundleDay extends DayFacts {
  root: string
  /** Present on the days on which this case moved: proof that its last step of the day is under the root. */
  proof?: { seq: number; path: ProofStep[] }
}

/** An exported case that can be checked without server and database. See docs/operate/verify.md. */
export interface CaseBundle {
  format: typeof BUNDLE_FORMAT
  version: typeof BUNDLE_VERSION
  /** UTC, ISO-8601. */
  exportedAt: string
  case: BundleCase
  steps: ChainStep[]
  evidence: BundleEvidence[]
  dailyRoots: BundleDay[]
  /** SHA-256 over the canonical JSON of everything else: finds damage in transport. It is no signature. */
  seal: string
}

/** The seal of a bundle, computed over all of it but the seal itself. */
export function bundleSeal(bundle: object, sha256: Sha256): string {
  return sha256(canonical(Object.fromEntries(Object.entries(bundle).filter(([key]) => key !== 'seal'))))
}

/** A bundle ready to be written out. */
export function sealBundle(content: Omit<CaseBundle, 'format' | 'version' | 'seal'>, sha256: Sha256): CaseBundle {
  const bundle = { format: BUNDLE_FORMAT, version: BUNDLE_VERSION, ...content } as const
  return { ...bundle, seal: bundleSeal(bundle, sha256) }
}
