/** What lies near a point: for a click on the map and for "the nearest twenty". */
import { distanceM, metresPerDegree } from '../ellipsoid.ts'
import type { Layer } from './layer.ts'
import { BITS, latOf, lngOf, lowerBound, projectX, projectY, SIZE, upperBound } from './mercator.ts'
import type { LayerRow } from './snapshot.ts'
import { CHUNK, type View } from './view.ts'

const buffer = new Int32Array(CHUNK)

export interface Near {
  row: LayerRow
  /** Length of the geodesic in metres. */
  distanceM: number
}

interface Candidate {
  at: number
  slot: number
  d2: number
}

/** Candidates in the box of `reach` units around a place, by squared distance in metres on the local plane. */
function inBox(layer: Layer, view: View, lng: number, lat: number, reach: number): Candidate[] {
  const { xs, ys, n } = layer.snapshot
  const out: Candidate[] = []
  const per = metresPerDegree(lat)
  const [cx, cy] = [projectX(lng), projectY(lat)]
  const [x0, y0] = [Math.max(0, cx - reach), Math.max(0, cy - reach)]
  const [x1, y1] = [Math.min(SIZE - 1, cx + reach), Math.min(SIZE - 1, cy + reach)]
  const squared = (x: number, y: number): number => ((lngOf(x) - lng) * per.lng) ** 2 + ((latOf(y) - lat) * per.lat) ** 2
  // Cells at least as wide as the box: it touches four of them at most, each of which is one piece of the curve.
  const level = Math.max(0, Math.min(BITS, Math.floor(BITS - Math.log2(2 * reach + 1))))
  const shift = BITS - level
  for (let ty = y0 >>> shift; ty <= y1 >>> shift; ty++)
    for (let tx = x0 >>> shift; tx <= x1 >>> shift; tx++) {
      const from = lowerBound(xs, ys, level, tx, ty, 0, n)
      const to = upperBound(xs, ys, level, tx, ty, from, n)
      for (let start = from; start < to; start += CHUNK) {
        const found = view.collect(start, Math.min(start + CHUNK, to), buffer)
        for (let k = 0; k < found; k++) {
          const at = buffer[k]!
          const [x, y] = [xs[at]!, ys[at]!]
          if (x >= x0 && x <= x1 && y >= y0 && y <= y1) out.push({ at, slot: -1, d2: squared(x, y) })
        }
      }
    }
  for (let slot = 0; slot < layer.rows.length; slot++) {
    const [x, y] = [layer.rowX[slot]!, layer.rowY[slot]!]
    if (x >= x0 && x <= x1 && y >= y0 && y <= y1 && view.seesSlot(slot)) out.push({ at: -1, slot, d2: squared(x, y) })
  }
  return out
}

const nearOf = (layer: Layer, lng: number, lat: number, c: Candidate): Near => {
  const row = c.slot >= 0 ? layer.rows[c.slot]! : layer.rowAt(c.at)
  return { row, distanceM: distanceM([lng, lat], [row.lng, row.lat]) }
}

/** Units of the square that are `metres` at a latitude. */
const unitsOf = (metres: number, lat: number): number =>
  Math.max(1, Math.ceil(((metres / metresPerDegree(lat).lng) * SIZE) / 360))

/** Objects within `radiusM` metres, nearest first, at most `limit`. */
export function within(layer: Layer, view: View, lng: number, lat: number, radiusM: number, limit: number): Near[] {
  return inBox(layer, view, lng, lat, unitsOf(radiusM * 1.01, lat))
    .filter((c) => c.d2 <= (radiusM * 1.01) ** 2)
    .sort((a, b) => a.d2 - b.d2)
    .slice(0, limit * 2)
    .map((c) => nearOf(layer, lng, lat, c))
    .filter((near) => near.distanceM <= radiusM)
    .sort(byDistance)
    .slice(0, limit)
}

/** The nearest `n` objects, however far, nearest first. */
export function nearest(layer: Layer, view: View, lng: number, lat: number, n: number): Near[] {
  for (let radiusM = 30; ; radiusM *= 2) {
    const isWhole = radiusM > 2e7
    const reach = isWhole ? SIZE : Math.min(SIZE, unitsOf(radiusM * 1.01, lat))
    const found = inBox(layer, view, lng, lat, reach)
    const close = isWhole ? found : found.filter((c) => c.d2 <= radiusM ** 2)
    if (close.length < n && !isWhole) continue
    // A few more than asked for: the plane may take two nearly equal ones the wrong way round.
    const best = close.sort((a, b) => a.d2 - b.d2).slice(0, n + 8)
    return best
      .map((c) => nearOf(layer, lng, lat, c))
      .sort(byDistance)
      .slice(0, n)
  }
}

const byDistance = (a: Near, b: Near): number => a.distanceM - b.distanceM || (a.row.key < b.row.key ? -1 : 1)
