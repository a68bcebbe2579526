import type * as GeoJSON from 'geojson'
import type { FilterSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import { type ThemeMode, TOKENS, type Tokens } from '../theme.ts'
import { borderFeatures } from './borders.ts'
import type { Outline } from './style.ts'

/** What is land around the city. Within `extent` [w, s, e, n] the rest is sea. */
export interface Ground {
  extent: [number, number, number, number]
  land: GeoJSON.MultiPolygon
}

/** Layers that paint the ground: hidden while a foreign base map lies there instead. */
export const GROUND_LAYERS = ['outside', 'shore', 'neighbour', 'edge', 'land', 'coast', 'road-edge', 'road'] as const
/** From this zoom on unit grids are drawn. */
export const GRIDS_FROM = 15

/**
 * The ground is cut no finer than into tiles of this zoom: a corner then lies within half a metre of its place, and from near by the screen
 * has one tile to draw and not twelve.
 */
export const GROUND_DEPTH = 12

const FONT = ['sans-serif']
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
const level = (value: string): FilterSpecification => ['==', ['get', 'level'], value]

/** Sources of the base map besides outlines and labels. */
export function groundSources(ground: Ground | null, outlines: readonly Outline[]) {
  return {
    borders: { type: 'geojson' as const, data: borderFeatures(outlines, ground), tolerance: 0.2, maxzoom: GROUND_DEPTH },
    ground: { type: 'geojson' as const, data: groundFeature(ground), tolerance: 0.3, maxzoom: GROUND_DEPTH },
    roads: { type: 'geojson' as const, data: EMPTY, maxzoom: 14 },
    grids: { type: 'geojson' as const, data: EMPTY, maxzoom: 15 }
  }
}

function groundFeature(ground: Ground | null): GeoJSON.FeatureCollection {
  return ground ? { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: ground.land }] } : EMPTY
}

/** Ground under everything: sea, its shore, the neighbours, the city. Without {@link Ground} nothing is claimed about what lies outside. */
export function groundLayers(mode: ThemeMode, ground: Ground | null): LayerSpecification[] {
  const c = TOKENS[mode]
  return [
    { id: 'outside', type: 'background', paint: { 'background-color': ground ? c.sea : c.outside } },
    {
      // Shallow water: lies under the land, so that only its seaward half shows.
      id: 'shore',
      type: 'line',
      source: 'ground',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': c.shore,
        'line-width': ['interpolate', ['linear'], ['zoom'], 7, 5, 10, 14, 14, 30],
        'line-blur': ['interpolate', ['linear'], ['zoom'], 7, 4, 10, 11, 14, 24],
        'line-opacity': 0.85
      }
    },
    { id: 'neighbour', type: 'fill', source: 'ground', paint: { 'fill-color': c.neighbour, 'fill-antialias': false } },
    {
      // The city stands out from its neighbours by a glow along its outer edge.
      id: 'edge',
      type: 'line',
      source: 'outlines',
      filter: level('district'),
      layout: { 'line-join': 'round', visibility: ground ? 'none' : 'visible' },
      paint: { 'line-color': c.land, 'line-width': 16, 'line-blur': 12, 'line-opacity': 0.7 }
    },
    // Their edges lie under the coast and the borders, which are smoothed.
    {
      id: 'land',
      type: 'fill',
      source: 'outlines',
      filter: level('district'),
      paint: { 'fill-color': c.land, 'fill-antialias': false }
    },
    {
      id: 'coast',
      type: 'line',
      source: 'ground',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': c.coast, 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 0.6, 12, 1.4] }
    }
  ]
}

/** Borders and roads, thin from afar. */
export function lineLayers(mode: ThemeMode): LayerSpecification[] {
  const c = TOKENS[mode]
  return [
    {
      id: 'grid-line',
      type: 'line',
      source: 'grids',
      minzoom: GRIDS_FROM,
      paint: {
        'line-color': c.boundary,
        'line-opacity': ['interpolate', ['linear'], ['zoom'], GRIDS_FROM, 0, GRIDS_FROM + 0.4, 0.55],
        'line-width': 0.7
      }
    },
    // Lines of one source stand together: each change of source cuts the whole screen into its tiles once more.
    ...roadLayers(c),
    {
      id: 'community-line',
      type: 'line',
      source: 'borders',
      filter: level('community'),
      minzoom: 12.5,
      paint: { 'line-color': c.boundary, 'line-width': 0.9, 'line-dasharray': [1, 2.5] }
    },
    {
      id: 'street-line',
      type: 'line',
      source: 'borders',
      filter: level('street'),
      minzoom: 9.4,
      paint: {
        'line-color': c.boundary,
        'line-width': ['interpolate', ['linear'], ['zoom'], 9.4, 0.4, 14, 1.2],
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 9.4, 0, 10.4, 0.6],
        'line-dasharray': [4, 2.5]
      }
    },
    {
      id: 'district-band',
      type: 'line',
      source: 'borders',
      filter: level('district'),
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': c.boundary,
        'line-opacity': 0.22,
        'line-width': ['interpolate', ['linear'], ['zoom'], 7, 2, 11, 6, 16, 10]
      }
    },
    {
      id: 'district-line',
      type: 'line',
      source: 'borders',
      filter: level('district'),
      layout: { 'line-join': 'round' },
      paint: { 'line-color': c.boundary, 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 0.7, 12, 1.3] }
    }
  ]
}

