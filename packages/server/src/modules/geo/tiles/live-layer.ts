/** One layer of this process: loaded when first wanted, following every change, built anew in a worker when the changes grow long. */
import { rm } from 'node:fs/promises'
import type { Worker } from 'node:worker_threads'
import type { Db } from '../../../platform/db.ts'
import type { DeliveredEvent } from '../../../platform/module.ts'
import type { Layer, Touched } from '../domain/tiles/layer.ts'
import { hasMoreThan, keysSince, readByKeys } from '../queries/layer-rows.ts'
import { buildHere, buildInWorker, restoreLayer } from './build.ts'
import { fileOfLayer } from './file.ts'
import type { LayerSource, LayerTouch } from './source.ts'
import { Stamps } from './stamps.ts'

/** A smaller layer is read in this thread, and has no file. */
const SMALL = 20_000
/** So many changes, or this share of the layer, make a new snapshot worth it. */
const OLD = 20_000
const OLD_SHARE = 0.02
/** More changed keys than this are not followed one by one: the layer is built anew. */
const MAX_KEYS = 200_000
/** Between two builds of a large layer. */
const REST_MS = 60_000
/** Changes are put in by so many at once, so that requests come between. */
const SLICE = 1000

export type LayerState = 'idle' | 'loading' | 'ready' | 'failed'

export interface LiveLayerOptions {
  db: Db
  dataDir: string
  log: (level: 'debug' | 'warn', message: string, data: object) => void
}

