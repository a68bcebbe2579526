import type { FieldKind } from '@chengyun/contract/field'
import { alone, keepForGood, openNews, spaceLeft } from './device.ts'
import { isStuck, OperationLog } from './log.ts'
import { fetchPackage, readPackage } from './package.ts'
import { backoffMs, blockers, ready } from './queue.ts'
import { Sender } from './sender.ts'
import { StorageFullError, SyncStore } from './store.ts'
import type { CachedPackage, Decision, NewOperation, StoredOperation, SyncOptions, SyncSnapshot, SyncStatus } from './types.ts'
import { LineError, RefusedError, SignedOutError, Wire } from './wire.ts'

/** Another page is sending: look again after this long, ms. */
const BUSY_MS = 2000

const NOTHING: SyncStatus = {
  sending: false,
  offline: false,
  signedOut: false,
  waiting: 0,
  oldestAt: null,
  trouble: 0,
  driftMs: null,
  usedShare: null,
  freeBytes: null,
  storageLow: false,
  full: false,
  nextTryAt: null
}

/**
 * What is done on the device goes here first and from here to the server. Everything that counts is on the disk before anything is
 * answered, so the engine may be ended at any moment: the next one over the same database goes on.
 */
export class SyncEngine {
  readonly #options: SyncOptions
  readonly #log: OperationLog
  readonly #wire: Wire
  readonly #sender: Sender
  readonly #stop = new AbortController()
  readonly #listeners = new Set<() => void>()
  readonly #news: ReturnType<typeof openNews>
  #status: SyncStatus = NOTHING
  #package: CachedPackage | null = null
  #snapshot: SyncSnapshot | null = null
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: Promise<void> | null = null
  #again = false
  #stale = false

  private constructor(options: SyncOptions, store: SyncStore) {
    const clock = () => this.#now()
    const stop = this.#stop.signal
    this.#options = options
    this.#log = new OperationLog(store, () => this.#changed())
    this.#wire = new Wire({ ...options, clock }, stop)
    this.#sender = new Sender(this.#log, this.#wire, { deviceId: options.deviceId, clock, arrived: () => this.#changed(), stop })
    this.#news = openNews(`chengyun-field-${options.userId}`, () => this.#hear())
  }

  /** Opens the log of a person on this device and reads what is there. */
  static async open(options: SyncOptions): Promise<SyncEngine> {
    const engine = new SyncEngine(options, await SyncStore.open(options.userId))
    await engine.#load()
    await engine.#log.forgetOld(engine.#now())
    await keepForGood()
    await engine.#measure()
    return engine
  }

