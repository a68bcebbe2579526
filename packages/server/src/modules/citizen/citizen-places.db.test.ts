import type { PublicAddress, PublicPlaces, PublicStreets } from '@chengyun/contract/public'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_WEST, OUTSIDE, type TestApp, testApp } from '../../testing.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.close())

const get = async <T>(url: string) => {
  const answer = await app.app.http.inject({ url: `/api/public/${url}` })
  return { status: answer.statusCode, body: answer.json() as T }
}

test('a point has a name without anybody signing in, and a place outside is said to be outside', async () => {
  const here = await get<PublicAddress>(`address?lng=${AT_WEST[0]}&lat=${AT_WEST[1]}`)
  expect(here.status).toBe(200)
  expect(here.body.inside).toBe(true)
  expect(here.body.text?.length).toBeGreaterThan(2)
  const away = await get<PublicAddress>(`address?lng=${OUTSIDE[0]}&lat=${OUTSIDE[1]}`)
  expect(away.body).toEqual({ inside: false, text: null })
})

test('streets of a window are drawn, a whole country is refused', async () => {
  const [lng, lat] = AT_WEST
  const found = await get<PublicStreets>(`streets?bbox=${lng - 0.05},${lat - 0.05},${lng + 0.05},${lat + 0.05}`)
  expect(found.status).toBe(200)
  for (const street of found.body.items) expect(street.line.length % 2).toBe(0)
  expect((await get(`streets?bbox=100,20,130,50`)).status).toBe(400)
  expect((await get(`streets?bbox=1,2,-,4`)).status).toBe(400)
})

test('words find places; one letter and foreign fields are refused', async () => {
  const found = await get<PublicPlaces>(`places?q=${encodeURIComponent('街道')}`)
  expect(found.status).toBe(200)
  expect((await get(`places?q=a`)).status).toBe(400)
  expect((await get(`places?q=ab&limit=5`)).status).toBe(400)
})
