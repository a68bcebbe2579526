import { expect, test } from 'vitest'
import { curveOf, endsOf, extentOf, faultsOf, runsOf, soundOf, type TrendBand, trendTable } from './trend-facts.ts'

const line = {
  name: 't',
  unit: '℃',
  decimals: 1,
  at: [1, 2, 3, 4],
  min: [1, 2, null, 4],
  max: [1, 5, null, 4],
  mean: [1, 3, null, 4]
}

test('a curve runs through least and greatest of each point and keeps its gaps', () => {
  expect(curveOf(line)).toEqual([
    [1, 1],
    [2, 2],
    [2, 5],
    [3, null],
    [4, 4]
  ])
})

test('what is not to be trusted is no part of the curve or its axis; it is marked, at the edge where it lies beyond, and named in the table', () => {
  const faulty = {
    ...line,
    min: [1, 9999, null, 4],
    max: [1, 9999, null, 4],
    mean: [1, 9999, null, 4],
    faults: [null, '超量程', null, null]
  }
  expect(curveOf(soundOf(faulty))).toEqual([
    [1, 1],
    [2, null],
    [3, null],
    [4, 4]
  ])
  expect(extentOf({ lines: [soundOf(faulty)], bands: [] })).toEqual({ low: 1, high: 4 })
  expect(faultsOf(faulty, { low: 0, high: 4 })).toEqual([[2, 4]])
  const { columns, rows } = trendTable({ lines: [faulty], bands: [], marks: [], from: 1, to: 4, now: 4 })
  expect(columns).toHaveLength(5)
  expect(rows.map((r) => [r[2], r[4]])).toEqual([
    [1, null],
    [9999, '超量程'],
    [4, null]
  ])
})

test('a band is drawn in the pieces where something was expected; an open side reaches the edge', () => {
  const band: TrendBand = { name: 'b', at: [1, 2, 3, 4], low: [0, null, null, 1], high: [2, 3, null, null], limits: [] }
  expect(runsOf(band, { low: -1, high: 9 })).toEqual([
    { at: [1, 2], low: [0, -1], high: [2, 3] },
    { at: [4], low: [1], high: [9] }
  ])
})

test('the extent holds lines and bands; nothing at all has none', () => {
  const band: TrendBand = { name: 'b', at: [1], low: [-3], high: [null], limits: [] }
  expect(extentOf({ lines: [line], bands: [band] })).toEqual({ low: -3, high: 5 })
  expect(extentOf({ lines: [], bands: [] })).toBeNull()
})

test('the axis of what is never below zero does not go below it, and a straight line has one', () => {
  expect(endsOf({ low: 0, high: 0 })).toEqual({ low: 0, high: 1 })
  expect(endsOf({ low: 8, high: 8 })).toEqual({ low: 0, high: 10 })
  expect(endsOf({ low: -4, high: -4 })).toEqual({ low: -5, high: 0 })
  expect(endsOf({ low: 0.1, high: 100 })).toEqual({ low: 0 })
  expect(endsOf({ low: -10, high: 40 })).toEqual({ low: -11 })
})
