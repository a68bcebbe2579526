import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'

interface Collection {
  features: { id: string; properties: Record<string, unknown>; geometry: { type: string; coordinates: number[][][] } }[]
  numberMatched: number
  numberReturned: number
  links: { rel: string; href: string }[]
}

describe('OGC API – Features', () => {
  let town: TestApp
  beforeAll(async () => {
    town = await testApp()
  })
  afterAll(() => town.close())

  const ask = async <T = Record<string, never>>(url: string, headers: Record<string, string> = {}) => {
    const res = await town.app.http.inject({ url, headers })
    const isJson = /json/.test(String(res.headers['content-type']))
    return {
      status: res.statusCode,
      type: String(res.headers['content-type']),
      headers: res.headers,
      body: (isJson ? res.json() : res.body) as T
    }
  }
  const items = async (query: string) => (await ask<Collection>(`/ogc/collections/unit-grids/items${query}`)).body

  it('leads from the landing page to everything, without an account', async () => {
    const { body } = await ask<{ links: { rel: string; href: string }[] }>('/ogc')
    const rels = body.links.map((l) => l.rel)
    for (const rel of ['self', 'service-desc', 'service-doc', 'conformance', 'data']) expect(rels).toContain(rel)
    for (const link of body.links) expect((await ask(new URL(link.href).pathname + new URL(link.href).search)).status).toBe(200)
    const { body: all } = await ask<{
      collections: { id: string; extent: { spatial: { bbox: number[][] } }; crs: string[]; storageCrs: string }[]
    }>('/ogc/collections')
    expect(all.collections.map((c) => c.id)).toEqual(
      expect.arrayContaining(['divisions', 'unit-grids', 'roads', 'cases', 'public-toilet'])
    )
    for (const id of ['duty-grids', 'hydrant']) expect(all.collections.map((c) => c.id)).not.toContain(id)
    const grids = all.collections.find((c) => c.id === 'unit-grids')!
    expect(grids.extent.spatial.bbox[0]).toEqual([120.3, 36.05, 120.38, 36.08])
    expect(grids.storageCrs).toBe('http://www.opengis.net/def/crs/EPSG/0/4490')
    const { body: api, type } = await ask<{ openapi: string; paths: object }>('/ogc/api')
    expect(type).toBe('application/vnd.oai.openapi+json;version=3.0')
    expect(Object.keys(api.paths)).toContain('/collections/unit-grids/items')
  })

  it('pages through all items by the links, each once', async () => {
    const seen: string[] = []
    let url: string | undefined = '/ogc/collections/unit-grids/items?limit=7'
    let matched = 0
    while (url) {
      const page: Collection = (await ask<Collection>(url)).body
      seen.push(...page.features.map((f) => f.id))
      matched = page.numberMatched
      const next: string | undefined = page.links.find((l) => l.rel === 'next')?.href
      url = next && new URL(next).pathname + new URL(next).search
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength(matched)
    expect(matched).toBeGreaterThan(50)
  })

  it('answers boxes, filters in both languages, properties and equality alike', async () => {
    const west = await items('?bbox=120.3,36.05,120.3399,36.08&limit=1000')
    const cql = await items(`?limit=1000&filter=${encodeURIComponent('S_INTERSECTS(geom,BBOX(120.3,36.05,120.3399,36.08))')}`)
    const json = await items(
      `?limit=1000&filter-lang=cql2-json&filter=${encodeURIComponent(JSON.stringify({ op: 's_intersects', args: [{ property: 'geom' }, { bbox: [120.3, 36.05, 120.3399, 36.08] }] }))}`
    )
    const ids = (c: Collection) => c.features.map((f) => f.id)
    expect(ids(cql)).toEqual(ids(west))
    expect(ids(json)).toEqual(ids(west))
    const district = await items('?limit=1000&districtCode=370202&properties=code,districtCode')
    expect(ids(district)).toEqual(ids(west))
    expect(Object.keys(district.features[0]!.properties)).toEqual(['code', 'districtCode'])
    const like = await items(`?limit=1000&filter=${encodeURIComponent("code LIKE '370202%' AND areaM2 > 0")}`)
    expect(ids(like)).toEqual(ids(west))
    const at = `POINT(${AT_WEST.join(' ')})`
    expect((await items(`?filter=${encodeURIComponent(`S_CONTAINS(geom, ${at})`)}`)).numberMatched).toBe(1)
  })

  it('turns coordinates as the system wants them, and says which', async () => {
    const plain = await items('?limit=1')
    const uri = 'http://www.opengis.net/def/crs/EPSG/0/4490'
    const turned = await ask<Collection>(`/ogc/collections/unit-grids/items?limit=1&crs=${encodeURIComponent(uri)}`)
    expect(turned.headers['content-crs']).toBe(`<${uri}>`)
    const [lng, lat] = plain.features[0]!.geometry.coordinates[0]![0]!
    expect(turned.body.features[0]!.geometry.coordinates[0]![0]).toEqual([lat, lng])
    const box = await items(`?limit=1000&bbox=36.05,120.3,36.08,120.3399&bbox-crs=${encodeURIComponent(uri)}`)
    expect(box.numberMatched).toBe((await items('?limit=1000&bbox=120.3,36.05,120.3399,36.08')).numberMatched)
    const mercator = await items(`?limit=1&crs=${encodeURIComponent('http://www.opengis.net/def/crs/EPSG/0/3857')}`)
    expect(mercator.features[0]!.geometry.coordinates[0]![0]![0]).toBeCloseTo((lng! * Math.PI * 6378137) / 180, 1)
  })

  it.each([
    ['?nonsense=1', 'nonsense'],
    ['?limit=0', 'limit'],
    ['?limit=x', 'limit'],
    ['?bbox=1,2,3', 'bbox'],
    ['?bbox=120,37,121,36', 'bbox'],
    ['?datetime=yesterday', 'datetime'],
    ['?crs=http://www.opengis.net/def/crs/EPSG/0/1', 'crs'],
    [`?filter=${encodeURIComponent('code = = 1')}`, 'filter'],
    [`?filter=${encodeURIComponent("nobody = '1'")}`, 'filter'],
    ['?filter-lang=sql&filter=a', 'filter-lang'],
    ['?filter-lang=cql2-json&filter={', 'filter'],
    ['?properties=nobody', 'properties'],
    ['?cursor=%00', 'cursor'],
    ['?areaM2=big', 'areaM2'],
    ['?f=xml', 'f']
  ])('refuses %s and names the parameter', async (query, parameter) => {
    const { status, type, body } = await ask<{ parameter: string; detail: string; status: number }>(
      `/ogc/collections/unit-grids/items${query}`
    )
    expect(status).toBe(400)
    expect(type).toContain('application/problem+json')
    expect(body.parameter).toBe(parameter)
    expect(body.detail).not.toBe('')
  })

  it('cuts a limit that is too high instead of refusing it', async () => {
    expect((await ask('/ogc/collections/unit-grids/items?limit=1000000')).status).toBe(200)
  })

  it('says 404 of what is not there, and shows duty grids only to whoever may read them', async () => {
    expect((await ask('/ogc/collections/nothing')).status).toBe(404)
    expect((await ask('/ogc/collections/unit-grids/items/1')).status).toBe(404)
    expect((await ask('/ogc/collections/duty-grids/items')).status).toBe(404)
    const acceptor = await town.as('acceptor')
    const { body, headers } = await ask<Collection>('/ogc/collections/duty-grids/items', { cookie: acceptor.cookie })
    expect(body.features.length).toBeGreaterThan(0)
    expect(headers['cache-control']).toBe('private')
    const made = await acceptor.call<{ token: string }>('POST', '/api/session/tokens', { name: 'map', days: 10 })
    if (made.status >= 300) throw new Error(JSON.stringify(made.body))
    const basic = `Basic ${Buffer.from(`acceptor:${made.body.token}`).toString('base64')}`
    expect((await ask('/ogc/collections/duty-grids/items', { authorization: basic })).status).toBe(200)
    expect(
      (
        await ask('/ogc/collections/duty-grids/items', {
          authorization: `Basic ${Buffer.from('acceptor:wrong').toString('base64')}`
        })
      ).status
    ).toBe(404)
  })

  it('has a page for people behind every document', async () => {
    for (const url of [
      '/ogc',
      '/ogc/conformance',
      '/ogc/collections',
      '/ogc/collections/unit-grids',
      '/ogc/collections/unit-grids/items',
      '/ogc/api'
    ]) {
      const { status, type, body } = await ask<string>(url, { accept: 'text/html,application/xhtml+xml' })
      expect(status).toBe(200)
      expect(type).toContain('text/html')
      expect(body).toContain('<h1>')
    }
    const { body } = await ask<string>('/ogc/collections/divisions/items/370202?f=html')
    expect(body).toContain('西区')
  })
})
