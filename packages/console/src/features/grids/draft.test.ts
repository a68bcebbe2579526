import type { RegridCell } from '@chengyun/contract/geo'
import { expect, test } from 'vitest'
import { type Area, addStep, boxOf, crossed, dropStep, EMPTY, holds, middleCut, middleOf, redoStep, undoStep } from './draft.ts'

const square = (x: number, y: number, size = 1): Area => ({
  type: 'Polygon',
  coordinates: [
    [
      [x, y],
      [x + size, y],
      [x + size, y + size],
      [x, y + size],
      [x, y]
    ]
  ]
})
const cell = (key: string, geometry: Area): RegridCell => ({
  key,
  code: null,
  state: 'new',
  areaM2: 1,
  from: [],
  duty: [],
  geometry
})
const split = { op: 'split' as const, cell: '370202001001001', line: [[0, 0], [1, 1]] as [number, number][] } // biome-ignore format: a line
const merge = { op: 'merge' as const, cells: ['370202001001001', '370202001001002'] }

test('steps are taken back and done again until another one is done', () => {
  const two = addStep(addStep(EMPTY, split), merge)
  const one = undoStep(two)
  expect(one).toEqual({ steps: [split], undone: [merge] })
  expect(redoStep(one)).toEqual(two)
  expect(addStep(one, merge).undone).toEqual([])
  expect(undoStep(EMPTY)).toBe(EMPTY)
  expect(redoStep(two)).toBe(two)
  expect(dropStep(two)).toEqual({ steps: [split], undone: [] })
})

test('the middle of an area, what it holds, its box', () => {
  expect(middleOf(square(2, 4))).toEqual([2.5, 4.5])
  expect(holds(square(0, 0), [0.5, 0.5])).toBe(true)
  expect(holds(square(0, 0), [1.5, 0.5])).toBe(false)
  expect(boxOf([square(0, 0), square(3, 1)])).toEqual([0, 0, 4, 2])
  expect(boxOf([])).toBeNull()
})

test('a line is meant for the cell it runs through most; a middle cut passes through from edge to edge', () => {
  const cells = [cell('a', square(0, 0)), cell('b', square(1, 0))]
  expect(crossed(cells, [[-0.1, 0.5], [1.9, 0.5]]), 'it ends in b').toBe('a') // biome-ignore format: a line
  expect(crossed(cells, [[0.8, -0.1], [1.4, 1.1]])).toBe('b') // biome-ignore format: a line
  expect(crossed(cells, [[5, 5], [6, 6]])).toBeNull() // biome-ignore format: a line
  const [a, b] = middleCut(square(0, 0), 'vertical') as [[number, number], [number, number]]
  expect([a[0], b[0]]).toEqual([0.5, 0.5])
  expect(a[1]).toBeLessThan(0)
  expect(b[1]).toBeGreaterThan(1)
})
