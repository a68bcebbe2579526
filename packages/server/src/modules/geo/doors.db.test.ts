// A restricted register by every door there is to the map: whoever may not read it does not learn that it exists.
import type { CountsView, LayerHits, LayerTree } from '@chengyun/contract/geo'
import type { ItemCard, RegisterDeclaration } from '@chengyun/contract/registry'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import { BITS, projectX, projectY } from './domain/tiles/mercator.ts'

const both = (zh: string, en = zh) => ({ zh, en })
const SHELTER: RegisterDeclaration = {
  id: 'shelter',
  name: both('庇护点', 'Shelters'),
  group: 'facility',
  geometry: 'point',
  code: { rule: 'sequence', prefix: 'BH{county}', digits: 5 },
  states: [
    { key: 'open', name: both('开放') },
    { key: 'closed', name: both('关闭'), ends: true }
  ],
  initialState: 'open',
  attributes: [{ key: 'beds', name: both('床位数'), type: 'integer', minimum: 1, maximum: 500, inTile: true }],
  columns: ['code', 'status', 'beds'],
  symbol: { shape: 'dot', color: '#123456' },
  access: 'restricted'
}
/** Declared for staff, with a value only some of them may know. */
const DEPOT: RegisterDeclaration = {
  ...SHELTER,
  id: 'depot',
  name: both('库房', 'Depots'),
  code: { rule: 'sequence', prefix: 'KF{county}', digits: 5 },
  attributes: [{ key: 'stock', name: both('库存'), type: 'integer', visibility: 'restricted' }],
  columns: ['code', 'status'],
  access: 'staff'
}

const OUTSIDERS = ['collector', 'handler', 'dept', 'acceptor', 'dispatcher', 'auditadmin', 'systemadmin'] as const
const AREA = { circle: { center: AT_WEST, radiusM: 200 } }
const [LNG, LAT] = AT_WEST
const tile = (z: number) => `${z}/${projectX(LNG) >>> (BITS - z)}/${projectY(LAT) >>> (BITS - z)}`

let t: TestApp
let admin: Client
let code: string
beforeAll(async () => {
  t = await testApp()
  admin = await t.as('dataadmin')
  for (const declaration of [SHELTER, DEPOT]) {
    const made = await admin.call('POST', '/api/registry/types', { declaration })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
  }
  const put = async (type: string, attributes: object) => {
    const made = await admin.call<ItemCard>('POST', `/api/registry/items/${type}`, { place: AT_WEST, attributes })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    return made.body.code
  }
  code = await put('shelter', { beds: 77 })
  await put('depot', { stock: 4711 })
  await t.settle()
}, 60_000)
afterAll(() => t?.close())

const get = (url: string, who: Client | null) =>
  t.app.http.inject({ method: 'GET', url, headers: who ? { cookie: who.cookie } : {} })
const CQL = encodeURIComponent(`S_INTERSECTS(geom, POINT(${LNG} ${LAT})) OR beds > 0`)
const CRS = encodeURIComponent('http://www.opengis.net/def/crs/EPSG/0/4490')

test('whoever may read it finds it by each door', async () => {
  for (const name of ['dataadmin', 'shiftleader']) {
    const who = await t.as(name)
    const { body } = await who.call<LayerTree>('GET', '/api/map/layers')
    expect(body.layers.find((l) => l.id === 'reg-shelter')?.count).toBe(1)
    for (const z of [8, 17]) expect((await get(`/tiles/reg-shelter/${tile(z)}.mvt`, who)).statusCode).toBe(200)
    const hits = await who.call<LayerHits>('GET', `/api/map/identify?lng=${LNG}&lat=${LAT}&zoom=18`)
    expect(hits.body.items.map((i) => i.key)).toContain(code)
    const counts = await who.call<CountsView>('POST', '/api/map/counts', { layer: 'reg-shelter', area: AREA })
    expect(counts.body.total).toBe(1)
    for (const query of [`filter=${encodeURIComponent('beds > 70')}`, `crs=${CRS}`])
      expect(JSON.parse((await get(`/ogc/collections/shelter/items?${query}`, who)).body).numberReturned).toBe(1)
  }
})

