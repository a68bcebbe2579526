import type { ItemGeometry } from '@chengyun/contract/registry'
import {
  boxOf,
  centroidOf,
  decodeShape,
  distanceM,
  encodeShape,
  insideShape,
  interiorPointOf,
  type Shape,
  shapeFromGeoJson,
  shapeToGeoJson,
  toDegrees,
  toUnits
} from '../../geo/index.ts'

export type GeometryKind = 'point' | 'line' | 'polygon'
const KIND_BYTE = { line: 1, polygon: 2 } as const
/** The kind takes four bytes, so that what follows stays aligned. */
const HEAD = 4

/** A geometry as an item keeps it: a point on it and, of lines and areas, its packed shape. */
export interface PackedGeometry {
  kind: GeometryKind
  lng: number
  lat: number
  shape: Uint8Array | null
}

/** Packs a geometry: rounded to 1e-7 degree. Null when nothing is left of it (all vertices in one place). */
export function packGeometry(geometry: ItemGeometry): PackedGeometry | null {
  if (geometry.type === 'Point') {
    const [lng, lat] = geometry.coordinates
    return { kind: 'point', lng: rounded(lng), lat: rounded(lat), shape: null }
  }
  if (geometry.type === 'LineString') {
    const line = lineOf(geometry.coordinates)
    if (line.length < 4) return null
    const [lng, lat] = middleOf(line)
    return { kind: 'line', lng, lat, shape: withHead('line', encodeShape([[line]])) }
  }
  const shape = shapeFromGeoJson(geometry)
  if (shape.length === 0) return null
  const [x, y] = centroidOf(shape)
  const [px, py] = insideShape(shape, x, y) ? [x, y] : interiorPointOf(shape)
  return {
    kind: 'polygon',
    lng: toDegrees(Math.round(px)),
    lat: toDegrees(Math.round(py)),
    shape: withHead('polygon', encodeShape(shape))
  }
}

/** The geometry of an item; null without a place. */
export function unpackGeometry(row: { lng: number | null; lat: number | null; shape: Uint8Array | null }): ItemGeometry | null {
  if (row.lng === null || row.lat === null) return null
  if (row.shape === null) return { type: 'Point', coordinates: [row.lng, row.lat] }
  const shape = shapeOf(row.shape)
  if (kindOf(row.shape) === 'line') return { type: 'LineString', coordinates: positionsOf(shape[0]?.[0] ?? new Int32Array()) }
  return shapeToGeoJson(shape) as ItemGeometry
}

/** What kind of geometry packed bytes hold; null bytes are a point. */
export const kindOf = (shape: Uint8Array | null): GeometryKind =>
  shape === null ? 'point' : shape[0] === KIND_BYTE.line ? 'line' : 'polygon'

/** The packed shape itself: of a line one polygon of one open ring. */
export const shapeOf = (shape: Uint8Array): Shape => decodeShape(Uint8Array.from(shape.subarray(HEAD)))

/** West, south, east, north in degrees. */
export const boundsOf = (shape: Uint8Array): [number, number, number, number] =>
  boxOf(shapeOf(shape)).map(toDegrees) as [number, number, number, number]

const rounded = (degrees: number): number => toDegrees(toUnits(degrees))

function withHead(kind: 'line' | 'polygon', body: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEAD + body.length)
  out[0] = KIND_BYTE[kind]
  out.set(body, HEAD)
  return out
}

function lineOf(positions: readonly (readonly [number, number])[]): Int32Array {
  const flat: number[] = []
  for (const [lng, lat] of positions) {
    const [x, y] = [toUnits(lng), toUnits(lat)]
    if (flat.at(-2) !== x || flat.at(-1) !== y) flat.push(x, y)
  }
  return Int32Array.from(flat)
}

const positionsOf = (line: Int32Array): [number, number][] =>
  Array.from({ length: line.length >> 1 }, (_, i) => [toDegrees(line[2 * i] as number), toDegrees(line[2 * i + 1] as number)])

/** The point half way along a line. */
function middleOf(line: Int32Array): [number, number] {
  const at = positionsOf(line)
  const lengths = at.slice(1).map((b, i) => distanceM(at[i] as [number, number], b))
  let left = lengths.reduce((a, b) => a + b, 0) / 2
  for (const [i, length] of lengths.entries()) {
    if (left <= length && length > 0) {
      const [a, b] = [at[i] as [number, number], at[i + 1] as [number, number]]
      const t = left / length
      return [rounded(a[0] + t * (b[0] - a[0])), rounded(a[1] + t * (b[1] - a[1]))]
    }
    left -= length
  }
  return at.at(-1) as [number, number]
}
