import { addProtocol, type LayerSpecification, type Map as MapLibre } from 'maplibre-gl'
import { PMTiles, Protocol, TileType } from 'pmtiles'
import { type ThemeMode, TOKENS } from '../theme.ts'
import { GROUND_LAYERS } from './base.ts'

/** A base map of somebody else, as the server lists it. Raster: `sheets` of tile templates, lowest first; archive: `url`. */
export interface BaseLayer {
  id: string
  name: { zh: string; en: string }
  kind: 'raster' | 'pmtiles'
  sheets: readonly (readonly string[])[]
  url: string | null
  scheme: 'xyz' | 'tms'
  attribution: string
  minzoom: number
  maxzoom: number
  tileSize: number
  /** West, south, east, north in degrees. */
  bounds: readonly number[] | null
  /** It names places itself. */
  labelled: boolean
}

/** Whose base map lies under a map, in its own words; empty for ours. */
export function creditOf(map: MapLibre): string {
  const words = Object.entries(map.getStyle().sources).flatMap(([id, source]) =>
    id.startsWith(PREFIX) && 'attribution' in source && source.attribution ? [source.attribution] : []
  )
  // It may be written as HTML, to be a link where it is shown.
  const text = new DOMParser().parseFromString(words.join(' '), 'text/html').body.textContent
  return text.trim()
}

/** Base maps of others start with this in sources and layers. */
const PREFIX = 'foreign-'
/** The lowest of our own layers that stays visible over a foreign base. */
const FIRST_OWN = 'grid-line'
/** Our names, left out where the foreign base has its own. */
const OWN_NAMES = ['road-name', 'community-name', 'street-name', 'district-name']

let archives: Protocol | null = null

/** Archives read with range requests; the protocol is registered once for all maps of the page. */
function archive(url: string): PMTiles {
  if (!archives) {
    archives = new Protocol()
    addProtocol('pmtiles', archives.tile)
  }
  const address = new URL(url, location.href).href
  const found = archives.get(address) ?? new PMTiles(address)
  archives.add(found)
  return found
}

/**
 * Lays a foreign base map under our borders and names in place of our ground, or takes it away (null). Throws when an archive cannot be
 * read; our own ground then stays.
 */
export async function layForeign(map: MapLibre, mode: ThemeMode, base: BaseLayer | null, onFailed: () => void): Promise<void> {
  const parts = base ? await partsOf(mode, base) : null
  watched.get(map)?.()
  const style = map.getStyle()
  for (const { id } of style.layers) if (id.startsWith(PREFIX)) map.removeLayer(id)
  for (const id of Object.keys(style.sources)) if (id.startsWith(PREFIX)) map.removeSource(id)
  for (const id of [...GROUND_LAYERS, 'road-name'])
    if (map.getLayer(id) && id !== 'outside' && id !== 'edge') map.setLayoutProperty(id, 'visibility', base ? 'none' : 'visible')
  for (const id of OWN_NAMES)
    if (id !== 'road-name' && map.getLayer(id)) map.setLayoutProperty(id, 'visibility', base?.labelled ? 'none' : 'visible')
  if (!parts) return
  for (const [id, source] of Object.entries(parts.sources)) map.addSource(id, source)
  for (const layer of parts.layers) map.addLayer(layer, FIRST_OWN)
  watched.set(
    map,
    watch(map, () => {
      void layForeign(map, mode, null, onFailed)
      onFailed()
    })
  )
}

type Sources = Record<string, Parameters<MapLibre['addSource']>[1]>

async function partsOf(mode: ThemeMode, base: BaseLayer): Promise<{ sources: Sources; layers: LayerSpecification[] }> {
  if (base.kind === 'raster') return rasterParts(mode, base)
  const tiles = archive(base.url ?? '')
  const header = await tiles.getHeader()
  const url = `pmtiles://${new URL(base.url ?? '', location.href).href}`
  if (header.tileType === TileType.Mvt) {
    const id = `${PREFIX}vector`
    const { vector_layers: found = [] } = (await tiles.getMetadata()) as { vector_layers?: { id: string }[] }
    return {
      sources: { [id]: { type: 'vector', url, attribution: base.attribution } },
      layers: vectorLayers(
        mode,
        id,
        found.map((l) => l.id)
      )
    }
  }
  const id = `${PREFIX}0`
  return {
    sources: { [id]: { type: 'raster', url, tileSize: base.tileSize, attribution: base.attribution } },
    layers: [rasterLayer(mode, id)]
  }
}

