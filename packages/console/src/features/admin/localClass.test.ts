import { expect, test } from 'vitest'
import { nextLocalCode } from './localClass.ts'

test('local numbers run from the top downwards and skip what is taken', () => {
  expect(nextLocalCode('01', 2, new Set())).toBe('0199')
  expect(nextLocalCode('06', 3, new Set(['06999', '06998']))).toBe('06997')
  expect(nextLocalCode('01', 2, new Set(Array.from({ length: 20 }, (_, i) => `01${80 + i}`)))).toBe('')
})
