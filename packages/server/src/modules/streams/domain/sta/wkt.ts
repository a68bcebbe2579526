import type * as GeoJSON from 'geojson'
import { StaError } from './fault.ts'

const TOKEN = /\s*([A-Za-z]+|-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[(),;=])/y
/** Systems whose degrees are ours within a metre: CGCS2000 and WGS-84. */
const SYSTEMS = new Set(['4490', '4326'])

/** Geometry as a geography literal writes it (WKT, longitude first, heights dropped). @throws StaError */
export function readWkt(text: string): GeoJSON.Geometry {
  const parts = partsOf(text)
  let i = 0
  const wrong = (): never => {
    throw new StaError(`geography'${text.slice(0, 60)}' is no geometry in WKT`)
  }
  const take = (sign: string): boolean => parts[i] === sign && ++i > 0
  const must = (sign: string): void => {
    if (!take(sign)) wrong()
  }
  const number = (): number => {
    const n = Number(parts[i++])
    return Number.isFinite(n) ? n : wrong()
  }
  let depth = 0
  const position = (): number[] => {
    const at = [number(), number()]
    while (i < parts.length && /^[-.\d]/.test(parts[i] as string)) i += 1
    const [x, y] = at as [number, number]
    if (Math.abs(x) > 360 || Math.abs(y) > 90) throw new StaError('coordinates are degrees, longitude first')
    return at
  }
  const list = <T>(one: () => T): T[] => {
    must('(')
    const out = [one()]
    while (take(',')) out.push(one())
    must(')')
    return out
  }
  const line = (): number[][] => {
    const points = list(position)
    return points.length >= 2 ? points : wrong()
  }
  const ring = (): number[][] => {
    const points = list(position)
    const [first, last] = [points[0], points.at(-1)]
    if (points.length < 4 || first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
      throw new StaError('a ring of a polygon is closed')
    return points
  }
  const polygon = (): number[][][] => list(ring)
  const single = (): number[] => {
    must('(')
    const at = position()
    must(')')
    return at
  }
  const geometry = (): GeoJSON.Geometry => {
    if (++depth > 8) wrong()
    const word = (parts[i++] ?? '').toUpperCase().replace(/(?<=[A-Z]{5})Z$/, '')
    if (parts[i]?.toUpperCase() === 'Z') i += 1
    switch (word) {
      case 'POINT':
        return { type: 'Point', coordinates: single() }
      case 'LINESTRING':
        return { type: 'LineString', coordinates: line() }
      case 'POLYGON':
        return { type: 'Polygon', coordinates: polygon() }
      case 'MULTIPOINT':
        return { type: 'MultiPoint', coordinates: list(() => (parts[i] === '(' ? single() : position())) }
      case 'MULTILINESTRING':
        return { type: 'MultiLineString', coordinates: list(line) }
      case 'MULTIPOLYGON':
        return { type: 'MultiPolygon', coordinates: list(polygon) }
      case 'GEOMETRYCOLLECTION':
        return { type: 'GeometryCollection', geometries: list(geometry) }
      default:
        return wrong()
    }
  }
  if (parts[0]?.toUpperCase() === 'SRID') {
    if (parts[1] !== '=' || parts[3] !== ';') wrong()
    if (!SYSTEMS.has(parts[2] ?? '')) throw new StaError(`SRID ${parts[2]} is not offered: places are CGCS2000 (4490)`)
    i = 4
  }
  const out = geometry()
  return i === parts.length ? out : wrong()
}

function partsOf(text: string): string[] {
  const out: string[] = []
  TOKEN.lastIndex = 0
  const whole = text.trim()
  for (let at = 0; at < whole.length; ) {
    TOKEN.lastIndex = at
    const hit = TOKEN.exec(whole)
    if (!hit) throw new StaError(`geography'${text.slice(0, 60)}' is no geometry in WKT`)
    out.push(hit[1] as string)
    at += hit[0].length
  }
  return out
}
