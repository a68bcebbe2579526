/**
 * Sums by cell: for each level the cells that hold points, in Z-order, and in each cell one entry a group (street × class × status) with
 * its number and mean place. Coarse tiles sum entries instead of points: a cell has at most as many entries as there are groups in it,
 * however many points.
 */
import { type ColumnArray, type ColumnPlaces, columnIn, Growing, type Layout, widthFor } from './columns.ts'
import { BITS, comesBefore } from './mercator.ts'

/** Finest and coarsest level of cells; tiles of zoom z show cells of level z + 6. */
export const FINEST = 18
export const COARSEST = 6
/** A level that saves less than this share of the points is not kept: the points themselves are read. */
const WORTH = 0.7

export interface Level {
  level: number
  /** First point of each cell. */
  first: Int32Array
  /** First entry of each cell, and one past the last. */
  start: ColumnArray
  group: ColumnArray
  count: ColumnArray
  /** Mean place inside the cell, 0…65535 from its north-west corner. */
  meanX: ColumnArray
  meanY: ColumnArray
}

interface Sums {
  first: Growing
  start: Growing
  group: Growing
  count: Growing
  meanX: Growing
  meanY: Growing
}

const emptySums = (): Sums => ({
  first: new Growing(),
  start: new Growing(),
  group: new Growing(),
  count: new Growing(),
  meanX: new Growing(),
  meanY: new Growing()
})

/** Gathers the entries of one cell after another. */
class Gatherer {
  readonly out = emptySums()
  readonly #count: Float64Array
  readonly #x: Float64Array
  readonly #y: Float64Array
  readonly #touched: number[] = []
  readonly #scale: number

  constructor(groups: number, level: number) {
    this.#count = new Float64Array(groups)
    this.#x = new Float64Array(groups)
    this.#y = new Float64Array(groups)
    this.#scale = 65_536 / 2 ** (BITS - level)
  }

