import type * as GeoJSON from 'geojson'
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { type ThemeMode, TOKENS } from '../theme.ts'

export const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
const empty = { type: 'geojson' as const, data: NOTHING }

/** Sources of a map on which areas are edited. */
export const AREA_SOURCES = { around: empty, areas: empty, faults: empty, grips: empty, ghost: empty, draft: empty }

/** Areas by tone, chosen ones stronger; faults above them; what is gripped and drawn on top. */
export function areaLayers(mode: ThemeMode): LayerSpecification[] {
  const c = TOKENS[mode]
  const tone = (other: string): ExpressionSpecification => [
    'match',
    ['get', 'tone'],
    'new',
    c.ok,
    'changed',
    c.brand,
    'own',
    c.brand,
    'free',
    c.soon,
    ['coalesce', ['get', 'color'], other]
  ]
  const on: ExpressionSpecification = ['boolean', ['get', 'on'], false]
  return [
    {
      id: 'around-line',
      type: 'line',
      source: 'around',
      paint: { 'line-color': c.boundary, 'line-width': 0.8, 'line-dasharray': [2, 2] }
    },
    {
      id: 'area-fill',
      type: 'fill',
      source: 'areas',
      paint: {
        'fill-color': tone(c.ink3),
        'fill-opacity': [
          'case',
          on,
          0.42,
          ['match', ['get', 'tone'], ['new', 'changed', 'own'], 0.22, ['free', 'other'], 0.16, 0.05]
        ]
      }
    },
    {
      id: 'area-line',
      type: 'line',
      source: 'areas',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': ['case', on, c.brand, tone(c.ink3)], 'line-width': ['case', on, 2.6, 1.1] }
    },
    {
      id: 'area-name',
      type: 'symbol',
      source: 'areas',
      // Names stand on points of their own: on areas they would be repeated in every tile.
      filter: ['==', ['geometry-type'], 'Point'],
      minzoom: 13.5,
      layout: { 'text-field': ['get', 'label'], 'text-font': ['sans-serif'], 'text-size': 12, 'text-padding': 3 },
      paint: { 'text-color': c.ink2, 'text-halo-color': c.land, 'text-halo-width': 1.4 }
    },
    {
      id: 'fault-fill',
      type: 'fill',
      source: 'faults',
      paint: { 'fill-color': ['match', ['get', 'severity'], 'error', c.late, c.soon], 'fill-opacity': 0.5 }
    },
    {
      id: 'fault-line',
      type: 'line',
      source: 'faults',
      paint: { 'line-color': ['match', ['get', 'severity'], 'error', c.late, c.soon], 'line-width': 2.5 }
    },
    {
      id: 'grip',
      type: 'circle',
      source: 'grips',
      minzoom: 13,
      paint: {
        'circle-radius': ['case', ['get', 'fixed'], 2.5, 4.5],
        'circle-color': ['case', ['get', 'fixed'], c.ink3, c.surface],
        'circle-stroke-color': ['case', ['get', 'fixed'], c.surface, c.brand],
        'circle-stroke-width': ['case', ['get', 'fixed'], 1, 2]
      }
    },
    { id: 'ghost', type: 'line', source: 'ghost', paint: { 'line-color': c.brand, 'line-width': 2, 'line-dasharray': [2, 1.5] } },
    {
      id: 'draft-line',
      type: 'line',
      source: 'draft',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': c.late, 'line-width': 2.2 }
    },
    {
      id: 'draft-point',
      type: 'circle',
      source: 'draft',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 4, 'circle-color': c.surface, 'circle-stroke-color': c.late, 'circle-stroke-width': 2 }
    }
  ]
}
