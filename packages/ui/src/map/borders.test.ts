import type * as GeoJSON from 'geojson'
import { expect, test } from 'vitest'
import { borderFeatures } from './borders.ts'
import type { Outline } from './style.ts'

const square = (w: number, s: number, e: number, n: number): GeoJSON.Position[] => [
  [w, s],
  [e, s],
  [e, n],
  [w, n],
  [w, s]
]
const outline = (code: string, level: Outline['level'], ring: GeoJSON.Position[]): Outline => ({
  code,
  name: code,
  level,
  geometry: { type: 'Polygon', coordinates: [ring] }
})
const lengthOf = (found: GeoJSON.FeatureCollection, level: string): number => {
  const f = found.features.find((x) => x.properties?.['level'] === level)
  const lines = (f?.geometry as GeoJSON.MultiLineString | undefined)?.coordinates ?? []
  return lines.reduce((sum, line) => {
    for (let i = 1; i < line.length; i++) sum += Math.hypot(line[i]![0]! - line[i - 1]![0]!, line[i]![1]! - line[i - 1]![1]!)
    return sum
  }, 0)
}

const two = [outline('370202', 'district', square(0, 0, 1, 1)), outline('370203', 'district', square(1, 0, 2, 1))]

test('a border that two share is one line', () => {
  expect(lengthOf(borderFeatures(two, null), 'district')).toBeCloseTo(7)
})

test('a street of a district adds what is its own', () => {
  const found = borderFeatures([...two, outline('370202001', 'street', square(0, 0, 1, 1))], null)
  expect(lengthOf(found, 'district')).toBeCloseTo(7)
  expect(lengthOf(found, 'street')).toBe(0)
})

test('the coast is no border', () => {
  const land: GeoJSON.Position[] = [
    [0, 0],
    [1, 0],
    [2, 0],
    [2, 9],
    [0, 9],
    [0, 0]
  ]
  const ground = {
    extent: [-9, -9, 9, 9] as [number, number, number, number],
    land: { type: 'MultiPolygon' as const, coordinates: [[land]] }
  }
  // Both southern sides lie at the sea; within a metre counts as the same.
  const near = two.map((o) => ({
    ...o,
    geometry: JSON.parse(JSON.stringify(o.geometry).replaceAll('[1,0]', '[1.000001,0]')) as Outline['geometry']
  }))
  expect(lengthOf(borderFeatures(near, ground), 'district')).toBeCloseTo(5, 4)
})
