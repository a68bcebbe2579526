import { type CaseMoved, isOpen } from '@chengyun/contract/cases'
import type { Db } from '../../platform/db.ts'
import type { LiveHub } from '../../platform/live.ts'
import type { Reach } from './domain/reach.ts'
import type { LiveSum } from './queries/live.ts'
import { readOpen } from './queries/open.ts'

interface OpenCase {
  district: string | null
  street: string | null
  unit: string | null
  /** When the present stage is late, in epoch milliseconds; infinity while no clock runs. */
  lateFrom: number
}

const KEY = { district: 'district', street: 'street', unit: 'unit' } as const
export type BoardKey = keyof typeof KEY

const lateFrom = (dueAt: string | null): number => (dueAt === null ? Number.POSITIVE_INFINITY : Date.parse(dueAt))

/**
 * Every open case in memory, as far as "open" and "late at this moment" are counted: what is late changes with the clock, so no tally can
 * keep it, and asking the table for forty thousand cases was most of the time of an overview. Follows the event log, like the tallies,
 * and is read anew when these are counted anew (bulk import).
 */
export class OpenBoard {
  readonly #cases = new Map<string, OpenCase>()
  /** Codes as one object each: a board of a city has few of them and many cases. */
  readonly #words = new Map<string, string>()
  readonly #db: Db
  readonly #hub: LiveHub
  #revision = -1
  #loading: Promise<void> | undefined
  /** What was heard while the table was being read. */
  #meanwhile: { seq: number; moved: CaseMoved }[] | undefined

  constructor(db: Db, hub: LiveHub) {
    this.#db = db
    this.#hub = hub
    hub.watch((event) => {
      if (event.name !== 'cases.moved') return
      const moved = event.payload as unknown as CaseMoved
      if (this.#meanwhile) this.#meanwhile.push({ seq: event.seq, moved })
      else this.#take(moved)
    })
  }

  /** The board as it has to be beside tallies of this revision and event. */
  async at(revision: number, seq = 0): Promise<this> {
    await this.#hub.reach(seq)
    if (revision !== this.#revision) {
      this.#loading ??= this.#load(revision).finally(() => {
        this.#loading = undefined
      })
      await this.#loading
    }
    return this
  }

  get size(): number {
    return this.#cases.size
  }

  async #load(revision: number): Promise<void> {
    this.#meanwhile = []
    try {
      const { seq, cases } = await readOpen(this.#db)
      this.#cases.clear()
      for (const [id, district, street, unit, due] of cases)
        this.#put(id, district, street, unit, due ?? Number.POSITIVE_INFINITY)
      for (const later of this.#meanwhile) if (later.seq > seq) this.#take(later.moved)
      this.#revision = revision
    } finally {
      this.#meanwhile = undefined
    }
  }

  #take(moved: CaseMoved): void {
    const { after } = moved.facts
    if (!isOpen(moved.status)) this.#cases.delete(moved.caseId)
    else this.#put(moved.caseId, after.districtCode, after.streetCode, after.unitId, lateFrom(moved.dueAt))
  }

  #put(id: string, district: string | null, street: string | null, unit: string | null, late: number): void {
    this.#cases.set(id, { district: this.#word(district), street: this.#word(street), unit: this.#word(unit), lateFrom: late })
  }

  #word(text: string | null): string | null {
    if (text === null) return null
    const known = this.#words.get(text)
    if (known !== undefined) return known
    this.#words.set(text, text)
    return text
  }

  /** Open and late cases of a reach by district, street or unit; the key is null for cases that have none. */
  sums(by: BoardKey, reach: Reach, now: Date): LiveSum[] {
    const at = now.getTime()
    const districts = reach.districts && new Set(reach.districts)
    const keys = reach.kind === 'street' || reach.kind === 'unit' ? new Set(reach.keys) : null
    const own = reach.kind === 'unit' ? 'unit' : 'street'
    const out = new Map<string | null, { open: number; late: number }>()
    for (const c of this.#cases.values()) {
      if (districts && (c.district === null || !districts.has(c.district))) continue
      if (keys && !keys.has(c[own] ?? '')) continue
      const key = c[KEY[by]]
      let sum = out.get(key)
      if (!sum) {
        sum = { open: 0, late: 0 }
        out.set(key, sum)
      }
      sum.open += 1
      if (c.lateFrom < at) sum.late += 1
    }
    return [...out].map(([key, counts]) => ({ key, counts }))
  }
}
