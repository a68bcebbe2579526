import { expect, test } from 'vitest'
import { boundsOf, metresBetween, moved, project, unproject, zoomed } from './project.ts'

const here = { lng: 120.3826, lat: 36.0671, zoom: 16 }

test('a point comes back from the projection', () => {
  const [x, y] = project(here.lng, here.lat, here.zoom)
  const [lng, lat] = unproject(x, y, here.zoom)
  expect(lng).toBeCloseTo(here.lng, 9)
  expect(lat).toBeCloseTo(here.lat, 9)
})

test('the window lies around its middle', () => {
  const [w, s, e, n] = boundsOf(here, 390, 300)
  expect((w + e) / 2).toBeCloseTo(here.lng, 9)
  expect(s).toBeLessThan(here.lat)
  expect(n).toBeGreaterThan(here.lat)
})

test('moving east and back ends where it began', () => {
  const there = moved(here, 100, -40)
  expect(there.lng).toBeGreaterThan(here.lng)
  expect(there.lat).toBeGreaterThan(here.lat)
  expect(moved(there, -100, 40).lng).toBeCloseTo(here.lng, 9)
})

test('zooming keeps the point under the finger', () => {
  const under = (v: typeof here) => moved(v, 80, 60)
  const before = under(here)
  const after = under(zoomed(here, 1, 80, 60))
  expect(after.lng).toBeCloseTo(before.lng, 9)
  expect(after.lat).toBeCloseTo(before.lat, 9)
})

test('a hundredth of a degree of latitude is some 1110 m', () => {
  expect(metresBetween([120.38, 36.06], [120.38, 36.07])).toBeCloseTo(1109.5, 0)
})
