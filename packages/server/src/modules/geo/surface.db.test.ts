import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../testing.ts'
import { ensureSurface, landWithin } from './surface.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.close())

const folder = (id: string) => fileURLToPath(new URL(`../../../../../cities/${id}/`, import.meta.url))

test('land and sea are loaded once and served with an ETag to those who read places', async () => {
  const { db } = app.database
  const reader = await app.as('dispatcher')
  const none = await reader.call<{ extent: null; land: null }>('GET', '/api/geo/surface')
  expect(none.body).toEqual({ extent: null, land: null })
  expect(await landWithin(db, [120.2, 36, 120.5, 36.2])).toBeNull()

  expect(await ensureSurface(db, folder('_codes')), 'a profile without a coast').toBe(false)
  expect(await ensureSurface(db, folder('qingdao'))).toBe(true)
  expect(await ensureSurface(db, folder('haikou')), 'what is known stays').toBe(false)

  await app.app.http.geo.refresh()
  const surface = await reader.call<{ extent: number[]; land: { coordinates: unknown[] } }>('GET', '/api/geo/surface')
  expect(surface.body.extent[0]).toBeLessThan(116)
  expect(surface.body.land.coordinates.length).toBeGreaterThan(50)
  const again = await app.app.http.inject({
    url: '/api/geo/surface',
    headers: { cookie: reader.cookie, 'if-none-match': String(surface.headers['etag']) }
  })
  expect(again.statusCode).toBe(304)
  const outside = await app.app.http.inject({ url: '/api/geo/surface' })
  expect(outside.statusCode).toBe(401)
})

test('a window gets its piece of land, and nothing where the sea is not known', async () => {
  const { db } = app.database
  const piece = await landWithin(db, [120.3, 36.04, 120.4, 36.1])
  expect(piece?.coordinates.length).toBeGreaterThan(0)
  for (const [lng = 0, lat = 0] of piece?.coordinates.flat(2) ?? []) {
    expect(lng).toBeGreaterThan(120.29)
    expect(lat).toBeLessThan(36.11)
  }
  expect(await landWithin(db, [0, 0, 1, 1])).toBeNull()
  // Whoever reports in the street sees it too, with or without an account.
  const street = await app.app.http.inject({ url: '/api/public/streets?bbox=120.3,36.04,120.4,36.1' })
  expect(street.json<{ land: number[][][] }>().land[0]?.[0]?.length).toBeGreaterThan(6)
  const collector = await app.as('collector')
  const shift = await collector.call<{ map: { data: { ground: { land: { coordinates: unknown[] } } } } }>(
    'GET',
    '/api/field/package'
  )
  expect(shift.body.map.data.ground.land.coordinates.length).toBeGreaterThan(0)
})
