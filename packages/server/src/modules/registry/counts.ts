import type { Db } from '../../platform/db.ts'
import { countItems } from './queries/types.ts'

const FRESH_MS = 30_000
/** Above so many items of a register, counting takes long enough to be remembered for a while. */
const LARGE = 200_000

/** How many items each register has by state. Large registers are counted at most twice a minute, the others whenever asked. */
export class ItemCounts {
  readonly #db: Db
  readonly #known = new Map<string, { at: number; counts: Record<string, number> }>()

  constructor(db: Db) {
    this.#db = db
  }

  async of(typeIds: readonly string[], now = Date.now()): Promise<Map<string, Record<string, number>>> {
    const stale = typeIds.filter((id) => !this.#isFresh(id, now))
    if (stale.length > 0) for (const [id, counts] of await countItems(this.#db, stale)) this.#known.set(id, { at: now, counts })
    return new Map(typeIds.map((id) => [id, this.#known.get(id)?.counts ?? {}]))
  }

  /** Forget a register that changed as a whole (a batch was published). */
  forget(typeId: string): void {
    this.#known.delete(typeId)
  }

  #isFresh(id: string, now: number): boolean {
    const known = this.#known.get(id)
    if (!known) return false
    const total = Object.values(known.counts).reduce((a, b) => a + b, 0)
    return total > LARGE && now - known.at < FRESH_MS
  }
}
