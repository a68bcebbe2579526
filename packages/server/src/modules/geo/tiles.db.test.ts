import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { CountsView, LayerHits, LayerTree } from '@chengyun/contract/geo'
import type { ItemCard } from '@chengyun/contract/registry'
import { VectorTile } from '@mapbox/vector-tile'
import { sql } from 'kysely'
import { PbfReader } from 'pbf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../app.ts'
import { AT_EAST, AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import { BITS, projectX, projectY } from './domain/tiles/mercator.ts'
import { openTiles } from './tiles/open.ts'

let t: TestApp
let admin: Client
const data = mkdtempSync(join(tmpdir(), 'tiles-'))
beforeAll(async () => {
  t = await testApp({ CHENGYUN_DATA: data })
  admin = await t.as('dataadmin')
}, 60_000)
afterAll(async () => {
  await t?.close()
  rmSync(data, { recursive: true, force: true })
})

const tileAt = (z: number, [lng, lat]: readonly [number, number]) =>
  `${z}/${projectX(lng) >>> (BITS - z)}/${projectY(lat) >>> (BITS - z)}`
const get = (who: Client, url: string, headers: Record<string, string> = {}, app: App = t.app) =>
  app.http.inject({ method: 'GET', url, headers: { cookie: who.cookie, ...headers } })
async function tile(who: Client, layer: string, z: number, at: readonly [number, number], query = '', app: App = t.app) {
  const answer = await get(who, `/tiles/${layer}/${tileAt(z, at)}.mvt${query}`, {}, app)
  if (answer.statusCode === 204) return []
  expect(answer.statusCode, answer.body).toBe(200)
  const found = new VectorTile(new PbfReader(answer.rawPayload)).layers[layer]!
  return Array.from({ length: found.length }, (_, i) => found.feature(i).properties)
}
const sum = (features: readonly Record<string, unknown>[]) => features.reduce((n, f) => n + Number(f['n']), 0)
const create = async (classCode: string, place: readonly [number, number]): Promise<ItemCard> => {
  const made = await admin.call<ItemCard>('POST', '/api/registry/items/component', { class: classCode, place })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body
}
const layers = async (who: Client) => (await who.call<LayerTree>('GET', '/api/map/layers')).body.layers

/** Everything announced is delivered and in the layers: a tile is not kept waiting for long, on a busy machine it would be the one of before. */
async function settled(): Promise<void> {
  await t.settle()
  for (const live of await openTiles(t.app.http)!.list()) await live.settle()
}

describe('the layer of a register', () => {
  let first: ItemCard
  beforeAll(async () => {
    first = await create('01010', AT_WEST)
    await create('02001', [AT_WEST[0] + 0.0001, AT_WEST[1]])
    for (let i = 0; i < 3; i++) await create('01010', [AT_EAST[0] + i * 0.0001, AT_EAST[1]])
    await settled()
  })

  test('stands in the tree with classes, names and counts of what the reader may see', async () => {
    const found = (await layers(admin)).find((l) => l.id === 'reg-component')
    expect(found).toMatchObject({ kind: 'register', group: 'component', state: 'ready', count: 5, times: false, key: 'code' })
    expect(found?.classes.map((c) => [c.code, c.count])).toEqual([
      ['01010', 4],
      ['02001', 1]
    ])
    expect(found?.classes[0]?.name.zh).not.toBe('01010')
    const { rows } = await sql<{ username: string }>`select u.username from org.pub_post p join org.pub_user u on u.id = p.user_id
      join org.pub_unit n on n.id = p.unit_id where p.role = 'acceptor' and n.district_code = '370202' limit 1`.execute(
      t.database.db
    )
    const west = await t.as(rows[0]!.username)
    expect((await layers(west)).find((l) => l.id === 'reg-component')?.count).toBe(2)
    expect(sum(await tile(west, 'reg-component', 8, AT_WEST))).toBe(2)
    expect(await tile(west, 'reg-component', 16, AT_EAST)).toEqual([])
    expect((await tile(west, 'reg-component', 16, AT_WEST)).map((f) => f['code'])).toContain(first.code)
  })

  test('cells carry counts, objects exactly what is published', async () => {
    expect(sum(await tile(admin, 'reg-component', 0, AT_WEST))).toBe(5)
    const cells = await tile(admin, 'reg-component', 14, AT_EAST)
    expect(sum(cells)).toBe(3)
    expect(cells[0]).toMatchObject({ class: '01010', m01: cells[0]!['n'] })
    expect(sum(await tile(admin, 'reg-component', 8, AT_WEST, '?class=02'))).toBe(1)
    expect(sum(await tile(admin, 'reg-component', 8, AT_WEST, '?class=01,02001'))).toBe(5)
    expect(sum(await tile(admin, 'reg-component', 10, AT_WEST, '?as=hex'))).toBeGreaterThan(0)
    const objects = await tile(admin, 'reg-component', 17, AT_WEST)
    expect(objects.find((f) => f['code'] === first.code)).toMatchObject({ class: '01010', status: 'intact' })
    expect(objects[0]).not.toHaveProperty('name')
  })

  test('is described by TileJSON', async () => {
    const { statusCode, body } = await get(admin, '/tiles/reg-component.json?class=01')
    expect(statusCode).toBe(200)
    const json = JSON.parse(body)
    expect(json).toMatchObject({
      tilejson: '3.0.0',
      vector_layers: [{ id: 'reg-component', fields: { n: 'Number', code: 'String' } }]
    })
    expect(json.tiles[0]).toMatch(/\/tiles\/reg-component\/\{z\}\/\{x\}\/\{y\}\.mvt\?class=01$/)
    expect(json.bounds).toEqual([120.2, 36, 120.5, 36.2])
    const metadata = JSON.parse((await get(admin, '/tiles/reg-component/metadata.json')).body)
    expect(metadata).toMatchObject({ format: 'pbf', bounds: expect.stringMatching(/^120\.3155,36\.0655,/) })
  })

  test('a tile has a tag, is compressed as asked, and is not sent twice', async () => {
    const url = `/tiles/reg-component/${tileAt(12, AT_WEST)}.mvt`
    const plain = await get(admin, url, { 'accept-encoding': 'identity' })
    expect(plain.headers).toMatchObject({
      'cache-control': 'private, no-cache',
      'content-type': 'application/vnd.mapbox-vector-tile'
    })
    const again = await get(admin, url, { 'if-none-match': String(plain.headers['etag']) })
    expect([again.statusCode, again.rawPayload.length]).toEqual([304, 0])
    expect((await get(admin, `/tiles/reg-component/${tileAt(12, [100, 30])}.mvt`)).statusCode).toBe(204)
    // Enough objects to be worth compressing.
    await sql`insert into registry.item (type_id, id, code, class_code, name, status, lng, lat, grid_code, created_at, updated_at)
      select 'component', gen_random_uuid(), '370202030010' || (10000 + n), '03001', '垃圾箱', 'intact', 120.31 + n * 0.00001, 36.06, '370202001001001', now(), now()
      from generate_series(1, 400) n`.execute(t.database.db)
    const live = (await openTiles(t.app.http)!.list()).find((l) => l.source.id === 'reg-component')!
    live.hear({ seq: 0, name: 'registry.itemsChanged', at: new Date(), payload: { typeId: 'component', count: 400 } })
    const long = `/tiles/reg-component/${tileAt(15, [120.3115, 36.06])}.mvt`
    const [whole, br, gz] = await Promise.all(
      ['identity', 'gzip, br', 'gzip'].map((c) => get(admin, long, { 'accept-encoding': c }))
    )
    expect(whole!.rawPayload.length).toBeGreaterThan(5000)
    expect([br!.headers['content-encoding'], gz!.headers['content-encoding']]).toEqual(['br', 'gzip'])
    expect(brotliDecompressSync(br!.rawPayload).equals(whole!.rawPayload)).toBe(true)
    expect(gunzipSync(gz!.rawPayload).equals(whole!.rawPayload)).toBe(true)
  })

  test('an edit is in the next tile, an unrelated one stays cut', async () => {
    const service = openTiles(t.app.http)!
    const here = `/tiles/reg-component/${tileAt(16, AT_WEST)}.mvt`
    const elsewhere = `/tiles/reg-component/${tileAt(16, AT_EAST)}.mvt`
    const [old, far] = [await get(admin, here), await get(admin, elsewhere)]
    await create('01011', [AT_WEST[0], AT_WEST[1] + 0.0001])
    await settled()
    const cuts = service.cache.cuts
    expect((await get(admin, elsewhere)).headers['etag']).toBe(far.headers['etag'])
    expect(service.cache.cuts).toBe(cuts)
    expect((await get(admin, here)).headers['etag']).not.toBe(old.headers['etag'])
    expect(service.cache.cuts).toBe(cuts + 1)
    expect((await tile(admin, 'reg-component', 16, AT_WEST)).filter((f) => f['class'] === '01011')).toHaveLength(1)
    const live = (await service.list()).find((l) => l.source.id === 'reg-component')!
    expect(live.stamps.raise([{ x: projectX(AT_WEST[0]), y: projectY(AT_WEST[1]) }])).toBe(7)
  })

  test('moved, removed and changed objects leave their old place', async () => {
    const item = await create('04001', [AT_WEST[0] - 0.003, AT_WEST[1]])
    await settled()
    const at = [AT_WEST[0] - 0.003, AT_WEST[1]] as const
    const codes = async (place: readonly [number, number]) =>
      (await tile(admin, 'reg-component', 18, place)).map((f) => f['code'])
    expect(await codes(at)).toEqual([item.code])
    const to = [AT_WEST[0] - 0.007, AT_WEST[1]] as const
    const moved = await admin.call<ItemCard>('PATCH', `/api/registry/items/component/${item.code}`, {
      version: item.version,
      changes: { place: to },
      note: '移位'
    })
    expect(moved.status, JSON.stringify(moved.body)).toBe(200)
    await settled()
    expect([await codes(at), await codes(to)]).toEqual([[], [item.code]])
    await admin.call('POST', `/api/registry/items/component/${item.code}/remove`, { version: moved.body.version })
    await settled()
    expect(await codes(to)).toEqual([])
  })

  test('identify, nearest, counts and downloads', async () => {
    const [lng, lat] = AT_WEST
    const hits = await admin.call<LayerHits>('GET', `/api/map/identify?lng=${lng}&lat=${lat}&zoom=18&layers=reg-component`)
    expect(hits.body.items[0]).toMatchObject({ layer: 'reg-component', key: first.code, class: '01010', status: 'intact' })
    expect(hits.body.items[0]!.distanceM).toBeLessThan(0.05)
    const nearest = await admin.call<LayerHits>('GET', `/api/map/nearest?layer=reg-component&lng=121&lat=36&n=3&class=02`)
    expect(nearest.body.items.map((i) => i.class)).toEqual(['02001'])
    expect(nearest.body.items[0]!.distanceM).toBeGreaterThan(60_000)
    const ring = [
      [120.34, 36],
      [120.5, 36],
      [120.5, 36.2],
      [120.34, 36.2],
      [120.34, 36]
    ]
    const area = { type: 'Polygon', coordinates: [ring] }
    const counts = await admin.call<CountsView>('POST', '/api/map/counts', { layer: 'reg-component', area })
    expect(counts.body).toMatchObject({
      total: 3,
      byClass: [{ code: '01010', count: 3 }]
    })
    const circle = { circle: { center: AT_EAST, radiusM: 12 } }
    const near = await admin.call<CountsView>('POST', '/api/map/counts', {
      layer: 'reg-component',
      area: circle,
      filter: { class: '01' }
    })
    expect(near.body.total).toBe(2)
    const file = await admin.call<{ truncated: boolean; features: { properties: object }[] }>('POST', '/api/map/features', {
      layer: 'reg-component',
      area
    })
    expect([file.body.truncated, file.body.features.length]).toEqual([false, 3])
    expect(file.body.features[0]!.properties).toMatchObject({ code: expect.stringMatching(/^370203/), status: 'intact' })
    const line = {
      buffer: {
        line: [
          [120.36, 36.0655],
          [120.37, 36.0655]
        ],
        radiusM: 10
      }
    }
    expect((await admin.call<CountsView>('POST', '/api/map/counts', { layer: 'reg-component', area: line })).body.total).toBe(3)
  })

  test('what is wrong is refused with a code', async () => {
    const code = async (url: string, who: Client = admin) => {
      const answer = await get(who, url)
      return [answer.statusCode, JSON.parse(answer.body).code]
    }
    expect((await t.app.http.inject({ method: 'GET', url: '/tiles/cases/0/0/0.mvt' })).statusCode).toBe(401)
    expect(await code('/tiles/reg-nothing/0/0/0.mvt')).toEqual([404, 'MAP_LAYER_NOT_FOUND'])
    expect(await code('/tiles/reg-component/3/8/0.mvt')).toEqual([400, 'MAP_TILE_INVALID'])
    expect(await code('/tiles/reg-component/23/0/0.mvt')).toEqual([400, 'INVALID_REQUEST'])
    expect(await code('/tiles/reg-component/3/a/0.mvt')).toEqual([400, 'INVALID_REQUEST'])
    expect(await code('/tiles/reg-component/3/0/0.mvt?class=;drop')).toEqual([400, 'INVALID_REQUEST'])
    expect(await code('/tiles/reg-component/3/0/0.mvt?status=nonsense')).toEqual([400, 'MAP_FILTER_INVALID'])
    expect(await code('/tiles/cases/3/0/0.mvt?at=2001-01-01T00:00:00Z', await t.as('acceptor'))).toEqual([
      400,
      'MAP_FILTER_INVALID'
    ])
    expect(await code('/tiles/cases/3/0/0.mvt?at=yesterday')).toEqual([400, 'INVALID_REQUEST'])
    const auditor = await t.as('auditadmin')
    expect(await code('/tiles/reg-component/0/0/0.mvt', auditor)).toEqual([404, 'MAP_LAYER_NOT_FOUND'])
    expect(await code('/tiles/cases/0/0/0.mvt', auditor)).toEqual([404, 'MAP_LAYER_NOT_FOUND'])
    const empty = await admin.call('POST', '/api/map/counts', {
      layer: 'reg-component',
      area: {
        type: 'Polygon',
        coordinates: [
          [
            [1, 1],
            [1, 1],
            [1, 1],
            [1, 1]
          ]
        ]
      }
    })
    expect([empty.status, empty.body['code']]).toEqual([400, 'MAP_AREA_INVALID'])
  })
})
