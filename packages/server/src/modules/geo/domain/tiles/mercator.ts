/**
 * Places on the Web-Mercator square as whole numbers, and the Z-order over them. 31 bits a side are 1.9 cm at the equator, so a point
 * moves by less than 1 cm; 31 bits stay small integers in the engine, which 32 would not.
 */
export const BITS = 31
export const SIZE = 2 ** BITS
/** Where the square ends, degrees. */
export const MAX_LAT = 85.051_128_779_806_6
const RAD = Math.PI / 180

const clamped = (at: number): number => (at <= 0 ? 0 : at >= SIZE ? SIZE - 1 : Math.floor(at))

/** Degrees of longitude → column of the square, from the west. */
export const projectX = (lng: number): number => clamped((lng / 360 + 0.5) * SIZE)

/** Degrees of latitude → row of the square, from the north. */
export const projectY = (lat: number): number =>
  clamped((0.5 - Math.asinh(Math.tan(Math.max(-MAX_LAT, Math.min(MAX_LAT, lat)) * RAD)) / (2 * Math.PI)) * SIZE)

/** Middle of a column, degrees. */
export const lngOf = (x: number): number => ((x + 0.5) / SIZE - 0.5) * 360
/** Middle of a row, degrees. */
export const latOf = (y: number): number => Math.atan(Math.sinh((0.5 - (y + 0.5) / SIZE) * 2 * Math.PI)) / RAD
/** Border between columns (west side of `x`), degrees; `x` may be SIZE. */
export const westOf = (x: number): number => (x / SIZE - 0.5) * 360
/** Border between rows (north side of `y`), degrees. */
export const northOf = (y: number): number => Math.atan(Math.sinh((0.5 - y / SIZE) * 2 * Math.PI)) / RAD

/** Whether (ax, ay) comes before (bx, by) along the curve: decided by the highest bit in which they differ, y before x. */
export function comesBefore(ax: number, ay: number, bx: number, by: number): boolean {
  const dx = ax ^ bx
  const dy = ay ^ by
  return dy < dx && dy < (dx ^ dy) ? ax < bx : ay < by
}

/** First position in [from, to) that does not come before cell (cx, cy) of a level; points of a cell lie together. */
export function lowerBound(
  xs: Int32Array,
  ys: Int32Array,
  level: number,
  cx: number,
  cy: number,
  from: number,
  to: number
): number {
  const shift = BITS - level
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (comesBefore(xs[middle]! >>> shift, ys[middle]! >>> shift, cx, cy)) low = middle + 1
    else high = middle
  }
  return low
}

/** First position in [from, to) behind cell (cx, cy) of a level. */
export function upperBound(
  xs: Int32Array,
  ys: Int32Array,
  level: number,
  cx: number,
  cy: number,
  from: number,
  to: number
): number {
  const shift = BITS - level
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (comesBefore(cx, cy, xs[middle]! >>> shift, ys[middle]! >>> shift)) high = middle
    else low = middle + 1
  }
  return low
}

/** First index of an ascending list whose value is at least `value`. */
export function firstAtLeast(list: Int32Array, value: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (list[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
