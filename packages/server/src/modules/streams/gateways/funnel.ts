import type { ReadingBatch, ReadingExtra } from '@chengyun/contract/streams'
import type { Intake, Receipt } from '../ports.ts'

/** Whoever handed something in and waits for its commit. */
export interface Waiter {
  /** Called once. `refused` are the codes of readings that were not taken; all others are stored, or were before. */
  settled(id: number, refused: readonly string[]): void
}

const FIRST = 256
/** Rows of one batch; what is beyond goes with the next. */
const MOST = 20_000
/** Batches that are with the intake at once: while one is being committed the next is put together and waits in front of the door. */
const UNDERWAY = 2
const RETRY_MS = 200
const NONE: readonly string[] = []

class Columns {
  length = 0
  streams = new Int32Array(FIRST)
  at = new Float64Array(FIRST)
  values = new Float64Array(FIRST)
  values2 = new Float64Array(FIRST)
  quality = new Uint8Array(FIRST)
  hasPositions = false
  extra: Map<number, ReadingExtra> | null = null
  /** Waiters and where their rows end. */
  waiters: Waiter[] = []
  ids: number[] = []
  ends: number[] = []

  grow(): void {
    const size = this.streams.length * 2
    const copy = <T extends Int32Array | Float64Array | Uint8Array>(old: T, made: T): T => {
      made.set(old as never)
      return made
    }
    this.streams = copy(this.streams, new Int32Array(size))
    this.at = copy(this.at, new Float64Array(size))
    this.values = copy(this.values, new Float64Array(size))
    this.values2 = copy(this.values2, new Float64Array(size))
    this.quality = copy(this.quality, new Uint8Array(size))
  }

  batch(): ReadingBatch {
    return {
      length: this.length,
      streams: this.streams,
      at: this.at,
      values: this.values,
      values2: this.hasPositions ? this.values2 : null,
      quality: this.quality,
      extra: this.extra
    }
  }
}

/**
 * Gathers what many devices say at the same time into few batches for the intake and tells each of them when its own is committed. It holds no more
 * than those who wait were allowed to hand in: every gateway stops reading its sockets while its share waits here.
 */
export class Funnel {
  readonly #intake: Intake
  readonly #failed: (error: unknown) => void
  #now = new Columns()
  #underway = 0
  #isPlanned = false
  #isClosed = false
  readonly #retries = new Set<NodeJS.Timeout>()
  readings = 0
  #pushed = 0
  #told = 0

  constructor(intake: Intake, failed: (error: unknown) => void) {
    this.#intake = intake
    this.#failed = failed
  }

  /** One reading; `seal` says whose it was. */
  push(stream: number, at: number, value: number, value2: number, quality: number, extra?: ReadingExtra): void {
    const c = this.#now
    const i = c.length
    if (i === c.streams.length) c.grow()
    c.streams[i] = stream
    c.at[i] = at
    c.values[i] = value
    c.values2[i] = value2
    c.quality[i] = quality
    if (!Number.isNaN(value2)) c.hasPositions = true
    if (extra) {
      c.extra ??= new Map()
      c.extra.set(i, extra)
    }
    c.length = i + 1
    this.#pushed += 1
  }

  /** Readings of which nobody was told yet what became of them. */
  get waiting(): number {
    return this.#pushed - this.#told
  }

  /** What was pushed since the last seal belongs to this waiter. Without any reading he is told at once. */
  seal(waiter: Waiter, id: number): void {
    const c = this.#now
    const from = c.ends.length === 0 ? 0 : c.ends[c.ends.length - 1]!
    if (c.length === from) {
      waiter.settled(id, NONE)
      return
    }
    c.waiters.push(waiter)
    c.ids.push(id)
    c.ends.push(c.length)
    if (c.length >= MOST) this.#flush()
    else this.#plan()
  }

  /** As a promise, for gateways that wait anyway. */
  sealed(): Promise<readonly string[]> {
    return new Promise((resolve) => this.seal({ settled: (_id, refused) => resolve(refused) }, 0))
  }

  #plan(): void {
    if (this.#isPlanned || this.#underway >= UNDERWAY) return
    this.#isPlanned = true
    // What the sockets of this turn bring goes together.
    setImmediate(() => {
      this.#isPlanned = false
      this.#flush()
    })
  }

  #flush(): void {
    const c = this.#now
    if (c.length === 0) return
    this.#now = new Columns()
    this.#underway += 1
    this.readings += c.length
    void this.#submit(c)
  }

  async #submit(c: Columns): Promise<void> {
    try {
      const receipt = await this.#intake.submit(c.batch())
      this.#underway -= 1
      this.#told += c.length
      tell(c, receipt)
      this.#plan()
    } catch (error) {
      // The database is away or the intake is full: nobody was answered, so nobody's readings are lost. They are tried again until they are in.
      this.#failed(error)
      if (this.#isClosed) return
      const timer = setTimeout(() => {
        this.#retries.delete(timer)
        void this.#submit(c)
      }, RETRY_MS)
      this.#retries.add(timer)
    }
  }

  close(): void {
    this.#isClosed = true
    for (const timer of this.#retries) clearTimeout(timer)
  }
}

function tell(c: Columns, receipt: Receipt): void {
  const { refused } = receipt
  if (refused.length === 0) {
    for (let i = 0; i < c.waiters.length; i++) c.waiters[i]!.settled(c.ids[i]!, NONE)
    return
  }
  const codes = new Map(refused.map((r) => [r.index, r.code]))
  let from = 0
  for (let i = 0; i < c.waiters.length; i++) {
    const end = c.ends[i]!
    const of: string[] = []
    for (let row = from; row < end; row++) {
      const code = codes.get(row)
      if (code !== undefined) of.push(code)
    }
    from = end
    c.waiters[i]!.settled(c.ids[i]!, of)
  }
}
