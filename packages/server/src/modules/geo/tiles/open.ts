/** The one tile service of a server process, and how requests come to a layer that is ready. */
import { type LayerFilter, MAP_ERRORS } from '@chengyun/contract/geo'
import type { FastifyInstance } from 'fastify'
import { Gauge } from 'prom-client'
import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import type { Layer } from '../domain/tiles/layer.ts'
import type { Filter } from '../domain/tiles/reach.ts'
import type { View } from '../domain/tiles/view.ts'
import type { GeoSettings } from '../settings.ts'
import type { LiveLayer } from './live-layer.ts'
import { TileService } from './service.ts'
import type { LayerSource } from './source.ts'

const fail = thrower(MAP_ERRORS)
/** A request waits so long for a layer that is being read, and for a change that is being put in. */
const LOAD_WAIT_MS = 10_000
const CHANGE_WAIT_MS = 1000
const DAY_S = 86_400

const services = new WeakMap<Db, TileService | null>()

/** The service of this process, started on first use; null where the setting says that it serves no layers. */
export function openTiles(app: FastifyInstance): TileService | null {
  const known = services.get(app.db)
  if (known !== undefined) return known
  const settings = app.settings as unknown as GeoSettings
  if (!settings.CHENGYUN_MAP_LAYERS) {
    services.set(app.db, null)
    return null
  }
  const service = new TileService({
    db: app.db,
    dataDir: app.settings.CHENGYUN_DATA,
    cacheBytes: settings.CHENGYUN_MAP_CACHE_MB * 1024 * 1024,
    log: (level, message, data) => app.log[level](data, message)
  })
  services.set(app.db, service)
  app.hub.watch((event) => service.hear(event))
  app.addHook('onListen', async () => {
    // Behind the start: a reader who comes sooner starts the layer he wants himself.
    void service.loadAll()
  })
  app.addHook('onClose', async () => {
    services.delete(app.db)
    await service.close()
  })
  measure(app, service)
  return service
}

function measure(app: FastifyInstance, service: TileService): void {
  const registers = [app.metrics]
  new Gauge({
    name: 'chengyun_map_layer_objects',
    help: 'Objects of each layer in memory.',
    labelNames: ['layer'],
    registers,
    async collect() {
      this.reset()
      for (const { source, layer } of await service.list()) if (layer) this.set({ layer: source.id }, layer.size)
    }
  })
  new Gauge({
    name: 'chengyun_map_layer_bytes',
    help: 'Memory of the snapshot of each layer.',
    labelNames: ['layer'],
    registers,
    async collect() {
      this.reset()
      for (const { source, layer } of await service.list())
        if (layer) this.set({ layer: source.id }, layer.snapshot.block.byteLength)
    }
  })
  new Gauge({
    name: 'chengyun_map_layer_changes',
    help: 'Changes of each layer since its snapshot.',
    labelNames: ['layer'],
    registers,
    async collect() {
      this.reset()
      for (const { source, layer } of await service.list()) if (layer) this.set({ layer: source.id }, layer.age)
    }
  })
  new Gauge({
    name: 'chengyun_tile_cache_bytes',
    help: 'Memory of cut tiles.',
    registers,
    collect() {
      this.set(service.cache.bytes)
    }
  })
  new Gauge({
    name: 'chengyun_tiles_total',
    help: 'Tiles since start: cut anew, or taken from the cache.',
    labelNames: ['how'],
    registers,
    collect() {
      this.set({ how: 'cut' }, service.cache.cuts)
      this.set({ how: 'cache' }, service.cache.hits)
    }
  })
}

/** A layer that is ready, through the eyes of whoever asks. */
export interface OpenLayer {
  live: LiveLayer
  source: LayerSource
  layer: Layer
  view: View
}

const pause = (ms: number): Promise<'late'> => new Promise((resolve) => setTimeout(() => resolve('late'), ms).unref())

/**
 * Opens a layer for a person under a filter; with `ever` also what has ended. Throws MAP_LAYERS_OFF, MAP_LAYER_NOT_FOUND (also for one he may not see), MAP_LAYER_LOADING,
 * MAP_FILTER_INVALID.
 */
export async function openLayer(
  service: TileService | null,
  actor: Actor,
  id: string,
  filter: LayerFilter,
  moment?: 'ever'
): Promise<OpenLayer> {
  if (!service) throw fail('MAP_LAYERS_OFF')
  const found = await service.find(actor, id)
  if (!found) throw fail('MAP_LAYER_NOT_FOUND', { layer: id })
  const { live, reach } = found
  const asked = { ...readFilter(filter, live.source), ...(moment && { at: moment }) }
  if (live.state !== 'ready' && (await Promise.race([live.load(), pause(LOAD_WAIT_MS)])) === 'late')
    throw fail('MAP_LAYER_LOADING', { layer: id })
  // What was heard before this request is seen in its answer.
  if (!live.isSettled) await Promise.race([live.settle(), pause(CHANGE_WAIT_MS)])
  const layer = live.layer
  if (!layer) throw fail('MAP_LAYER_LOADING', { layer: id })
  return { live, source: live.source, layer, view: layer.view(reach, asked) }
}

const listOf = (text: string | undefined): string[] => (text === undefined ? [] : text.split(',').sort())

/** The filter of a request. Moments are taken to the minute, so that readers share what was worked out. Throws MAP_FILTER_INVALID. */
export function readFilter(filter: LayerFilter, source: LayerSource): Filter {
  const statuses = listOf(filter.status)
  if (statuses.some((key) => !source.statuses.some((s) => s.key === key))) throw fail('MAP_FILTER_INVALID', { field: 'status' })
  const at = filter.at !== undefined && source.days !== null ? readMoment(filter.at, source.days, 'at') : null
  return { classes: listOf(filter.class), statuses, at }
}

/** Seconds since 1970, to the minute. Throws MAP_FILTER_INVALID for what lies before the layer reaches. */
export function readMoment(text: string, days: number, field: string): number {
  const at = Math.floor(Date.parse(text) / 60_000) * 60
  if (!Number.isFinite(at) || at < Date.now() / 1000 - (days + 1) * DAY_S) throw fail('MAP_FILTER_INVALID', { field })
  return at
}
