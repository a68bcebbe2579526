import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { form, open311City, type Rows } from './open311.testing.ts'

let city: Awaited<ReturnType<typeof open311City>>
beforeAll(async () => {
  city = await open311City()
})
afterAll(() => city.t.close())

describe('GET requests', () => {
  it('lets the list of numbers override everything, and pages newest first', async () => {
    const [a, b] = [await city.filed(), await city.filed({ service_code: 'flyposting' })]
    const chosen = await city.json(
      `v2/requests.json?service_request_id=${a},${b},1&service_code=nothing&status=rubbish&start_date=x`
    )
    expect(chosen.body.map((r) => r.service_request_id).sort()).toEqual([a, b].sort())
    expect((await city.json('v2/requests.json?service_code=flyposting')).body.map((r) => r.service_code)).toEqual(['flyposting'])
    const all = (await city.json('v2/requests.json')).body.map((r) => r.service_request_id)
    expect(all[0]).toBe(b)
    const pages = await Promise.all([1, 2].map((page) => city.json(`v2/requests.json?page=${page}&page_size=2`)))
    expect(pages.flatMap((p) => p.body.map((r) => r.service_request_id))).toEqual(all.slice(0, 4))
  })

  it('answers questions of time, and refuses what is none', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString()
    const day = new Date(Date.now() - 86_400_000).toISOString().replace('Z', '+00:00')
    expect((await city.json(`v2/requests.json?start_date=${day}`)).body.length).toBeGreaterThan(0)
    expect((await city.json(`v2/requests.json?end_date=${encodeURIComponent(day)}`)).body).toEqual([])
    expect((await city.json(`v2/requests.json?updated_after=${soon}`)).body).toEqual([])
    for (const wrong of [
      'start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z',
      'start_date=2026-02-02T00:00:00Z&end_date=2026-02-01T00:00:00Z',
      'start_date=2026-02-31T00:00:00Z',
      'start_date=2026-02-01T00:00:00',
      'status=done',
      'page_size=0',
      'page=900'
    ])
      expect([wrong, (await city.json(`v2/requests.json?${wrong}`)).status]).toEqual([wrong, 400])
    expect((await city.json('v2/requests.json?service_code=nothing')).status).toBe(404)
    expect((await city.xml('v2/requests/1.xml')).body.errors.error.code).toBe('404')
  })

  it('tells in plain words why a request was not taken up, and never who decided', async () => {
    const number = await city.filed({ description: '请联系13800001234，鲁B12345挡路' })
    const { id, version } = await city.caseOf(number)
    const acceptor = await city.t.as('acceptor')
    const op = await acceptor.call('POST', `/api/cases/${id}/operations/notRegister`, {
      version,
      opinion: '属小区内部事务，电话13911112222'
    })
    expect(op.status).toBe(200)
    const open = await city.json('v2/requests.json?status=open')
    expect(open.body.map((r) => r.service_request_id)).not.toContain(number)
    const hour = new Date(Date.now() - 3_600_000).toISOString()
    const [shown] = (
      await city.json<Record<string, unknown>[]>(`v2/requests.json?status=closed&extensions=true&updated_after=${hour}`)
    ).body
    expect(shown).toMatchObject({
      status: 'closed',
      description: '请联系[电话]，[车牌]挡路',
      status_notes: '不予立案：属小区内部事务，电话[电话]',
      notes: [{ status: 'open' }, { status: 'closed', description: '不予立案：属小区内部事务，电话[电话]' }]
    })
    const feed = await city.xml('v2/servicerequestupdates.xml')
    const mine = (feed.body.service_request_updates.request_update as Rows).filter((u) => u.service_request_id === number)
    expect(mine.map((u) => [u.status, u.external_status_code])).toEqual([
      ['open', 'reported'],
      ['closed', 'not_registered']
    ])
    expect((await city.json(`v2/servicerequestupdates.json?api_key=wrong`)).status).toBe(403)
    expect((await city.json(`v2/requests/${number}/updates.json`, form({ api_key: city.key, description: '还在' }))).status).toBe(
      400
    )
  })

  it('takes an update of its own request once', async () => {
    const number = await city.filed()
    const send = () =>
      city.json(
        'v2/servicerequestupdates.json',
        form({ api_key: city.key, service_request_id: number, update_id: 'u1', description: '又多了' })
      )
    expect((await send()).body).toEqual([{ update_id: 'u1', service_request_id: number }])
    expect((await send()).status).toBe(200)
    const { id } = await city.caseOf(number)
    const { rows } = await sql`select op, opinion, actor_name from cases.step where case_id = ${id} order by seq`.execute(
      city.t.database.db
    )
    expect(rows.slice(1)).toEqual([{ op: 'urge', opinion: '又多了', actor_name: '邻市热线' }])
  })

  it('hides what the citizen wants private', async () => {
    const number = await city.filed()
    const { id } = await city.caseOf(number)
    await sql`insert into citizen.private_case (case_id, reason, at) values (${id}, 'test', now())`.execute(city.t.database.db)
    expect((await city.json(`v2/requests/${number}.json`)).status).toBe(404)
    expect((await city.json(`v2/requests.json?service_request_id=${number}`)).body).toEqual([])
  })
})

