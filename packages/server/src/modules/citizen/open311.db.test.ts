import { XMLParser } from 'fast-xml-parser'
import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AT_EAST, AT_WEST, type Client, OUTSIDE, type TestApp, testApp } from '../../testing.ts'

let t: TestApp
let base: string
let key: string
let admin: Client
const parser = new XMLParser({ parseTagValue: false })

beforeAll(async () => {
  t = await testApp()
  base = await t.app.http.listen({ port: 0, host: '127.0.0.1' })
  admin = await t.as('dataadmin')
  const made = await admin.call<{ key: string }>('POST', '/api/public/open311/keys', { name: '邻市热线' })
  expect(made.status).toBe(201)
  key = made.body.key
})
afterAll(() => t.close())

type Rows = Record<string, string>[]
async function json<T = Rows>(path: string, init?: RequestInit): Promise<{ status: number; type: string | null; body: T }> {
  const reply = await fetch(`${base}/open311/${path}`, init)
  return { status: reply.status, type: reply.headers.get('content-type'), body: (await reply.json()) as T }
}
async function xml(path: string, init?: RequestInit) {
  const reply = await fetch(`${base}/open311/${path}`, init)
  const text = await reply.text()
  return { status: reply.status, type: reply.headers.get('content-type'), text, body: parser.parse(text) }
}
const form = (fields: Record<string, string>): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields) })
const report = (over: Record<string, string> = {}) => ({
  api_key: key,
  service_code: 'litter',
  lat: String(AT_WEST[1]),
  long: String(AT_WEST[0]),
  description: '路口有垃圾 <b>&',
  ...over
})
const filed = async (over: Record<string, string> = {}): Promise<string> => {
  const made = await json('v2/requests.json', form(report(over)))
  expect(made).toMatchObject({ status: 201 })
  return made.body[0]!.service_request_id!
}
const caseOf = async (number: string) => {
  const { rows } = await sql<{
    id: string
    source_type: string
    class_code: string
    precision: string
    grid_code: string | null
    reporter_id: string | null
    version: number
  }>`select * from cases."case" where case_no = ${number}`.execute(t.database.db)
  return rows[0]!
}

describe('discovery and services', () => {
  it('says where the service is, in both formats', async () => {
    const j = await json<{ endpoints: { url: string; formats: string[] }[] }>('discovery.json')
    expect(j.type).toBe('application/json; charset=utf-8')
    expect(j.body.endpoints[0]).toMatchObject({
      specification: 'http://wiki.open311.org/GeoReport_v2',
      url: `${base}/open311/v2`,
      formats: ['text/xml', 'application/json']
    })
    const x = await xml('discovery.xml')
    expect(x.type).toBe('text/xml; charset=utf-8')
    expect(x.text).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>/)
    expect(x.body.discovery.endpoints.endpoint.formats.format).toEqual(['text/xml', 'application/json'])
  })

  it('lists services and their attributes', async () => {
    const j = await json('v2/services.json')
    expect(j.body.length).toBeGreaterThan(30)
    expect(j.body.find((s) => s.service_code === 'manhole')).toMatchObject({
      metadata: true,
      type: 'realtime',
      group: '道路与设施'
    })
    expect((await xml('v2/services.xml')).body.services.service).toHaveLength(j.body.length)
    const d = await json<{ attributes: Rows }>('v2/services/manhole.json')
    expect(d.body.attributes[0]).toMatchObject({ code: 'cover', datatype: 'singlevaluelist', required: true, order: 1 })
    const x = await xml('v2/services/manhole.xml')
    expect(x.body.service_definition.attributes.attribute[0].values.value[0]).toEqual({ key: 'missing', name: '缺失' })
    expect(await json('v2/services/nothing.json')).toMatchObject({ status: 404, body: [{ code: 404 }] })
  })
})

