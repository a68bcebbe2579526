import type { StoredOperation } from './types.ts'

/** The chain an operation belongs to: what must not overtake each other. */
export function chainOf(kind: StoredOperation['kind'], key: string, input: Record<string, unknown>): string | null {
  if (kind === 'report' || kind === 'selfHandle') return `case:${key}`
  if (kind === 'move') return `case:${String(input.caseId)}`
  return kind === 'attendance' || kind === 'track' ? 'attendance' : null
}

const isOver = (o: StoredOperation): boolean => o.state === 'done'
const waitsForPerson = (o: StoredOperation): boolean => o.state === 'conflict' || o.state === 'refused'

/**
 * Per waiting operation the key of the one of its chain that holds it up. What a person has to decide about a case holds up the later
 * steps of that case; a refused clock-in holds up nothing.
 */
export function blockers(operations: readonly StoredOperation[]): Map<string, string> {
  const out = new Map<string, string>()
  const heads = new Map<string, StoredOperation>()
  for (const o of operations) {
    if (isOver(o) || o.chain === null) continue
    const head = heads.get(o.chain)
    if (head) out.set(o.key, head.key)
    else if (!waitsForPerson(o) || o.chain.startsWith('case:')) heads.set(o.chain, o)
  }
  return out
}

/** What may be sent now, oldest first, at most `limit`. */
export function ready(operations: readonly StoredOperation[], now: number, limit: number): StoredOperation[] {
  const held = blockers(operations)
  const out: StoredOperation[] = []
  for (const o of operations) {
    if (out.length === limit) break
    if (!isOver(o) && !waitsForPerson(o) && !held.has(o.key) && o.notBefore <= now) out.push(o)
  }
  return out
}

/** Milliseconds before attempt `n` (1 is the first repeat): doubling from one second to five minutes, give or take a quarter. */
export const backoffMs = (n: number, random: () => number = Math.random): number =>
  Math.round(Math.min(300_000, 1000 * 2 ** Math.min(n - 1, 12)) * (0.75 + random() / 2))
