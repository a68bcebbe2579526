import type * as GeoJSON from 'geojson'
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import { type ThemeMode, TOKENS } from '../theme.ts'
import { type ToneName, toneColor, toneSize } from '../tone.ts'

/** Things on the map whose states change while one looks, as columns. */
export interface LiveLayer {
  key: string
  geometry: 'point' | 'line' | 'polygon'
  /** Another one says that other things are there or that they lie elsewhere; states alone change without it. */
  rev: string
  codes: readonly string[]
  names: readonly string[]
  /** Longitude and latitude by turns; of points. */
  points?: readonly number[]
  /** Of lines and areas. */
  paths?: readonly (readonly number[])[]
  /** Colour of what has no state to show. */
  color: string
  /** By thing. */
  tones: readonly ToneName[]
  /** Gravest standing alarm; 0 for none. */
  levels: readonly number[]
  /** What is written beside a thing; empty for nothing. */
  labels: readonly string[]
  /** From which zoom on labels are written. */
  labelsFrom: number
}

const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
/** As many labels as a view can hold without becoming a page of text. */
const MOST_LABELS = 240

const pairs = (flat: readonly number[]): [number, number][] => {
  const out: [number, number][] = []
  for (let i = 0; i + 1 < flat.length; i += 2) out.push([flat[i] as number, flat[i + 1] as number])
  return out
}

/** The shapes of a layer with their numbers as ids. */
export function shapesOf(layer: LiveLayer): GeoJSON.FeatureCollection {
  const features: GeoJSON.Feature[] = layer.codes.map((_, i) => {
    const geometry: GeoJSON.Geometry =
      layer.geometry === 'point'
        ? { type: 'Point', coordinates: [layer.points?.[2 * i] ?? 0, layer.points?.[2 * i + 1] ?? 0] }
        : layer.geometry === 'line'
          ? { type: 'LineString', coordinates: pairs(layer.paths?.[i] ?? []) }
          : { type: 'Polygon', coordinates: [pairs(layer.paths?.[i] ?? [])] }
    return { type: 'Feature', id: i, properties: {}, geometry }
  })
  return { type: 'FeatureCollection', features }
}

/** Where a thing stands: a point itself, the middle of a line, the mean of a ring. */
export function placeOf(layer: LiveLayer, i: number): [number, number] | null {
  if (layer.geometry === 'point') {
    const [x, y] = [layer.points?.[2 * i], layer.points?.[2 * i + 1]]
    return x === undefined || y === undefined ? null : [x, y]
  }
  const path = pairs(layer.paths?.[i] ?? [])
  if (path.length === 0) return null
  if (layer.geometry === 'line') return path[Math.floor(path.length / 2)] ?? null
  const n = path.length
  return [path.reduce((s, p) => s + p[0], 0) / n, path.reduce((s, p) => s + p[1], 0) / n]
}

/** The box most things lie in, [w, s, e, n]: the outermost hundredth on each side is left out, so that one lost thing does not make all others small. */
export function extentOf(layers: readonly LiveLayer[]): [number, number, number, number] | null {
  const at = layers.flatMap((l) => l.codes.flatMap((_, i) => [placeOf(l, i)].filter((p) => p !== null)))
  if (at.length === 0) return null
  const within = (values: number[]): [number, number] => {
    values.sort((a, b) => a - b)
    const cut = Math.floor(values.length / 100)
    return [values[cut] ?? 0, values[values.length - 1 - cut] ?? 0]
  }
  const [w, e] = within(at.map((p) => p[0]))
  const [s, n] = within(at.map((p) => p[1]))
  return [w, s, e, n]
}

const sourceOf = (key: string): string => `live-${key}`
const state = (name: string, otherwise: string | number): ExpressionSpecification => [
  'coalesce',
  ['feature-state', name],
  otherwise
]

/** How much larger dots are drawn where there are few of them. */
export const dotScale = (things: number): number => Math.min(2, Math.max(1, 3.2 - 0.8 * Math.log10(Math.max(1, things))))

