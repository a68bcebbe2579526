import { expect, it } from 'vitest'
import { coordinateOf } from './find.ts'

it('coordinates are read as people paste them', () => {
  expect(coordinateOf('120.38046, 36.0812')).toEqual([120.38046, 36.0812])
  expect(coordinateOf('36.0812 120.38046')).toEqual([120.38046, 36.0812])
  expect(coordinateOf('120.38046，36.0812')).toEqual([120.38046, 36.0812])
  for (const text of ['香港中路 36', '370202', '200, 100', '']) expect(coordinateOf(text), text).toBeNull()
})