/** Main roads show from zoom 9.5, roads from 11.5, lanes from 13.5; each grows with the zoom. */
const SEEN: FilterSpecification = [
  'any',
  ['>=', ['zoom'], 13.5],
  ['all', ['>=', ['zoom'], 11.5], ['<=', ['get', 'rank'], 2]],
  ['==', ['get', 'rank'], 1]
]

function roadLayers(c: Tokens): LayerSpecification[] {
  const wide = (more: number): number[][] => [
    // Widths by rank 1, 2, 3 at each zoom.
    [9.5, 1 + more, 0.3 + more, 0.2 + more],
    [12, 2.6 + more, 1.2 + more, 0.4 + more],
    [14, 5 + more, 3 + more, 1.6 + more],
    [16, 9 + more, 6 + more, 3.6 + more],
    [19, 26 + more, 18 + more, 11 + more]
  ]
  const width = (more: number) =>
    [
      'interpolate',
      ['exponential', 1.5],
      ['zoom'],
      ...wide(more).flatMap(([zoom, main, road, lane]) => [
        zoom,
        ['match', ['coalesce', ['get', 'rank'], 3], 1, main, 2, road, lane]
      ])
    ] as unknown as number
  const shared = {
    type: 'line' as const,
    source: 'roads',
    minzoom: 9.5,
    filter: SEEN,
    layout: {
      'line-cap': 'round' as const,
      'line-join': 'round' as const,
      'line-sort-key': ['-', 0, ['coalesce', ['get', 'rank'], 3]] as unknown as number
    }
  }
  return [
    { ...shared, id: 'road-edge', paint: { 'line-color': c.roadEdge, 'line-width': width(1.6) } },
    { ...shared, id: 'road', paint: { 'line-color': c.road, 'line-width': width(0) } }
  ]
}

/** Names, the more important first where there is no room for all. */
export function nameLayers(mode: ThemeMode): LayerSpecification[] {
  const c = TOKENS[mode]
  const halo = { 'text-halo-color': c.land, 'text-halo-width': 1.5 }
  return [
    {
      id: 'road-name',
      type: 'symbol',
      source: 'roads',
      minzoom: 12.5,
      filter: [
        'any',
        ['>=', ['zoom'], 15],
        ['all', ['>=', ['zoom'], 13.5], ['<=', ['get', 'rank'], 2]],
        ['==', ['get', 'rank'], 1]
      ],
      layout: {
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 12.5, 11, 16, 13],
        'symbol-placement': 'line',
        'text-letter-spacing': 0.15,
        'symbol-spacing': 420,
        'symbol-sort-key': ['get', 'rank']
      },
      paint: { 'text-color': c.ink2, 'text-halo-color': c.road, 'text-halo-width': 1.6 }
    },
    {
      id: 'community-name',
      type: 'symbol',
      source: 'labels',
      filter: level('community'),
      minzoom: 14,
      layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 11, 'text-padding': 10, 'text-max-width': 8 },
      paint: { 'text-color': c.ink3, ...halo }
    },
    {
      id: 'street-name',
      type: 'symbol',
      source: 'labels',
      filter: level('street'),
      minzoom: 10.6,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 10.6, 11, 14, 13],
        'text-padding': 6,
        'text-max-width': 8
      },
      paint: { 'text-color': c.ink2, ...halo }
    },
    {
      id: 'district-name',
      type: 'symbol',
      source: 'labels',
      filter: level('district'),
      maxzoom: 13,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 7, 12, 11, 16],
        'text-letter-spacing': 0.12,
        'text-max-width': 12,
        'text-padding': 4
      },
      paint: { 'text-color': c.ink, ...halo }
    }
  ]
}

/** Replaces what a made map knows of borders, land and sea. */
export function setGround(map: MapLibre, mode: ThemeMode, ground: Ground | null, outlines: readonly Outline[]): void {
  map.getSource<GeoJSONSource>('borders')?.setData(borderFeatures(outlines, ground))
  map.getSource<GeoJSONSource>('ground')?.setData(groundFeature(ground))
  map.setPaintProperty('outside', 'background-color', ground ? TOKENS[mode].sea : TOKENS[mode].outside)
  map.setLayoutProperty('edge', 'visibility', ground ? 'none' : 'visible')
}
