import { expect, test } from 'vitest'
import { distanceM, fit, type Place, toPlace, toScreen, within } from './project.ts'

const here: Place = [120.3826, 36.0671]

test('a pixel and its place are each other’s way back', () => {
  const camera = { center: here, pxPerM: 0.7 }
  const [x, y] = toScreen(camera, 390, 600, [120.385, 36.069])
  const [lng, lat] = toPlace(camera, 390, 600, x, y)
  expect(lng).toBeCloseTo(120.385, 9)
  expect(lat).toBeCloseTo(36.069, 9)
})

test('a corrected place never lies further than the limit, and an allowed one stays as it is', () => {
  const far = within(here, [120.39, 36.07], 200)
  expect(distanceM(here, far)).toBeLessThanOrEqual(200)
  expect(distanceM(here, far)).toBeGreaterThan(195)
  expect(within(here, [120.3831, 36.0672], 200)).toEqual([120.3831, 36.0672])
})

test('what is fitted is in sight', () => {
  const places: Place[] = [here, [120.41, 36.09], [120.36, 36.05]]
  const camera = fit(places, 390, 300)!
  for (const p of places) {
    const [x, y] = toScreen(camera, 390, 300, p)
    expect(x).toBeGreaterThan(0)
    expect(x).toBeLessThan(390)
    expect(y).toBeGreaterThan(0)
    expect(y).toBeLessThan(300)
  }
})
