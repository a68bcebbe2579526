import type { Db } from '../../platform/db.ts'
import { countItems } from './queries/types.ts'

const FRESH_MS = 30_000
/** Above so many items of a register, counting takes long enough to be remembered for a while. */
const LARGE = 200_000

/**
 * How many items each register has by state. Small registers are counted whenever asked; of large ones the last count is told at once and
 * made anew beside it when it is half a minute old, so that nobody waits for millions to be counted but the first.
 */
export class ItemCounts {
  readonly #db: Db
  readonly #known = new Map<string, { at: number; counts: Record<string, number> }>()
  readonly #counting = new Map<string, Promise<void>>()

  constructor(db: Db) {
    this.#db = db
  }

  async of(typeIds: readonly string[], now = Date.now()): Promise<Map<string, Record<string, number>>> {
    const unknown = typeIds.filter((id) => !this.#isLarge(id))
    for (const id of typeIds) if (this.#isLarge(id) && now - (this.#known.get(id)?.at ?? 0) > FRESH_MS) void this.#recount(id)
    if (unknown.length > 0)
      for (const [id, counts] of await countItems(this.#db, unknown)) this.#known.set(id, { at: now, counts })
    return new Map(typeIds.map((id) => [id, this.#known.get(id)?.counts ?? {}]))
  }

  /** Forget a register that changed as a whole (a batch was published). */
  forget(typeId: string): void {
    this.#known.delete(typeId)
  }

  /** One count of a register at a time; a failed one is made again with the next question. */
  #recount(id: string): Promise<void> {
    const made =
      this.#counting.get(id) ??
      countItems(this.#db, [id])
        .then((found) => void this.#known.set(id, { at: Date.now(), counts: found.get(id) ?? {} }))
        .catch(() => undefined)
        .finally(() => this.#counting.delete(id))
    this.#counting.set(id, made)
    return made
  }

  #isLarge(id: string): boolean {
    const known = this.#known.get(id)
    return known !== undefined && Object.values(known.counts).reduce((a, b) => a + b, 0) > LARGE
  }
}
