import { canonical } from './canonical.ts'

/** SHA-256 of the UTF-8 bytes of a text, as 64 lower-case hex digits. Passed in, because this folder does no I/O and no crypto. */
export type Sha256 = (text: string) => string

/** What one step of a case says, in the words that are hashed. */
export interface StepFacts {
  caseId: string
  /** 1 for the first step of a case, without gaps. */
  seq: number
  /** UTC with milliseconds, exactly as `Date.prototype.toISOString` writes it. */
  at: string
  op: string
  /** `null` on the first step. */
  fromStatus: string | null
  toStatus: string
  actorId: string
  actorName: string
  unitId: string | null
  opinion: string | null
  /** Two keys have a meaning to the verifier: `facts` (case fields set by this step) and `evidence` ([{id, sha256}] attached by it). */
  data: unknown
  prevHash: string
}

/** A step as stored and exported. `caseId` stands once, on the case. */
export interface ChainStep extends Omit<StepFacts, 'caseId'> {
  hash: string
}

/** The `prevHash` of a case's first step: binds the chain to its case. */
export function genesisHash(caseId: string, sha256: Sha256): string {
  return sha256(`chengyun:${caseId}`)
}

/** The hash of one step: SHA-256 over the canonical JSON of exactly the twelve fields of {@link StepFacts}. */
export function stepHash(step: StepFacts, sha256: Sha256): string {
  const { caseId, seq, at, op, fromStatus, toStatus, actorId, actorName, unitId, opinion, data, prevHash } = step
  return sha256(canonical({ caseId, seq, at, op, fromStatus, toStatus, actorId, actorName, unitId, opinion, data, prevHash }))
}

/** Where a chain stands: what the next step builds on. */
export interface ChainHead {
  seq: number
  hash: string
}

/** The next link after `head` (`null` for a new case), with its `seq`, `prevHash` and `hash` filled in. */
export function nextStep(
  head: ChainHead | null,
  facts: Omit<StepFacts, 'seq' | 'prevHash'>,
  sha256: Sha256
): StepFacts & { hash: string } {
  const step = {
    ...facts,
    seq: (head?.seq ?? 0) + 1,
    prevHash: head?.hash ?? genesisHash(facts.caseId, sha256)
  }
  return { ...step, hash: stepHash(step, sha256) }
}
