import type * as GeoJSON from 'geojson'
import {
  type GeoJSONSource,
  type LayerSpecification,
  Map as MapLibre,
  type StyleSpecification,
  setWorkerUrl,
  type VectorTileSource
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { uiText } from '../i18n.ts'
import { FONT_FAMILY, type ThemeMode, TOKENS } from '../theme.ts'
import type { Ground } from './base.ts'
import { LiveTiles, type TileStates } from './live-tiles.ts'
import { type DataLayer, isWords, overlayLayers, sourceId, wholeOf } from './overlay.ts'
import { smooth } from './smooth.ts'
import { baseStyle, boundsOf, type Outline } from './style.ts'
import { provideSymbols } from './symbols.ts'
import { syncLayers } from './sync.ts'

setWorkerUrl(workerUrl)

/** Where the map looks: degrees, zoom of 512-pixel tiles, bearing and pitch in degrees. */
export interface Camera {
  center: [number, number]
  zoom: number
  bearing: number
  pitch: number
}

/** The steepest look at columns, in degrees. */
export const MAX_PITCH = 60
const MARKS = 'stage-marks'
/** Room the page's panes take of the map: beside it, on narrow screens above it. */
const WIDE_PX = 720
function paddingIn({ clientWidth: width, clientHeight: height }: HTMLElement) {
  if (width >= WIDE_PX) return { top: 32, bottom: 40, left: 340, right: 80 }
  return { top: Math.round(height * 0.5), bottom: 40, left: 16, right: 60 }
}
const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }

/** A map that shows layers of tiles over the base map and marks on top: selection and what is being drawn. */
export class Stage {
  readonly map: MapLibre
  readonly #mode: ThemeMode
  #specs: LayerSpecification[] = []
  #tiles = new Map<string, string>()
  #anchor: string | undefined
  #marked: 'visible' | 'none' = 'visible'
  readonly #live: LiveTiles
  #states: readonly TileStates[] = []

  constructor(
    container: HTMLElement,
    mode: ThemeMode,
    outlines: readonly Outline[],
    camera: Camera | null,
    ground: Ground | null = null
  ) {
    this.#mode = mode
    const bounds = boundsOf(outlines)
    this.map = new MapLibre({
      container,
      style: stageStyle(mode, outlines, ground),
      ...(ground ? { maxBounds: ground.extent } : {}),
      ...(camera ?? (bounds ? { bounds, fitBoundsOptions: { padding: paddingIn(container) } } : {})),
      minZoom: 6,
      maxZoom: 20,
      maxPitch: MAX_PITCH,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      // The page has its own keys, which also work when the focus is not on the map.
      keyboard: false,
      fadeDuration: 0,
      localIdeographFontFamily: FONT_FAMILY
    })
    this.map.getCanvas().setAttribute('aria-label', uiText('map.label'))
    this.map.touchZoomRotate.disableRotation()
    provideSymbols(this.map, mode)
    this.#live = new LiveTiles(this.map, mode)
    smooth(this.map, ground ? TOKENS[mode].sea : TOKENS[mode].outside)
  }

  get camera(): Camera {
    const { lng, lat } = this.map.getCenter()
    return { center: [lng, lat], zoom: this.map.getZoom(), bearing: this.map.getBearing(), pitch: this.map.getPitch() }
  }

