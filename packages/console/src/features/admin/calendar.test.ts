import { expect, test } from 'vitest'
import { monthDays, nextType } from './calendar.ts'

test('a month is whole weeks from Monday', () => {
  const october = monthDays(2026, 9)
  expect(october[0]).toEqual([null, null, null, '2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04'])
  expect(october.at(-1)).toEqual(['2026-10-26', '2026-10-27', '2026-10-28', '2026-10-29', '2026-10-30', '2026-10-31', null])
  expect(october.every((w) => w.length === 7)).toBe(true)
  expect(monthDays(2028, 1).flat().filter(Boolean)).toHaveLength(29)
})

test('a click toggles the exception of a day', () => {
  expect(nextType(null, true)).toBe('holiday')
  expect(nextType(null, false)).toBe('workday')
  expect(nextType('holiday', true)).toBeNull()
  expect(nextType('workday', false)).toBeNull()
})
