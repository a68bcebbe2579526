import { expect, test } from 'vitest'
import { filtersOf, listAddress, narrowing, searchable } from './address.ts'

test('the address keeps filters and leaves the rest of it alone', () => {
  const filters = filtersOf(new URLSearchParams('q=井盖&class=01001&map=on&attr.material=steel&attr.=x&sort=-updatedAt&status='))
  expect(filters).toEqual({ q: '井盖', class: '01001', 'attr.material': 'steel', sort: '-updatedAt' })
  expect(narrowing(filters)).toEqual(['q', 'class', 'attr.material'])
})

test('words have two characters, codes any', () => {
  expect(searchable('井盖')).toBe(true)
  expect(searchable('井')).toBe(false)
  expect(searchable('3')).toBe(true)
  expect(searchable('南京路 井')).toBe(false)
})

test('codes of any characters stand in the address', () => {
  expect(listAddress('muck-truck', '鲁BD1234')).toBe('/registers/list/muck-truck/%E9%B2%81BD1234')
  expect(listAddress('component', null, 'q=a')).toBe('/registers/list/component?q=a')
})
