import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PMTiles, type Source } from 'pmtiles'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { baseLayersOf } from '../../platform/base-layers.ts'
import { type TestApp, testApp, testSettings } from '../../testing.ts'
import { archiveOf } from './pmtiles.testing.ts'

const PICTURE = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 1, 2, 3])
let app: TestApp
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-base-'))
  await writeFile(join(folder, 'city.pmtiles'), archiveOf(PICTURE, { name: 'city' }))
  const layers = [
    {
      id: 'disk',
      name: { zh: '本地影像', en: 'Imagery' },
      type: 'pmtiles',
      file: join(folder, 'city.pmtiles'),
      crs: 'CGCS2000',
      attribution: '测绘院'
    },
    {
      id: 'photo',
      name: { zh: '影像', en: 'Photo' },
      type: 'xyz',
      url: 'https://{s}.tiles.example/{z}/{x}/{y}.png',
      subdomains: ['t0', 't1'],
      crs: 'WGS-84',
      attribution: ''
    }
  ]
  // As a file, the way an installation keeps a longer list.
  await writeFile(join(folder, 'base.json'), JSON.stringify(layers))
  app = await testApp({ CHENGYUN_BASE_LAYERS: join(folder, 'base.json') })
})
afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

test('lists what is declared and allows browsers exactly those hosts', async () => {
  const reader = await app.as('dispatcher')
  const { body, headers } = await reader.call<{ layers: { id: string; url: string | null }[] }>('GET', '/api/map/base')
  expect(body.layers.map((l) => l.id)).toEqual(['disk', 'photo'])
  expect(JSON.stringify(body), 'where it lies on the disk is nobody’s business').not.toContain(folder)
  const policy = String(headers['content-security-policy'])
  for (const directive of ['connect-src', 'img-src'])
    expect(policy).toMatch(new RegExp(`${directive} [^;]*https://t0\\.tiles\\.example https://t1\\.tiles\\.example`))
  expect(policy).toMatch(/default-src 'self';/)
  expect((await app.app.http.inject({ url: '/api/map/base' })).statusCode).toBe(401)
})

test('an archive on the disk is read tile by tile with range requests', async () => {
  const reader = await app.as('dispatcher')
  const asked: string[] = []
  const source: Source = {
    getKey: () => 'disk',
    getBytes: async (offset, length) => {
      const range = `bytes=${offset}-${offset + length - 1}`
      asked.push(range)
      const answer = await app.app.http.inject({ url: '/api/map/base/disk', headers: { cookie: reader.cookie, range } })
      expect(answer.statusCode).toBe(206)
      const etag = answer.headers['etag']
      return { data: Uint8Array.from(answer.rawPayload).buffer, ...(etag === undefined ? {} : { etag: String(etag) }) }
    }
  }
  const archive = new PMTiles(source)
  expect(await archive.getMetadata()).toEqual({ name: 'city' })
  const tile = await archive.getZxy(0, 0, 0)
  expect(new Uint8Array(tile?.data ?? new ArrayBuffer(0))).toEqual(PICTURE)
  expect(asked.length).toBeGreaterThan(1)
})

test('no whole file at once, nothing beyond its end, nothing that is not declared', async () => {
  const reader = await app.as('dispatcher')
  const get = (url: string, range?: string) =>
    app.app.http.inject({ url, headers: { cookie: reader.cookie, ...(range === undefined ? {} : { range }) } })
  expect((await get('/api/map/base/disk')).statusCode).toBe(416)
  expect((await get('/api/map/base/disk', 'bytes=999999-')).statusCode).toBe(416)
  expect((await get('/api/map/base/photo', 'bytes=0-9')).json()).toMatchObject({ code: 'GEO_BASE_NOT_FOUND' })
  expect((await get('/api/map/base/..%2f..%2fetc%2fpasswd', 'bytes=0-9')).statusCode).toBe(404)
})

test('a faulty declaration stops the start with a sentence', () => {
  const read = (value: string) => () => baseLayersOf(testSettings({ CHENGYUN_BASE_LAYERS: value }))
  const amap = {
    id: 'amap',
    name: { zh: '高德', en: 'Amap' },
    type: 'xyz',
    url: 'https://wprd01.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}',
    crs: 'GCJ-02',
    attribution: ''
  }
  expect(read(JSON.stringify([amap]))).toThrow(/base layer amap: tiles drawn in GCJ-02 lie 300 to 700 m off/)
  expect(read('[{')).toThrow(/CHENGYUN_BASE_LAYERS/)
  expect(read('/nowhere/base.json')).toThrow(/no such file/)
})
