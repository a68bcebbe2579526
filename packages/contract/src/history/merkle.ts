import { canonical } from './canonical.ts'
import type { Sha256 } from './chain.ts'

/** The last step a case made on a day: one leaf of that day's tree. */
export interface DayLeaf {
  caseId: string
  seq: number
  hash: string
}

/** One sibling on the way from a leaf to the root, and the side it stands on. */
export interface ProofStep {
  side: 'left' | 'right'
  hash: string
}

// Leaf, node and empty tree start differently, so that none can be passed off as another (RFC 6962 §2.1).
const node = (left: string, right: string, sha256: Sha256): string => sha256(`node:${left}${right}`)

/** The hash of one leaf. */
export function leafHash(leaf: DayLeaf, sha256: Sha256): string {
  return sha256(`leaf:${leaf.caseId}:${leaf.seq}:${leaf.hash}`)
}

/**
 * Every level of the tree over leaf hashes, leaves first, root level last. An odd one out rises unchanged, which gives the
 * tree shape of RFC 6962. Leaves must come sorted by case id: the order is part of the root.
 */
export function merkleLevels(leaves: readonly string[], sha256: Sha256): string[][] {
  if (leaves.length === 0) return [[sha256('empty')]]
  const levels: string[][] = [[...leaves]]
  for (let level = levels[0]!; level.length > 1; level = levels.at(-1)!) {
    const up: string[] = []
    for (let i = 0; i < level.length; i += 2) {
      const right = level[i + 1]
      up.push(right === undefined ? level[i]! : node(level[i]!, right, sha256))
    }
    levels.push(up)
  }
  return levels
}

/** The root over leaf hashes sorted by case id. */
export function merkleRoot(leaves: readonly string[], sha256: Sha256): string {
  return merkleLevels(leaves, sha256).at(-1)![0]!
}

/** The siblings that lead from leaf number `index` to the root of `levels`. Throws `RangeError` for an index that is not a leaf. */
export function inclusionProof(levels: readonly string[][], index: number): ProofStep[] {
  if (!Number.isInteger(index) || index < 0 || index >= (levels[0]?.length ?? 0)) throw new RangeError(`no leaf ${index}`)
  const path: ProofStep[] = []
  let at = index
  for (const level of levels.slice(0, -1)) {
    const sibling = level[at ^ 1]
    if (sibling !== undefined) path.push({ side: at % 2 === 0 ? 'right' : 'left', hash: sibling })
    at >>= 1
  }
  return path
}

/** The root that a leaf and its proof lead to. */
export function rootOfProof(leaf: string, path: readonly ProofStep[], sha256: Sha256): string {
  return path.reduce((hash, step) => (step.side === 'left' ? node(step.hash, hash, sha256) : node(hash, step.hash, sha256)), leaf)
}

/** What a day's root is made of. Days are linked, so that a published root fixes every day before it. */
export interface DayFacts {
  /** Calendar day of the city, `YYYY-MM-DD`. */
  day: string
  /** IANA zone in which `day` is counted. */
  timeZone: string
  /** Number of cases that moved on the day (leaves). */
  count: number
  merkle: string
  prevRoot: string
}

/** `prevRoot` of a city's first day. */
export function genesisRoot(sha256: Sha256): string {
  return sha256('chengyun:days')
}

/** The root to publish for a day. */
export function dayRoot(day: DayFacts, sha256: Sha256): string {
  const { count, merkle, prevRoot, timeZone } = day
  return sha256(canonical({ day: day.day, count, merkle, prevRoot, timeZone }))
}
