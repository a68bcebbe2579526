import type * as GeoJSON from 'geojson'
import type { Ground } from './base.ts'
import type { Outline } from './style.ts'

/** Borders of higher rank first: a line that belongs to several is drawn once, as the highest. */
const RANK = ['city', 'district', 'street', 'community'] as const
type Corner = readonly number[]

/** A name for a stretch that does not depend on its direction; a metre is as exact as the coast is. */
function nameOf(a: Corner, b: Corner): string {
  const from = `${a[0]?.toFixed(5)},${a[1]?.toFixed(5)}`
  const to = `${b[0]?.toFixed(5)},${b[1]?.toFixed(5)}`
  return from < to ? `${from} ${to}` : `${to} ${from}`
}

/**
 * The borders between outlines as lines, each stretch once: where two areas meet there is one line and not two, and where the city meets
 * the sea there is the coast and no border.
 */
export function borderFeatures(outlines: readonly Outline[], ground: Ground | null): GeoJSON.FeatureCollection {
  const drawn = new Set<string>()
  for (const ring of ground?.land.coordinates.flat() ?? [])
    for (let i = 1; i < ring.length; i++) drawn.add(nameOf(ring[i - 1] as Corner, ring[i] as Corner))
  const features: GeoJSON.Feature[] = []
  for (const level of RANK) {
    const lines: GeoJSON.Position[][] = []
    for (const outline of outlines) {
      if (outline.level !== level) continue
      const polygons = outline.geometry.type === 'Polygon' ? [outline.geometry.coordinates] : outline.geometry.coordinates
      for (const ring of polygons.flat()) lines.push(...stretches(ring, drawn))
    }
    if (lines.length > 0)
      features.push({ type: 'Feature', properties: { level }, geometry: { type: 'MultiLineString', coordinates: lines } })
  }
  return { type: 'FeatureCollection', features }
}

/** The parts of a ring that nobody has drawn yet; marks them as drawn. */
function stretches(ring: readonly GeoJSON.Position[], drawn: Set<string>): GeoJSON.Position[][] {
  const out: GeoJSON.Position[][] = []
  let line: GeoJSON.Position[] | null = null
  for (let i = 1; i < ring.length; i++) {
    const [a, b] = [ring[i - 1] as GeoJSON.Position, ring[i] as GeoJSON.Position]
    const name = nameOf(a, b)
    if (drawn.has(name)) {
      line = null
      continue
    }
    drawn.add(name)
    if (line) line.push(b)
    else {
      line = [a, b]
      out.push(line)
    }
  }
  return out
}