  add(group: number, count: number, x: number, y: number): void {
    if (this.#count[group] === 0) this.#touched.push(group)
    this.#count[group]! += count
    this.#x[group]! += x * count
    this.#y[group]! += y * count
  }

  /** The cell is complete; `first` is its first point. */
  flush(first: number): void {
    const { out } = this
    out.first.push(first)
    out.start.push(out.group.length)
    for (const group of this.#touched) {
      const count = this.#count[group]!
      out.group.push(group)
      out.count.push(count)
      out.meanX.push(Math.min(65_535, Math.floor((this.#x[group]! / count) * this.#scale)))
      out.meanY.push(Math.min(65_535, Math.floor((this.#y[group]! / count) * this.#scale)))
      this.#count[group] = 0
      this.#x[group] = 0
      this.#y[group] = 0
    }
    this.#touched.length = 0
  }

  done(): Sums {
    this.out.start.push(this.out.group.length)
    return this.out
  }
}

function fromPoints(xs: Int32Array, ys: Int32Array, groupOf: ColumnArray, groups: number, level: number): Sums {
  const gatherer = new Gatherer(groups, level)
  const shift = BITS - level
  const mask = 2 ** shift - 1
  let first = 0
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [xs[i]!, ys[i]!]
    if (i > first && (x >>> shift !== xs[first]! >>> shift || y >>> shift !== ys[first]! >>> shift)) {
      gatherer.flush(first)
      first = i
    }
    gatherer.add(groupOf[i]!, 1, x & mask, y & mask)
  }
  if (xs.length > 0) gatherer.flush(first)
  return gatherer.done()
}

/** Levels of the points that `sees` lets through, by class instead of group, from `finest` down: for readers the common pyramid cannot serve. */
export function levelsOf(
  xs: Int32Array,
  ys: Int32Array,
  sees: (i: number) => boolean,
  classOf: (i: number) => number,
  classes: number,
  finest: number
): Level[] {
  const gatherer = new Gatherer(classes, finest)
  const shift = BITS - finest
  const mask = 2 ** shift - 1
  let first = -1
  for (let i = 0; i < xs.length; i++) {
    if (!sees(i)) continue
    const [x, y] = [xs[i]!, ys[i]!]
    if (first >= 0 && (x >>> shift !== xs[first]! >>> shift || y >>> shift !== ys[first]! >>> shift)) {
      gatherer.flush(first)
      first = -1
    }
    if (first < 0) first = i
    gatherer.add(classOf(i), 1, x & mask, y & mask)
  }
  if (first >= 0) gatherer.flush(first)
  let sums = gatherer.done()
  const out = [inMemory(sums, finest)]
  for (let level = finest - 1; level >= COARSEST; level--) {
    sums = fromFiner(xs, ys, sums, classes, level)
    out.push(inMemory(sums, level))
  }
  return out
}

const inMemory = (sums: Sums, level: number): Level => ({
  level,
  first: Int32Array.from(taken(sums.first)),
  start: taken(sums.start),
  group: Uint16Array.from(taken(sums.group)),
  count: taken(sums.count),
  meanX: Uint16Array.from(taken(sums.meanX)),
  meanY: Uint16Array.from(taken(sums.meanY))
})
const taken = (column: Growing): Uint32Array => column.values.slice(0, column.length)

function fromFiner(xs: Int32Array, ys: Int32Array, finer: Sums, groups: number, level: number): Sums {
  const gatherer = new Gatherer(groups, level)
  const shift = BITS - level
  const half = 2 ** (shift - 1)
  let first = -1
  for (let cell = 0; cell < finer.first.length; cell++) {
    const at = finer.first.values[cell]!
    if (first >= 0 && (xs[at]! >>> shift !== xs[first]! >>> shift || ys[at]! >>> shift !== ys[first]! >>> shift)) {
      gatherer.flush(first)
      first = -1
    }
    if (first < 0) first = at
    const [east, south] = [(xs[at]! >>> (shift - 1)) & 1, (ys[at]! >>> (shift - 1)) & 1]
    for (let e = finer.start.values[cell]!; e < finer.start.values[cell + 1]!; e++) {
      const x = (east + (finer.meanX.values[e]! + 0.5) / 65_536) * half
      const y = (south + (finer.meanY.values[e]! + 0.5) / 65_536) * half
      gatherer.add(finer.group.values[e]!, finer.count.values[e]!, x, y)
    }
  }
  if (first >= 0) gatherer.flush(first)
  return gatherer.done()
}

/** Adds the levels worth keeping to a block. Points are in Z-order. Answers which levels there are, finest first. */
export function layOutPyramid(layout: Layout, xs: Int32Array, ys: Int32Array, groupOf: ColumnArray, groups: number): number[] {
  const levels: number[] = []
  let finer: Sums | null = null
  for (let level = FINEST; level >= COARSEST; level--) {
    const sums: Sums = finer ? fromFiner(xs, ys, finer, groups, level) : fromPoints(xs, ys, groupOf, groups, level)
    if (!finer && sums.group.length > xs.length * WORTH) continue
    finer = sums
    levels.push(level)
    const put = (name: keyof Sums, below: number): void => {
      const { values, length } = sums[name]
      layout.add(`${name}${level}`, below === BITS ? 'i32' : widthFor(below), length, (to) => to.set(values.subarray(0, length)))
    }
    put('first', BITS)
    put('start', 2 ** 32)
    put('group', groups)
    put('count', 2 ** 32)
    put('meanX', 0x10000)
    put('meanY', 0x10000)
  }
  return levels
}

/** The level as it lies in a block. */
export function levelIn(block: SharedArrayBuffer, places: ColumnPlaces, level: number): Level {
  const column = (name: string): ColumnArray => columnIn(block, places[`${name}${level}`]!)
  return {
    level,
    first: column('first') as Int32Array,
    start: column('start'),
    group: column('group'),
    count: column('count'),
    meanX: column('meanX'),
    meanY: column('meanY')
  }
}

/** First cell of a level whose place does not come before cell (cx, cy) of a coarser or equal level. `past` asks for the one behind it. */
export function cellBound(
  at: Level,
  xs: Int32Array,
  ys: Int32Array,
  level: number,
  cx: number,
  cy: number,
  past: boolean
): number {
  const shift = BITS - level
  let [low, high] = [0, at.first.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const point = at.first[middle]!
    const [x, y] = [xs[point]! >>> shift, ys[point]! >>> shift]
    const isBefore = past ? !comesBefore(cx, cy, x, y) : comesBefore(x, y, cx, cy)
    if (isBefore) low = middle + 1
    else high = middle
  }
  return low
}
