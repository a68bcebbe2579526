/** Areas inside the module: polygons on an integer grid of 1e-7 degree (about 1 cm). Integers make shared borders bit-equal,
 *  pack to a quarter of the size, and let the locator decide borders exactly. */
import type { LngLat } from './crs.ts'

/** Units of one degree. */
export const UNITS = 1e7

/** An open ring x0,y0,x1,y1,… in units; the first vertex is not repeated. */
export type Ring = Int32Array
/** Outer ring first, holes after it. */
export type Polygon = readonly Ring[]
/** One or more disjoint polygons. */
export type Shape = readonly Polygon[]
/** West, south, east, north in units. */
export type Box = readonly [w: number, s: number, e: number, n: number]

export type GeoJsonGeometry =
  | { type: 'Polygon'; coordinates: readonly (readonly LngLat[])[] }
  | { type: 'MultiPolygon'; coordinates: readonly (readonly (readonly LngLat[])[])[] }

export const toUnits = (degrees: number): number => Math.round(degrees * UNITS)
export const toDegrees = (units: number): number => units / UNITS

function ringFromPositions(positions: readonly LngLat[]): Ring {
  const last = positions.length - 1
  const first = positions[0]
  const end = positions[last]
  const closed = last > 0 && first !== undefined && end !== undefined && first[0] === end[0] && first[1] === end[1]
  const flat: number[] = []
  for (let i = 0; i < (closed ? last : last + 1); i++) {
    const at = positions[i] as LngLat
    const [x, y] = [toUnits(at[0]), toUnits(at[1])]
    if (flat.at(-2) !== x || flat.at(-1) !== y) flat.push(x, y)
  }
  return Int32Array.from(flat)
}

/** GeoJSON polygon or multipolygon in degrees → shape, rounded to the grid; rings that collapse are dropped. */
export function shapeFromGeoJson(geometry: GeoJsonGeometry): Shape {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return polygons
    .map((rings) => rings.map(ringFromPositions).filter((ring) => ring.length >= 6))
    .filter((polygon) => polygon.length > 0)
}

function ringToPositions(ring: Ring): [number, number][] {
  const out: [number, number][] = []
  for (let i = 0; i < ring.length; i += 2) out.push([toDegrees(ring[i] as number), toDegrees(ring[i + 1] as number)])
  const first = out[0]
  if (first) out.push([first[0], first[1]])
  return out
}

/** Shape → GeoJSON in degrees: Polygon when there is one part. */
export function shapeToGeoJson(shape: Shape): GeoJsonGeometry {
  const polygons = shape.map((polygon) => polygon.map(ringToPositions))
  const only = polygons[0]
  return polygons.length === 1 && only ? { type: 'Polygon', coordinates: only } : { type: 'MultiPolygon', coordinates: polygons }
}

/** Packs a shape into little-endian int32: polygon count, then per polygon its ring count, then per ring its vertex count and
 *  vertices. The form of `geo.*.shape` columns. */
export function encodeShape(shape: Shape): Uint8Array {
  let size = 1
  for (const polygon of shape) {
    size += 1
    for (const ring of polygon) size += 1 + ring.length
  }
  const words = new Int32Array(size)
  let at = 0
  words[at++] = shape.length
  for (const polygon of shape) {
    words[at++] = polygon.length
    for (const ring of polygon) {
      words[at++] = ring.length / 2
      words.set(ring, at)
      at += ring.length
    }
  }
  return new Uint8Array(words.buffer)
}

/** Reverses `encodeShape`. Throws RangeError on truncated bytes. */
export function decodeShape(bytes: Uint8Array): Shape {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes)
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2)
  let at = 0
  const next = (): number => {
    const word = words[at++]
    if (word === undefined) throw new RangeError('shape bytes end too early')
    return word
  }
  return Array.from({ length: next() }, () =>
    Array.from({ length: next() }, () => {
      const length = next() * 2
      if (at + length > words.length) throw new RangeError('shape bytes end too early')
      at += length
      return words.slice(at - length, at)
    })
  )
}

/** Bounding box of a shape in units. */
export function boxOf(shape: Shape): Box {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const polygon of shape) {
    const ring = polygon[0] as Ring
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = [ring[i] as number, ring[i + 1] as number]
      if (x < w) w = x
      if (x > e) e = x
      if (y < s) s = y
      if (y > n) n = y
    }
  }
  return [w, s, e, n]
}

/** Twice the signed area of a ring in square units; positive when counter-clockwise. */
export function ringArea2(ring: Ring): number {
  const [ox, oy] = [ring[0] ?? 0, ring[1] ?? 0]
  let sum = 0
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    sum +=
      ((ring[j] as number) - ox) * ((ring[i + 1] as number) - oy) - ((ring[i] as number) - ox) * ((ring[j + 1] as number) - oy)
  }
  return sum
}

/** Planar area of a shape in square units, holes taken off. */
export function planarArea(shape: Shape): number {
  let sum = 0
  for (const polygon of shape)
    polygon.forEach((ring, i) => {
      sum += ((i === 0 ? 1 : -1) * Math.abs(ringArea2(ring))) / 2
    })
  return sum
}

/** Centre of gravity of the outer rings, in units (not necessarily inside a bent shape). */
export function centroidOf(shape: Shape): [number, number] {
  let [sx, sy, sum] = [0, 0, 0]
  const [ox, oy] = boxOf(shape)
  for (const polygon of shape) {
    const ring = polygon[0] as Ring
    const sign = ringArea2(ring) < 0 ? -1 : 1
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [ax, ay, bx, by] = [
        (ring[j] as number) - ox,
        (ring[j + 1] as number) - oy,
        (ring[i] as number) - ox,
        (ring[i + 1] as number) - oy
      ]
      const cross = sign * (ax * by - bx * ay)
      sx += (ax + bx) * cross
      sy += (ay + by) * cross
      sum += cross
    }
  }
  return [Math.round(ox + sx / (3 * sum)), Math.round(oy + sy / (3 * sum))]
}
