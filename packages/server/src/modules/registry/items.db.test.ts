import type { ItemCard, ItemHistory, ItemPage, NearList } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AT_EAST, AT_WEST, type Client, OUTSIDE, type TestApp, testApp } from '../../testing.ts'

let t: TestApp
let admin: Client
beforeAll(async () => {
  t = await testApp()
  admin = await t.as('dataadmin')
})
afterAll(() => t.close())

const create = (type: string, item: object, who: Client = admin) =>
  who.call<ItemCard>('POST', `/api/registry/items/${type}`, item)
const card = async (type: string, code: string, who: Client = admin) =>
  (await who.call<ItemCard>('GET', `/api/registry/items/${type}/${code}`)).body
const near = (at: [number, number], metres: number): [number, number] => [at[0] + metres / 90_000, at[1]]

describe('codes', () => {
  test('a component is coded by the county of its place, its class and a number that is never given again', async () => {
    const first = await create('component', { class: '01010', place: AT_WEST, note: '新装' })
    expect(first.status).toBe(201)
    expect(first.body).toMatchObject({ code: '37020201010000001', version: 1, status: 'intact', can: ['edit', 'remove'] })
    expect(first.body.class?.name).toBe(first.body.name)
    expect(first.body.grid.district?.name).toBe('西区')
    expect(first.body.address).toContain('西区')
    expect(first.body.attributes.initialDate).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect((await create('component', { class: '01010', place: near(AT_WEST, 5) })).body.code).toBe('37020201010000002')
    const gone = await admin.call<ItemCard>('POST', '/api/registry/items/component/37020201010000002/remove', { version: 1 })
    expect(gone.body).toMatchObject({ status: 'removed', version: 2, can: ['restore'] })
    expect((await create('component', { class: '01010', place: near(AT_WEST, 9) })).body.code).toBe('37020201010000003')
    const back = await admin.call<ItemCard>('POST', '/api/registry/items/component/37020201010000002/restore', { version: 2 })
    expect(back.body).toMatchObject({ status: 'intact', removedAt: null, version: 3 })
  })

  test('classes of 2013 give codes of 16 digits, and the card says the one of 2026', async () => {
    const { body } = await create('component', { class: '0110', place: AT_EAST })
    expect(body.code).toBe('3702030110000001')
    expect(body.upgradedCode).toBe('37020301010000001')
  })

  test('numbers that came from outside are stepped over', async () => {
    await sql`insert into registry.item (type_id, id, code, class_code, name, status, lng, lat, created_at, updated_at)
      values ('component', gen_random_uuid(), '37020302001000001', '02001', '来自外部', 'intact', 120.36, 36.06, now(), now())`.execute(
      t.database.db
    )
    expect((await create('component', { class: '02001', place: AT_EAST })).body.code).toBe('37020302001000002')
  })

  test('two people at once get two numbers', async () => {
    const made = await Promise.all(
      Array.from({ length: 6 }, (_, i) => create('component', { class: '04001', place: near(AT_EAST, i * 3) }))
    )
    expect(new Set(made.map((m) => m.body.code)).size).toBe(6)
  })

  test('where the owner gives codes they are demanded, checked and never taken twice', async () => {
    const hydrant = { class: 'above', place: AT_WEST, attributes: { flowLs: 15 } }
    expect((await create('hydrant', hydrant)).body.code).toBe('REGISTRY_ITEM_INVALID')
    expect((await create('hydrant', { ...hydrant, code: '!' })).status).toBe(422)
    expect((await create('hydrant', { ...hydrant, code: 'H-1' })).status).toBe(201)
    expect((await create('hydrant', { ...hydrant, code: 'H-1' })).body.code).toBe('REGISTRY_CODE_TAKEN')
    expect((await create('component', { class: '01010', place: AT_WEST, code: '37020201010000009' })).status).toBe(422)
  })
})

