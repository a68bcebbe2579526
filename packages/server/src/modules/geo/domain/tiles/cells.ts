/** Sums by cell of what a reader sees: the ground of clustered tiles, hexagons and counts. */
import { CELLS_PER_SIDE, TILE_EXTENT } from '@chengyun/contract/geo'
import type { Layer } from './layer.ts'
import { BITS, lowerBound, upperBound } from './mercator.ts'
import type { MvtLayer } from './mvt.ts'
import { cellBound, type Level } from './pyramid.ts'
import { CHUNK, type View } from './view.ts'

const SIDE_BITS = Math.log2(CELLS_PER_SIDE)

/** One cell, handed to a visitor; the object is used again for the next. */
export class CellSums {
  n = 0
  /** Sums of places on the square, relative to the block's corner. */
  x = 0
  y = 0
  /** Class numbers that occur, and how often each does. */
  readonly classes: number[] = []
  readonly counts: Float64Array

  constructor(classes: number) {
    this.counts = new Float64Array(classes)
  }

  add(classId: number, count: number, x: number, y: number): void {
    this.n += count
    this.x += x * count
    this.y += y * count
    if (this.counts[classId] === 0) this.classes.push(classId)
    this.counts[classId]! += count
  }

  clear(): void {
    this.n = 0
    this.x = 0
    this.y = 0
    for (const id of this.classes) this.counts[id] = 0
    this.classes.length = 0
  }

  /** The class most objects have; the smaller number of equals. */
  leading(): number {
    let best = -1
    for (const id of this.classes) {
      const count = this.counts[id]!
      if (count > 0 && (best < 0 || count > this.counts[best]! || (count === this.counts[best]! && id < best))) best = id
    }
    return best
  }
}

const buffer = new Int32Array(CHUNK)

/** What changed since the snapshot inside a block, by cell: class, +1 or −1, place relative to the block. */
type Corrections = Map<number, number[]>

/**
 * Visits every cell of `level` inside block (bx, by) of the coarser `blockLevel` that holds visible objects. Each object is counted in
 * exactly one cell, so blocks that do not overlap add up.
 */
export function eachCell(
  layer: Layer,
  view: View,
  level: number,
  block: { level: number; x: number; y: number },
  visit: (cell: CellSums) => void
): void {
  const sums = new CellSums(layer.classes.words.length)
  const [x0, y0] = [block.x * 2 ** (BITS - block.level), block.y * 2 ** (BITS - block.level)]
  const ready = view.sumsAt(level)
  const corrections = correctionsIn(layer, view, level, block, x0, y0, ready !== null)
  const flush = (x: number, y: number): void => {
    if (corrections.size > 0) {
      const key = cellKey(x, y, level)
      const known = corrections.get(key)
      if (known) {
        correct(sums, known)
        corrections.delete(key)
      }
    }
    if (sums.n > 0) visit(sums)
    sums.clear()
  }
  if (ready) fromPyramid(layer, ready.level, ready.groups, block, x0, y0, sums, flush)
  else fromPoints(layer, view, level, block, x0, y0, sums, flush)
  for (const known of corrections.values()) {
    correct(sums, known)
    if (sums.n > 0) visit(sums)
    sums.clear()
  }
}

const cellKey = (x: number, y: number, level: number): number => (y >>> (BITS - level)) * 2 ** 26 + (x >>> (BITS - level))

function correct(sums: CellSums, known: readonly number[]): void {
  for (let i = 0; i < known.length; i += 4) sums.add(known[i]!, known[i + 1]!, known[i + 2]!, known[i + 3]!)
}

function correctionsIn(
  layer: Layer,
  view: View,
  level: number,
  block: { level: number; x: number; y: number },
  x0: number,
  y0: number,
  withDead: boolean
): Corrections {
  const out: Corrections = new Map()
  const shift = BITS - block.level
  const put = (classId: number, sign: number, x: number, y: number): void => {
    const key = cellKey(x, y, level)
    const known = out.get(key)
    if (known) known.push(classId, sign, x - x0, y - y0)
    else out.set(key, [classId, sign, x - x0, y - y0])
  }
  const { rowX, rowY, rowClass, deadList, snapshot } = layer
  for (let slot = 0; slot < rowX.length; slot++) {
    const [x, y] = [rowX[slot]!, rowY[slot]!]
    if (x >>> shift === block.x && y >>> shift === block.y && view.seesSlot(slot)) put(rowClass[slot]!, 1, x, y)
  }
  if (withDead) {
    for (const i of deadList) {
      const [x, y] = [snapshot.xs[i]!, snapshot.ys[i]!]
      if (x >>> shift === block.x && y >>> shift === block.y && view.sees(i))
        put(snapshot.groupClass[snapshot.group[i]!]!, -1, x, y)
    }
  }
  return out
}

