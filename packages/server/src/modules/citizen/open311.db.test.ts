import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AT_EAST, AT_WEST, OUTSIDE } from '../../testing.ts'
import { form, open311City, type Rows } from './open311.testing.ts'

let city: Awaited<ReturnType<typeof open311City>>
beforeAll(async () => {
  city = await open311City()
})
afterAll(() => city.t.close())

describe('discovery and services', () => {
  it('says where the service is, in both formats', async () => {
    const j = await city.json<{ endpoints: { url: string; formats: string[] }[] }>('discovery.json')
    expect(j.type).toBe('application/json; charset=utf-8')
    expect(j.body.endpoints[0]).toMatchObject({
      specification: 'http://wiki.open311.org/GeoReport_v2',
      url: `${city.base}/open311/v2`,
      formats: ['text/xml', 'application/json']
    })
    const x = await city.xml('discovery.xml')
    expect(x.type).toBe('text/xml; charset=utf-8')
    expect(x.text).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>/)
    expect(x.body.discovery.endpoints.endpoint.formats.format).toEqual(['text/xml', 'application/json'])
  })

  it('lists services and their attributes', async () => {
    const j = await city.json('v2/services.json')
    expect(j.body.length).toBeGreaterThan(30)
    expect(j.body.find((s) => s.service_code === 'manhole')).toMatchObject({
      metadata: true,
      type: 'realtime',
      group: '道路与设施'
    })
    expect((await city.xml('v2/services.xml')).body.services.service).toHaveLength(j.body.length)
    const d = await city.json<{ attributes: Rows }>('v2/services/manhole.json')
    expect(d.body.attributes[0]).toMatchObject({ code: 'cover', datatype: 'singlevaluelist', required: true, order: 1 })
    const x = await city.xml('v2/services/manhole.xml')
    expect(x.body.service_definition.attributes.attribute[0].values.value[0]).toEqual({ key: 'missing', name: '缺失' })
    expect(await city.json('v2/services/nothing.json')).toMatchObject({ status: 404, body: [{ code: 404 }] })
  })
})

