import type * as GeoJSON from 'geojson'
import { areaM2, circleRing, distanceM, geodesic, type LngLat, lengthM } from './measure.ts'

// What a person draws on the map: an area to ask about, or a length or area to measure. Pure; the page feeds it clicks and keys.

export const DRAW_KINDS = ['circle', 'polygon', 'buffer', 'length', 'area'] as const
export type DrawKind = (typeof DRAW_KINDS)[number]

export interface Drawing {
  kind: DrawKind
  /** Corners; of a circle its centre. */
  points: readonly LngLat[]
  /** Of a circle, and of a buffer around its line. */
  radiusM: number
  done: boolean
}

/** What the server takes as an area. */
export type AreaShape =
  | { type: 'Polygon'; coordinates: LngLat[][] }
  | { circle: { center: LngLat; radiusM: number } }
  | { buffer: { line: LngLat[]; radiusM: number } }

const NEEDED: Record<DrawKind, number> = { circle: 1, polygon: 3, buffer: 2, length: 2, area: 3 }
/** The widest circle and buffer one may ask about. */
export const MAX_RADIUS_M = 50_000

/** An empty drawing of a kind. */
export function begin(kind: DrawKind, radiusM = kind === 'buffer' ? 100 : 0): Drawing {
  return { kind, points: [], radiusM, done: false }
}

/** A point more. The second of a circle is its rim; a finished drawing begins anew. */
export function addPoint(d: Drawing, at: LngLat): Drawing {
  if (d.done) return addPoint(begin(d.kind, d.kind === 'buffer' ? d.radiusM : 0), at)
  const center = d.points[0]
  if (d.kind === 'circle' && center) {
    const radiusM = Math.min(MAX_RADIUS_M, Math.round(distanceM(center, at)))
    return radiusM > 0 ? { ...d, radiusM, done: true } : d
  }
  const last = d.points.at(-1)
  if (last && last[0] === at[0] && last[1] === at[1]) return d
  return { ...d, points: [...d.points, at] }
}

/** The last point taken back. */
export function undo(d: Drawing): Drawing {
  if (d.kind === 'circle') return d.done ? { ...d, done: false, radiusM: 0 } : begin('circle')
  return d.done ? { ...d, done: false } : { ...d, points: d.points.slice(0, -1) }
}

/** The drawing closed, or as it is while points are missing. */
export function finish(d: Drawing): Drawing {
  return d.points.length >= NEEDED[d.kind] && (d.kind !== 'circle' || d.radiusM > 0) ? { ...d, done: true } : d
}

/** The radius put in by hand, in metres. */
export function withRadius(d: Drawing, radiusM: number): Drawing {
  const radius = Math.min(MAX_RADIUS_M, Math.max(1, Math.round(radiusM)))
  return { ...d, radiusM: radius, done: d.done || (d.kind === 'circle' && d.points.length > 0) }
}

/** The area to ask the server about; null while the drawing is not done or only measures. */
export function areaShape(d: Drawing): AreaShape | null {
  const first = d.points[0]
  if (!d.done || !first) return null
  if (d.kind === 'circle') return { circle: { center: first, radiusM: d.radiusM } }
  if (d.kind === 'buffer') return { buffer: { line: [...d.points], radiusM: d.radiusM } }
  if (d.kind === 'polygon') return { type: 'Polygon', coordinates: [[...d.points, first]] }
  return null
}

/** Length and area of what stands there, `cursor` being the point under the pointer. */
export function measured(d: Drawing, cursor: LngLat | null): { lengthM: number; areaM2: number } {
  const path = d.done || !cursor ? d.points : [...d.points, cursor]
  const first = path[0]
  if (d.kind === 'circle') {
    const radius = d.done || !first || !cursor ? d.radiusM : distanceM(first, cursor)
    const ring = first && radius > 0 ? circleRing(first, radius) : []
    return { lengthM: lengthM(ring), areaM2: areaM2(ring) }
  }
  if (d.kind === 'length' || d.kind === 'buffer') return { lengthM: lengthM(path), areaM2: 0 }
  return { lengthM: first ? lengthM([...path, first]) : 0, areaM2: areaM2(path) }
}

