/** The layers of this process: which there are, who may see what of them, and their tiles. */
import type { TileForm } from '@chengyun/contract/geo'
import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import type { DeliveredEvent } from '../../../platform/module.ts'
import { cutCells } from '../domain/tiles/cells.ts'
import { cutHexes } from '../domain/tiles/hexes.ts'
import { MvtLayer } from '../domain/tiles/mvt.ts'
import { cutObjects } from '../domain/tiles/objects.ts'
import { type Filter, type Reach, reachesNothing } from '../domain/tiles/reach.ts'
import type { View } from '../domain/tiles/view.ts'
import { type CutTile, TileCache } from './cache.ts'
import { LiveLayer, type LiveLayerOptions } from './live-layer.ts'
import { familiesOf, type LayerSource } from './source.ts'

/** Lamps are read by the clock: a tile that shows them is cut anew after this. */
const LAMP_MS = 60_000

export interface TileServiceOptions extends LiveLayerOptions {
  cacheBytes: number
}

export interface TileRequest {
  z: number
  x: number
  y: number
  form: TileForm
  filter: Filter
}

export class TileService {
  readonly cache: TileCache
  readonly #options: TileServiceOptions
  readonly #layers = new Map<string, LiveLayer>()
  #listed: Promise<void> | null = null
  #reaches = new WeakMap<Actor, Map<LayerSource, Promise<Reach>>>()
  #isClosed = false
  #preloading: Promise<void> | null = null

  constructor(options: TileServiceOptions) {
    this.#options = options
    this.cache = new TileCache(options.cacheBytes)
  }

  get db(): Db {
    return this.#options.db
  }

  /** Layers there are, in the order their modules tell them. */
  async list(): Promise<LiveLayer[]> {
    this.#listed ??= this.#ask().catch((error: unknown) => {
      this.#listed = null
      throw error
    })
    await this.#listed
    return [...this.#layers.values()]
  }

  async #ask(): Promise<void> {
    const sources: LayerSource[] = []
    for (const family of familiesOf(this.db)) sources.push(...(await family.list()))
    const wanted = new Set(sources.map((s) => s.id))
    for (const [id, layer] of this.#layers) {
      if (wanted.has(id)) continue
      this.#layers.delete(id)
      void layer.close()
    }
    for (const source of sources) {
      const known = this.#layers.get(source.id)
      if (known) known.redeclare(source)
      else this.#layers.set(source.id, new LiveLayer(source, this.#options))
    }
  }

  /** A layer and what of it this person may see; null when there is none for him. */
  async find(actor: Actor, id: string): Promise<{ live: LiveLayer; reach: Reach } | null> {
    if (!this.#listed) await this.list()
    await this.#listed
    const live = this.#layers.get(id)
    if (!live?.source.mayRead(actor)) return null
    const reach = await this.reachOf(actor, live.source)
    return reachesNothing(reach) ? null : { live, reach }
  }

  /** Worked out once for a person's posts; actors are made anew when those change. */
  reachOf(actor: Actor, source: LayerSource): Promise<Reach> {
    const mine = this.#reaches.get(actor) ?? new Map<LayerSource, Promise<Reach>>()
    this.#reaches.set(actor, mine)
    const known = mine.get(source) ?? Promise.resolve(source.reachOf(actor))
    mine.set(source, known)
    known.catch(() => mine.delete(source))
    return known
  }

  /** Every delivered event comes here. */
  hear(event: DeliveredEvent): void {
    if (event.name.startsWith('geo.')) this.#reaches = new WeakMap()
    for (const live of this.#layers.values()) live.hear(event)
    if (familiesOf(this.db).some((family) => family.isStaleAfter(event))) this.#listed = null
  }

  /** Loads every layer, one after another: at start, so that the first reader need not wait. */
  loadAll(): Promise<void> {
    this.#preloading ??= this.#loadAll()
    return this.#preloading
  }

  async #loadAll(): Promise<void> {
    const warn = (layer: string | null, error: unknown): void => {
      if (!this.#isClosed) this.#options.log('warn', 'a layer could not be read', { layer, err: error })
    }
    try {
      for (const live of await this.list()) {
        if (this.#isClosed) return
        await live.load().catch((error: unknown) => warn(live.source.id, error))
      }
    } catch (error) {
      warn(null, error)
    }
  }

  /** A tile, cut now or from the cache. The layer is loaded. */
  tile(live: LiveLayer, view: View, request: TileRequest): CutTile {
    const { z, x, y, form } = request
    const now = Date.now()
    const { source } = live
    const hasLamps = form === 'objects' && source.paused !== null
    const minute = hasLamps ? Math.floor(now / LAMP_MS) : 0
    const key = `${source.id}/${z}/${x}/${y}/${form}/${minute}\n${view.key}`
    return this.cache.get(key, live.stamps.of(z, x, y, now), () => {
      const out = new MvtLayer(source.id)
      if (form === 'cells') cutCells(view.layer, view, z, x, y, out)
      else if (form === 'hex') cutHexes(view.layer, view, z, x, y, out)
      else {
        const style = { key: source.key, fields: source.fields.map((f) => f.key), paused: source.paused, labels: source.labels }
        cutObjects(view.layer, view, z, x, y, style, Math.floor(now / 1000), out)
      }
      return out.finish()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#layers.values()].map((live) => live.close()))
    await this.#preloading
  }
}
