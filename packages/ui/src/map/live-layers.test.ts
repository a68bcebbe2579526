import { expect, test } from 'vitest'
import { dotScale, extentOf, type LiveLayer, placeOf, shapesOf, signsOf } from './live-layers.ts'

const layer = (more: Partial<LiveLayer>): LiveLayer => ({
  key: 'stations',
  geometry: 'point',
  rev: '1',
  codes: ['A', 'B', 'C'],
  names: ['a', 'b', 'c'],
  points: [120.1, 36.1, 120.2, 36.2, 120.3, 36.3],
  color: '#33579E',
  tones: ['ok', 'late', 'silent'],
  levels: [0, 1, 3],
  labels: [],
  labelsFrom: 13,
  ...more
})

test('shapes carry their numbers, so that a state can be set for one of them', () => {
  const { features } = shapesOf(layer({}))
  expect(features.map((f) => f.id)).toEqual([0, 1, 2])
  expect(features[1]?.geometry).toEqual({ type: 'Point', coordinates: [120.2, 36.2] })
})

test('a sign stands on what has an alarm, graver ones above', () => {
  const { features } = signsOf([layer({})])
  expect(features.map((f) => [f.properties?.['i'], f.properties?.['lamp'], f.properties?.['rank']])).toEqual([
    [1, 'level1', 9],
    [2, 'level3', 7]
  ])
})

test('a line is found in its middle, an area about the mean of its ring', () => {
  const paths = [[120, 36, 120.1, 36, 120.2, 36.1]]
  expect(placeOf(layer({ geometry: 'line', paths }), 0)).toEqual([120.1, 36])
  expect(placeOf(layer({ geometry: 'polygon', paths: [[0, 0, 2, 0, 2, 2, 0, 2]] }), 0)).toEqual([1, 1])
  expect(placeOf(layer({ geometry: 'line', paths: [] }), 0)).toBeNull()
})

test('one lost thing does not make all others small; nothing has no extent', () => {
  const points = Array.from({ length: 400 }, (_, i) => [120 + i / 10_000, 36 + i / 10_000]).flat()
  const codes = Array.from({ length: 401 }, (_, i) => String(i))
  const box = extentOf([layer({ codes, points: [...points, 0, 0] })])
  expect(box?.[0]).toBeGreaterThan(119)
  expect(extentOf([layer({ codes: [], points: [] })])).toBeNull()
})

test('a handful of dots is drawn large, thousands as small as they have to be', () => {
  expect(dotScale(1)).toBe(2)
  expect(dotScale(100)).toBeCloseTo(1.6)
  expect(dotScale(10_000)).toBe(1)
})
