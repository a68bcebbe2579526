/** The journal as a process sees it: every batch in the order of the commits, its own from memory, those of others from the table. */
import type { JournalBatch } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { type Db, prepared } from '../../../platform/db.ts'
import { unpackBatch } from '../domain/batch-codec.ts'

const POLL_MS = 250
/** Readings a process keeps in memory for followers that are behind. */
const RING_READINGS = 400_000
const PAGE = 64

interface JournalRow {
  seq: number
  received_at: number
  batch: Buffer
}

/** The row of streams.follower that says up to which number rows were removed. */
export const TRIMMED = '(trimmed)'

export class Journal {
  readonly #db: Db
  readonly #ring: JournalBatch[] = []
  #ringReadings = 0
  /** Batches of this process that are committed and not yet in their place. */
  readonly #own = new Map<number, JournalBatch>()
  readonly #takers: ((batch: JournalBatch, own: boolean) => void)[] = []
  readonly #waiting = new Set<() => void>()
  readonly #options: { failed(error: unknown): void; lost(): Promise<number> }
  #tail: number
  #following: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  /** `lost` is called where rows were removed that this process has not seen, and answers from where to go on. */
  constructor(db: Db, tail: number, options: { failed(error: unknown): void; lost(): Promise<number> }) {
    this.#db = db
    this.#tail = tail
    this.#options = options
  }

  /** The last batch this process has seen; all before it, too. */
  get tail(): number {
    return this.#tail
  }

  /** Hears of every batch in order, once. */
  each(taker: (batch: JournalBatch, own: boolean) => void): void {
    this.#takers.push(taker)
  }

  start(): void {
    this.#timer = setInterval(() => void this.follow(), POLL_MS)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#wake()
    await this.#following
  }

  /** A batch that this process has committed. */
  committed(batch: JournalBatch): void {
    this.#own.set(batch.seq, batch)
    if (batch.seq === this.#tail + 1) {
      this.#advance(batch, true)
      this.#wake()
    } else void this.follow()
  }

  /** Sees what others have committed until now. */
  follow(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    this.#following ??= this.#catchUp()
      .catch((error: unknown) => this.#options.failed(error))
      .finally(() => {
        this.#following = undefined
      })
    return this.#following
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const rows = await prepared<{ seq: number }>(
        this.#db,
        'streams.journal.next',
        'select seq from streams.journal where seq > $1 order by seq limit 64',
        [this.#tail]
      )
      if (rows[0] && rows[0].seq > this.#tail + 1 && (await journalMarks(this.#db)).trimmed > this.#tail) {
        this.#ring.length = 0
        this.#ringReadings = 0
        this.#tail = Math.max(this.#tail, await this.#options.lost())
        continue
      }
      const foreign = rows.filter((r) => !this.#own.has(r.seq) && r.seq > this.#tail).map((r) => r.seq)
      const read = foreign.length === 0 ? [] : await readBatches(this.#db, sql`seq = any(${foreign}::bigint[])`)
      const found = new Map(read.map((b) => [b.seq, b]))
      for (const { seq } of rows) {
        if (seq <= this.#tail) continue
        const own = this.#own.get(seq)
        const batch = own ?? found.get(seq)
        if (batch) this.#advance(batch, own !== undefined)
      }
      if (rows.length > 0) this.#wake()
      if (rows.length < PAGE || this.#isClosed) return
    }
  }

  #advance(batch: JournalBatch, own: boolean): void {
    this.#tail = batch.seq
    this.#own.delete(batch.seq)
    this.#ring.push(batch)
    this.#ringReadings += batch.readings.length
    while (this.#ringReadings > RING_READINGS && this.#ring.length > 1) this.#ringReadings -= this.#ring.shift()!.readings.length
    for (const take of this.#takers) take(batch, own)
  }

  /** Lets go whoever waits, though nothing came. */
  nudge(): void {
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** Resolves when something came after `seq`, or after `ms`. */
  waitFor(seq: number, ms: number): Promise<void> {
    if (this.#tail > seq || this.#isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#waiting.add(done)
    })
  }

  /** The next batches after `seq`, in order; from memory when they are still there. */
  async after(seq: number): Promise<readonly JournalBatch[]> {
    if (seq >= this.#tail) return []
    const first = this.#ring[0]
    // What lies before the first of the ring may be missing; from the first on nothing is.
    if (first !== undefined && first.seq <= seq + 1) {
      let from = this.#ring.length
      while (from > 0 && this.#ring[from - 1]!.seq > seq) from -= 1
      return this.#ring.slice(from, from + PAGE)
    }
    return readBatches(this.#db, sql`seq > ${seq} and seq <= ${this.#tail}`)
  }
}

async function readBatches(db: Db, condition: ReturnType<typeof sql<boolean>>): Promise<JournalBatch[]> {
  const { rows } = await sql<JournalRow>`select seq, date_part('epoch', received_at) * 1000 as received_at, batch
    from streams.journal where ${condition} order by seq limit ${PAGE}`.execute(db)
  return rows.map((r) => ({ seq: r.seq, receivedAt: Math.round(r.received_at), readings: unpackBatch(r.batch) }))
}

/** Where the journal stands: number of its last row, and up to which rows were removed. */
export async function journalMarks(db: Db): Promise<{ last: number; trimmed: number }> {
  const { rows } = await sql<{ last: number; trimmed: number }>`select
    coalesce((select seq from streams.follower where name = ${TRIMMED}), 0) as trimmed,
    greatest((select max(seq) from streams.journal), (select seq from streams.follower where name = ${TRIMMED}), 0) as last`.execute(
    db
  )
  return rows[0]!
}

/** Every row after `seq`, for a process that begins; page by page. */
export async function eachBatch(db: Db, after: number, take: (batch: JournalBatch) => void): Promise<number> {
  let last = after
  for (;;) {
    const page = await readBatches(db, sql`seq > ${last}`)
    for (const batch of page) {
      take(batch)
      last = batch.seq
    }
    if (page.length < PAGE) return last
  }
}

/**
 * An instant before which nothing can be committed any more, and the last row there is: read under the lock of the journal, so that a batch that
 * comes later is received later.
 */
export async function quietInstant(db: Db): Promise<{ now: number; last: number }> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(727041)`.execute(tx)
    const { rows } = await sql<{ now: number; last: number | null }>`select date_part('epoch', clock_timestamp()) * 1000 as now,
      (select max(seq) from streams.journal) as last`.execute(tx)
    return { now: Math.floor(rows[0]!.now), last: rows[0]!.last ?? 0 }
  })
}
