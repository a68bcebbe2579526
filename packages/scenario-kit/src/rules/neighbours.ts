/** A spatial count, and which of its neighbours a rule-stream is. */
interface Watcher {
  of: number
  i: number
}

const NOBODY: readonly Watcher[] = []

/** Which spatial counts look at which rule-streams. */
export class Neighbours {
  private readonly counts = new Map<number, Watcher[]>()
  private readonly others = new Map<number, readonly number[]>()

  /** The counts that look at a rule-stream. */
  countsOver(of: number): readonly Watcher[] {
    return this.counts.get(of) ?? NOBODY
  }

  /** The neighbours a count had, undefined for one that is new; −1 stands for none. */
  of(count: number): readonly number[] | undefined {
    return this.others.get(count)
  }

  set(count: number, others: readonly number[]): void {
    this.leave(count)
    this.others.set(count, others)
    for (const [i, of] of others.entries()) {
      if (of < 0) continue
      const list = this.counts.get(of)
      if (list) list.push({ of: count, i })
      else this.counts.set(of, [{ of: count, i }])
    }
  }

  /** A rule-stream that is watched no more: neither looked at nor looking. Its number may come again as another one. */
  remove(of: number): void {
    for (const { of: count } of this.countsOver(of)) {
      const others = this.others.get(count)!
      this.others.set(
        count,
        others.map((o) => (o === of ? -1 : o))
      )
    }
    this.counts.delete(of)
    this.leave(of)
  }

  private leave(count: number): void {
    for (const of of this.others.get(count) ?? []) {
      const left = this.counts.get(of)?.filter((p) => p.of !== count)
      if (left?.length) this.counts.set(of, left)
      else this.counts.delete(of)
    }
    this.others.delete(count)
  }
}

/**
 * Make the slots of a count say what its neighbours are now: what stands counts, what was kept of another is forgotten. `slots` has one for each
 * neighbour. False when they said so already.
 */
export function settleNeighbours(
  slots: Float64Array,
  others: readonly number[],
  before: readonly number[] | undefined,
  stands: (of: number) => boolean
): boolean {
  let isOther = false
  for (let i = 0; i < slots.length; i++) {
    const of = others[i] ?? -1
    const held = slots[i]!
    // Of a count that was saved and comes again, what it kept of those that stand no more.
    const isKept = of >= 0 && held !== Infinity && (before === undefined || before[i] === of)
    const now = of >= 0 && stands(of) ? Infinity : isKept ? held : Number.NaN
    if (Object.is(now, held)) continue
    slots[i] = now
    isOther = true
  }
  return isOther
}
