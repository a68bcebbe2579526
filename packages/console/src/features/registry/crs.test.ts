import { expect, test } from 'vitest'
import { crsOptions, meridianOf } from './crs.ts'

test('zones have their meridian', () => {
  expect(meridianOf('EPSG:4498')).toBe(117)
  expect(meridianOf('EPSG:4549')).toBe(120)
  expect(meridianOf('EPSG:4528')).toBe(120)
  expect(meridianOf('EPSG:3857')).toBeNull()
  expect(meridianOf('GCJ-02')).toBeNull()
})

test('the present system can always be chosen', () => {
  expect(crsOptions('EPSG:4549').filter((c) => c === 'EPSG:4549')).toHaveLength(1)
  expect(crsOptions('EPSG:9999')[0]).toBe('EPSG:9999')
})
