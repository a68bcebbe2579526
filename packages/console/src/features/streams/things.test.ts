import { expect, test } from 'vitest'
import { sparkPath } from './things.ts'

test('a spark line is broken where nothing was heard', () => {
  expect(sparkPath({ at: [0, 10, 20, 30], mean: [0, 10, null, 5] }, 30, 10)).toBe('M0.0 10.0L10.0 0.0M30.0 5.0')
})

test('a spark line leaves out what is not to be trusted', () => {
  const line = { at: [0, 10, 20, 30], mean: [0, 9999, 10, 5], quality: [0, 2, 0, 7] }
  expect(sparkPath(line, 30, 10)).toBe('M0.0 10.0M20.0 0.0L30.0 5.0')
})

test('one reading alone is no line; readings that stand still run through the middle', () => {
  expect(sparkPath({ at: [0], mean: [1] }, 30, 10)).toBeNull()
  expect(sparkPath({ at: [0, 10], mean: [2, 2] }, 30, 10)).toBe('M0.0 5.0L30.0 5.0')
})
