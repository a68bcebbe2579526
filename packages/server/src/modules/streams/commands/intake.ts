/** The one way in (ADR 0019): what comes while a flush is under way goes with the next one. */
import { type ReadingBatch, type ReadingExtra, STREAMS_ERRORS } from '@chengyun/contract/streams'
import { assertOutsideTransaction, type Db } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { emptyBatch } from '../domain/batch-codec.ts'
import type { Catalogue } from '../domain/catalogue.ts'
import { AHEAD_MS, type Bounds, extraText, qualityOf, refusalOf } from '../domain/judge-entry.ts'
import type { LatestValues } from '../domain/latest.ts'
import type { Intake, Receipt } from '../ports.ts'
import { refreshStreams } from '../queries/catalogue.ts'
import type { Journal } from '../queries/journal.ts'
import { DAY_MS, Days, dayOf } from './days.ts'
import { FRESH, LATE, PACKED, type Stored, store } from './store.ts'

const fail = thrower(STREAMS_ERRORS)
/** Readings of one flush at most; a batch that is larger goes alone. */
const FLUSH = 20_000
/** Flushes are tried again so often: another process stored the same reading, or packed a day, at the same moment. */
const TRIES = 4

interface Waiting {
  batch: ReadingBatch
  resolve(receipt: Receipt): void
  reject(error: unknown): void
}

export interface IntakeOptions {
  queue: number
  hotDays: number
  rawDays: number
}

/** Numbers of an intake since the process began. */
export interface IntakeCounts {
  stored: number
  repeated: number
  late: number
  refused: number
  flushes: number
  waiting: number
}

export class StreamIntake implements Intake {
  readonly #db: Db
  readonly #catalogue: Catalogue
  readonly #latest: LatestValues
  readonly #journal: Journal
  readonly #days: Days
  readonly #options: IntakeOptions
  readonly #now: () => number
  #waiting: Waiting[] = []
  #waitingReadings = 0
  #flushing: Promise<void> | undefined
  /** Newest instant of each stream, readings of the flush under way included. */
  #ahead = new Float64Array(0)
  readonly counts: IntakeCounts = { stored: 0, repeated: 0, late: 0, refused: 0, flushes: 0, waiting: 0 }

  constructor(
    db: Db,
    parts: { catalogue: Catalogue; latest: LatestValues; journal: Journal; options: IntakeOptions; now?: () => number }
  ) {
    this.#db = db
    this.#catalogue = parts.catalogue
    this.#latest = parts.latest
    this.#journal = parts.journal
    this.#options = parts.options
    this.#now = parts.now ?? Date.now
    this.#days = new Days(db)
  }

