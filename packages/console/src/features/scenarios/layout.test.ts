import { expect, test } from 'vitest'
import { place, screens, spanOn } from './layout.ts'

const box = (span: number, rows: number) => ({ span, rows })

test('low widgets beside a high one stand above each other', () => {
  const placed = place([box(24, 3), box(14, 12), box(10, 6), box(10, 6), box(8, 8), box(16, 8)])
  expect(placed.map((p) => [p.column, p.row])).toEqual([
    [1, 1],
    [1, 4],
    [15, 4],
    [15, 10],
    [1, 16],
    [9, 16]
  ])
})

test('a page that is narrow has one column, a middling one two', () => {
  expect([spanOn(390, 8), spanOn(900, 8), spanOn(900, 14), spanOn(1440, 8)]).toEqual([24, 12, 24, 8])
})

test('a wall shows whole widgets, as many as fit', () => {
  const placed = place([box(24, 3), box(14, 13), box(10, 13), box(14, 11), box(10, 11)])
  const cut = screens(placed, 20)
  expect(cut.map((s) => [s.indices, s.rows])).toEqual([
    [[0, 1, 2], 16],
    [[3, 4], 11]
  ])
  expect(cut[1]?.at.map((p) => p.row)).toEqual([1, 1])
  expect(screens(placed, 40)).toHaveLength(1)
  expect(screens([], 20)).toEqual([])
})

test('a widget higher than the wall has a screen of its own', () => {
  expect(screens(place([box(24, 3), box(24, 24), box(24, 4)]), 20).map((s) => s.rows)).toEqual([3, 24, 4])
})
