import { expect, it } from 'vitest'
import { type CentredDivision, representativePoints } from './representative.ts'

const divisions: CentredDivision[] = [
  { code: '990100', level: 'city', centroid: [0, 0] },
  { code: '990101', level: 'district', centroid: [0.5, 0] },
  { code: '990101001', level: 'street', centroid: [0.9, 0] },
  { code: '990101002', level: 'street', centroid: [0.6, 0] },
  { code: '990102', level: 'district', centroid: null },
  { code: '990103', level: 'district', centroid: [3, 0] }
]

it('the centroid where it lies inside, else the nearest centroid below that does, each looked up once', async () => {
  let asked = 0
  const codeAt = ([lng]: [number, number]): string | null => {
    asked += 1
    // A bay cuts the district: its own centroid lies in the water, the nearest street's in the neighbour.
    if (lng < 0.55) return null
    return lng < 0.7 ? '990109001001' : lng < 2 ? '990101001001' : null
  }
  const pointFor = representativePoints({ divisions, codeAt })
  expect(await pointFor('990101')).toEqual([0.9, 0])
  expect(await pointFor('990101')).toEqual([0.9, 0])
  expect(asked).toBe(3)
  expect(await pointFor('990100')).not.toBeNull()
  expect(await pointFor('990102')).toBeNull()
  expect(await pointFor('990103')).toBeNull()
  expect(await pointFor('123456')).toBeNull()
})