function drawn(layer: LiveLayer, mode: ThemeMode): LayerSpecification[] {
  const c = TOKENS[mode]
  const source = sourceOf(layer.key)
  const color = state('color', layer.color)
  if (layer.geometry === 'line')
    return [
      {
        id: `${source}.line`,
        type: 'line',
        source,
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: {
          'line-color': color,
          'line-width': ['interpolate', ['linear'], ['zoom'], 8, ['*', 0.8, state('size', 1)], 16, ['*', 3, state('size', 1)]]
        }
      }
    ]
  if (layer.geometry === 'polygon')
    return [
      { id: `${source}.fill`, type: 'fill', source, paint: { 'fill-color': color, 'fill-opacity': 0.22 } },
      { id: `${source}.line`, type: 'line', source, paint: { 'line-color': color, 'line-width': 1.2 } }
    ]
  // A handful is to be found on the map of a whole city; thousands are to lie beside each other.
  const few = dotScale(layer.codes.length)
  const radius = (r: number): ExpressionSpecification => ['*', r * few, state('size', 1)]
  return [
    {
      id: `${source}.dot`,
      type: 'circle',
      source,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, radius(2.2), 12, radius(3.4), 16, radius(6)],
        'circle-color': ['case', ['boolean', ['feature-state', 'hollow'], false], c.surface, color],
        'circle-stroke-color': ['case', ['boolean', ['feature-state', 'hollow'], false], color, c.surface],
        'circle-stroke-width': ['case', ['boolean', ['feature-state', 'hollow'], false], 1.4, 0.8]
      }
    }
  ]
}

/** What a layer shows of its alarms: their signs above everything, gravest on top. */
export function signsOf(layers: readonly LiveLayer[]): GeoJSON.FeatureCollection {
  const features = layers.flatMap((layer) =>
    layer.levels.flatMap((level, i): GeoJSON.Feature[] => {
      const at = level > 0 ? placeOf(layer, i) : null
      if (!at) return []
      const properties = { layer: layer.key, i, lamp: `level${level}`, rank: 10 - level }
      return [{ type: 'Feature', properties, geometry: { type: 'Point', coordinates: at } }]
    })
  )
  return { type: 'FeatureCollection', features }
}

export interface LiveHit {
  layer: string
  index: number
}

/**
 * Draws live layers on a map that has been loaded. Shapes go to the map once; afterwards only states of things that changed are set, so that
 * ten thousand marks that change every ten seconds cost no tile.
 */
export class LiveLayers {
  readonly #map: MapLibre
  readonly #mode: ThemeMode
  #layers: readonly LiveLayer[] = []
  #revs = new Map<string, string>()
  #shown = new Map<string, string[]>()

  constructor(map: MapLibre, mode: ThemeMode) {
    this.#map = map
    this.#mode = mode
    const c = TOKENS[mode]
    map.addSource('live-signs', { type: 'geojson', data: NOTHING })
    map.addSource('live-labels', { type: 'geojson', data: NOTHING })
    map.addSource('live-chosen', { type: 'geojson', data: NOTHING })
    map.addLayer({
      id: 'live-chosen',
      type: 'circle',
      source: 'live-chosen',
      paint: {
        'circle-radius': 13,
        'circle-color': c.brand,
        'circle-opacity': 0.14,
        'circle-stroke-color': c.brand,
        'circle-stroke-width': 2
      }
    })
    map.addLayer({
      id: 'live-labels',
      type: 'symbol',
      source: 'live-labels',
      layout: {
        'text-field': ['get', 'text'],
        'text-font': ['sans-serif'],
        'text-size': 11,
        'text-anchor': 'left',
        'text-offset': [0.8, 0],
        'text-optional': true
      },
      paint: { 'text-color': c.ink, 'text-halo-color': c.surface, 'text-halo-width': 1.4 }
    })
    map.addLayer({
      id: 'live-signs',
      type: 'symbol',
      source: 'live-signs',
      layout: {
        'icon-image': ['concat', 'lamp-', ['get', 'lamp']],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 8, 0.62, 14, 0.95],
        'icon-allow-overlap': true,
        'symbol-sort-key': ['get', 'rank']
      }
    })
    map.on('moveend', this.#label)
  }

