import fc from 'fast-check'
import { expect, test } from 'vitest'
import { insideShape } from './inside.ts'
import { buildLocator } from './locator.ts'
import { type Shape, toDegrees, UNITS } from './shape.ts'

const square = (x: number, y: number, size: number): Int32Array =>
  Int32Array.from([x, y, x + size, y, x + size, y + size, x, y + size])
const at = (x: number, y: number): [number, number] => [x / UNITS, y / UNITS]

/** Two by two squares of 1000 units, and a ring with a smaller square in its hole beside them. */
const AREAS: { code: string; shape: Shape }[] = [
  { code: 'sw', shape: [[square(0, 0, 1000)]] },
  { code: 'se', shape: [[square(1000, 0, 1000)]] },
  { code: 'nw', shape: [[square(0, 1000, 1000)]] },
  { code: 'ne', shape: [[square(1000, 1000, 1000)]] },
  { code: 'ring', shape: [[square(2000, 0, 1000), square(2300, 300, 400)]] },
  { code: 'core', shape: [[square(2300, 300, 400)]] }
]

test('a border point belongs to the area on its north-east side, a corner too', () => {
  const locator = buildLocator(AREAS)
  expect(locator.find(...at(1000, 500))).toBe('se')
  expect(locator.find(...at(500, 1000))).toBe('nw')
  expect(locator.find(...at(1000, 1000))).toBe('ne')
  expect(locator.find(...at(0, 0))).toBe('sw')
  expect(locator.find(...at(2300, 300))).toBe('core')
  expect(locator.find(...at(2700, 700))).toBe('ring')
  expect(locator.find(...at(2500, 500))).toBe('core')
})

test('the outer north and east borders belong to nobody, yet to the nearest at distance 0', () => {
  const locator = buildLocator(AREAS)
  expect(locator.find(...at(500, 2000))).toBeNull()
  expect(locator.findNear(...at(500, 2000))).toMatchObject({ code: 'nw', distanceM: 0 })
})

test('outside all areas the nearest within 50 m answers, beyond it none', () => {
  // 1e-7 degree of latitude is 1.106 cm at the equator.
  const locator = buildLocator(AREAS)
  const near = locator.findNear(...at(500, -4000))
  expect(near?.code).toBe('sw')
  expect(near?.distanceM).toBeCloseTo(44.2, 1)
  expect(locator.findNear(...at(500, -4600))).toBeNull()
})

test('a hole without a filling is outside, and its rim is near', () => {
  const locator = buildLocator(AREAS.filter(({ code }) => code !== 'core'))
  expect(locator.find(...at(2500, 500))).toBeNull()
  expect(locator.findNear(...at(2500, 500))?.code).toBe('ring')
})

test('an empty locator finds nothing', () => {
  expect(buildLocator([]).findNear(120, 36)).toBeNull()
})

/** A fan of triangles round a centre: needle-sharp angles, shared edges in both directions. */
const fan = fc
  .record({
    cx: fc.integer({ min: -50, max: 50 }),
    cy: fc.integer({ min: -50, max: 50 }),
    rim: fc.uniqueArray(fc.integer({ min: 0, max: 3999 }), { minLength: 4, maxLength: 40 })
  })
  .map(({ cx, cy, rim }) => {
    const onRim = (t: number): [number, number] => {
      const [side, along] = [Math.floor(t / 1000), (t % 1000) * 2 - 1000]
      return side === 0 ? [along, -1000] : side === 1 ? [1000, along] : side === 2 ? [-along, 1000] : [-1000, -along]
    }
    const corners = [...new Set([...rim, 0, 1000, 2000, 3000])].sort((a, b) => a - b).map(onRim)
    return corners.map((a, i) => {
      const b = corners[(i + 1) % corners.length] as [number, number]
      return { code: String(i), shape: [[Int32Array.from([cx, cy, ...a, ...b])]] }
    })
  })

test('in any partition every point, also on edges and vertices, is in exactly one area, and the locator agrees with brute force', () => {
  const whole: Shape = [[square(-1000, -1000, 2000)]]
  fc.assert(
    fc.property(
      fan,
      fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 })), {
        minLength: 30,
        maxLength: 30
      }),
      (areas, points) => {
        const locator = buildLocator(areas)
        const vertices = areas.flatMap(({ shape }) => {
          const [x0, y0, x1, y1] = [...(shape[0]?.[0] ?? [])] as [number, number, number, number]
          return [
            [x0, y0],
            [x1, y1],
            [(x0 + x1) / 2, (y0 + y1) / 2]
          ] as [number, number][]
        })
        for (const [x, y] of [...points, ...vertices]) {
          const [lng, lat] = [toDegrees(x), toDegrees(y)]
          const holding = areas.filter(({ shape }) => insideShape(shape, lng * UNITS, lat * UNITS)).map(({ code }) => code)
          expect(holding.length).toBe(insideShape(whole, lng * UNITS, lat * UNITS) ? 1 : 0)
          expect(locator.find(lng, lat)).toBe(holding[0] ?? null)
        }
      }
    ),
    { numRuns: 150 }
  )
})
