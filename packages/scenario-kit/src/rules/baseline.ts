import { BASELINE_HEAD, CELL_SLOTS } from './compile.ts'
import { BEGAN, LEVEL, type Node } from './program.ts'
import { type WallClock, weekday } from './wall-clock.ts'

// What a stream usually says at this hour, learned reading by reading with bounded influence (Huber): a reading far off moves the habit no more than
// one three spreads off, so that faults teach nothing, and what lasts becomes the habit.

const DAY = 86_400_000
const START = 0
const READINGS = 1
const SPREAD = 2
const MEAN_X = 3
const MEAN_Z = 4
const VAR_Z = 5
const COV = 6
const WEIGHT = 7
const CENTRE = 0
const CELL_SPREAD = 1
const CELL_READINGS = 2
/** Readings the spread of the whole stream counts for in a cell's own. */
const SHARED = 24
/** Mean distance → spread of a normal law. */
const NORMAL = 1.2533
const FAR = 3
/** A cell that has seen fewer readings says nothing. */
const ENOUGH = 3

/** The cell of an instant: hour of the day, or of the week from Monday. */
export function cellOf(n: Node, clock: WallClock, t: number): number {
  if (n.cells === 1) return 0
  const local = t + clock(t)
  const day = Math.floor(local / DAY)
  const hour = Math.floor((local - day * DAY) / 3_600_000)
  return n.cells === 24 ? hour : weekday(day) * 24 + hour
}

const slope = (s: Float64Array, own: number): number => {
  const weight = s[own + WEIGHT]!
  const variance = s[own + VAR_Z]!
  return weight >= 48 && variance > 1e-9 ? s[own + COV]! / variance : 0
}

const spreadOf = (n: Node, s: Float64Array, own: number, cell: number): number => {
  const readings = s[cell + CELL_READINGS] || 0
  const shared = s[own + SPREAD] || 0
  const mine = s[cell + CELL_SPREAD] || 0
  return Math.max(n.limit, (mine * readings + shared * SHARED) / (readings + SHARED))
}

const cellAt = (n: Node, own: number, cell: number): number => own + BASELINE_HEAD + (n.cells === 1 ? 0 : cell * CELL_SLOTS)

/** Spreads the reading lies off, NaN while too little is known; then learn from it. `z` is the reading of the compensating stream, NaN where there is none. */
export function baselineSignal(n: Node, s: Float64Array, b: number, clock: WallClock, t: number, v: number, z: number): number {
  const own = b + n.own
  if (n.other >= 0 && Number.isNaN(z)) return Number.NaN
  if (Number.isNaN(s[own + START]!)) s.fill(0, own + 1, own + BASELINE_HEAD)
  if (Number.isNaN(s[own + START]!)) s[own + START] = t
  const cell = cellAt(n, own, cellOf(n, clock, t))
  const readings = s[cell + CELL_READINGS] || 0
  const off = n.other < 0 ? 0 : slope(s, own) * (z - s[own + MEAN_Z]!)
  const rest = v - off
  const spread = spreadOf(n, s, own, cell)
  const error = readings === 0 ? 0 : rest - s[cell + CENTRE]!
  const known = t - s[own + START]! >= n.learnMs && readings >= ENOUGH
  const signal = known ? (error === 0 ? 0 : error / spread) : Number.NaN
  // Not from alarms, unless they have lasted as long as the first learning did: then this is how things are now.
  if (s[b + LEVEL] === 0 || t - s[b + BEGAN]! > n.learnMs) learn(n, s, own, cell, t, rest, v, z)
  return signal
}

/** Share of the past that a new reading replaces: even at first, then so that a habit weighs half after its half-life. */
function rateOf(n: Node, s: Float64Array, own: number, t: number, readings: number): number {
  const elapsed = t - s[own + START]!
  const perLife = elapsed > 0 ? ((s[own + READINGS]! / elapsed) * n.halfLifeMs) / n.cells : 1
  return Math.max(1 / (readings + 1), Math.min(0.2, Math.LN2 / Math.max(1, perLife)))
}

