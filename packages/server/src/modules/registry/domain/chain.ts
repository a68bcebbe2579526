import { createHash } from 'node:crypto'
import { canonical } from '@chengyun/contract/history'

/** What the hash of a change is computed over: everything the row says. */
export interface ChainedChange {
  typeId: string
  itemId: string
  code: string
  kind: string
  version: number
  before: Record<string, unknown>
  after: Record<string, unknown>
  source: string
  sourceRef: string | null
  evidenceIds: readonly string[]
  note: string
  actorId: string | null
  actorName: string
  reviewerId: string | null
  reviewerName: string | null
  /** ISO-8601, UTC, milliseconds. */
  effectiveAt: string
  recordedAt: string
}

/** SHA-256 over the hash before and the canonical JSON of the change. The first change of an item that came by a batch follows the batch. */
export const hashOfChange = (prev: Uint8Array | null, change: ChainedChange): Buffer =>
  createHash('sha256')
    .update(prev ?? new Uint8Array())
    .update(canonical({ ...change, evidenceIds: [...change.evidenceIds] }))
    .digest()

/** Whether every change of an item, oldest first, follows from the one before. */
export function isChainWhole(
  start: Uint8Array | null,
  changes: readonly { change: ChainedChange; prevHash: Uint8Array | null; hash: Uint8Array }[]
): boolean {
  let prev = start
  for (const { change, prevHash, hash } of changes) {
    if (Buffer.compare(prevHash ?? new Uint8Array(), prev ?? new Uint8Array()) !== 0) return false
    if (Buffer.compare(hashOfChange(prev, change), hash) !== 0) return false
    prev = hash
  }
  return true
}
