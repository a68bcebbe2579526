import { expect, it } from 'vitest'
import { areaText, lengthText } from './units.ts'

it('lengths and areas have the unit one would say', () => {
  expect([12.34, 345.6, 1234.5, 25_300].map(lengthText)).toEqual(['12.3 m', '346 m', '1.235 km', '25.30 km'])
  expect([55.5, 9_999, 10_000, 2_500_000].map(areaText)).toEqual(['55.5 m²', '9,999 m²', '1.00 ha', '2.500 km²'])
})