function learn(n: Node, s: Float64Array, own: number, cell: number, t: number, rest: number, v: number, z: number): void {
  const total = s[own + READINGS]!
  const readings = s[cell + CELL_READINGS] || 0
  if (readings === 0) s[cell + CENTRE] = rest
  const spread = spreadOf(n, s, own, cell)
  let error = rest - s[cell + CENTRE]!
  if (total >= 30 && spread > 0) error = Math.max(-FAR * spread, Math.min(FAR * spread, error))
  const rate = rateOf(n, s, own, t, readings)
  s[cell + CENTRE] = s[cell + CENTRE]! + rate * error
  const distance = Math.abs(error) * NORMAL
  s[cell + CELL_SPREAD] = (s[cell + CELL_SPREAD] || 0) + rate * (distance - (s[cell + CELL_SPREAD] || 0))
  s[cell + CELL_READINGS] = readings + 1
  // The first reading of a cell is its centre and says nothing of the spread.
  if (readings > 0) {
    const overall = Math.max(1 / (total + 1), rate / n.cells)
    s[own + SPREAD] = s[own + SPREAD]! + overall * (distance - s[own + SPREAD]!)
    s[own + READINGS] = total + 1
  }
  if (n.other >= 0) compensate(n, s, own, t, v, z)
}

/** Slope of the value over the other stream, over all cells, forgetting as the cells do. */
function compensate(n: Node, s: Float64Array, own: number, t: number, v: number, z: number): void {
  const weight = s[own + WEIGHT]!
  const elapsed = t - s[own + START]!
  const perLife = elapsed > 0 ? (weight / elapsed) * n.halfLifeMs : 1
  const rate = Math.max(1 / (weight + 1), Math.LN2 / Math.max(1, perLife))
  const dz = z - s[own + MEAN_Z]!
  const dv = v - s[own + MEAN_X]!
  s[own + MEAN_Z] = s[own + MEAN_Z]! + rate * dz
  s[own + MEAN_X] = s[own + MEAN_X]! + rate * dv
  s[own + VAR_Z] = (1 - rate) * (s[own + VAR_Z]! + rate * dz * dz)
  s[own + COV] = (1 - rate) * (s[own + COV]! + rate * dz * dv)
  s[own + WEIGHT] = weight + 1
}

/** What a baseline expects at an instant, and why. */
export interface Expectation {
  expected: number
  /** Between these no rung holds; infinite where none looks that way. */
  low: number
  high: number
  spread: number
  /** Cell of the season and readings it was learned from. */
  cell: number
  samples: number
  /** Of the whole stream. */
  readings: number
  learningUntil: number
  /** What one unit of the compensating stream makes, and how much was taken off. */
  slope: number
  compensation: number
}

/** The band at an instant. `z`: reading of the compensating stream then; its mean where it is not known. Null before anything was learned. */
export function expectation(n: Node, s: Float64Array, b: number, clock: WallClock, t: number, z: number): Expectation | null {
  const own = b + n.own
  if (Number.isNaN(s[own + START]!)) return null
  const number = cellOf(n, clock, t)
  const cell = cellAt(n, own, number)
  const samples = s[cell + CELL_READINGS] || 0
  if (samples === 0) return null
  const k = n.other < 0 ? 0 : slope(s, own)
  const compensation = Number.isNaN(z) ? 0 : k * (z - s[own + MEAN_Z]!)
  const spread = spreadOf(n, s, own, cell)
  const expected = s[cell + CENTRE]! + compensation
  const hi = Math.min(...n.hi)
  const lo = Math.max(...n.lo)
  return {
    expected,
    low: lo === Number.NEGATIVE_INFINITY ? lo : expected + lo * spread,
    high: hi === Number.POSITIVE_INFINITY ? hi : expected + hi * spread,
    spread,
    cell: number,
    samples,
    readings: s[own + READINGS]!,
    learningUntil: s[own + START]! + n.learnMs,
    slope: k,
    compensation
  }
}
