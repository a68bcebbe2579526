import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { readCityFiles } from '../city.ts'
import { type CityPlan, planCity } from './city-plan.ts'
import { coverage } from './import-checks.ts'
import { insideShape } from './inside.ts'
import { invalidReason } from './jts.ts'
import { latticeAt } from './lattice.ts'
import { buildLocator } from './locator.ts'
import { randomOf } from './random.ts'
import { boxOf, planarArea, type Shape, toDegrees } from './shape.ts'

const CITY = fileURLToPath(new URL('../../../../../../cities/qingdao/', import.meta.url))
/** Two neighbours with different cells: 100 m and 200 m. */
const DISTRICTS = ['370202', '370212']

function planOf(codes: readonly string[]): CityPlan {
  const files = readCityFiles(CITY)
  return planCity({
    ...files,
    divisions: files.divisions.filter((d) => d.code === '370200' || codes.includes(d.code.slice(0, 6))),
    outlines: files.outlines.filter((o) => codes.includes(o.properties.code))
  })
}

let plan: CityPlan
const shapeOf = (code: string): Shape => plan.divisions.find((d) => d.code === code)?.shape as Shape

beforeAll(() => {
  plan = planOf(DISTRICTS)
})

describe('the generated city', () => {
  test('is the same every time', () => {
    const [one, two] = [planOf(['370202']), planOf(['370202'])]
    expect(two.grids.map((g) => [g.code, g.areaM2])).toEqual(one.grids.map((g) => [g.code, g.areaM2]))
    expect(two.roads.map((r) => r.name)).toEqual(one.roads.map((r) => r.name))
  })

  test('gives every division a valid shape', () => {
    for (const { level, shape } of plan.divisions) {
      if (level === 'city') continue
      expect(shape).not.toBeNull()
      expect(invalidReason(shape as Shape)).toBeNull()
    }
  })

  test('numbers each community from 001 without gaps, rows from north to south, west to east within a row', () => {
    const lattice = latticeAt(36.1)
    const byCommunity = Map.groupBy(plan.grids, (g) => g.communityCode)
    expect(byCommunity.size).toBe(plan.divisions.filter((d) => d.level === 'community').length)
    for (const [code, own] of byCommunity) {
      expect(own.map((g) => g.code)).toEqual(own.map((_, i) => code + String(i + 1).padStart(3, '0')))
      const scale = code.startsWith('370202') ? 1 : 2
      const rows = own.map((g) => Math.floor(g.centroid[1] / (lattice.stepY * scale)))
      const whole = rows.filter((_, i) => (own[i]?.areaM2 ?? 0) > 9000 * scale * scale)
      expect([...whole].sort((a, b) => b - a)).toEqual(whole)
    }
  })

  test('has no slivers beside rocks in the sea, and cells of the size asked for', () => {
    const small = plan.grids.filter((g) => g.areaM2 < 0.05 * (g.code.startsWith('370202') ? 10_000 : 40_000) * 0.95)
    expect(small.length).toBeLessThanOrEqual(3)
    expect(Math.max(...plan.grids.map((g) => g.areaM2))).toBeLessThan(40_000 * 1.3)
  })

  test('covers every community to 99.9 % and the districts to the square metre', () => {
    const byCommunity = Map.groupBy(plan.grids, (g) => g.communityCode)
    for (const [code, own] of [...byCommunity].slice(0, 15))
      expect(
        coverage(
          own.map((g) => g.shape),
          shapeOf(code)
        )
      ).toBeGreaterThan(0.999)
    const cells = plan.grids.reduce((sum, g) => sum + planarArea(g.shape), 0)
    const outlines = DISTRICTS.reduce((sum, code) => sum + planarArea(shapeOf(code)), 0)
    expect(Math.abs(cells / outlines - 1)).toBeLessThan(1e-7)
  })

  test('every point of the districts lies in exactly one grid, of the right community, and the locator agrees with brute force', () => {
    const grids = buildLocator(plan.grids)
    const communities = buildLocator(
      plan.divisions.flatMap((d) => (d.level === 'community' && d.shape ? [{ code: d.code, shape: d.shape }] : []))
    )
    const boxes = plan.grids.map((g) => boxOf(g.shape))
    const random = randomOf('points')
    const points: [number, number][] = []
    for (const code of DISTRICTS) {
      const [w, s, e, n] = boxOf(shapeOf(code))
      for (let i = 0; i < 300; i++) points.push([w + random() * (e - w), s + random() * (n - s)])
    }
    for (const grid of plan.grids.filter((_, i) => i % 211 === 0)) {
      const ring = grid.shape[0]?.[0] as Int32Array
      for (let i = 0; i < ring.length; i += 2) points.push([ring[i] as number, ring[i + 1] as number])
    }
    for (const [x, y] of points) {
      const holding = plan.grids.filter((g, i) => {
        const [w, s, e, n] = boxes[i] as [number, number, number, number]
        return x >= w && x <= e && y >= s && y <= n && insideShape(g.shape, x, y)
      })
      expect(holding.length).toBeLessThanOrEqual(1)
      const found = grids.find(toDegrees(x), toDegrees(y))
      const isWhole = Number.isInteger(x)
      // Degrees of a whole number of units come back a hair off; fractional points are exact enough to compare.
      if (!isWhole) {
        expect(found).toBe(holding[0]?.code ?? null)
        expect(found?.slice(0, 12) ?? null).toBe(communities.find(toDegrees(x), toDegrees(y)))
      }
      const wellInside = DISTRICTS.some((code) => insideShape(shapeOf(code), x, y))
      if (!isWhole && wellInside) expect(holding.length).toBe(1)
    }
  })

  test('roads have names of their own within a district and lie inside it', () => {
    for (const code of DISTRICTS) {
      const names = plan.roads.filter((r) => r.districtCode === code).map((r) => r.name)
      expect(names.length).toBeGreaterThan(30)
      expect(new Set(names).size).toBe(names.length)
    }
  })

  test('duty grids share out every unit grid once', () => {
    const all = plan.dutyGrids.flatMap((d) => d.gridCodes)
    expect(all.length).toBe(plan.grids.length)
    expect(new Set(all).size).toBe(all.length)
    for (const duty of plan.dutyGrids) expect(duty.gridCodes.every((grid) => grid.startsWith(duty.streetCode))).toBe(true)
  })
})

test('a division without children still gets the whole chain down to a grid', () => {
  const files = readCityFiles(CITY)
  const bare = planCity({
    ...files,
    names: null,
    divisions: [
      { code: '370200', name: '青岛市', level: 'city' },
      { code: '370202', name: '市南区', level: 'district' }
    ],
    outlines: files.outlines.filter((o) => o.properties.code === '370202')
  })
  expect(bare.divisions.map((d) => d.code)).toEqual(['370200', '370202', '370202000', '370202000000'])
  expect(bare.grids.length).toBeLessThanOrEqual(999)
  expect(bare.grids[0]?.code).toBe('370202000000001')
  expect(bare.roads).toEqual([])
})
