import type { ItemGeometry } from '@chengyun/contract/registry'
import type { ToDegrees } from './crs.ts'

type Pair = [number, number]

/** A geometry as a file has it: any of the simple features, in the file's own coordinates. */
export interface RawGeometry {
  type: string
  coordinates: unknown
}

/** Why a geometry cannot be taken: the rules of BATCH row faults. */
export type GeometryFault = 'nullGeometry' | 'zeroZero' | 'coordinateRange' | 'geometry'

/**
 * A geometry of a file as an item keeps it. A multi-geometry of one part is that part; points at 0,0 are nobody's place. Answers the rule that
 * is broken instead.
 */
export function itemGeometry(raw: RawGeometry | null, degrees: ToDegrees): ItemGeometry | GeometryFault {
  if (raw === null || !Array.isArray(raw.coordinates) || raw.coordinates.length === 0) return 'nullGeometry'
  const kind = raw.type.replace(/^Multi/, '')
  const many = raw.type.startsWith('Multi')
  const parts = (many ? raw.coordinates : [raw.coordinates]) as unknown[]
  const bad = { rule: null as GeometryFault | null }
  const pair = (p: unknown): Pair => {
    const [x, y] = p as Pair
    if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y)) {
      bad.rule ??= 'nullGeometry'
      return [0, 0]
    }
    if (x === 0 && y === 0) bad.rule ??= 'zeroZero'
    const at = degrees(x, y)
    if (at === null) bad.rule ??= 'coordinateRange'
    return at ?? [0, 0]
  }
  const line = (l: unknown): Pair[] => (Array.isArray(l) ? l.map(pair) : [])
  let out: ItemGeometry | null = null
  if (kind === 'Point' && parts.length === 1) out = { type: 'Point', coordinates: pair(parts[0]) }
  else if (kind === 'LineString' && parts.length === 1) out = { type: 'LineString', coordinates: line(parts[0]) }
  else if (kind === 'Polygon') {
    const polygons = parts.map((rings) => (rings as unknown[]).map((r, i) => turned(line(r), i === 0)))
    out =
      polygons.length === 1
        ? { type: 'Polygon', coordinates: polygons[0] ?? [] }
        : { type: 'MultiPolygon', coordinates: polygons }
  }
  if (bad.rule !== null) return bad.rule
  return out ?? 'geometry'
}

/** Twice the signed area of a ring: positive when it turns against the clock. */
export function area2(ring: readonly Pair[]): number {
  let sum = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[j] as Pair, ring[i] as Pair]
    sum += a[0] * b[1] - b[0] * a[1]
  }
  return sum
}

/** Outlines turn against the clock, holes with it (RFC 7946): the same area is the same bytes, whatever format it came in. */
const turned = (ring: Pair[], outer: boolean): Pair[] => (area2(ring) > 0 === outer ? ring : ring.reverse())

/** Reads WKT (also EWKT, Z and M ordinates are left out); null when it is none. */
export function parseWkt(text: string): RawGeometry | null {
  const m =
    /^\s*(?:SRID=\d+;)?\s*(POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON)\s*(?:ZM?|M)?\s*(\(.*\)|EMPTY)\s*$/is.exec(
      text
    )
  if (!m) return null
  const type = TYPE_NAMES[(m[1] as string).toUpperCase()] as string
  if (/^EMPTY$/i.test(m[2] as string)) return { type, coordinates: [] }
  // The lists of WKT become those of JSON: positions are numbers with blanks between them.
  const json = (m[2] as string)
    .replace(/(-?[\d.]+(?:e[+-]?\d+)?)\s+(-?[\d.]+(?:e[+-]?\d+)?)(?:\s+-?[\d.e+-]+)*/gi, '[$1,$2]')
    .replaceAll('(', '[')
    .replaceAll(')', ']')
  try {
    const list = JSON.parse(json) as unknown[]
    if (type === 'Point') return { type, coordinates: list[0] }
    // MULTIPOINT may have its points in brackets or not.
    if (type === 'MultiPoint')
      return { type, coordinates: list.map((p) => (Array.isArray((p as unknown[])[0]) ? (p as unknown[])[0] : p)) }
    return { type, coordinates: list }
  } catch {
    return null
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon'
}
const WKB_TYPES = ['', 'Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon']

/** Reads WKB (ISO and EWKB; Z and M are left out); null when it is none of the six kinds. */
export function parseWkb(bytes: Uint8Array, from = 0): RawGeometry | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = from
  const geometry = (): RawGeometry | null => {
    const little = view.getUint8(at) === 1
    const word = view.getUint32(at + 1, little)
    at += 5
    if (word & 0x20000000) at += 4
    const iso = Math.floor((word & 0xffff) / 1000)
    const dims = 2 + (word & 0x80000000 || iso === 1 || iso === 3 ? 1 : 0) + (word & 0x40000000 || iso === 2 || iso === 3 ? 1 : 0)
    const kind = (word & 0xffff) % 1000
    const count = (): number => {
      at += 4
      return view.getUint32(at - 4, little)
    }
    const pair = (): Pair => {
      at += dims * 8
      return [view.getFloat64(at - dims * 8, little), view.getFloat64(at - dims * 8 + 8, little)]
    }
    const list = <T>(one: () => T): T[] => Array.from({ length: count() }, one)
    const type = WKB_TYPES[kind]
    if (!type) return null
    if (kind === 1) {
      const p = pair()
      return { type, coordinates: Number.isNaN(p[0]) ? [] : p }
    }
    if (kind === 2) return { type, coordinates: list(pair) }
    if (kind === 3) return { type, coordinates: list(() => list(pair)) }
    return { type, coordinates: list(() => geometry()?.coordinates ?? []) }
  }
  try {
    return geometry()
  } catch {
    return null
  }
}

/** The geometry of a GeoPackage blob: its head, its box, then WKB (OGC 12-128r18 §2.1.3). Null when empty or broken. */
export function parseGpkg(blob: Uint8Array): RawGeometry | null {
  if (blob.length < 8 || blob[0] !== 0x47 || blob[1] !== 0x50) return null
  const flags = blob[3] as number
  if (flags & 0x10) return { type: 'Point', coordinates: [] }
  const box = [0, 32, 48, 48, 64][(flags >> 1) & 7]
  return box === undefined ? null : parseWkb(blob, 8 + box)
}
