/**
 * The one way in (ADR 0019): what comes while a flush is under way goes with the next one. Of much, a second flush is made ready and written while the first
 * is; the journal still has them one after another.
 */
import { type ReadingBatch, STREAMS_ERRORS } from '@chengyun/contract/streams'
import { assertOutsideTransaction, type Db } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { Assembled, FRESH, LATE, PACKED } from '../domain/assembled.ts'
import type { Catalogue } from '../domain/catalogue.ts'
import { AHEAD_MS, type Bounds } from '../domain/judge-entry.ts'
import type { LatestValues } from '../domain/latest.ts'
import type { Intake, Receipt } from '../ports.ts'
import { refreshStreams } from '../queries/catalogue.ts'
import type { Journal } from '../queries/journal.ts'
import { DAY_MS, Days, dayOf } from './days.ts'
import { type Stored, store } from './store.ts'

const fail = thrower(STREAMS_ERRORS)
/** Readings of one flush at most; a batch that is larger goes alone. */
const FLUSH = 20_000
/** From so many waiting readings on a second flush is worth its commit. */
const MUCH = 2000
const MOST_FLUSHES = 2
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
  /** Of them those that are being stored. */
  #underWay = 0
  readonly #flushing = new Set<Promise<void>>()
  /** Flushes whose commit is not there yet. */
  #busy = 0
  #isPlanned = false
  /** Newest instant of each stream, readings of the flushes under way included. */
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
    while (this.#isPlanned || this.#flushing.size > 0 || this.#waiting.length > 0)
      await (this.#isPlanned ? new Promise<void>((resolve) => setImmediate(resolve)) : Promise.all(this.#flushing))
  }

  #plan(): void {
    if (this.#isPlanned || !this.#mayBegin()) return
    // After the events of this turn: what arrived together goes together.
    this.#isPlanned = true
    setImmediate(() => {
      this.#isPlanned = false
      if (!this.#mayBegin()) return
      this.#begin()
      this.#plan()
    })
  }

  #mayBegin(): boolean {
    if (this.#waiting.length === 0 || this.#busy >= MOST_FLUSHES) return false
    return this.#busy === 0 || this.#waitingReadings - this.#underWay >= MUCH
  }

  #begin(): void {
    let [count, readings] = [0, 0]
    while (count < this.#waiting.length && (count === 0 || readings + this.#waiting[count]!.batch.length <= FLUSH))
      readings += this.#waiting[count++]!.batch.length
    const some = this.#waiting.splice(0, count)
    this.#underWay += readings
    this.#busy += 1
    let isOver = false
    /** The database is free: what came meanwhile goes at once, before anybody is answered. Answers whether something did. */
    const over = (): boolean => {
      if (isOver) return false
      isOver = true
      this.#busy -= 1
      this.#underWay -= readings
      this.#waitingReadings -= readings
      this.counts.waiting = this.#waitingReadings
      if (this.#isPlanned || !this.#mayBegin()) return false
      this.#begin()
      return true
    }
    const flush = this.#serve(some, over).finally(() => {
      over()
      this.#flushing.delete(flush)
      this.#plan()
    })
    this.#flushing.add(flush)
  }

  async #serve(some: readonly Waiting[], over: () => boolean): Promise<void> {
    try {
      const receipts = await this.#take(some.map((w) => w.batch))
      // Answers cost as much time as a commit: the next statement is under way while they are written.
      if (over()) await new Promise<void>((resolve) => setImmediate(resolve))
      some.forEach((w, i) => {
        w.resolve(receipts[i]!)
      })
    } catch (error) {
      // When it is for what is in it, each batch is tried alone, so that one spoils nobody's.
      if (some.length > 1 && /^2[23]/.test(codeOf(error))) for (const w of some) await this.#serve([w], () => false)
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
      // What is older than the hot days goes into packs, whether its day is packed yet or not.
      const hotFrom = dayOf(now) - this.#options.hotDays
      await this.#days.prepare([...flush.days].filter((day) => day >= hotFrom))
      for (const day of flush.days) if (day < hotFrom) await this.#days.prepareMonth(day)
      this.#sort(flush, hotFrom * DAY_MS, attempt > 1)
      if (flush.readings.length === 0) return this.#receipts(flush, null)
      try {
        const stored = await store(this.#db, flush)
        if (stored) this.#committed(stored)
        return this.#receipts(flush, stored)
      } catch (error) {
        this.#giveBack(flush)
        // 23505: somebody else stored it first; 23514: the day is gone; 40P01: two flushes waited for each other.
        if (attempt >= TRIES || !['23505', '23514', '40P01'].includes(codeOf(error))) throw error
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
  #sort(flush: Assembled, hotSince: number, isRetry: boolean): void {
    const r = flush.readings
    for (let i = 0; i < r.length; i++) {
      const id = r.streams[i]!
      if (id >= this.#ahead.length) this.#reserve(id)
      const at = r.at[i]!
      const latest = id < this.#latest.size ? this.#latest.at[id]! : Number.NEGATIVE_INFINITY
      const newest = Math.max(this.#ahead[id]!, latest)
      if (at < hotSince) flush.ways[i] = PACKED
      else if (isRetry) flush.ways[i] = LATE
      else if (at > newest) flush.ways[i] = FRESH
      // What repeats a flush that is still under way is sure only when that one is.
      else flush.ways[i] = at === latest ? 0 : LATE
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
