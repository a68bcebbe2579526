import { expect, test } from 'vitest'
import { outlineOf } from './outline.ts'

test('the line between two cells is no outline', () => {
  const cell = (x: number) => [
    [
      [x, 0],
      [x + 1, 0],
      [x + 1, 1],
      [x, 1],
      [x, 0]
    ]
  ]
  const edges = outlineOf({ coordinates: [cell(0), cell(1)] })
  expect(edges).toHaveLength(6)
  expect(edges.some(([a, b]) => a[0] === 1 && b[0] === 1)).toBe(false)
})
