import { expect, test } from 'vitest'
import { categoryColumn } from './categories.ts'

test('words of devices are numbers of their names; what nobody declared is said as it is', () => {
  const auto = { value: 'auto', name: { zh: '自动', en: 'automatic' } }
  const hand = { value: 'manual', name: { zh: '手动', en: 'by hand' } }
  const column = categoryColumn([auto, hand], ['manual', null, 'auto', 'E07', 'E07'])
  expect(column.values).toEqual([1, null, 0, 2, 2])
  expect(column.categories).toEqual([auto.name, hand.name, { zh: 'E07', en: 'E07' }])
})