function rasterParts(mode: ThemeMode, base: BaseLayer): { sources: Sources; layers: LayerSpecification[] } {
  const sources: Sources = {}
  const layers: LayerSpecification[] = []
  base.sheets.forEach((tiles, i) => {
    const id = `${PREFIX}${i}`
    sources[id] = {
      type: 'raster',
      tiles: tiles.map((t) => absolute(t)),
      tileSize: base.tileSize,
      scheme: base.scheme,
      minzoom: base.minzoom,
      maxzoom: base.maxzoom,
      ...(base.bounds ? { bounds: [...base.bounds] as [number, number, number, number] } : {}),
      ...(i === 0 && base.attribution ? { attribution: base.attribution } : {})
    }
    layers.push(rasterLayer(mode, id))
  })
  return { sources, layers }
}

/** A template of our own server with its origin: tiles are asked for from a worker, which has no address of its own. */
const absolute = (template: string): string => (template.startsWith('/') ? location.origin + template : template)

/** Pictures are dimmed at night: most services paint for paper. */
function rasterLayer(mode: ThemeMode, id: string): LayerSpecification {
  const paint = mode === 'dark' ? { 'raster-brightness-max': 0.62, 'raster-saturation': -0.35 } : {}
  return { id, type: 'raster', source: id, paint: { 'raster-fade-duration': 0, ...paint } }
}

/** Archives of vector tiles in the two common schemas (Protomaps, OpenMapTiles), in our colours. */
function vectorLayers(mode: ThemeMode, source: string, found: readonly string[]): LayerSpecification[] {
  const c = TOKENS[mode]
  const fill = (id: string, color: string): LayerSpecification => ({
    id: `${PREFIX}${id}`,
    type: 'fill',
    source,
    'source-layer': id,
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': color }
  })
  const line = (id: string, color: string, width: number): LayerSpecification => ({
    id: `${PREFIX}${id}`,
    type: 'line',
    source,
    'source-layer': id,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: {
      'line-color': color,
      'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 9, 0.4, 14, width, 19, width * 6]
    }
  })
  const wanted: [string, LayerSpecification][] = [
    ['earth', fill('earth', c.land)],
    ['landcover', fill('landcover', c.neighbour)],
    ['landuse', fill('landuse', c.neighbour)],
    ['park', fill('park', c.neighbour)],
    ['water', fill('water', c.sea)],
    ['waterway', line('waterway', c.sea, 1.5)],
    ['roads', line('roads', c.road, 3)],
    ['transportation', line('transportation', c.road, 3)],
    ['buildings', fill('buildings', c.building)],
    ['building', fill('building', c.building)]
  ]
  const ground: LayerSpecification = {
    id: `${PREFIX}ground`,
    type: 'background',
    paint: { 'background-color': found.includes('earth') ? c.sea : c.land }
  }
  return [ground, ...wanted.filter(([id]) => found.includes(id)).map(([, layer]) => layer)]
}

const watched = new WeakMap<MapLibre, () => void>()

/** Tells once when nothing of a foreign base map arrives; a missing tile among others is no failure. Answers how to stop watching. */
function watch(map: MapLibre, onFailed: () => void): () => void {
  let refused = 0
  const heard = (e: { sourceId?: string; tile?: unknown }) => {
    if (e.sourceId?.startsWith(PREFIX) && e.tile) stop()
  }
  const failed = (e: object) => {
    if (!(e as { sourceId?: string }).sourceId?.startsWith(PREFIX)) return
    refused += 1
    if (refused < 2) return
    stop()
    onFailed()
  }
  const stop = () => {
    map.off('sourcedata', heard)
    map.off('error', failed)
  }
  map.on('sourcedata', heard)
  map.on('error', failed)
  return stop
}
