import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distanceM } from '../ellipsoid.ts'
import { insideShape } from '../inside.ts'
import { type Shape, shapeFromGeoJson, UNITS } from '../shape.ts'
import { type Area, areaNear, areaOfShape } from './area.ts'
import { Layer } from './layer.ts'
import { latOf, lngOf, projectX, projectY } from './mercator.ts'
import { nearest, within } from './nearby.ts'
import { EVERYTHING, NO_FILTER } from './reach.ts'
import { snapshotOf } from './snapshot.ts'
import { syntheticRows } from './synthetic.ts'
import { countWithin, findWithin, keyOfFound } from './within.ts'

const EXTENT = [120.3, 36.0, 120.5, 36.2] as const
const rows = [...syntheticRows({ n: 6_000, seed: 'within', extent: EXTENT, streets: 3 })].map((row) => ({
  ...row,
  class: `${row.class.slice(0, 2)}001`
}))
const layer = new Layer(snapshotOf(rows, { times: false }))
expect(layer.snapshot.levels.length).toBeGreaterThan(8)
for (const row of rows.slice(0, 100)) layer.apply(row.key, null)
for (const row of rows.slice(100, 200)) layer.apply(row.key, { ...row, lng: row.lng + 0.001, status: 'moved' })
const now = rows
  .slice(100)
  .map((row, i) => (i < 100 ? { ...row, lng: row.lng + 0.001, status: 'moved' } : row))
  // Where the layer has them: on the square.
  .map((row, i) => (i < 100 ? row : { ...row, lng: lngOf(projectX(row.lng)), lat: latOf(projectY(row.lat)) }))

const lng = fc.double({ min: EXTENT[0], max: EXTENT[2], noNaN: true })
const lat = fc.double({ min: EXTENT[1], max: EXTENT[3], noNaN: true })

function expectSame(area: Area, holds: (lng: number, lat: number) => boolean): void {
  for (const filter of [NO_FILTER, { ...NO_FILTER, classes: ['02'] }]) {
    const view = layer.view(EVERYTHING, filter)
    const wanted = now.filter((row) => (filter.classes.length === 0 || row.class.startsWith('02')) && holds(row.lng, row.lat))
    const counted = countWithin(layer, view, area)
    expect(counted.total).toBe(wanted.length)
    for (const [code, count] of counted.byClass) expect(count).toBe(wanted.filter((row) => row.class === code).length)
    const found = findWithin(layer, view, area, 100_000).map((f) => keyOfFound(layer, f))
    expect(found.sort()).toEqual(wanted.map((row) => row.key).sort())
  }
}

test('counts in polygons equal brute force, holes and several parts too', () => {
  const polygon = fc.array(fc.tuple(lng, lat), { minLength: 3, maxLength: 12 })
  fc.assert(
    fc.property(polygon, fc.tuple(lng, lat), fc.double({ min: 0.001, max: 0.03, noNaN: true }), (outer, [x, y], r) => {
      const square = (side: number): [number, number][] => [
        [x - side, y - side],
        [x + side, y - side],
        [x + side, y + side],
        [x - side, y + side]
      ]
      const shape: Shape = shapeFromGeoJson({ type: 'MultiPolygon', coordinates: [[outer], [square(r), square(r / 2)]] })
      fc.pre(shape.length > 0)
      expectSame(areaOfShape(shape), (atLng, atLat) => insideShape(shape, atLng * UNITS, atLat * UNITS))
    }),
    { numRuns: 40 }
  )
})

test('counts around a point equal brute force on the ellipsoid', () => {
  fc.assert(
    fc.property(lng, lat, fc.integer({ min: 1, max: 9000 }), (x, y, radiusM) => {
      expectSame(areaNear([[x, y]], radiusM), (atLng, atLat) => distanceM([atLng, atLat], [x, y]) <= radiusM)
    }),
    { numRuns: 25 }
  )
})

test('counts along a line equal its own exact rule for every point', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(lng, lat), { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 5, max: 3000 }),
      (line, radiusM) => {
        const area = areaNear(line, radiusM)
        expectSame(area, (atLng, atLat) => area.holds(atLng, atLat, area.pieces))
      }
    ),
    { numRuns: 25 }
  )
})

test('the nearest are the nearest, near or far', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 119, max: 122, noNaN: true }),
      fc.double({ min: 35, max: 37, noNaN: true }),
      fc.integer({ min: 1, max: 30 }),
      (x, y, n) => {
        const filter = { ...NO_FILTER, classes: n % 2 === 0 ? ['05'] : [] }
        const wanted = now
          .filter((row) => n % 2 === 1 || row.class.startsWith('05'))
          .map((row) => distanceM([x, y], [row.lng, row.lat]))
          .sort((a, b) => a - b)
          .slice(0, n)
        const found = nearest(layer, layer.view(EVERYTHING, filter), x, y, n)
        expect(found).toHaveLength(n)
        found.forEach((near, i) => {
          expect(Math.abs(near.distanceM - wanted[i]!)).toBeLessThan(0.02)
        })
      }
    ),
    { numRuns: 40 }
  )
  const view = layer.view(EVERYTHING, NO_FILTER)
  const at = now[5000]!
  const close = within(layer, view, at.lng, at.lat, 200, 5000)
  expect(close.map((n) => n.row.key).sort()).toEqual(
    now
      .filter((row) => distanceM([at.lng, at.lat], [row.lng, row.lat]) <= 200)
      .map((row) => row.key)
      .sort()
  )
  expect(nearest(layer, layer.view(EVERYTHING, { ...NO_FILTER, classes: ['99'] }), 120, 36, 5)).toEqual([])
})