  #now(): number {
    return this.#options.clock?.() ?? Date.now()
  }

  // ── What the pages read ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Calls back after every change. Answers how to stop. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** How everything stands; the same object until something changes. */
  snapshot = (): SyncSnapshot => {
    if (this.#snapshot) return this.#snapshot
    const { all } = this.#log
    const held = blockers(all)
    const stuck = new Set(all.filter(isStuck).map((o) => o.key))
    const operations = all.map((o) => {
      const by = held.get(o.key)
      const photosSent = o.state === 'done' ? o.photoIds.length : (this.#sender.photosSent.get(o.key) ?? 0)
      return { ...o, photosSent, blockedBy: by && stuck.has(by) ? by : null }
    })
    const waiting = all.filter((o) => o.state !== 'done' && !stuck.has(o.key))
    const driftMs = this.#sender.driftMs ?? this.#status.driftMs
    this.#snapshot = {
      operations,
      package: this.#package,
      status: { ...this.#status, driftMs, waiting: waiting.length, oldestAt: waiting[0]?.capturedAt ?? null, trouble: stuck.size }
    }
    return this.#snapshot
  }

  /** Operations that wait for a person, oldest first. */
  conflicts(): SyncSnapshot['operations'] {
    return this.snapshot().operations.filter((o) => o.state === 'conflict' || o.state === 'refused')
  }

  #changed(status: Partial<SyncStatus> = {}): void {
    this.#status = { ...this.#status, ...status }
    this.#snapshot = null
    for (const listener of this.#listeners) listener()
  }

  // ── What the pages do ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Keeps an operation with its photos on the device; answers its key when it is safe there. @throws StorageFullError */
  async enqueue<K extends FieldKind>(wanted: NewOperation<K>): Promise<string> {
    const { key } = await this.#log.add(wanted, this.#now()).catch((error: unknown) => {
      if (error instanceof StorageFullError) this.#changed({ full: true })
      throw error
    })
    this.#status = { ...this.#status, full: false }
    this.#goOn()
    return key
  }

  /**
   * Decides about a conflict or a refusal. `mine`: once more, on the case as it stands now. `theirs`: given up, with its photos; steps
   * done on top of it are judged by themselves. Anything else is sent in its place.
   */
  async resolve(key: string, decision: Decision): Promise<void> {
    const operation = this.#log.find(key)
    if (!operation || !isStuck(operation)) return
    if (decision === 'theirs') await this.#log.giveUp(operation)
    else if (decision === 'mine') await this.#log.requeue(operation, null, [])
    else await this.#log.requeue(operation, decision.input, decision.photos ?? [])
    this.#goOn()
  }

  /** Tells other pages, and sends what there is now. */
  #goOn(): void {
    this.#tell()
    if (this.#options.automatic !== false) void this.syncNow()
  }

  /** Sends what waits and fetches what changed. Resolves when nothing more can be done now; never rejects. */
  syncNow(): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve()
    if (this.#running) {
      this.#again = true
      return this.#running
    }
    clearTimeout(this.#timer)
    this.#running = this.#sync().finally(() => {
      this.#running = null
      if (!this.#again) return
      this.#again = false
      if (this.#options.automatic !== false) void this.syncNow()
    })
    return this.#running
  }

  /** Ends the engine at once: nothing is lost, what was under way is taken up by the next one. */
  close(): void {
    clearTimeout(this.#timer)
    this.#stop.abort()
    this.#news.close()
    this.#listeners.clear()
    this.#log.store.close()
  }

  // ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #sync(): Promise<void> {
    this.#changed({ sending: true, nextTryAt: null })
    let wait: number | null = null
    try {
      const free = await alone(`chengyun-field-${this.#options.userId}`, () => this.#work())
      if (free) this.#failures = 0
      wait = free ? this.#nextWait() : BUSY_MS
      this.#status = { ...this.#status, offline: false, signedOut: false }
    } catch (error) {
      if (this.#stop.signal.aborted) return
      if (error instanceof SignedOutError) this.#status = { ...this.#status, signedOut: true, offline: false }
      else {
        this.#failures += 1
        this.#status = { ...this.#status, offline: error instanceof LineError }
        wait = backoffMs(this.#failures)
      }
    }
    if (this.#stop.signal.aborted) return
    await this.#measure()
    const automatic = this.#options.automatic !== false && wait !== null
    if (automatic) this.#timer = setTimeout(() => void this.syncNow(), wait!)
    this.#changed({ sending: false, nextTryAt: automatic ? this.#now() + wait! : null })
  }

  /** How long until the first operation that was put off may go. */
  #nextWait(): number | null {
    const later = this.#log.all.filter((o) => o.notBefore > 0 && o.state !== 'done' && !isStuck(o))
    return later.length === 0 ? null : Math.max(500, Math.min(...later.map((o) => o.notBefore)) - this.#now())
  }

  async #work(): Promise<void> {
    // Another page may have sent meanwhile.
    await this.#load()
    let sent = 0
    for (;;) {
      const some = ready(this.#log.all, this.#now(), this.#options.batch ?? 25)
      if (some.length === 0) break
      const whole: StoredOperation[] = []
      for (const operation of some) if (await this.#sender.sendPhotos(operation)) whole.push(operation)
      if (whole.length > 0) await this.#sender.send(whole)
      sent += whole.length
      if (this.#stale) await this.#load()
      this.#changed()
      this.#tell()
    }
    await fetchPackage(this.#log.store, this.#wire, this.#now()).catch((error: unknown) => {
      // Who has lost his posts gets no package, but what he did before is judged all the same.
      if (!(error instanceof RefusedError)) throw error
    })
    this.#package = await readPackage(this.#log.store)
    if (sent > 0) await this.#log.forgetOld(this.#now())
    this.#tell()
  }

  // ── What is kept ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Another page has written. While this one sends it reads between two requests only, never into its own writing. */
  #hear(): void {
    if (this.#running) this.#stale = true
    else void this.#load().catch(() => undefined)
  }

  async #load(): Promise<void> {
    this.#stale = false
    await this.#log.load()
    this.#package = await readPackage(this.#log.store)
    this.#changed({ driftMs: (await this.#log.store.kept<number>('driftMs')) ?? null })
  }

  async #measure(): Promise<void> {
    this.#status = { ...this.#status, ...(await spaceLeft()) }
    this.#snapshot = null
  }

  /** Other pages of this person read the log anew. */
  #tell(): void {
    if (!this.#stop.signal.aborted) this.#news.tell()
  }
}