describe('POST requests', () => {
  it('makes a case of the public whose reporter is kept apart', async () => {
    const made = await xml(
      'v2/requests.xml',
      form(report({ first_name: '四', last_name: '李', phone: '13800001234', email: 'li@example.com', device_id: 'd1' }))
    )
    expect(made.status).toBe(201)
    const number = made.body.service_requests.request.service_request_id as string
    expect(number).toMatch(/^\d{19}$/)
    expect(await caseOf(number)).toMatchObject({
      source_type: 'public',
      class_code: '06010',
      precision: 'exact',
      reporter_id: null
    })
    const { rows } = await sql<{ phone_enc: string; email_enc: string }>`select phone_enc, email_enc from cases.contact k
      join cases."case" c on c.id = k.case_id join citizen.open311_request r on r.case_id = c.id where case_no = ${number}`.execute(
      t.database.db
    )
    expect(rows[0]!.phone_enc).not.toContain('1380000')
    expect(rows[0]!.email_enc).not.toContain('example')
    const shown = await xml(`v2/requests/${number}.xml`)
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
      json('v2/requests.json', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const bad = await send({ api_key: key, service_code: 'manhole', lat: 36, attribute: { danger: ['traffic', 'sharks'] } })
    expect(bad.status).toBe(400)
    expect(bad.body.map((e) => e.description)).toEqual([
      'long was not provided',
      'attribute[cover] was not provided',
      'attribute[danger] is not valid; expected one of traffic, walker, none'
    ])
    const good = await send({
      api_key: key,
      service_code: 'manhole',
      lat: AT_EAST[1],
      long: AT_EAST[0],
      'attribute[cover]': 'missing',
      'attribute[danger][]': ['traffic', 'walker']
    })
    expect(good.status).toBe(201)
    const { rows } = await sql<{ opinion: string }>`select s.opinion from cases.step s join cases."case" c on c.id = s.case_id
      where case_no = ${good.body[0]!.service_request_id!}`.execute(t.database.db)
    expect(rows[0]!.opinion).toBe('井盖情况：缺失；危险：影响车辆通行、影响行人安全')
  })

  it('refuses wrong keys, unknown services, places outside and bodies that are none', async () => {
    expect(await json('v2/requests.json', form(report({ api_key: 'wrong' })))).toMatchObject({
      status: 403,
      body: [{ code: 403 }]
    })
    expect((await xml('v2/requests.xml', form(report({ api_key: '' })))).body.errors.error).toEqual({
      code: '403',
      description: 'Missing or invalid api_key'
    })
    expect((await json('v2/requests.json', form(report({ service_code: 'x' })))).status).toBe(404)
    expect((await json('v2/requests.json', form(report({ service_code: '' })))).status).toBe(400)
    expect((await json('v2/requests.json', form(report({ jurisdiction_id: 'x' })))).status).toBe(404)
    const [long, lat] = OUTSIDE.map(String) as [string, string]
    expect((await json('v2/requests.json', form(report({ lat, long })))).status).toBe(400)
    expect((await json('v2/requests.json', form(report({ lat: '91' })))).status).toBe(400)
    expect((await json('v2/requests.json', form(report({ description: '长'.repeat(4001) })))).status).toBe(400)
    const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }
    expect(await json('v2/requests.json', broken)).toMatchObject({ status: 400, body: [{ code: 400 }] })
    expect((await xml('v2/nowhere.xml')).body.errors.error.code).toBe('404')
  })

  it('answers the same report again with the same case', async () => {
    const over = { account_id: 'a1', 'attribute[fixmystreet_id]': '4711' }
    const first = await filed(over)
    expect(await filed(over)).toBe(first)
    expect(await filed({ ...over, account_id: 'a2' })).not.toBe(first)
  })

  it('marks a place found by a grid as approximate and tells it roughly', async () => {
    const exact = await caseOf(await filed())
    const number = await filed({ lat: '', long: '', address_id: exact.grid_code! })
    expect(await caseOf(number)).toMatchObject({ precision: 'street', grid_code: null })
    const shown = await json<Record<string, unknown>[]>(`v2/requests/${number}.json?extensions=true`)
    expect(shown.body[0]).toMatchObject({ lat: 36.06, address_id: null, extended_attributes: { place: 'street' } })
    expect((await json('v2/requests.json', form(report({ lat: '', long: '', address_string: '没有这条路999号' })))).status).toBe(
      400
    )
  })

  it('gives a token for what is sorted later, and nothing for a tip', async () => {
    const token = (await json('v2/requests.json', form(report({ service_code: 'other' })))).body[0]!
    expect(token.service_request_id).toBeUndefined()
    const found = await json(`v2/tokens/${token.token}.json`)
    expect(found.body).toEqual([{ service_request_id: expect.stringMatching(/^\d{19}$/), token: token.token }])
    expect((await json('v2/tokens/none.json')).status).toBe(404)
    const tip = (await json('v2/requests.json', form(report({ service_code: 'person-in-need', description: '桥下有人' }))))
      .body[0]!
    expect(tip).toEqual({ service_notice: expect.any(String), account_id: null })
    expect(JSON.stringify((await json('v2/requests.json')).body)).not.toContain('桥下有人')
    expect((await json('v2/requests.json?service_code=person-in-need')).body).toEqual([])
  })

  it('takes photos as multipart', async () => {
    const photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#884422' } })
      .jpeg()
      .toBuffer()
    const body = new FormData()
    for (const [name, value] of Object.entries(report())) body.set(name, value)
    body.set('media', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'a.jpg')
    const made = await json('v2/requests.json', { method: 'POST', body })
    expect(made.status).toBe(201)
    const { rows } = await sql`select f.phase from media.file f join cases."case" c on c.id = f.owner_id and c.thumb_id = f.id
      where case_no = ${made.body[0]!.service_request_id!}`.execute(t.database.db)
    expect(rows).toEqual([{ phase: 'near' }])
    body.set('media', new Blob(['not a picture']), 'a.jpg')
    expect((await json('v2/requests.json', { method: 'POST', body })).status).toBe(400)
  })
})

