/** What lies near a point: for a click on the map and for "the nearest twenty". */
import { distanceM, metresPerDegree } from '../ellipsoid.ts'
import type { Layer } from './layer.ts'
import { BITS, latOf, lngOf, lowerBound, northOf, projectX, projectY, SIZE, upperBound, westOf } from './mercator.ts'
import { COARSEST, cellBound } from './pyramid.ts'
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

/** A piece of the square and the positions in it; `d` metres away at least. */
interface Piece {
  level: number
  x: number
  y: number
  from: number
  to: number
  d: number
}

/** Pieces with fewer points than this are looked at point by point. */
const FEW = 128
const DEEPEST = 24
/** A piece with more points is asked by its sums whether anything in it is seen at all. */
const MANY = 1024
/** How far a distance reckoned on the plane may be off, as a share. */
const SLACK = 0.01

/** Metres between two places, on the plane that touches the ellipsoid halfway. */
function planeM(lng: number, lat: number, toLng: number, toLat: number): number {
  const per = metresPerDegree((lat + toLat) / 2)
  return Math.hypot((toLng - lng) * per.lng, (toLat - lat) * per.lat)
}

function leastM(piece: Omit<Piece, 'd'>, lng: number, lat: number): number {
  const size = 2 ** (BITS - piece.level)
  const [w, e] = [westOf(piece.x * size), westOf((piece.x + 1) * size)]
  const [n, s] = [northOf(piece.y * size), northOf((piece.y + 1) * size)]
  return planeM(lng, lat, Math.max(w, Math.min(e, lng)), Math.max(s, Math.min(n, lat))) * (1 - SLACK)
}

/** The best so far: the `n` least distances, unsorted until asked. */
class Best {
  readonly found: (Candidate & { d: number })[] = []
  readonly #n: number
  /** No piece farther than this can hold one of the nearest. */
  limit = Infinity

  constructor(n: number) {
    this.#n = n
  }

  add(at: number, slot: number, d: number): void {
    if (d > this.limit) return
    this.found.push({ at, slot, d, d2: d * d })
    // A few more than asked for are kept: the plane may take two nearly equal ones the wrong way round.
    if (this.found.length >= 4 * this.#n + 32) {
      this.found.sort((a, b) => a.d - b.d)
      this.limit = this.found[this.#n - 1]!.d * (1 + SLACK) + 1
      let keep = this.found.length
      while (keep > 2 * this.#n + 16 || (keep > this.#n && this.found[keep - 1]!.d > this.limit)) keep--
      this.found.length = keep
    } else if (this.found.length === this.#n) this.limit = Math.max(...this.found.map((f) => f.d)) * (1 + SLACK) + 1
  }
}

/** The nearest `n` objects, however far, nearest first: the nearest pieces of the square first, until none can hold a nearer object. */
export function nearest(layer: Layer, view: View, lng: number, lat: number, n: number): Near[] {
  const { xs, ys } = layer.snapshot
  const best = new Best(n)
  for (let slot = 0; slot < layer.rows.length; slot++)
    if (view.seesSlot(slot)) best.add(-1, slot, planeM(lng, lat, lngOf(layer.rowX[slot]!), latOf(layer.rowY[slot]!)))
  const queue: Piece[] = [{ level: 0, x: 0, y: 0, from: 0, to: layer.snapshot.n, d: 0 }]
  for (let piece = takeLeast(queue); piece && piece.d <= best.limit; piece = takeLeast(queue)) {
    const { level, x, y, from, to } = piece
    if (to - from <= FEW || level >= DEEPEST) {
      for (let start = from; start < to; start += CHUNK) {
        const found = view.collect(start, Math.min(start + CHUNK, to), buffer)
        for (let k = 0; k < found; k++) best.add(buffer[k]!, -1, planeM(lng, lat, lngOf(xs[buffer[k]!]!), latOf(ys[buffer[k]!]!)))
      }
      continue
    }
    let start = from
    for (let quarter = 0; quarter < 4 && start < to; quarter++) {
      const [cx, cy] = [2 * x + (quarter & 1), 2 * y + (quarter >> 1)]
      const end = upperBound(xs, ys, level + 1, cx, cy, start, to)
      const part = { level: level + 1, x: cx, y: cy, from: start, to: end }
      start = end
      if (part.to === part.from || !mayHold(view, part)) continue
      const d = leastM(part, lng, lat)
      if (d <= best.limit) put(queue, { ...part, d })
    }
  }
  return best.found
    .sort((a, b) => a.d - b.d)
    .slice(0, 2 * n + 16)
    .map((c) => nearOf(layer, lng, lat, c))
    .sort(byDistance)
    .slice(0, n)
}

/** False when nothing in the piece is seen, as far as that is quickly known. */
function mayHold(view: View, piece: Omit<Piece, 'd'>): boolean {
  if (view.isList) return view.listHas(piece.from, piece.to)
  if (piece.to - piece.from < MANY || piece.level < COARSEST) return true
  const sums = view.sumsAt(piece.level)
  if (!sums) return true
  const { xs, ys } = view.layer.snapshot
  const cell = cellBound(sums.level, xs, ys, piece.level, piece.x, piece.y, false)
  const end = cellBound(sums.level, xs, ys, piece.level, piece.x, piece.y, true)
  for (let e = sums.level.start[cell]!; e < sums.level.start[end]!; e++)
    if (sums.groups === null || sums.groups[sums.level.group[e]!] === 1) return true
  return false
}

/** A heap by distance. */
function put(queue: Piece[], piece: Piece): void {
  let at = queue.length
  queue.push(piece)
  while (at > 0) {
    const up = (at - 1) >> 1
    if (queue[up]!.d <= piece.d) break
    queue[at] = queue[up]!
    at = up
  }
  queue[at] = piece
}

function takeLeast(queue: Piece[]): Piece | undefined {
  const least = queue[0]
  const last = queue.pop()
  if (!least || !last || queue.length === 0) return least
  let at = 0
  for (;;) {
    let down = 2 * at + 1
    if (down >= queue.length) break
    if (down + 1 < queue.length && queue[down + 1]!.d < queue[down]!.d) down++
    if (queue[down]!.d >= last.d) break
    queue[at] = queue[down]!
    at = down
  }
  queue[at] = last
  return least
}

const byDistance = (a: Near, b: Near): number => a.distanceM - b.distanceM || (a.row.key < b.row.key ? -1 : 1)
