import type pg from 'pg'
import { type Db, poolOf } from '../../../platform/db.ts'

/** Advisory lock class of work that one process does for all; the second key is its name, hashed by the database. */
const LEAD_LOCK = 727_043
const ASK_MS = 3000

/**
 * Does something in one process at a time: whoever gets the lock begins, and another takes over when this one ends or its connection breaks.
 * While `isWanted` says no, nothing is asked of the database.
 */
export class Lead {
  readonly #db: Db
  readonly #name: string
  readonly #begin: () => Promise<() => Promise<void>>
  readonly #isWanted: () => boolean
  readonly #failed: (error: unknown) => void
  #holder: pg.PoolClient | undefined
  #end: (() => Promise<void>) | undefined
  #timer: NodeJS.Timeout | undefined
  #asking: Promise<void> | undefined
  #isStopped = false

  constructor(
    db: Db,
    name: string,
    parts: { begin: () => Promise<() => Promise<void>>; isWanted: () => boolean; failed: (error: unknown) => void }
  ) {
    this.#db = db
    this.#name = name
    this.#begin = parts.begin
    this.#isWanted = parts.isWanted
    this.#failed = parts.failed
  }

  get isLeading(): boolean {
    return this.#end !== undefined
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.ask(), ASK_MS)
    this.#timer.unref()
    await this.ask()
  }

  /** Try now. */
  ask(): Promise<void> {
    this.#asking ??= this.#take()
      .catch(this.#failed)
      .finally(() => {
        this.#asking = undefined
      })
    return this.#asking
  }

  async #take(): Promise<void> {
    if (this.#isStopped || this.#holder || !this.#isWanted()) return
    const client = await poolOf(this.#db).connect()
    try {
      const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as got', [
        LEAD_LOCK,
        this.#name
      ])
      if (!rows[0]?.got) {
        client.release()
        return
      }
      this.#holder = client
      client.once('error', () => void this.#lose(client))
      this.#end = await this.#begin()
    } catch (error) {
      this.#holder = undefined
      client.release(true)
      throw error
    }
  }

  async #lose(client: pg.PoolClient): Promise<void> {
    if (this.#holder !== client) return
    const end = this.#end
    this.#holder = undefined
    this.#end = undefined
    client.release(true)
    await end?.().catch(this.#failed)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    await this.#asking
    if (this.#holder) await this.#lose(this.#holder)
  }
}
