import type * as GeoJSON from 'geojson'
import { Cql2Error } from './ast.ts'
import type { Reader } from './reader.ts'

const KINDS: ReadonlySet<string> = new Set([
  'POINT',
  'LINESTRING',
  'POLYGON',
  'MULTIPOINT',
  'MULTILINESTRING',
  'MULTIPOLYGON',
  'GEOMETRYCOLLECTION'
])

export const isWkt = (word: string): boolean => KINDS.has(word.toUpperCase())

/** Geometry as CQL2 writes it (WKT; heights are read and dropped). The reader stands behind the word. */
export function readWkt(reader: Reader, word: string): GeoJSON.Geometry {
  const z = reader.word('Z')
  const position = (): number[] => {
    const numbers = [reader.number(), reader.number()]
    if (z) reader.number()
    const [x, y] = numbers as [number, number]
    if (Math.abs(x) > 360 || Math.abs(y) > 180) throw new Cql2Error('coordinates are degrees, longitude first', reader.at)
    return numbers
  }
  const listOf = <T>(one: () => T): T[] => {
    reader.expect('(')
    const out = [one()]
    while (reader.sign(',')) out.push(one())
    reader.expect(')')
    return out
  }
  const line = (): number[][] => listOf(position)
  const ring = (): number[][] => {
    const at = reader.at
    const points = line()
    const [first, last] = [points[0], points.at(-1)]
    if (points.length < 4 || first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) throw new Cql2Error('a ring is closed', at)
    return points
  }
  const polygon = (): number[][][] => listOf(ring)
  switch (word.toUpperCase()) {
    case 'POINT': {
      reader.expect('(')
      const coordinates = position()
      reader.expect(')')
      return { type: 'Point', coordinates }
    }
    case 'LINESTRING':
      return { type: 'LineString', coordinates: line() }
    case 'POLYGON':
      return { type: 'Polygon', coordinates: polygon() }
    case 'MULTIPOINT':
      return {
        type: 'MultiPoint',
        coordinates: listOf(() => {
          if (!reader.sign('(')) return position()
          const coordinates = position()
          reader.expect(')')
          return coordinates
        })
      }
    case 'MULTILINESTRING':
      return { type: 'MultiLineString', coordinates: listOf(line) }
    case 'MULTIPOLYGON':
      return { type: 'MultiPolygon', coordinates: listOf(polygon) }
    default:
      return {
        type: 'GeometryCollection',
        geometries: listOf(() => {
          const inner = reader.anyWord()
          if (!isWkt(inner)) throw new Cql2Error('a geometry is expected', reader.at)
          return reader.inside(() => readWkt(reader, inner))
        })
      }
  }
}