describe('what is refused', () => {
  test('every fault at once, by field, in the language of the reader', async () => {
    const item = {
      place: OUTSIDE,
      class: '99999',
      status: 'removed',
      owner: '00000000-0000-7000-8000-000000000009',
      attributes: { elevationM: 'high', colour: 1 }
    }
    const zh = await admin.call<{ code: string; message: string; details: { faults: { field: string; rule: string }[] } }>(
      'POST',
      '/api/registry/items/component',
      item
    )
    expect(zh.status).toBe(422)
    expect(zh.body.details.faults.map((f) => `${f.field}:${f.rule}`).sort()).toEqual([
      'class:class',
      'colour:unknown',
      'elevationM:type',
      'owner:unit',
      'place:place',
      'status:ends'
    ])
    expect(zh.body.message).toContain('小类')
    const en = await admin.call<{ message: string }>('POST', '/api/registry/items/component', item, { 'accept-language': 'en' })
    expect(en.body.message).toContain('The class')
  })

  test('old versions, no change, changed class, changing what is removed', async () => {
    const { code } = (await create('component', { class: '03002', place: AT_WEST })).body
    const patch = (version: number, changes: object) =>
      admin.call('PATCH', `/api/registry/items/component/${code}`, { version, changes })
    expect((await patch(1, { status: 'intact' })).body.code).toBe('REGISTRY_NOTHING_CHANGED')
    expect((await patch(1, { status: 'damaged' })).body).toMatchObject({ version: 2, status: 'damaged' })
    expect((await patch(1, { status: 'lost' })).body.code).toBe('REGISTRY_VERSION_CONFLICT')
    expect((await patch(2, { class: '03001' })).body.code).toBe('REGISTRY_ITEM_INVALID')
    await admin.call('POST', `/api/registry/items/component/${code}/remove`, { version: 2 })
    expect((await patch(3, { status: 'lost' })).body.code).toBe('REGISTRY_REMOVED')
  })
})

test('every change is in the history with before and after; the chain is whole, and a row changed behind its back breaks it', async () => {
  const { code } = (await create('component', { class: '01020', place: AT_WEST, attributes: { model: 'DN700' } })).body
  const edit = (version: number, changes: object, note = '') =>
    admin.call<ItemCard>('PATCH', `/api/registry/items/component/${code}`, { version, changes, note })
  await edit(1, { attributes: { model: 'DN800' } }, '换型号')
  const moved = await edit(2, { place: AT_EAST })
  expect(moved.body.grid.district?.name).toBe('东区')
  expect(moved.body.code).toBe(code)
  const read = async () => (await admin.call<ItemHistory>('GET', `/api/registry/items/component/${code}/history`)).body
  const history = await read()
  expect(history.items.map((c) => c.kind)).toEqual(['move', 'modify', 'add'])
  expect(history.items[1]).toMatchObject({
    note: '换型号',
    version: 2,
    fields: [{ field: 'model', before: 'DN700', after: 'DN800' }, { field: 'changeDate' }]
  })
  expect(history.whole).toBe(true)
  await expect(sql`update registry.change set note = 'x' where code = ${code}`.execute(t.database.db)).rejects.toThrow(
    'append-only'
  )
  await sql`alter table registry.change disable trigger change_append_only`.execute(t.database.db)
  await sql`update registry.change set note = 'x' where code = ${code} and kind = 'modify'`.execute(t.database.db)
  await sql`alter table registry.change enable trigger change_append_only`.execute(t.database.db)
  expect((await read()).whole).toBe(false)
})

