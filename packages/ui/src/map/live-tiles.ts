import type * as GeoJSON from 'geojson'
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import { type ThemeMode, TOKENS } from '../theme.ts'
import { type ToneName, toneColor, toneSize } from '../tone.ts'
import { lampImage } from './style.ts'

/** How the objects of a layer of tiles stand, as columns; joined with the tiles by the code of the object. */
export interface TileStates {
  /** Id of the layer. */
  layer: string
  codes: readonly string[]
  /** Longitude and latitude by turns. */
  points: readonly number[]
  tones: readonly ToneName[]
  /** Gravest standing alarm; 0 for none. */
  levels: readonly number[]
  /** What is written beside an object; empty for nothing. */
  labels: readonly string[]
  /** From which zoom on it is written. */
  labelsFrom: number
}

/** The part of the map that {@link LiveTiles} needs. */
export type StateMap = Pick<
  MapLibre,
  | 'getSource'
  | 'addSource'
  | 'addLayer'
  | 'setFeatureState'
  | 'removeFeatureState'
  | 'getBounds'
  | 'getZoom'
  | 'on'
  | 'hasImage'
  | 'addImage'
>

const SOURCE = 'live-states'
/** As many labels as a view can hold without becoming a page of text. */
const MOST_LABELS = 240
const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
const state = (name: string, otherwise: string | number): ExpressionSpecification => [
  'coalesce',
  ['feature-state', name],
  otherwise
]
const HOLLOW: ExpressionSpecification = ['boolean', ['feature-state', 'hollow'], false]

/** How an object with a state is painted: colour and size by its tone, hollow when nothing is heard of it; `color` without a state. */
export function livePaint(color: string, opacity: number, mode: ThemeMode) {
  const c = TOKENS[mode]
  const shown = state('color', color)
  const radius = (r: number): ExpressionSpecification => ['*', r, state('size', 1)]
  return {
    'circle-radius': [
      'interpolate',
      ['linear'],
      ['zoom'],
      8,
      radius(2.2),
      12,
      radius(3.4),
      16,
      radius(6)
    ] as ExpressionSpecification,
    'circle-color': ['case', HOLLOW, c.surface, shown] as ExpressionSpecification,
    'circle-stroke-color': ['case', HOLLOW, shown, c.surface] as ExpressionSpecification,
    'circle-stroke-width': ['case', HOLLOW, 1.4, 0.8] as ExpressionSpecification,
    'circle-opacity': opacity,
    'circle-stroke-opacity': opacity
  }
}

/** Signs of alarms over everything, gravest on top, and words beside objects that are near enough to be read. */
const layersOf = (mode: ThemeMode): LayerSpecification[] => [
  {
    id: `${SOURCE}.words`,
    type: 'symbol',
    source: SOURCE,
    filter: ['has', 'text'],
    layout: {
      'text-field': ['get', 'text'],
      'text-font': ['sans-serif'],
      'text-size': 11,
      'text-anchor': 'left',
      'text-offset': [0.8, 0],
      'text-optional': true
    },
    paint: { 'text-color': TOKENS[mode].ink, 'text-halo-color': TOKENS[mode].surface, 'text-halo-width': 1.4 }
  },
  {
    id: `${SOURCE}.signs`,
    type: 'symbol',
    source: SOURCE,
    filter: ['has', 'lamp'],
    layout: {
      'icon-image': ['concat', 'lamp-', ['get', 'lamp']],
      'icon-size': ['interpolate', ['linear'], ['zoom'], 8, 0.62, 14, 0.95],
      'icon-allow-overlap': true,
      'symbol-sort-key': ['get', 'rank']
    }
  }
]

/** What is drawn of alarms and words, of what lies in `sees` at a zoom. */
export function signsOf(
  list: readonly TileStates[],
  zoom: number,
  sees: (lng: number, lat: number) => boolean
): GeoJSON.FeatureCollection {
  const features: GeoJSON.Feature[] = []
  let words = 0
  for (const { levels, labels, points, labelsFrom } of list)
    for (let i = 0; i < levels.length; i++) {
      const [lng, lat, level] = [points[2 * i], points[2 * i + 1], levels[i] ?? 0]
      if (lng === undefined || lat === undefined) continue
      const text = zoom >= labelsFrom && words < MOST_LABELS && labels[i] && sees(lng, lat) ? labels[i] : ''
      if (text) words += 1
      if (level === 0 && !text) continue
      features.push({
        type: 'Feature',
        properties: { ...(level > 0 && { lamp: `level${level}`, rank: 10 - level }), ...(text && { text }) },
        geometry: { type: 'Point', coordinates: [lng, lat] }
      })
    }
  return { type: 'FeatureCollection', features }
}

/** States of objects whose places come as tiles: a change of state sets the state of that object and cuts no tile anew. */
export class LiveTiles {
  readonly #map: StateMap
  readonly #mode: ThemeMode
  #list: readonly TileStates[] = []
  /** What was last said of each object, by layer and code. */
  readonly #said = new Map<string, Map<string, string>>()

  constructor(map: StateMap, mode: ThemeMode) {
    this.#map = map
    this.#mode = mode
  }

  /** Shows these states; `sourceOf` names the source of a layer's tiles. Layers that are not named lose theirs. */
  set(list: readonly TileStates[], sourceOf: (layer: string) => string): void {
    const isIdle = list.length === 0 && this.#list.length === 0
    this.#list = list
    if (isIdle) return
    this.#open()
    const kept = new Set(list.map((l) => l.layer))
    for (const layer of [...this.#said.keys()].filter((l) => !kept.has(l))) this.forget(layer)
    for (const states of list) this.#say(states, sourceOf(states.layer))
    this.#sign()
  }

  /** The source of a layer is another one now, or gone: nothing was said to it. */
  forget(layer: string): void {
    this.#said.delete(layer)
  }

  #say({ layer, codes, tones }: TileStates, source: string): void {
    if (!this.#map.getSource(source)) return
    const said = this.#said.get(layer) ?? new Map<string, string>()
    this.#said.set(layer, said)
    const gone = new Set(said.keys())
    codes.forEach((id, i) => {
      const tone = tones[i] ?? 'none'
      gone.delete(id)
      if (said.get(id) === tone) return
      said.set(id, tone)
      const color = toneColor(this.#mode, tone)
      this.#map.setFeatureState({ source, sourceLayer: layer, id }, { color, size: toneSize(tone), hollow: tone === 'silent' })
    })
    for (const id of gone) {
      said.delete(id)
      this.#map.removeFeatureState({ source, sourceLayer: layer, id })
    }
  }

  #open(): void {
    const map = this.#map
    for (const level of [1, 2, 3, 4] as const)
      if (!map.hasImage(`lamp-level${level}`))
        map.addImage(`lamp-level${level}`, lampImage(`level${level}`, this.#mode), { pixelRatio: 2 })
    // A copied style brings the source along, but no pictures.
    if (map.getSource(SOURCE)) return
    map.addSource(SOURCE, { type: 'geojson', data: NOTHING })
    for (const layer of layersOf(this.#mode)) map.addLayer(layer)
    map.on('moveend', () => this.#sign())
  }

  #sign(): void {
    const bounds = this.#map.getBounds()
    const sees = (lng: number, lat: number): boolean => bounds.contains([lng, lat])
    this.#map.getSource<GeoJSONSource>(SOURCE)?.setData(signsOf(this.#list, this.#map.getZoom(), sees))
  }
}