  /** Shows these layers, the first at the bottom. */
  set(layers: readonly LiveLayer[]): void {
    const map = this.#map
    const kept = new Set(layers.map((l) => l.key))
    for (const key of [...this.#revs.keys()].filter((k) => !kept.has(k))) this.#drop(key)
    this.#layers = layers
    for (const layer of layers) {
      const id = sourceOf(layer.key)
      if (this.#revs.get(layer.key) !== layer.rev) {
        const source = map.getSource<GeoJSONSource>(id)
        if (source) {
          map.removeFeatureState({ source: id })
          source.setData(shapesOf(layer))
        } else {
          map.addSource(id, { type: 'geojson', data: shapesOf(layer), tolerance: 0.3, maxzoom: 16 })
          for (const l of drawn(layer, this.#mode)) map.addLayer(l, 'live-chosen')
        }
        this.#revs.set(layer.key, layer.rev)
        this.#shown.set(layer.key, [])
      }
      this.#paint(layer, id)
    }
    map.getSource<GeoJSONSource>('live-signs')?.setData(signsOf(layers))
    this.#label()
  }

  #paint(layer: LiveLayer, source: string): void {
    const shown = this.#shown.get(layer.key) ?? []
    layer.tones.forEach((tone, id) => {
      const now = tone === 'none' ? layer.color : toneColor(this.#mode, tone)
      const key = `${tone} ${now}`
      if (shown[id] === key) return
      shown[id] = key
      this.#map.setFeatureState({ source, id }, { color: now, size: toneSize(tone), hollow: tone === 'silent' })
    })
  }

  #drop(key: string): void {
    const id = sourceOf(key)
    for (const part of ['dot', 'line', 'fill']) if (this.#map.getLayer(`${id}.${part}`)) this.#map.removeLayer(`${id}.${part}`)
    if (this.#map.getSource(id)) this.#map.removeSource(id)
    this.#revs.delete(key)
    this.#shown.delete(key)
  }

  /** Looks at where the things are; false where there are none. */
  fit(layers: readonly LiveLayer[]): boolean {
    const box = extentOf(layers)
    if (box) this.#map.fitBounds(box, { padding: 36, maxZoom: 13.5, duration: 0 })
    return box !== null
  }

  /** Rings one thing, or none. */
  choose(hit: LiveHit | null): void {
    const layer = hit && this.#layers.find((l) => l.key === hit.layer)
    const at = layer ? placeOf(layer, hit.index) : null
    this.#map.getSource<GeoJSONSource>('live-chosen')?.setData(
      at
        ? {
            type: 'FeatureCollection',
            features: [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: at } }]
          }
        : NOTHING
    )
    if (at && !this.#map.getBounds().contains(at)) this.#map.easeTo({ center: at, duration: 160 })
  }

  /** The uppermost thing under a point of the screen. */
  hit(at: { x: number; y: number }, slack = 4): LiveHit | null {
    const parts = this.#layers.flatMap((l) => ['dot', 'line', 'fill'].map((p) => `${sourceOf(l.key)}.${p}`))
    const layers = ['live-signs', ...parts].filter((id) => this.#map.getLayer(id))
    const box: [[number, number], [number, number]] = [
      [at.x - slack, at.y - slack],
      [at.x + slack, at.y + slack]
    ]
    const [found] = this.#map.queryRenderedFeatures(box, { layers })
    if (!found) return null
    if (found.source === 'live-signs') return { layer: String(found.properties['layer']), index: Number(found.properties['i']) }
    return { layer: found.source.slice('live-'.length), index: Number(found.id) }
  }

  // Words only for what is in sight and near enough: a label is a symbol, and ten thousand of them are not read by anybody.
  readonly #label = (): void => {
    const map = this.#map
    const bounds = map.getBounds()
    const features: GeoJSON.Feature[] = []
    for (const layer of this.#layers) {
      if (map.getZoom() < layer.labelsFrom) continue
      for (let i = 0; i < layer.codes.length && features.length < MOST_LABELS; i++) {
        const text = layer.labels[i]
        const at = text ? placeOf(layer, i) : null
        if (at && bounds.contains(at))
          features.push({ type: 'Feature', properties: { text }, geometry: { type: 'Point', coordinates: at } })
      }
    }
    map.getSource<GeoJSONSource>('live-labels')?.setData({ type: 'FeatureCollection', features })
  }

  /** Stops listening; the layers go with the map. */
  end(): void {
    this.#map.off('moveend', this.#label)
  }
}