describe('GET requests', () => {
  it('lets the list of numbers override everything, and pages newest first', async () => {
    const [a, b] = [await filed(), await filed({ service_code: 'flyposting' })]
    const chosen = await json(`v2/requests.json?service_request_id=${a},${b},1&service_code=nothing&status=rubbish&start_date=x`)
    expect(chosen.body.map((r) => r.service_request_id).sort()).toEqual([a, b].sort())
    expect((await json('v2/requests.json?service_code=flyposting')).body.map((r) => r.service_code)).toEqual(['flyposting'])
    const all = (await json('v2/requests.json')).body.map((r) => r.service_request_id)
    expect(all[0]).toBe(b)
    const pages = await Promise.all([1, 2].map((page) => json(`v2/requests.json?page=${page}&page_size=2`)))
    expect(pages.flatMap((p) => p.body.map((r) => r.service_request_id))).toEqual(all.slice(0, 4))
  })

  it('answers questions of time, and refuses what is none', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString()
    const day = new Date(Date.now() - 86_400_000).toISOString().replace('Z', '+00:00')
    expect((await json(`v2/requests.json?start_date=${day}`)).body.length).toBeGreaterThan(0)
    expect((await json(`v2/requests.json?end_date=${encodeURIComponent(day)}`)).body).toEqual([])
    expect((await json(`v2/requests.json?updated_after=${soon}`)).body).toEqual([])
    for (const wrong of [
      'start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z',
      'start_date=2026-02-02T00:00:00Z&end_date=2026-02-01T00:00:00Z',
      'start_date=2026-02-31T00:00:00Z',
      'start_date=2026-02-01T00:00:00',
      'status=done',
      'page_size=0',
      'page=900'
    ])
      expect([wrong, (await json(`v2/requests.json?${wrong}`)).status]).toEqual([wrong, 400])
    expect((await json('v2/requests.json?service_code=nothing')).status).toBe(404)
    expect((await xml('v2/requests/1.xml')).body.errors.error.code).toBe('404')
  })

  it('tells in plain words why a request was not taken up, and never who decided', async () => {
    const number = await filed({ description: '请联系13800001234，鲁B12345挡路' })
    const { id, version } = await caseOf(number)
    const acceptor = await t.as('acceptor')
    const op = await acceptor.call('POST', `/api/cases/${id}/operations/notRegister`, {
      version,
      opinion: '属小区内部事务，电话13911112222'
    })
    expect(op.status).toBe(200)
    const open = await json('v2/requests.json?status=open')
    expect(open.body.map((r) => r.service_request_id)).not.toContain(number)
    const hour = new Date(Date.now() - 3_600_000).toISOString()
    const [shown] = (
      await json<Record<string, unknown>[]>(`v2/requests.json?status=closed&extensions=true&updated_after=${hour}`)
    ).body
    expect(shown).toMatchObject({
      status: 'closed',
      description: '请联系[电话]，[车牌]挡路',
      status_notes: '不予立案：属小区内部事务，电话[电话]',
      notes: [{ status: 'open' }, { status: 'closed', description: '不予立案：属小区内部事务，电话[电话]' }]
    })
    const feed = await xml('v2/servicerequestupdates.xml')
    const mine = (feed.body.service_request_updates.request_update as Rows).filter((u) => u.service_request_id === number)
    expect(mine.map((u) => [u.status, u.external_status_code])).toEqual([
      ['open', 'reported'],
      ['closed', 'not_registered']
    ])
    expect((await json(`v2/servicerequestupdates.json?api_key=wrong`)).status).toBe(403)
    expect((await json(`v2/requests/${number}/updates.json`, form({ api_key: key, description: '还在' }))).status).toBe(400)
  })

  it('takes an update of its own request once', async () => {
    const number = await filed()
    const send = () =>
      json(
        'v2/servicerequestupdates.json',
        form({ api_key: key, service_request_id: number, update_id: 'u1', description: '又多了' })
      )
    expect((await send()).body).toEqual([{ update_id: 'u1', service_request_id: number }])
    expect((await send()).status).toBe(200)
    const { id } = await caseOf(number)
    const { rows } = await sql`select op, opinion, actor_name from cases.step where case_id = ${id} order by seq`.execute(
      t.database.db
    )
    expect(rows.slice(1)).toEqual([{ op: 'urge', opinion: '又多了', actor_name: '邻市热线' }])
  })

  it('hides what the citizen wants private', async () => {
    const number = await filed()
    const { id } = await caseOf(number)
    await sql`insert into citizen.private_case (case_id, reason, at) values (${id}, 'test', now())`.execute(t.database.db)
    expect((await json(`v2/requests/${number}.json`)).status).toBe(404)
    expect((await json(`v2/requests.json?service_request_id=${number}`)).body).toEqual([])
  })
})