  /** The columns of the batch belong to the intake until the promise settles. */
  submit(batch: ReadingBatch): Promise<Receipt> {
    assertOutsideTransaction()
    if (batch.length === 0) return Promise.resolve({ stored: 0, repeated: 0, late: 0, refused: [] })
    if (this.#waitingReadings > 0 && this.#waitingReadings + batch.length > this.#options.queue)
      return Promise.reject(fail('STREAMS_TOO_MANY', { waiting: this.#waitingReadings }))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject })
      this.#waitingReadings += batch.length
      this.counts.waiting = this.#waitingReadings
      this.#plan()
    })
  }

  /** Resolves when nothing waits any more. */
  async settle(): Promise<void> {
    while (this.#flushing) await this.#flushing
  }

  #plan(): void {
    if (this.#flushing || this.#waiting.length === 0) return
    // After the events of this turn: what arrived together goes together.
    this.#flushing = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#flush())
      .finally(() => {
        this.#flushing = undefined
        this.#plan()
      })
  }

  async #flush(): Promise<void> {
    let [count, readings] = [0, 0]
    while (count < this.#waiting.length && (count === 0 || readings + this.#waiting[count]!.batch.length <= FLUSH))
      readings += this.#waiting[count++]!.batch.length
    const some = this.#waiting.splice(0, count)
    try {
      await this.#serve(some)
    } finally {
      this.#waitingReadings -= readings
      this.counts.waiting = this.#waitingReadings
    }
  }

  async #serve(some: readonly Waiting[]): Promise<void> {
    try {
      const receipts = await this.#take(some.map((w) => w.batch))
      some.forEach((w, i) => {
        w.resolve(receipts[i]!)
      })
    } catch (error) {
      // When it is for what is in it, each batch is tried alone, so that one spoils nobody's.
      if (some.length > 1 && /^2[23]/.test(codeOf(error))) for (const w of some) await this.#serve([w])
      else for (const w of some) w.reject(error)
    }
  }

  async #take(batches: readonly ReadingBatch[]): Promise<Receipt[]> {
    await this.#know(batches)
    const now = this.#now()
    const bounds: Bounds = { oldest: (dayOf(now) - this.#options.rawDays) * DAY_MS, newest: now + AHEAD_MS }
    for (let attempt = 1; ; attempt++) {
      const flush = new Assembled(batches, this.#catalogue, bounds)
      if (flush.readings.length === 0) return this.#receipts(flush, null)
      await this.#days.prepare(flush.days, dayOf(now) - this.#options.hotDays)
      for (const day of flush.days) if (this.#days.stateOf(day) === 'packed') await this.#days.prepareMonth(day)
      const isRetry = attempt > 1
      this.#sort(flush, isRetry)
      if (flush.readings.length === 0) return this.#receipts(flush, null)
      try {
        const stored = await store(this.#db, flush)
        if (stored) this.#committed(stored)
        return this.#receipts(flush, stored)
      } catch (error) {
        this.#giveBack(flush)
        // 23505: another process stored it first; 23514: the day was packed meanwhile.
        if (attempt >= TRIES || !['23505', '23514'].includes(codeOf(error))) throw error
        this.#days.forget()
        await this.#journal.follow()
      }
    }
  }

  /** Streams nobody has told this process of are looked up once. */
  async #know(batches: readonly ReadingBatch[]): Promise<void> {
    const unknown = new Set<number>()
    for (const b of batches)
      for (let i = 0; i < b.length; i++) if (!this.#catalogue.has(b.streams[i]!) && b.streams[i]! > 0) unknown.add(b.streams[i]!)
    if (unknown.size > 0) await refreshStreams(this.#db, this.#catalogue, [...unknown])
  }

  /** Says of each reading where it goes, and drops at once what is surely a repetition: the instant the stream already stands at. */
  #sort(flush: Assembled, isRetry: boolean): void {
    const r = flush.readings
    for (let i = 0; i < r.length; i++) {
      const id = r.streams[i]!
      if (id >= this.#ahead.length) this.#reserve(id)
      const at = r.at[i]!
      const newest = Math.max(this.#ahead[id]!, id < this.#latest.size ? this.#latest.at[id]! : Number.NEGATIVE_INFINITY)
      if (this.#days.stateOf(dayOf(at)) === 'packed') flush.ways[i] = PACKED
      else if (isRetry) flush.ways[i] = LATE
      else if (at > newest) flush.ways[i] = FRESH
      else flush.ways[i] = at === newest ? 0 : LATE
      if (at < newest) flush.isLate[i] = 1
      if (at > newest) this.#ahead[id] = at
    }
    flush.dropCertain()
  }

  #committed(stored: Stored): void {
    const batch = { seq: stored.seq, receivedAt: stored.receivedAt, readings: stored.readings }
    this.#latest.take(batch)
    this.#journal.committed(batch)
  }

  /** A flush that failed has moved nothing. */
  #giveBack({ readings: r }: Assembled): void {
    for (let i = 0; i < r.length; i++) {
      const id = r.streams[i]!
      this.#ahead[id] = id < this.#latest.size ? this.#latest.at[id]! : Number.NEGATIVE_INFINITY
    }
  }

  #receipts(flush: Assembled, stored: Stored | null): Receipt[] {
    const out = flush.receipts(stored)
    this.counts.flushes += 1
    for (const r of out) {
      this.counts.stored += r.stored
      this.counts.repeated += r.repeated
      this.counts.late += r.late
      this.counts.refused += r.refused.length
    }
    return out
  }

  #reserve(id: number): void {
    const wider = new Float64Array(Math.max(1024, Math.ceil((id + 1) * 1.25))).fill(Number.NEGATIVE_INFINITY)
    wider.set(this.#ahead)
    this.#ahead = wider
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

/** What is taken of several batches as one, and whose each reading is. */
class Assembled {
  readings: ReadingBatch
  ways: Uint8Array
  isLate: Uint8Array
  extras: Map<number, string> | null = null
  readonly days = new Set<number>()
  readonly #owner: Int32Array
  readonly #refused: { index: number; code: string }[][]
  readonly #certain: number[]
  /** Place of each kept reading before the certain repetitions were dropped. */
  #places: Int32Array | null = null

  constructor(batches: readonly ReadingBatch[], catalogue: Catalogue, bounds: Bounds) {
    const total = batches.reduce((sum, b) => sum + b.length, 0)
    const out = emptyBatch(total)
    this.#owner = new Int32Array(total)
    this.#refused = batches.map(() => [])
    this.#certain = batches.map(() => 0)
    if (batches.some((b) => b.values2 !== null)) out.values2 = new Float64Array(total).fill(Number.NaN)
    const extra = new Map<number, ReadingExtra>()
    let [n, lastDay] = [0, Number.NaN]
    batches.forEach((b, owner) => {
      for (let i = 0; i < b.length; i++) {
        const more = b.extra?.get(i)
        const text = more === undefined ? undefined : extraText(more)
        const code = text === null ? 'STREAMS_VALUE_INVALID' : refusalOf(b, i, catalogue, bounds)
        if (code !== null) {
          this.#refused[owner]!.push({ index: i, code })
          continue
        }
        out.streams[n] = b.streams[i]!
        out.at[n] = Math.floor(b.at[i]!)
        out.values[n] = b.values[i]!
        if (out.values2 !== null && b.values2 !== null) out.values2[n] = b.values2[i]!
        out.quality[n] = qualityOf(b, i, catalogue)
        if (text !== undefined && text !== null) {
          this.extras ??= new Map()
          this.extras.set(n, text)
          extra.set(n, more!)
        }
        this.#owner[n] = owner
        const day = dayOf(out.at[n]!)
        if (day !== lastDay) {
          this.days.add(day)
          lastDay = day
        }
        n += 1
      }
    })
    out.length = n
    if (extra.size > 0) out.extra = extra
    this.readings = out
    this.ways = new Uint8Array(n)
    this.isLate = new Uint8Array(n)
  }

  /** Leaves out readings without a way: repetitions of the latest. */
  dropCertain(): void {
    const r = this.readings
    const places: number[] = []
    for (let i = 0; i < r.length; i++) {
      if (this.ways[i] === 0) this.#certain[this.#owner[i]!]! += 1
      else places.push(i)
    }
    if (places.length === r.length) return
    const old = this.extras
    this.#places = Int32Array.from(places)
    this.extras = old && new Map(places.flatMap((i, k) => (old.has(i) ? [[k, old.get(i)!] as const] : [])))
    const extra = r.extra && new Map(places.flatMap((i, k) => (r.extra!.has(i) ? [[k, r.extra!.get(i)!] as const] : [])))
    this.ways = Uint8Array.from(places, (i) => this.ways[i]!)
    this.isLate = Uint8Array.from(places, (i) => this.isLate[i]!)
    this.readings = {
      length: places.length,
      streams: Int32Array.from(places, (i) => r.streams[i]!),
      at: Float64Array.from(places, (i) => r.at[i]!),
      values: Float64Array.from(places, (i) => r.values[i]!),
      values2: r.values2 && Float64Array.from(places, (i) => r.values2![i]!),
      quality: Uint8Array.from(places, (i) => r.quality[i]!),
      extra: extra !== null && extra.size > 0 ? extra : null
    }
  }

  receipts(stored: Stored | null): Receipt[] {
    const out = this.#refused.map((refused, i): Receipt => ({ stored: 0, repeated: this.#certain[i]!, late: 0, refused }))
    for (let i = 0; i < this.readings.length; i++) {
      const receipt = out[this.#owner[this.#places?.[i] ?? i]!]!
      if (stored === null || stored.repeated?.[i] === 1) receipt.repeated += 1
      else {
        receipt.stored += 1
        if (this.isLate[i] === 1) receipt.late += 1
      }
    }
    return out
  }
}