test.each(OUTSIDERS)('%s is told by no door that it exists', async (name) => {
  const who = await t.as(name)
  for (const url of [
    `/tiles/reg-shelter/${tile(8)}.mvt`,
    `/tiles/reg-shelter/${tile(17)}.mvt?class=shelter`,
    '/tiles/reg-shelter.json',
    '/tiles/reg-shelter/metadata.json',
    `/api/map/identify?lng=${LNG}&lat=${LAT}&zoom=18&layers=reg-shelter`,
    `/api/map/nearest?layer=reg-shelter&lng=${LNG}&lat=${LAT}`,
    '/ogc/collections/shelter',
    '/ogc/collections/shelter/queryables',
    '/ogc/collections/shelter/items',
    `/ogc/collections/shelter/items?filter=${CQL}`,
    `/ogc/collections/shelter/items?crs=${CRS}`,
    `/ogc/collections/shelter/items/${code}`,
    `/ogc/collections/reg-shelter/items`
  ])
    expect([url, (await get(url, who)).statusCode]).toEqual([url, 404])
  for (const url of ['counts', 'features']) {
    const answer = await who.call('POST', `/api/map/${url}`, { layer: 'reg-shelter', area: AREA })
    expect([url, answer.status, answer.body['code']]).toEqual([url, 404, 'MAP_LAYER_NOT_FOUND'])
  }
  const timeline = { layer: 'reg-shelter', moments: [new Date().toISOString()] }
  expect((await who.call('POST', '/api/map/timeline', timeline)).status).toBe(404)
  // A register's own answers: refused outright, or as one that is not there.
  for (const url of ['/api/registry/items/shelter', `/api/registry/items/shelter/${code}`, `/api/registry/search?q=${code}`]) {
    const answer = await get(url, who)
    expect([url, answer.body.includes('"beds"')]).toEqual([url, false])
    if (answer.statusCode < 400) expect([url, answer.body.includes(code)]).toEqual([url, false])
  }
  for (const url of ['/api/map/layers', '/ogc/collections', '/ogc/api', `/api/map/identify?lng=${LNG}&lat=${LAT}&zoom=18`])
    expect([url, /shelter|庇护/.test((await get(url, who)).body)]).toEqual([url, false])
})

test('without an account there is no tile and no question to the map, and the published list does not name it', async () => {
  for (const url of [
    `/tiles/reg-shelter/${tile(8)}.mvt`,
    '/tiles/reg-shelter.json',
    '/api/map/layers',
    '/api/map/identify?lng=1&lat=1&zoom=9'
  ])
    expect([url, (await get(url, null)).statusCode]).toEqual([url, 401])
  for (const id of ['shelter', 'depot']) expect((await get(`/ogc/collections/${id}/items`, null)).statusCode).toBe(404)
  for (const url of ['/ogc/collections', '/ogc/api']) expect(/shelter|depot/.test((await get(url, null)).body)).toBe(false)
})

test('a value that only some may know is neither published nor found by asking for it', async () => {
  const who = await t.as('acceptor')
  expect(JSON.parse((await get('/ogc/collections/depot/items', who)).body).numberReturned).toBe(1)
  for (const query of [`filter=${encodeURIComponent('stock = 4711')}`, 'stock=4711', 'properties=stock'])
    expect([query, (await get(`/ogc/collections/depot/items?${query}`, who)).statusCode]).toEqual([query, 400])
  for (const url of [
    '/ogc/collections/depot/items',
    '/ogc/collections/depot/queryables',
    '/tiles/reg-depot.json',
    `/tiles/reg-depot/${tile(17)}.mvt`
  ]) {
    const { statusCode, body } = await get(url, who)
    expect([url, statusCode, /stock|4711/.test(body)]).toEqual([url, 200, false])
  }
  const file = await who.call('POST', '/api/map/features', { layer: 'reg-depot', area: AREA })
  expect([file.status, JSON.stringify(file.body).includes('stock')]).toEqual([200, false])
})