describe('what the public may know', () => {
  const fromSource = async (number: string, source: string) => {
    await sql`delete from citizen.open311_request where case_id = (select id from cases."case" where case_no = ${number})`.execute(
      t.database.db
    )
    await sql`update cases."case" set source_type = ${source} where case_no = ${number}`.execute(t.database.db)
    return (await json(`v2/requests.json?service_request_id=${number}`)).body[0]
  }
  it('is nothing of calls to the hotline, and no words of the staff', async () => {
    expect(await fromSource(await filed(), 'hotline')).toBeUndefined()
    expect(await fromSource(await filed(), 'collector')).toMatchObject({ description: '暴露垃圾', service_code: 'litter' })
  })

  it('waits for a reviewer when it holds blocked words', async () => {
    const number = await filed({ description: '加我微信看垃圾' })
    expect((await json(`v2/requests/${number}.json`)).status).toBe(404)
    const { id } = await caseOf(number)
    const { rows } = await sql`select words, state from citizen.review where case_id = ${id}`.execute(t.database.db)
    expect(rows).toMatchObject([{ state: 'open' }])
  })

  it('shows a photo once a reviewer released it, and sensitive places only by the quarter', async () => {
    const number = await filed({ service_code: 'noise', lat: '36.0655', long: '120.3155' })
    const { id } = await caseOf(number)
    await sql`insert into citizen.photo (file_id, case_id, released, boxes, decided_at, decided_by, decided_by_name)
      values (${id}, ${id}, true, '[]', now(), ${id}, 'test')`.execute(t.database.db)
    const [shown] = (await json<Record<string, unknown>[]>(`v2/requests/${number}.json`)).body
    expect(shown).toMatchObject({ lat: 36.065, long: 120.315, address: null, media_url: `${base}/api/public/photos/${id}` })
  })
})

describe('keys', () => {
  it('are shown once, and file nothing once revoked', async () => {
    const made = await admin.call<{ id: string; key: string }>('POST', '/api/public/open311/keys', { name: '试用' })
    const list = await admin.call<{ items: { id: string; key?: string }[] }>('GET', '/api/public/open311/keys')
    expect(list.body.items.find((k) => k.id === made.body.id)).not.toHaveProperty('key')
    await filed({ api_key: made.body.key })
    expect((await admin.call('POST', `/api/public/open311/keys/${made.body.id}/revoke`)).status).toBe(200)
    expect((await json('v2/requests.json', form(report({ api_key: made.body.key })))).status).toBe(403)
    const collector = await t.as('collector')
    expect((await collector.call('GET', '/api/public/open311/keys')).status).toBe(403)
  })
})