/** `groups` says which groups are seen; null: entries are by class, and all of them are. */
function fromPyramid(
  layer: Layer,
  at: Level,
  groups: Uint8Array | null,
  block: { level: number; x: number; y: number },
  x0: number,
  y0: number,
  sums: CellSums,
  flush: (x: number, y: number) => void
): void {
  const { xs, ys, groupClass } = layer.snapshot
  const { group, count, meanX, meanY } = at
  const { counts, classes } = sums
  const size = 2 ** (BITS - at.level)
  const scale = size / 65_536
  const end = cellBound(at, xs, ys, block.level, block.x, block.y, true)
  for (let cell = cellBound(at, xs, ys, block.level, block.x, block.y, false); cell < end; cell++) {
    const [x, y] = [xs[at.first[cell]!]!, ys[at.first[cell]!]!]
    const [west, north] = [x - (x % size) - x0, y - (y % size) - y0]
    const last = at.start[cell + 1]!
    let [n, sumX, sumY] = [0, 0, 0]
    for (let e = at.start[cell]!; e < last; e++) {
      const g = group[e]!
      if (groups !== null && groups[g] === 0) continue
      const classId = groups === null ? g : groupClass[g]!
      const c = count[e]!
      n += c
      sumX += meanX[e]! * c
      sumY += meanY[e]! * c
      if (counts[classId] === 0) classes.push(classId)
      counts[classId]! += c
    }
    sums.n = n
    sums.x = west * n + (sumX + 0.5 * n) * scale
    sums.y = north * n + (sumY + 0.5 * n) * scale
    flush(x, y)
  }
}

function fromPoints(
  layer: Layer,
  view: View,
  level: number,
  block: { level: number; x: number; y: number },
  x0: number,
  y0: number,
  sums: CellSums,
  flush: (x: number, y: number) => void
): void {
  const { xs, ys, group, groupClass, n } = layer.snapshot
  const from = lowerBound(xs, ys, block.level, block.x, block.y, 0, n)
  const to = upperBound(xs, ys, block.level, block.x, block.y, from, n)
  const shift = BITS - level
  const { counts, classes } = sums
  let [cx, cy, lastX, lastY] = [-1, -1, 0, 0]
  for (let start = from; start < to; start += CHUNK) {
    const found = view.collect(start, Math.min(start + CHUNK, to), buffer)
    for (let k = 0; k < found; k++) {
      const i = buffer[k]!
      const [x, y] = [xs[i]!, ys[i]!]
      if (x >>> shift !== cx || y >>> shift !== cy) {
        if (cx >= 0) flush(lastX, lastY)
        cx = x >>> shift
        cy = y >>> shift
      }
      lastX = x
      lastY = y
      const classId = groupClass[group[i]!]!
      sums.n++
      sums.x += x - x0
      sums.y += y - y0
      if (counts[classId] === 0) classes.push(classId)
      counts[classId]!++
    }
  }
  if (cx >= 0) flush(lastX, lastY)
}

export const MAJOR_KEYS = Array.from({ length: 10 }, (_, i) => `m${String(i + 1).padStart(2, '0')}`)

/** Writes n, class and m01 … m10 as tags of the feature begun. */
export class CellTags {
  readonly #out: MvtLayer
  readonly #layer: Layer
  readonly #n: number
  readonly #class: number
  readonly #majorKeys: number[] = []
  readonly #classValues: number[] = []
  readonly #majors = new Float64Array(10)

  constructor(out: MvtLayer, layer: Layer) {
    this.#out = out
    this.#layer = layer
    this.#n = out.key('n')
    this.#class = out.key('class')
  }

  write(cell: Pick<CellSums, 'n' | 'classes' | 'counts'>, leading: number): void {
    const out = this.#out
    const { majors, classes } = this.#layer
    out.tag(this.#n, out.count(cell.n))
    this.#classValues[leading] ??= out.text(classes.words[leading]!)
    out.tag(this.#class, this.#classValues[leading]!)
    const sums = this.#majors.fill(0)
    for (const id of cell.classes) {
      const major = majors[id]!
      if (major >= 0) sums[major]! += cell.counts[id]!
    }
    for (let major = 0; major < 10; major++) {
      if (sums[major]! <= 0) continue
      this.#majorKeys[major] ??= out.key(MAJOR_KEYS[major]!)
      out.tag(this.#majorKeys[major]!, out.count(sums[major]!))
    }
  }
}

/** A tile of cells: a feature a cell, at the mean of its objects. */
export function cutCells(layer: Layer, view: View, z: number, tx: number, ty: number, out: MvtLayer): void {
  const scale = TILE_EXTENT / 2 ** (BITS - z)
  const tags = new CellTags(out, layer)
  eachCell(layer, view, Math.min(BITS, z + SIDE_BITS), { level: z, x: tx, y: ty }, (cell) => {
    out.begin()
    tags.write(cell, cell.leading())
    out.point(Math.floor((cell.x / cell.n) * scale), Math.floor((cell.y / cell.n) * scale))
  })
}