  /** The layers drawn, bottom first. */
  setLayers(layers: readonly DataLayer[]): void {
    const { map } = this
    this.#anchor ??= map.getStyle().layers.find((l) => 'source' in l && l.source === MARKS)?.id
    const drawn = layers.flatMap((d) => overlayLayers(d, this.#mode))
    // Words and numbers of every layer lie above the dots of all.
    const now = [...drawn.filter((l) => !isWords(l.id)), ...drawn.filter((l) => isWords(l.id))]
    for (const d of layers) this.#setSource(d)
    syncLayers(map, this.#specs, now, this.#anchor)
    this.#specs = now
    const kept = new Set(layers.map((d) => d.id))
    for (const id of [...this.#tiles.keys()].filter((k) => !kept.has(k))) {
      map.removeSource(sourceId(id))
      this.#tiles.delete(id)
      this.#live.forget(wholeOf(id))
    }
    this.setStates(this.#states)
  }

  /** How objects of layers stand now; kept until others are set. */
  setStates(states: readonly TileStates[]): void {
    this.#states = states
    this.#live.set(this.#shownStates, sourceId)
  }

  /** Says the states of now to a copy of the map, once its style is there. */
  sayStates(copy: MapLibre): void {
    new LiveTiles(copy, this.#mode).set(this.#shownStates, sourceId)
  }

  get #shownStates(): TileStates[] {
    return this.#states.filter((s) => this.#tiles.has(s.layer))
  }

  #setSource(d: DataLayer): void {
    const id = sourceId(d.id)
    const kind = `${d.live ? 'live ' : ''}${d.maxzoom}`
    const key = `${d.tiles} ${kind}`
    const was = this.#tiles.get(d.id)
    if (was === key) return
    const before = this.map.getSource<VectorTileSource>(id)
    if (before && was?.endsWith(` ${kind}`)) before.setTiles([d.tiles])
    else {
      // Another depth of tiles needs another source, and a source cannot leave before its layers.
      if (before) {
        const mine = this.#specs.filter((l) => 'source' in l && l.source === id)
        for (const l of mine) if (this.map.getLayer(l.id)) this.map.removeLayer(l.id)
        this.#specs = this.#specs.filter((l) => !mine.includes(l))
        this.map.removeSource(id)
        this.#live.forget(wholeOf(d.id))
      }
      const { tiles, minzoom, maxzoom } = d
      this.map.addSource(id, { type: 'vector', tiles: [tiles], minzoom, maxzoom, ...(d.live && { promoteId: 'code' }) })
    }
    this.#tiles.set(d.id, key)
  }

  /** Asks for the tiles in view again; the old ones stay until the new are there. */
  refresh(layers: readonly string[]): void {
    for (const id of this.#tiles.keys()) if (layers.includes(wholeOf(id))) this.map.refreshTiles(sourceId(id))
  }

  /** What lies on top: features with a `role` (fill, band, line, corner, mark). */
  setMarks(features: readonly GeoJSON.Feature[]): void {
    // Empty layers still have their tiles cut out of every frame.
    const visibility = features.length > 0 ? 'visible' : 'none'
    if (this.#marked !== visibility)
      for (const l of this.map.getStyle().layers)
        if ('source' in l && l.source === MARKS) this.map.setLayoutProperty(l.id, 'visibility', visibility)
    this.#marked = visibility
    this.map.getSource<GeoJSONSource>(MARKS)?.setData({ type: 'FeatureCollection', features: [...features] })
  }

  /** Replaces a part of the base map. */
  setBase(source: 'outlines' | 'labels' | 'borders' | 'roads' | 'grids', data: GeoJSON.FeatureCollection): void {
    this.map.getSource<GeoJSONSource>(source)?.setData(data)
  }

  /** The uppermost drawn object under a point of the screen. */
  hit(at: { x: number; y: number }): { layer: string; properties: Record<string, unknown>; geometry: GeoJSON.Geometry } | null {
    const layers = this.#specs.map((l) => l.id).filter((id) => !/\.(heat|name|count)$/.test(id) && this.map.getLayer(id))
    if (layers.length === 0) return null
    const r = 3
    const [found] = this.map.queryRenderedFeatures(
      [
        [at.x - r, at.y - r],
        [at.x + r, at.y + r]
      ],
      { layers }
    )
    return found ? { layer: found.sourceLayer ?? '', properties: found.properties, geometry: found.geometry } : null
  }

  /** Shows the whole of what is drawn in `outlines`. */
  fit(outlines: readonly Outline[]): void {
    const bounds = boundsOf(outlines)
    if (bounds) this.map.fitBounds(bounds, { padding: paddingIn(this.map.getContainer()), duration: 0, bearing: 0, pitch: 0 })
  }

  remove(): void {
    this.map.remove()
  }
}

/** The base map without the cases of the small maps, and the layers of the marks. */
function stageStyle(mode: ThemeMode, outlines: readonly Outline[], ground: Ground | null): StyleSpecification {
  const c = TOKENS[mode]
  const style = baseStyle(mode, outlines, [], ground)
  const own = new Set(['points', 'marks'])
  const layers = style.layers.filter((l) => !('source' in l && own.has(String(l.source))))
  const sources = Object.fromEntries(Object.entries(style.sources).filter(([id]) => !own.has(id)))
  const role = (value: string): ['==', ['get', 'role'], string] => ['==', ['get', 'role'], value]
  const marks: LayerSpecification[] = [
    {
      id: 'mark-fill',
      type: 'fill',
      source: MARKS,
      filter: role('fill'),
      paint: { 'fill-color': c.brand, 'fill-opacity': 0.12 }
    },
    {
      // Flat columns: unlike fills they are blended once as a layer, so the parts of a band do not add up where they overlap.
      id: 'mark-band',
      type: 'fill-extrusion',
      source: MARKS,
      filter: role('band'),
      paint: { 'fill-extrusion-color': c.brand, 'fill-extrusion-opacity': 0.16, 'fill-extrusion-height': 0 }
    },
    {
      id: 'mark-line',
      type: 'line',
      source: MARKS,
      filter: role('line'),
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': c.brand, 'line-width': 2 }
    },
    {
      id: 'mark-corner',
      type: 'circle',
      source: MARKS,
      filter: role('corner'),
      paint: { 'circle-radius': 4, 'circle-color': c.surface, 'circle-stroke-color': c.brand, 'circle-stroke-width': 2 }
    },
    {
      id: 'mark-ring',
      type: 'circle',
      source: MARKS,
      filter: role('mark'),
      paint: {
        'circle-radius': 14,
        'circle-color': c.brand,
        'circle-opacity': 0.12,
        'circle-stroke-color': c.brand,
        'circle-stroke-width': 2
      }
    }
  ]
  return {
    ...style,
    transition: { duration: 0, delay: 0 },
    sources: { ...sources, [MARKS]: { type: 'geojson', data: NOTHING } },
    layers: [...layers, ...marks]
  }
}
