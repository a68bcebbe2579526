import type { Db } from '../../platform/db.ts'
import { compileOwners, compileRules, type ResponsibilityIndex } from './domain/resolver.ts'
import { eventsSince, lastEvent, listOwners, listRules, loadDirectory } from './queries/rules.ts'

const POLL_MS = 1000

/**
 * The compiled rules of this process. They are compiled anew when rules, owners, units or places changed anywhere (heard from the
 * event log within a second), at once after a change by this process, and when a rule begins or ends.
 */
export class LiveIndex {
  readonly #db: Db
  readonly #onError: (error: unknown) => void
  #index: ResponsibilityIndex | undefined
  #seq = 0
  #timer: NodeJS.Timeout | undefined
  #loading: Promise<void> = Promise.resolve()

  constructor(db: Db, onError: (error: unknown) => void) {
    this.#db = db
    this.#onError = onError
  }

  /** The rules in force. Before start() it is an error to ask. */
  get current(): ResponsibilityIndex {
    if (!this.#index) throw new Error('responsibility was asked before it was loaded')
    return this.#index
  }

  async start(): Promise<void> {
    this.#seq = await lastEvent(this.#db)
    await this.refresh()
    this.#timer = setInterval(() => void this.#poll(), POLL_MS)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#loading.catch(() => {})
  }

  /** Compile anew; calls that meet follow one another, so that the last one sees everything. */
  refresh(): Promise<void> {
    const next = this.#loading.catch(() => {}).then(() => this.#load(new Date()))
    this.#loading = next
    return next
  }

  async #load(now: Date): Promise<void> {
    const rules = await listRules(this.#db)
    const [directory, owners] = await Promise.all([loadDirectory(this.#db, rules), listOwners(this.#db)])
    this.#index = compileRules(rules, directory, now, compileOwners(owners))
  }

  async #poll(): Promise<void> {
    try {
      const { seq, stale } = await eventsSince(this.#db, this.#seq)
      this.#seq = seq
      const due = this.#index?.nextChangeAt
      if (stale || (due && due <= new Date())) await this.refresh()
    } catch (error) {
      this.#onError(error)
    }
  }
}
