import { describe, expect, test } from 'vitest'
import { fromCgcs2000 } from '../../../geo/index.ts'
import { crsGuess, crsNamed, gaussKruger, toDegreesFrom } from './crs.ts'

describe('coordinate systems of files', () => {
  test('every zone of CGCS2000: the easting of its meridian is the meridian, and what goes there comes back', () => {
    for (let epsg = 4491; epsg <= 4554; epsg++) {
      const zone = gaussKruger(epsg)!
      const at = toDegreesFrom(`EPSG:${epsg}`)(zone.zone * 1e6 + 500_000, 3_990_000)!
      expect(at[0]).toBeCloseTo(zone.lon, 8)
      expect(at[1]).toBeCloseTo(36.04, 1)
    }
    expect(gaussKruger(4549)).toEqual({ lon: 120, zone: 0 })
    expect(gaussKruger(4528)).toEqual({ lon: 120, zone: 40 })
  })

  test('a known point of zone 40: one degree of longitude and latitude from the meridian', () => {
    const [lng, lat] = toDegreesFrom('EPSG:4549')(590_107.6, 3_986_200.4)!
    expect(lng).toBeCloseTo(121.0, 2)
    expect(lat).toBeCloseTo(36.0, 2)
  })

  test('numbers that cannot be of the system are none', () => {
    expect(toDegreesFrom('CGCS2000')(590_107, 3_986_200)).toBeNull()
    expect(toDegreesFrom('EPSG:4528')(590_107, 3_986_200)).toBeNull()
    expect(toDegreesFrom('EPSG:4549')(120.3, 36.1)).toBeNull()
    expect(() => toDegreesFrom('EPSG:4490x')).toThrow(RangeError)
  })

  test('GCJ-02 and BD-09 are turned back to within a millimetre', () => {
    for (const crs of ['GCJ-02', 'BD-09'] as const) {
      const [x, y] = fromCgcs2000([120.3155, 36.0655], crs)
      const [lng, lat] = toDegreesFrom(crs)(x, y)!
      expect(Math.abs(lng - 120.3155)).toBeLessThan(1e-8)
      expect(Math.abs(lat - 36.0655)).toBeLessThan(1e-8)
    }
  })

  test.each([
    ['GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000"]]', 'CGCS2000'],
    ['PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000"]]', 'EPSG:4549'],
    ['PROJCS["CGCS2000_3_Degree_GK_Zone_40",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000"]]', 'EPSG:4528'],
    ['PROJCS["CGCS2000_GK_Zone_21",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000"]]', 'EPSG:4499'],
    ['GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984"]]', 'WGS-84'],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', 'WGS-84'],
    ['urn:ogc:def:crs:EPSG::4490', 'CGCS2000'],
    ['EPSG:4547', 'EPSG:4547'],
    ['PROJCS["Beijing_1954_3_Degree_GK_CM_120E"]', null]
  ])('%s', (text, crs) => {
    expect(crsNamed(text)).toBe(crs)
  })

  test('without a word the numbers tell', () => {
    expect(crsGuess([[120.3, 36.1]], 120.4)).toBe('CGCS2000')
    expect(crsGuess([[40_520_000, 3_990_000]], 120.4)).toBe('EPSG:4528')
    expect(crsGuess([[520_000, 3_990_000]], 120.4)).toBe('EPSG:4549')
    expect(crsGuess([[0, 0]], 120.4)).toBeNull()
    expect(crsGuess([[5, 3_990_000]], 120.4)).toBeNull()
  })
})
