import type * as GeoJSON from 'geojson'
import type { StyleSpecification } from 'maplibre-gl'
import { LEVEL_PATHS, type Level } from '../alarm/levels.ts'
import { type ThemeMode, TOKENS } from '../theme.ts'
import { GROUND_DEPTH, type Ground, groundLayers, groundSources, lineLayers, nameLayers } from './base.ts'

/** A boundary with a name, as the server serves it. */
export interface Outline {
  code: string
  name: string
  level: 'city' | 'district' | 'street' | 'community'
  geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon
  /** Where the name stands; the middle of the biggest part when missing. */
  center?: [number, number] | null
}

/** A case, alarm or person on the map. */
export interface MapPoint {
  id: string
  location: [number, number]
  /** A clock's lamp, or the level of an alarm. */
  lamp: PointLamp
}

export const POINT_LAMPS = ['ok', 'soon', 'late', 'paused', 'done', 'level1', 'level2', 'level3', 'level4'] as const
export type PointLamp = (typeof POINT_LAMPS)[number]
/** What stands above what; graver on top. */
const RANK: Record<PointLamp, number> = {
  late: 3,
  soon: 2,
  ok: 1,
  paused: 0,
  done: 0,
  level1: 7,
  level2: 6,
  level3: 5,
  level4: 4
}

/** Outlines as GeoJSON for the base map. */
export function outlineFeatures(outlines: readonly Outline[]): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: outlines.map((o) => ({
      type: 'Feature',
      properties: { code: o.code, name: o.name, level: o.level },
      geometry: o.geometry
    }))
  }
}

/** One point a name, since a polygon label would be repeated per tile. */
export function labelFeatures(outlines: readonly Outline[]): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: outlines.map((o) => ({
      type: 'Feature',
      properties: { name: o.name, level: o.level },
      geometry: { type: 'Point', coordinates: o.center ?? middle(o.geometry) }
    }))
  }
}

/** Points as GeoJSON; `rank` sorts exceptions to the top. */
export function pointFeatures(points: readonly MapPoint[]): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: points.map((p) => ({
      type: 'Feature',
      properties: { id: p.id, lamp: p.lamp, rank: RANK[p.lamp], late: p.lamp === 'late' ? 1 : 0 },
      geometry: { type: 'Point', coordinates: p.location }
    }))
  }
}

function middle(geometry: Outline['geometry']): [number, number] {
  const rings = geometry.type === 'Polygon' ? [geometry.coordinates[0] ?? []] : geometry.coordinates.map((p) => p[0] ?? [])
  const biggest = rings.reduce((a, b) => (b.length > a.length ? b : a), rings[0] ?? [])
  const xs = biggest.map((c) => c[0] ?? 0)
  const ys = biggest.map((c) => c[1] ?? 0)
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2]
}

/** Bounds of all outlines, [w, s, e, n]. */
export function boundsOf(outlines: readonly Outline[]): [number, number, number, number] | null {
  let box: [number, number, number, number] | null = null
  for (const o of outlines) {
    const polygons = o.geometry.type === 'Polygon' ? [o.geometry.coordinates] : o.geometry.coordinates
    for (const ring of polygons.map((p) => p[0] ?? []))
      for (const [x = 0, y = 0] of ring)
        box = box ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)] : [x, y, x, y]
  }
  return box
}

const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }

/**
 * The base map from the city's own data: sea and land, borders, roads, names; nothing is fetched from anywhere. Without `ground` what lies
 * beyond the outlines is painted as unknown, since outlines do not tell a coast from a border.
 */
export function baseStyle(
  mode: ThemeMode,
  outlines: readonly Outline[],
  points: readonly MapPoint[],
  ground: Ground | null = null
): StyleSpecification {
  const c = TOKENS[mode]
  const font = ['sans-serif']
  return {
    version: 8,
    sources: {
      outlines: { type: 'geojson', data: outlineFeatures(outlines), tolerance: 0.2, maxzoom: GROUND_DEPTH },
      labels: { type: 'geojson', data: labelFeatures(outlines) },
      points: {
        type: 'geojson',
        data: pointFeatures(points),
        cluster: true,
        clusterRadius: 36,
        clusterMaxZoom: 14,
        clusterProperties: { late: ['+', ['get', 'late']] }
      },
      ...groundSources(ground, outlines),
      marks: { type: 'geojson', data: EMPTY }
    },
    layers: [
      ...groundLayers(mode, ground),
      ...lineLayers(mode),
      ...nameLayers(mode),
      {
        id: 'cluster',
        type: 'circle',
        source: 'points',
        filter: ['has', 'point_count'],
        paint: {
          'circle-color': c.brand,
          'circle-opacity': 0.9,
          'circle-stroke-color': ['case', ['>', ['get', 'late'], 0], c.late, c.surface],
          'circle-stroke-width': 2,
          'circle-radius': ['step', ['get', 'point_count'], 11, 20, 14, 100, 18, 1000, 23]
        }
      },
      {
        id: 'cluster-count',
        type: 'symbol',
        source: 'points',
        filter: ['has', 'point_count'],
        layout: {
          'text-field': ['get', 'point_count_abbreviated'],
          'text-font': font,
          'text-size': 11,
          'text-allow-overlap': true
        },
        paint: { 'text-color': c.onBrand }
      },
      {
        id: 'point',
        type: 'symbol',
        source: 'points',
        filter: ['!', ['has', 'point_count']],
        layout: {
          'icon-image': ['concat', 'lamp-', ['get', 'lamp']],
          'icon-size': ['interpolate', ['linear'], ['zoom'], 9, 0.7, 15, 1],
          'icon-allow-overlap': true,
          'symbol-sort-key': ['get', 'rank']
        }
      },
      {
        id: 'mark-ring',
        type: 'circle',
        source: 'marks',
        paint: {
          'circle-radius': 13,
          'circle-color': c.brand,
          'circle-opacity': 0.14,
          'circle-stroke-color': c.brand,
          'circle-stroke-width': 2
        }
      },
      {
        id: 'mark',
        type: 'symbol',
        source: 'marks',
        layout: { 'icon-image': ['concat', 'lamp-', ['get', 'lamp']], 'icon-allow-overlap': true }
      }
    ]
  }
}

/** Draws a lamp shape for the map at twice its size (sharp on dense screens). */
export function lampImage(state: PointLamp, mode: ThemeMode): ImageData {
  const c = TOKENS[mode]
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 36
  const g = canvas.getContext('2d')!
  if (state === 'level1' || state === 'level2' || state === 'level3' || state === 'level4') {
    g.translate(4, 4)
    g.scale(28 / 12, 28 / 12)
    const sign = new Path2D(LEVEL_PATHS[Number(state.slice(-1)) as Level])
    g.lineWidth = 1.6
    g.lineJoin = 'round'
    g.strokeStyle = c.surface
    g.stroke(sign)
    g.fillStyle = c[state]
    g.fill(sign)
    return g.getImageData(0, 0, 36, 36)
  }
  g.translate(18, 18)
  g.beginPath()
  if (state === 'soon') {
    g.moveTo(0, -13)
    g.lineTo(13, 11)
    g.lineTo(-13, 11)
    g.closePath()
  } else if (state === 'late') g.roundRect(-11, -11, 22, 22, 3)
  else g.arc(0, 0, 11, 0, Math.PI * 2)
  g.fillStyle = { ok: c.ok, soon: c.soon, late: c.late, paused: c.paused, done: c.surface }[state]
  g.fill()
  g.lineWidth = 4
  g.strokeStyle = state === 'done' ? c.paused : c.surface
  g.stroke()
  return g.getImageData(0, 0, 36, 36)
}