describe('POST requests', () => {
  it('makes a case of the public whose reporter is kept apart', async () => {
    const made = await city.xml(
      'v2/requests.xml',
      form(city.report({ first_name: '四', last_name: '李', phone: '13800001234', email: 'li@example.com', device_id: 'd1' }))
    )
    expect(made.status).toBe(201)
    const number = made.body.service_requests.request.service_request_id as string
    expect(number).toMatch(/^\d{19}$/)
    expect(await city.caseOf(number)).toMatchObject({
      source_type: 'public',
      class_code: '06010',
      precision: 'exact',
      reporter_id: null
    })
    const { rows } = await sql<{ phone_enc: string; email_enc: string }>`select phone_enc, email_enc from cases.contact k
      join cases."case" c on c.id = k.case_id join citizen.open311_request r on r.case_id = c.id where case_no = ${number}`.execute(
      city.t.database.db
    )
    expect(rows[0]!.phone_enc).not.toContain('1380000')
    expect(rows[0]!.email_enc).not.toContain('example')
    const shown = await city.xml(`v2/requests/${number}.xml`)
    expect(shown.body.service_requests.request).toMatchObject({
      service_request_id: number,
      status: 'open',
      status_notes: '已提交，等待受理',
      description: '路口有垃圾 <b>&',
      lat: String(AT_WEST[1]),
      long: String(AT_WEST[0])
    })
    expect(shown.text).not.toMatch(/李|1380000|example\.com|邻市热线/)
  })

  it('takes JSON, checks attributes and lists all faults', async () => {
    const send = (body: object) =>
      city.json('v2/requests.json', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body)
      })
    const bad = await send({ api_key: city.key, service_code: 'manhole', lat: 36, attribute: { danger: ['traffic', 'sharks'] } })
    expect(bad.status).toBe(400)
    expect(bad.body.map((e) => e.description)).toEqual([
      'long was not provided',
      'attribute[cover] was not provided',
      'attribute[danger] is not valid; expected one of traffic, walker, none'
    ])
    const good = await send({
      api_key: city.key,
      service_code: 'manhole',
      lat: AT_EAST[1],
      long: AT_EAST[0],
      'attribute[cover]': 'missing',
      'attribute[danger][]': ['traffic', 'walker']
    })
    expect(good.status).toBe(201)
    const { rows } = await sql<{ opinion: string }>`select s.opinion from cases.step s join cases."case" c on c.id = s.case_id
      where case_no = ${good.body[0]!.service_request_id!}`.execute(city.t.database.db)
    expect(rows[0]!.opinion).toBe('井盖情况：缺失；危险：影响车辆通行、影响行人安全')
  })

  it('refuses wrong keys, unknown services, places outside and bodies that are none', async () => {
    expect(await city.json('v2/requests.json', form(city.report({ api_key: 'wrong' })))).toMatchObject({
      status: 403,
      body: [{ code: 403 }]
    })
    expect((await city.xml('v2/requests.xml', form(city.report({ api_key: '' })))).body.errors.error).toEqual({
      code: '403',
      description: 'Missing or invalid api_key'
    })
    expect((await city.json('v2/requests.json', form(city.report({ service_code: 'x' })))).status).toBe(404)
    expect((await city.json('v2/requests.json', form(city.report({ service_code: '' })))).status).toBe(400)
    expect((await city.json('v2/requests.json', form(city.report({ jurisdiction_id: 'x' })))).status).toBe(404)
    const [long, lat] = OUTSIDE.map(String) as [string, string]
    expect((await city.json('v2/requests.json', form(city.report({ lat, long })))).status).toBe(400)
    expect((await city.json('v2/requests.json', form(city.report({ lat: '91' })))).status).toBe(400)
    expect((await city.json('v2/requests.json', form(city.report({ description: '长'.repeat(4001) })))).status).toBe(400)
    const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }
    expect(await city.json('v2/requests.json', broken)).toMatchObject({ status: 400, body: [{ code: 400 }] })
    expect((await city.xml('v2/nowhere.xml')).body.errors.error.code).toBe('404')
  })

  it('answers the same report again with the same case', async () => {
    const over = { account_id: 'a1', 'attribute[fixmystreet_id]': '4711' }
    const first = await city.filed(over)
    expect(await city.filed(over)).toBe(first)
    expect(await city.filed({ ...over, account_id: 'a2' })).not.toBe(first)
  })

  it('marks a place found by a grid as approximate and tells it roughly', async () => {
    const exact = await city.caseOf(await city.filed())
    const number = await city.filed({ lat: '', long: '', address_id: exact.grid_code! })
    expect(await city.caseOf(number)).toMatchObject({ precision: 'street', grid_code: null })
    const shown = await city.json<Record<string, unknown>[]>(`v2/requests/${number}.json?extensions=true`)
    expect(shown.body[0]).toMatchObject({ lat: 36.06, address_id: null, extended_attributes: { place: 'street' } })
    expect(
      (await city.json('v2/requests.json', form(city.report({ lat: '', long: '', address_string: '没有这条路999号' })))).status
    ).toBe(400)
  })

  it('gives a token for what is sorted later, and nothing for a tip', async () => {
    const token = (await city.json('v2/requests.json', form(city.report({ service_code: 'other' })))).body[0]!
    expect(token.service_request_id).toBeUndefined()
    const found = await city.json(`v2/tokens/${token.token}.json`)
    expect(found.body).toEqual([{ service_request_id: expect.stringMatching(/^\d{19}$/), token: token.token }])
    expect((await city.json('v2/tokens/none.json')).status).toBe(404)
    const tip = (
      await city.json('v2/requests.json', form(city.report({ service_code: 'person-in-need', description: '桥下有人' })))
    ).body[0]!
    expect(tip).toEqual({ service_notice: expect.any(String), account_id: null })
    expect(JSON.stringify((await city.json('v2/requests.json')).body)).not.toContain('桥下有人')
    expect((await city.json('v2/requests.json?service_code=person-in-need')).body).toEqual([])
  })

  it('takes photos as multipart', async () => {
    const photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#884422' } })
      .jpeg()
      .toBuffer()
    const body = new FormData()
    for (const [name, value] of Object.entries(city.report())) body.set(name, value)
    body.set('media', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'a.jpg')
    const made = await city.json('v2/requests.json', { method: 'POST', body })
    expect(made.status).toBe(201)
    const { rows } = await sql`select f.phase from media.file f join cases."case" c on c.id = f.owner_id and c.thumb_id = f.id
      where case_no = ${made.body[0]!.service_request_id!}`.execute(city.t.database.db)
    expect(rows).toEqual([{ phase: 'near' }])
    body.set('media', new Blob(['not a picture']), 'a.jpg')
    expect((await city.json('v2/requests.json', { method: 'POST', body })).status).toBe(400)
  })
})