const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export class LiveLayer {
  source: LayerSource
  readonly stamps = new Stamps()
  state: LayerState = 'idle'
  readonly #options: LiveLayerOptions
  #layer: Layer | null = null
  #loading: Promise<void> | null = null
  /** Transaction from which on changes may be unknown. */
  #xmin = '0'
  #waitingKeys = new Set<string>()
  #looksSince = false
  #wantsAll = false
  #following: Promise<void> | null = null
  /** Keys changed while a new snapshot is being built: put into it afterwards. */
  #journal: Set<string> | null = null
  #worker: Worker | null = null
  #isClosed = false
  /** Large layers are not built anew before this, ms of the process: many imports in a row are one. */
  #notBefore = 0

  constructor(source: LayerSource, options: LiveLayerOptions) {
    this.source = source
    this.#options = options
  }

  /** The layer, when it is there. */
  get layer(): Layer | null {
    return this.#layer
  }

  /** Starts loading when nobody has; resolves when the layer is ready. Throws when it cannot be read. */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.state = 'failed'
      this.#loading = null
      throw error
    })
    return this.#loading
  }

  /** Whether everything heard so far is in the layer. */
  get isSettled(): boolean {
    return this.#following === null
  }

  /** Resolves when everything heard so far is in the layer. */
  async settle(): Promise<void> {
    while (this.#following) await this.#following
  }

  /** An event was delivered. */
  hear(event: DeliveredEvent): void {
    if (this.state === 'idle' || this.state === 'failed') return
    const touch = this.source.touchedBy(event)
    if (touch) this.#note(touch)
  }

  /** The source says something else of itself now; rows of another version are read anew. */
  redeclare(source: LayerSource): void {
    const isOther = source.version !== this.source.version
    this.source = source
    if (isOther && this.state !== 'idle') this.#note('all')
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#worker?.terminate()
    await this.#loading?.catch(() => undefined)
    await this.#following?.catch(() => undefined)
  }

  #note(touch: LayerTouch): void {
    if (touch === 'all') this.#wantsAll = true
    else if (touch === 'since') this.#looksSince = true
    else
      for (const key of touch.keys) {
        this.#waitingKeys.add(key)
        this.#journal?.add(key)
      }
    if (this.state === 'ready') this.#follow()
  }

  #follow(): void {
    this.#following ??= this.#takeChanges()
      .catch((error: unknown) => {
        this.#options.log('warn', 'a layer did not follow a change', { layer: this.source.id, err: error })
        // What was missed is found again by reading everything.
        this.#wantsAll = true
        setTimeout(() => this.#isClosed || this.#follow(), 5000).unref()
      })
      .finally(() => {
        this.#following = null
      })
  }

  async #takeChanges(): Promise<void> {
    while (!this.#isClosed && this.#layer) {
      if (this.#wantsAll && !this.#journal && performance.now() >= this.#notBefore) {
        this.#wantsAll = false
        this.#looksSince = false
        await this.#rebuild()
      } else if (this.#looksSince) {
        this.#looksSince = false
        await this.#lookSince()
      } else if (this.#waitingKeys.size > 0) {
        const keys = [...this.#waitingKeys]
        this.#waitingKeys.clear()
        await this.#putIn(this.#layer, keys)
      } else break
    }
    const layer = this.#layer
    if (layer && !this.#isClosed && !this.#journal && layer.age > Math.max(OLD, layer.size * OLD_SHARE)) void this.#renew(false)
  }

  /** Reads some objects as they stand now and puts them in. */
  async #putIn(layer: Layer, keys: readonly string[]): Promise<void> {
    const { db } = this.#options
    for (let from = 0; from < keys.length; from += SLICE) {
      const slice = keys.slice(from, from + SLICE)
      const rows = await readByKeys(db, this.source.queries, slice)
      const touched: Touched[] = []
      for (const key of slice) touched.push(...layer.apply(key, rows.get(key) ?? null))
      if (keys.length > SLICE) this.stamps.raiseAll()
      else this.stamps.raise(touched)
      await breath()
    }
  }

  async #lookSince(): Promise<void> {
    const { keysSince: query } = this.source.queries
    if (query === null) {
      await this.#rebuild()
      return
    }
    const { keys, marks } = await keysSince(this.#options.db, query, this.#xmin, MAX_KEYS)
    if (keys === null) {
      await this.#rebuild()
      return
    }
    for (const key of keys) this.#journal?.add(key)
    await this.#putIn(this.#layer!, keys)
    this.#xmin = marks.xmin
  }

  async #load(): Promise<void> {
    this.state = 'loading'
    const began = performance.now()
    const { db, dataDir, log } = this.#options
    const restored = await restoreLayer(db, dataDir, this.source, MAX_KEYS)
    if (restored) {
      this.#layer = restored.layer
      this.#xmin = restored.xmin
      await this.#putIn(restored.layer, restored.keys)
    } else if (await hasMoreThan(db, this.source.queries, SMALL)) {
      this.#layer = await this.#buildInWorker()
    } else {
      await rm(fileOfLayer(dataDir, this.source.id), { force: true })
      this.#layer = await this.#buildHere()
    }
    this.state = 'ready'
    this.stamps.raiseAll()
    log('debug', 'layer ready', {
      layer: this.source.id,
      objects: this.#layer.size,
      restored: restored !== null,
      ms: Math.round(performance.now() - began)
    })
    // What was heard meanwhile.
    this.#follow()
    await this.settle()
  }

  /** Reads the layer in a worker that `close` can end. */
  async #buildInWorker(): Promise<Layer> {
    const { layer, xmin, ms } = await buildInWorker(this.#options.db, this.#options.dataDir, this.source, (worker) => {
      this.#worker = worker
    })
    this.#xmin = xmin
    this.#options.log('debug', 'layer built', { layer: this.source.id, objects: layer.size, ms })
    return layer
  }

  async #buildHere(): Promise<Layer> {
    const { layer, xmin } = await buildHere(this.#options.db, this.source)
    this.#xmin = xmin
    return layer
  }

  /** Everything is different: a small layer is read at once, a large one in a worker while the old state is served. */
  async #rebuild(): Promise<void> {
    if (this.#journal) {
      // One is being built, and may have begun before what makes everything different: once more when it is done.
      this.#wantsAll = true
      return
    }
    const isLarge = await hasMoreThan(this.#options.db, this.source.queries, SMALL)
    this.#journal = new Set()
    if (isLarge) {
      void this.#renew(true)
      return
    }
    try {
      await this.#takeOver(await this.#buildHere())
    } finally {
      this.#journal = null
    }
    this.stamps.raiseAll()
  }

  /**
   * A new snapshot from a worker. Changes go on being followed while it is built. Where the content is the same as before
   * (`isOther` false), nothing that was cut becomes old by it.
   */
  async #renew(isOther: boolean): Promise<void> {
    this.#journal ??= new Set()
    try {
      await this.#takeOver(await this.#buildInWorker())
      if (isOther) this.stamps.raiseAll()
    } catch (error) {
      this.#journal = null
      this.#wantsAll ||= isOther
      if (!this.#isClosed) this.#options.log('warn', 'a layer was not renewed', { layer: this.source.id, err: error })
    }
    this.#notBefore = performance.now() + REST_MS
    setTimeout(() => this.#isClosed || this.#follow(), REST_MS + 1).unref()
  }

  async #takeOver(fresh: Layer): Promise<void> {
    for (let keys = [...this.#journal!]; keys.length > 0; keys = [...this.#journal!]) {
      this.#journal!.clear()
      const rows = await readByKeys(this.#options.db, this.source.queries, keys)
      for (const key of keys) fresh.apply(key, rows.get(key) ?? null)
    }
    this.#journal = null
    this.#layer = fresh
  }
}