/** The drawing as features with a `role`: fill, band (of a buffer), line, corner. */
export function drawingFeatures(d: Drawing, cursor: LngLat | null): GeoJSON.Feature[] {
  const path = d.done || !cursor ? [...d.points] : [...d.points, cursor]
  const first = path[0]
  if (!first) return []
  const out: GeoJSON.Feature[] = []
  const add = (role: string, geometry: GeoJSON.Geometry) => out.push({ type: 'Feature', properties: { role }, geometry })
  if (d.kind === 'circle') {
    const radius = d.done || path.length < 2 ? d.radiusM : distanceM(first, path[1] as LngLat)
    if (radius > 0) {
      const ring = circleRing(first, radius)
      add('fill', { type: 'Polygon', coordinates: [ring] })
      add('line', { type: 'LineString', coordinates: ring })
    }
    add('corner', { type: 'Point', coordinates: first })
    return out
  }
  const closed = d.kind === 'polygon' || d.kind === 'area'
  if (closed && path.length >= 3) add('fill', { type: 'Polygon', coordinates: [[...path, first]] })
  if (d.kind === 'buffer' && d.radiusM > 0) add('band', bandOf(path, d.radiusM))
  if (path.length >= 2) add('line', { type: 'LineString', coordinates: closed && d.done ? [...path, first] : path })
  for (const corner of d.points) add('corner', { type: 'Point', coordinates: corner })
  return out
}

/** A disc at every corner and a rectangle along every edge. They overlap; they are drawn by a layer that does not mind. */
function bandOf(path: readonly LngLat[], radiusM: number): GeoJSON.MultiPolygon {
  const parts: LngLat[][][] = path.map((p) => [circleRing(p, radiusM, 48)])
  for (let i = 1; i < path.length; i++) {
    const [a, b] = [path[i - 1] as LngLat, path[i] as LngLat]
    const edge = geodesic.Inverse(a[1], a[0], b[1], b[0])
    const aside = (p: LngLat, azimuth: number): LngLat => {
      const q = geodesic.Direct(p[1], p[0], azimuth, radiusM)
      return [q.lon2 ?? p[0], q.lat2 ?? p[1]]
    }
    const [from, to] = [edge.azi1 ?? 0, edge.azi2 ?? 0]
    const corner = aside(a, from + 90)
    parts.push([[corner, aside(b, to + 90), aside(b, to - 90), aside(a, from - 90), corner]])
  }
  return { type: 'MultiPolygon', coordinates: parts }
}

const DIGITS = 6

/** The drawing as one word of an address: `circle:500:120.38,36.06`. Only finished drawings are kept. */
export function drawingText(d: Drawing): string {
  const at = (p: LngLat) => p.map((v) => String(Number(v.toFixed(DIGITS)))).join(',')
  return [d.kind, String(d.radiusM), d.points.map(at).join(';')].join(':')
}

/** A drawing back from {@link drawingText}; null when the word makes no sense. */
export function drawingFrom(text: string | null): Drawing | null {
  const [kind, radius, path] = (text ?? '').split(':')
  if (!(DRAW_KINDS as readonly string[]).includes(kind ?? '') || !path) return null
  const points = path.split(';').map((p) => p.split(',').map(Number))
  const sound = points.every((p) => p.length === 2 && Math.abs(p[0] ?? 999) <= 180 && Math.abs(p[1] ?? 999) <= 90)
  const radiusM = Number(radius)
  if (!sound || points.length > 500 || !(radiusM >= 0 && radiusM <= MAX_RADIUS_M)) return null
  const drawing = finish({ kind: kind as DrawKind, points: points as LngLat[], radiusM, done: false })
  return drawing.done ? drawing : null
}