test('what is personal is masked in lists, cards and histories until it is revealed on record; what is restricted is not there at all', async () => {
  const driver = { company: '渣土公司', driver: '张三', driverPhone: '13812341234', driverId: '370202199001011234' }
  await create('muck-truck', { code: '鲁B12345', class: 'heavy', attributes: driver })
  await admin.call('PATCH', `/api/registry/items/muck-truck/${encodeURIComponent('鲁B12345')}`, {
    version: 1,
    changes: { attributes: { driver: '李四' } }
  })
  const leader = await t.as('shiftleader')
  const seen = await card('muck-truck', encodeURIComponent('鲁B12345'), leader)
  expect(seen.attributes).toMatchObject({ driver: '李*', driverPhone: '138****1234', driverId: '370***********1234' })
  expect(seen.can).toContain('reveal')
  const hidden = await card('muck-truck', encodeURIComponent('鲁B12345'), await t.as('dispatcher'))
  expect(hidden.attributes.driverId).toBeUndefined()
  const url = `/api/registry/items/muck-truck/${encodeURIComponent('鲁B12345')}`
  const history = await leader.call<ItemHistory>('GET', `${url}/history`)
  expect(JSON.stringify(history.body)).not.toContain('张三')
  const open = await leader.call<{ attributes: object }>('POST', `${url}/reveal`, { reason: '核实车辆' })
  expect(open.body.attributes).toMatchObject({ driver: '李四', driverPhone: '13812341234' })
  await t.settle()
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from platform.audit where action = 'registry.reveal' and reason = '核实车辆'`.execute(
    t.database.db
  )
  expect(rows[0]?.n).toBe(1)
  expect((await (await t.as('dispatcher')).call('POST', `${url}/reveal`, { reason: '看看' })).status).toBe(403)
})

test('lines and areas keep their shape; the place is a point on them', async () => {
  const [lng, lat] = AT_WEST
  const line = {
    type: 'LineString',
    coordinates: [
      [lng, lat],
      [lng + 0.002, lat],
      [lng + 0.002, lat + 0.001]
    ]
  }
  const road = (await create('road-segment', { class: 'branch', geometry: line, name: '热河路' })).body
  expect(road.geometry).toEqual(line)
  expect(road.place?.[1]).toBeCloseTo(lat, 6)
  const ring = [
    [lng, lat],
    [lng + 0.002, lat],
    [lng + 0.002, lat + 0.002],
    [lng, lat + 0.002],
    [lng, lat]
  ]
  const park = (await create('green-area', { class: 'G1', geometry: { type: 'Polygon', coordinates: [ring] }, name: '一号公园' }))
    .body
  expect(park.geometry).toMatchObject({ type: 'Polygon' })
  expect(park.place).toEqual([lng + 0.001, lat + 0.001].map((v) => expect.closeTo(v, 5)))
  expect((await create('green-area', { class: 'G1', place: AT_WEST })).status).toBe(422)
})

test('relations name items of other registers, both ways', async () => {
  const camera = (await create('camera', { class: 'dome', code: '37020200001320000001', place: AT_WEST, name: '一号机' })).body
  const site = await create('site', {
    class: 'building',
    place: AT_WEST,
    name: '一号工地',
    relations: { cameras: [camera.code] }
  })
  expect(site.body.relations).toEqual([{ key: 'cameras', type: 'camera', items: [{ code: camera.code, name: '一号机' }] }])
  expect((await card('camera', camera.code)).namedBy).toMatchObject([{ key: 'cameras', type: 'site', name: '一号工地' }])
  expect(
    (await create('site', { class: 'building', place: AT_WEST, relations: { cameras: ['37020200001320000099'] } })).status
  ).toBe(422)
})

describe('lists', () => {
  const list = (query: string, who: Client = admin) => who.call<ItemPage>('GET', `/api/registry/items?${query}`)

  test('page by keyset in each order, each item once', async () => {
    for (const sort of ['code', '-updatedAt']) {
      const codes: string[] = []
      for (let cursor = ''; ; ) {
        const { body } = await list(`type=component&sort=${sort}&limit=4${cursor}`)
        codes.push(...body.items.map((i) => i.code))
        if (body.next === null) break
        cursor = `&cursor=${body.next}`
      }
      expect(new Set(codes).size).toBe(codes.length)
      expect(codes.length).toBe((await list(`type=component&limit=200`)).body.total)
    }
  })

  test('words find classes, divisions, addresses and attributes; digits the beginnings of codes', async () => {
    const codes = async (q: string, more = '') =>
      (await list(`type=component&q=${encodeURIComponent(q)}${more}`)).body.items.map((i) => i.code)
    expect(await codes('3702020102')).toEqual(['37020201020000001'])
    expect(await codes('DN800')).toEqual(['37020201020000001'])
    const all = await codes('', '').catch(() => [])
    expect(all).toEqual([])
    const west = (await list('type=component&within=370202&limit=200')).body
    expect(await codes('西区', '&limit=200')).toEqual(west.items.map((i) => i.code))
    // What has moved to another county since it was coded is found where it is, in the order of the codes.
    const east = (await list('type=component&within=370203&limit=200')).body.items.map((i) => i.code)
    expect(east).toContain('37020201020000001')
    expect(east).toEqual([...east].sort())
    expect(await codes('东区', '&limit=200')).toEqual(east)
    expect((await list('type=component&within=370203&sort=-updatedAt&limit=200')).body.items).toHaveLength(east.length)
    expect((await list('type=component&within=370203&class=01020')).body.items.map((i) => i.code)).toEqual(['37020201020000001'])
    const name = west.items[0]!.class!.name
    expect((await codes(name)).length).toBeGreaterThan(0)
    expect((await list('type=road-segment&q=热河路')).body.total).toBe(1)
    expect((await list('type=road-segment&q=河')).body).toMatchObject({ code: 'REGISTRY_QUERY_INVALID' })
    expect((await list('q=一号公园')).body.items.map((i) => i.type)).toEqual(['green-area'])
  })

  test('filters: class and its beginning, status, box, attribute', async () => {
    const count = async (query: string) => (await list(query)).body.total
    expect(await count('type=component&class=010')).toBeGreaterThan((await count('type=component&class=01020')) as number)
    expect(await count('type=component&status=removed')).toBe(1)
    expect(await count('type=component&bbox=0,0,1,1')).toBe(0)
    expect(await count('type=hydrant&attr.flowLs=15')).toBe(1)
    expect((await list('type=muck-truck&attr.driver=李四')).body).toMatchObject({ code: 'REGISTRY_QUERY_INVALID' })
    expect((await list('type=component&bbox=2,0,1,1')).status).toBe(400)
    expect((await list('type=component&cursor=xx')).status).toBe(400)
  })

  test('the nearest of a class come first, within their radius', async () => {
    const { body } = await admin.call<NearList>(
      'GET',
      `/api/registry/near?lng=${AT_WEST[0]}&lat=${AT_WEST[1]}&type=component&class=01010&radiusM=20`
    )
    expect(body.items.map((i) => i.code)).toEqual(['37020201010000001', '37020201010000002', '37020201010000003'])
    expect(body.items[1]?.distanceM).toBeGreaterThan(3)
  })
})

test('who may change what: a unit its own items, the data administrator all, others none', async () => {
  const dept = await t.as('dept')
  const { rows } = await sql<{
    unit_id: string
  }>`select p.unit_id from org.pub_post p join org.pub_user u on u.id = p.user_id where u.username = 'dept'`.execute(
    t.database.db
  )
  const own = rows[0]!.unit_id
  const mine = (await create('component', { class: '01030', place: AT_WEST, maintainer: own })).body
  const other = (await create('component', { class: '01030', place: AT_WEST })).body
  const edit = (who: Client, code: string) =>
    who.call('PATCH', `/api/registry/items/component/${code}`, { version: 1, changes: { attributes: { remark: '已查' } } })
  expect((await edit(dept, other.code)).body.code).toBe('REGISTRY_ITEM_NOT_FOUND')
  expect((await edit(dept, mine.code)).status).toBe(200)
  expect((await edit(await t.as('dispatcher'), mine.code)).status).toBe(403)
  expect((await create('component', { class: '01030', place: AT_WEST }, dept)).body.code).toBe('REGISTRY_NOT_YOURS')
})