describe('what the public may know', () => {
  const fromSource = async (number: string, source: string) => {
    await sql`delete from citizen.open311_request where case_id = (select id from cases."case" where case_no = ${number})`.execute(
      city.t.database.db
    )
    await sql`update cases."case" set source_type = ${source} where case_no = ${number}`.execute(city.t.database.db)
    return (await city.json(`v2/requests.json?service_request_id=${number}`)).body[0]
  }
  it('is nothing of calls to the hotline, and no words of the staff', async () => {
    expect(await fromSource(await city.filed(), 'hotline')).toBeUndefined()
    expect(await fromSource(await city.filed(), 'collector')).toMatchObject({ description: '暴露垃圾', service_code: 'litter' })
  })

  it('waits for a reviewer when it holds blocked words', async () => {
    const number = await city.filed({ description: '加我微信看垃圾' })
    expect((await city.json(`v2/requests/${number}.json`)).status).toBe(404)
    const { id } = await city.caseOf(number)
    const { rows } = await sql`select words, state from citizen.review where case_id = ${id}`.execute(city.t.database.db)
    expect(rows).toMatchObject([{ state: 'open' }])
  })

  it('shows a photo once a reviewer released it, and sensitive places only by the quarter', async () => {
    const number = await city.filed({ service_code: 'noise', lat: '36.0655', long: '120.3155' })
    const { id } = await city.caseOf(number)
    await sql`insert into citizen.photo (file_id, case_id, released, boxes, decided_at, decided_by, decided_by_name)
      values (${id}, ${id}, true, '[]', now(), ${id}, 'test')`.execute(city.t.database.db)
    const [shown] = (await city.json<Record<string, unknown>[]>(`v2/requests/${number}.json`)).body
    expect(shown).toMatchObject({ lat: 36.065, long: 120.315, address: null, media_url: `${city.base}/api/public/photos/${id}` })
  })
})

describe('keys', () => {
  it('are shown once, and file nothing once revoked', async () => {
    const made = await city.admin.call<{ id: string; key: string }>('POST', '/api/public/open311/keys', { name: '试用' })
    const list = await city.admin.call<{ items: { id: string; key?: string }[] }>('GET', '/api/public/open311/keys')
    expect(list.body.items.find((k) => k.id === made.body.id)).not.toHaveProperty('key')
    await city.filed({ api_key: made.body.key })
    expect((await city.admin.call('POST', `/api/public/open311/keys/${made.body.id}/revoke`)).status).toBe(200)
    expect((await city.json('v2/requests.json', form(city.report({ api_key: made.body.key })))).status).toBe(403)
    const collector = await city.t.as('collector')
    expect((await collector.call('GET', '/api/public/open311/keys')).status).toBe(403)
  })
})
