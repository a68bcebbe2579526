import { describe, expect, it } from 'vitest'
import { areaM2, circleRing, distanceM, type LngLat, lengthM, metresPerPixel, scaleBar } from './measure.ts'

const HERE: LngLat = [120.38, 36.07]

describe('measuring on the ellipsoid', () => {
  it('knows a degree of the meridian and of the equator', () => {
    expect(distanceM([120, 36], [120, 37])).toBeCloseTo(110_968.3, 0)
    expect(distanceM([0, 0], [1, 0])).toBeCloseTo(111_319.49, 1)
  })
  it('adds a path up and gives nothing for a point', () => {
    expect(lengthM([HERE])).toBe(0)
    expect(lengthM([HERE, [120.39, 36.07], [120.39, 36.08]])).toBeCloseTo(
      distanceM(HERE, [120.39, 36.07]) + distanceM([120.39, 36.07], [120.39, 36.08]),
      6
    )
  })
  it('gives the same area in both directions, closed or open', () => {
    const ring: LngLat[] = [HERE, [120.39, 36.07], [120.39, 36.08], [120.38, 36.08]]
    const area = areaM2(ring)
    expect(area).toBeGreaterThan(990_000)
    expect(area).toBeLessThan(1_010_000)
    expect(areaM2([...ring].reverse())).toBeCloseTo(area, 3)
    expect(areaM2([...ring, HERE])).toBeCloseTo(area, 3)
    expect(areaM2(ring.slice(0, 2))).toBe(0)
  })
  it('draws a circle whose every corner lies at the radius', () => {
    const ring = circleRing(HERE, 500)
    for (const p of ring) expect(distanceM(HERE, p)).toBeCloseTo(500, 4)
    expect(ring[0]).toEqual(ring.at(-1))
    expect(areaM2(ring) / (Math.PI * 500 ** 2)).toBeGreaterThan(0.999)
  })
  it('cuts a scale bar to a round length that fits', () => {
    for (const zoom of [8.2, 11, 14.7, 18]) {
      const { metres, px } = scaleBar(metresPerPixel(36, zoom), 120)
      expect(px).toBeLessThanOrEqual(120)
      expect(px).toBeGreaterThan(40)
      expect(['1', '2', '5']).toContain(String(metres)[0])
    }
  })
})
