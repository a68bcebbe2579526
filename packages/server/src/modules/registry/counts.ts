import type { Db } from '../../platform/db.ts'
import type { Reach } from './policy.ts'
import { countItems, type ItemCount } from './queries/types.ts'

const FRESH_MS = 30_000
/** Above so many items of a register, counting takes long enough to be remembered for a while. */
const LARGE = 200_000
/** Reaches of large registers that are remembered; the oldest is forgotten first. */
const MAX_KNOWN = 200
const DISTRICT_DIGITS = 6
const EVERYTHING: Reach = { all: true }

interface Known {
  at: number
  counts: readonly ItemCount[]
}

/** Whether the counts by district say what a reach holds: it is made of whole districts, or of everything. */
const isOfDistricts = (reach: Reach): boolean =>
  reach.all || (reach.unitIds.length + reach.grids.length === 0 && reach.regions.every((r) => r.length <= DISTRICT_DIGITS))

const within = (reach: Reach, { district }: ItemCount): boolean =>
  reach.all || (district !== null && reach.regions.some((r) => district.startsWith(r)))

const keyOf = (typeId: string, reach: Reach): string =>
  isOfDistricts(reach) || reach.all
    ? typeId
    : `${typeId} ${JSON.stringify([reach.regions, reach.unitIds, reach.grids].map((list) => [...list].sort()))}`

function byStatus(counts: readonly ItemCount[]): Record<string, number> {
  const out: Record<string, number> = {}
  for (const { status, count } of counts) out[status] = (out[status] ?? 0) + count
  return out
}

/**
 * How many items a reader reaches of each register, by state. Small registers are counted whenever asked; of large ones the last count is
 * told at once and made anew beside it when it is half a minute old, so that nobody waits for millions to be counted but the first. Large
 * ones are remembered by district, which answers whoever has whole districts; other reaches are remembered each for itself.
 */
export class ItemCounts {
  readonly #db: Db
  readonly #known = new Map<string, Known>()
  readonly #counting = new Map<string, Promise<void>>()
  readonly #large = new Set<string>()

  constructor(db: Db) {
    this.#db = db
  }

  async of(typeIds: readonly string[], reach: Reach, now = Date.now()): Promise<Map<string, Record<string, number>>> {
    const out = new Map<string, Record<string, number>>(typeIds.map((id) => [id, {}]))
    const small = typeIds.filter((id) => !this.#large.has(id))
    if (small.length > 0) {
      const counted = await countItems(this.#db, small, reach)
      for (const id of small) {
        const mine = counted.filter((c) => c.typeId === id)
        out.set(id, byStatus(mine))
        if (mine.reduce((sum, c) => sum + c.count, 0) <= LARGE) continue
        this.#large.add(id)
        this.#remember(keyOf(id, reach), mine, now, reach)
      }
    }
    const large = typeIds.filter((id) => !small.includes(id))
    await Promise.all(large.map(async (id) => out.set(id, byStatus(await this.#remembered(id, reach, now)))))
    return out
  }

  /** Forget a register that changed as a whole (a batch was published). */
  forget(typeId: string): void {
    this.#large.delete(typeId)
    for (const key of this.#known.keys()) if (key === typeId || key.startsWith(`${typeId} `)) this.#known.delete(key)
  }

  async #remembered(id: string, reach: Reach, now: number): Promise<readonly ItemCount[]> {
    const key = keyOf(id, reach)
    const known = this.#known.get(key)
    const asked = isOfDistricts(reach) ? EVERYTHING : reach
    if (!known) await this.#recount(key, id, asked)
    else if (now - known.at > FRESH_MS) this.#recount(key, id, asked).catch(() => undefined)
    const counts = this.#known.get(key)?.counts ?? []
    return isOfDistricts(reach) ? counts.filter((c) => within(reach, c)) : counts
  }

  /** What a reader of some districts was counted says nothing of the others. */
  #remember(key: string, counts: readonly ItemCount[], at: number, reach: Reach): void {
    if (isOfDistricts(reach) && !reach.all) return
    this.#known.delete(key)
    this.#known.set(key, { at, counts })
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break
      this.#known.delete(oldest)
    }
  }

  /** One count at a time of what is the same; a failed one is made again with the next question. */
  #recount(key: string, id: string, reach: Reach): Promise<void> {
    const made =
      this.#counting.get(key) ??
      countItems(this.#db, [id], reach)
        .then((counts) => this.#remember(key, counts, Date.now(), reach))
        .finally(() => this.#counting.delete(key))
    this.#counting.set(key, made)
    return made
  }
}
