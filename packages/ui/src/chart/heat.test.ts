import { expect, test } from 'vitest'
import { heatBounds, heatColors } from './heat.ts'
import { sparkPaths } from './Spark.tsx'

test('steps of colour are quantiles: one storm does not wash out the rest', () => {
  const values = [...Array.from({ length: 70 }, (_, i) => i / 10), 5000]
  const bounds = heatBounds(values, 1)
  expect(bounds.length).toBeGreaterThan(4)
  expect(bounds.at(-1)).toBeLessThan(10)
  expect(bounds).toEqual([...bounds].sort((a, b) => a - b))
})

test('one value alone and none at all have colours', () => {
  expect(heatBounds([], 0)).toEqual([])
  expect(heatBounds([3, 3, 3], 0)).toEqual([])
  expect(heatColors('light', [])).toHaveLength(1)
  expect(new Set(heatColors('dark', [1, 2, 3])).size).toBe(4)
})

test('a small curve breaks where nothing is known', () => {
  expect(sparkPaths([1, 2, null, 3], 60, 20)).toHaveLength(2)
  expect(sparkPaths([null, null], 60, 20)).toEqual([])
  expect(sparkPaths([4, 4], 60, 20)[0]).toBe('M0.0 10.0L60.0 10.0')
})
