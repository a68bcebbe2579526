import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromCgcs2000, type LngLat, toCgcs2000 } from './crs.ts'

const WGS84: LngLat = [120.3826, 36.0671]
const GCJ02: LngLat = [120.38773308004247, 36.06737622755961]
const BD09: LngLat = [120.39421305020812, 36.073416833348574]

function expectNear(actual: LngLat, wanted: LngLat, toleranceDeg: number): void {
  expect(Math.abs(actual[0] - wanted[0])).toBeLessThan(toleranceDeg)
  expect(Math.abs(actual[1] - wanted[1])).toBeLessThan(toleranceDeg)
}

test('the published vectors of Qingdao hold in both directions', () => {
  expectNear(fromCgcs2000(WGS84, 'GCJ-02'), GCJ02, 1e-12)
  expectNear(fromCgcs2000(WGS84, 'BD-09'), BD09, 1e-12)
  expectNear(toCgcs2000(GCJ02, 'GCJ-02'), WGS84, 1e-10)
  expectNear(toCgcs2000(BD09, 'BD-09'), WGS84, 1e-10)
})

test('WGS-84 and CGCS2000 pass unchanged', () => {
  expect(toCgcs2000(WGS84, 'WGS-84')).toEqual([...WGS84])
  expect(toCgcs2000(WGS84, 'CGCS2000')).toEqual([...WGS84])
})

test('there and back is the same point anywhere in China', () => {
  const lng = fc.double({ min: 80, max: 130, noNaN: true })
  const lat = fc.double({ min: 20, max: 50, noNaN: true })
  fc.assert(
    fc.property(lng, lat, fc.constantFrom('GCJ-02' as const, 'BD-09' as const), (x, y, crs) => {
      expectNear(toCgcs2000(fromCgcs2000([x, y], crs), crs), [x, y], 1e-9)
    })
  )
})

test('outside China nothing is shifted by GCJ-02', () => {
  expect(fromCgcs2000([-73.98, 40.75], 'GCJ-02')).toEqual([-73.98, 40.75])
})
