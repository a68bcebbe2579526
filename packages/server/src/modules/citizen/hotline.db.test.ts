import { randomBytes } from 'node:crypto'
import type { HotlineOrderView, HotlineSystemView } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AT_EAST, EAST, OUTSIDE, WEST } from '../../testing.ts'
import { contactOf } from '../cases/queries/view.ts'
import { Bench, KEY } from './hotline.testing.ts'

let b: Bench
beforeAll(async () => {
  b = await Bench.open()
})
afterAll(() => b.close())

describe('administration', () => {
  it('shows a secret once and keeps it encrypted', async () => {
    const list = await b.admin.call<{ items: HotlineSystemView[] }>('GET', '/api/public/hotline/systems')
    expect(list.body.items).toHaveLength(1)
    expect(list.body.items[0]!.secret).toBeUndefined()
    const { rows } = await sql<{ x: string }>`select to_jsonb(s)::text as x from citizen.hotline_system s`.execute(
      b.t.database.db
    )
    expect(rows[0]!.x).not.toContain(b.peer.secret)
    const collector = await b.t.as('collector')
    expect((await collector.call('GET', '/api/public/hotline/systems')).status).toBe(403)
    const { id: _, ...again } = { id: 0, key: KEY, name: 'x', webhookUrl: null, listUrl: null, crs: 'WGS84', enabled: true }
    expect(await b.admin.call('POST', '/api/public/hotline/systems', again)).toMatchObject({
      status: 409,
      body: { code: 'HOTLINE_SYSTEM_EXISTS' }
    })
  })

  it('ends the old secret when another is made', async () => {
    const old = b.peer.secret
    const rotated = await b.admin.call<HotlineSystemView>('POST', `/api/public/hotline/systems/${b.system.id}/secret`)
    b.peer.secret = rotated.body.secret!
    expect(await b.post('orders', b.order(), { secret: old })).toMatchObject({
      status: 401,
      body: { code: 'HOTLINE_SIGNATURE_INVALID' }
    })
    expect((await b.post('orders', b.order())).status).toBe(200)
  })

  it('maps categories by a table that can be changed, and refuses classes that are none', async () => {
    const url = '/api/public/hotline/categories'
    const { items } = (await b.admin.call<{ items: { category: string; classCode: string }[] }>('GET', url)).body
    const unknown = items.filter((i) => !b.env.reference.findClass('GB/T 47678.5-2026', 'matter', i.classCode))
    expect(unknown).toEqual([])
    expect(await b.admin.call('PUT', url, { items: [{ category: 'x', classCode: '99998' }] })).toMatchObject({
      status: 400,
      body: { code: 'HOTLINE_CLASS_UNKNOWN' }
    })
    const more = [...items, { category: '城市管理/市容环境/乱晾晒', classCode: '06007' }]
    expect((await b.admin.call('PUT', url, { items: more })).status).toBe(200)
    const { caseNo } = await b.sent({ appealCategory: ['城市管理', '市容环境', '乱晾晒'] })
    expect((await b.caseOf(caseNo)).classCode).toBe('06007')
  })
})

describe('signatures', () => {
  it('refuses what is not signed, signed wrongly, late, early, altered or sent again', async () => {
    const bare = await fetch(`${b.base}/api/exchange/hotline/${KEY}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(b.order())
    })
    expect(await bare.json()).toMatchObject({ code: 'HOTLINE_SIGNATURE_MISSING' })
    const wrong = { status: 401, body: { code: 'HOTLINE_SIGNATURE_INVALID' } }
    expect(await b.post('orders', b.order(), { secret: 'another secret' })).toMatchObject(wrong)
    expect(await b.post('orders', b.order(), { signature: 'zz' })).toMatchObject(wrong)
    expect(await b.post('orders', b.order(), { system: 'nobody' })).toMatchObject(wrong)
    expect(await b.post('orders', b.order(), { nonce: 'short' })).toMatchObject(wrong)
    const now = Math.floor(Date.now() / 1000)
    for (const off of [-600, 600]) {
      const reply = await b.post('orders', b.order(), { timestamp: now + off })
      expect(reply).toMatchObject({ status: 401, body: { code: 'HOTLINE_CLOCK', details: { limit: 300 } } })
      // It is told our time, so that it can be set right.
      expect(Math.abs(Date.parse(String(reply.body.details!.now)) / 1000 - now)).toBeLessThan(30)
    }
    expect((await b.post('orders', b.order(), { timestamp: now - 240 })).status).toBe(200)
    const nonce = randomBytes(12).toString('hex')
    expect((await b.post('orders', b.order(), { nonce })).status).toBe(200)
    expect(await b.post('orders', b.order(), { nonce })).toMatchObject({ status: 401, body: { code: 'HOTLINE_NONCE_USED' } })
    const [honest, altered] = [JSON.stringify(b.order()), JSON.stringify(b.order({ content: '改过' }))]
    const answer = await fetch(`${b.base}/api/exchange/hotline/${KEY}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...b.headersFor(honest) },
      body: altered
    })
    expect(answer.status).toBe(401)
  })

  it('lets a disabled system neither send nor hear', async () => {
    const change = (enabled: boolean) =>
      b.admin.call('PUT', `/api/public/hotline/systems/${b.system.id}`, { ...Bench.systemFields(b.peer), enabled })
    expect((await change(false)).status).toBe(200)
    expect((await b.post('orders', b.order())).status).toBe(401)
    expect((await change(true)).status).toBe(200)
  })
})

describe('orders that come in', () => {
  it('become cases with everything the standard names', async () => {
    const acceptTime = new Date(Date.now() - 3_600_000).toISOString()
    const { o, caseNo } = await b.sent({
      urgencyLevel: '特急',
      acceptTime,
      expectedDeadline: '2030-01-01T00:00:00+08:00',
      assignedDept: '西区环卫所',
      remark: '请尽快'
    })
    const c = await b.caseOf(caseNo)
    expect(c).toMatchObject({
      sourceType: 'hotline',
      classCode: '06010',
      urgent: true,
      severity: 'serious',
      precision: 'exact',
      districtCode: WEST,
      externalSystem: KEY,
      externalNo: o.orderNo,
      needVisit: true,
      foundAt: acceptTime,
      state: { external: { className: '城市管理/市容环境/暴露垃圾', unitName: '西区环卫所' } }
    })
    expect(c.description).toBe('路口垃圾无人清理：路口有一堆垃圾，三天无人清理。')
    expect(await contactOf(b.env, c.id)).toEqual({ name: '王小明', phone: '13800001234', forgottenAt: null })
    expect((await b.stepsOf(caseNo))[0]!.opinion).toContain('紧急程度：特急')
    expect((await b.get<HotlineOrderView>(`orders/${o.orderNo}`)).body).toMatchObject({ caseNo, status: '待签收', lastSeq: 1 })
  })

  it('are one case however often they come, also at the same moment', async () => {
    const o = b.order()
    const replies = await Promise.all(Array.from({ length: 6 }, () => b.post('orders', o)))
    expect(new Set(replies.map((r) => JSON.stringify({ ...r.body, at: '' })))).toHaveProperty('size', 1)
    const again = await b.post('orders', Object.fromEntries(Object.entries(o).reverse()))
    expect(again.body).toEqual(replies[0]!.body)
    expect(await b.casesOf(o.orderNo)).toHaveLength(1)
    expect(await b.post('orders', { ...o, content: '别的内容' })).toMatchObject({
      status: 409,
      body: { code: 'HOTLINE_SEQ_REUSED' }
    })
  })

  it('come out of order: the newer one counts, the older is noted and ignored', async () => {
    const o = b.order({ seq: 5 })
    expect((await b.post('orders', o)).body.outcome).toBe('applied')
    const old = { ...o, seq: 2, content: '旧内容' }
    const late = await b.post('orders', old)
    expect(late.body).toMatchObject({ outcome: 'ignored', reason: expect.stringContaining('5') })
    expect((await b.post('orders', old)).body).toEqual(late.body)
    const urge = { orderNo: 'GD-NEVER', seq: 2, content: '催' }
    expect(await b.post('urges', urge)).toMatchObject({ status: 404, body: { code: 'HOTLINE_ORDER_UNKNOWN' } })
    expect((await b.post('orders', b.order({ orderNo: 'GD-NEVER' }))).status).toBe(200)
    expect((await b.post('urges', urge)).body.outcome).toBe('applied')
  })

  it('keep a confidential caller out of the case and the case out of sight', async () => {
    const { caseNo } = await b.sent({ confidential: true })
    const c = await b.caseOf(caseNo)
    expect(await contactOf(b.env, c.id)).toBeNull()
    const { rows } = await sql<{
      n: number
      x: string
    }>`select (select count(*)::int from citizen.private_case where case_id = ${c.id}) as n,
      (select to_jsonb(o)::text from citizen.hotline_order o where o.case_id = ${c.id}) as x`.execute(b.t.database.db)
    expect(rows[0]!.n).toBe(1)
    expect(rows[0]!.x).not.toMatch(/王小明|13800001234/)
  })

  it('are placed as far as it is true', async () => {
    const placed = async (over: Record<string, unknown>) => b.caseOf((await b.sent(over)).caseNo)
    expect(await placed({ lon: OUTSIDE[0], lat: OUTSIDE[1], areaCode: EAST, incidentAddress: '某处' })).toMatchObject({
      precision: 'district',
      districtCode: EAST,
      streetCode: null,
      address: '某处'
    })
    expect(await placed({ lon: undefined, lat: undefined, areaCode: `${EAST}001` })).toMatchObject({
      precision: 'street',
      streetCode: `${EAST}001`,
      gridCode: null
    })
    expect(await placed({ lon: undefined, lat: undefined, incidentAddress: '查无此处' })).toMatchObject({
      precision: 'city',
      districtCode: null
    })
    expect(await placed({ lon: AT_EAST[0], lat: AT_EAST[1] })).toMatchObject({ precision: 'exact', districtCode: EAST })
  })

  it('get 其他事项 when nobody mapped their category, with the category kept', async () => {
    const c = await b.caseOf((await b.sent({ appealCategory: ['社会民生', '其他'] })).caseNo)
    expect(c).toMatchObject({ classCode: '10999', state: { external: { className: '社会民生/其他' } } })
  })

  it('refuse what is not of the standard, and take it when corrected', async () => {
    const o = b.order({ appealType: '抱怨' })
    expect(await b.post('orders', o)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    expect((await b.post('orders', { ...o, appealType: '投诉' })).status).toBe(200)
    expect((await b.post('orders', b.order({ content: 'a\u0000b' }))).status).toBe(400)
  })
})

describe('what follows an order', () => {
  it('reaches the desk once', async () => {
    const { o, caseNo } = await b.sent()
    const urge = { orderNo: o.orderNo, seq: 2, content: '已三天' }
    const first = await b.post('urges', urge)
    expect((await b.post('urges', urge)).body).toEqual(first.body)
    await b.post('supplements', { orderNo: o.orderNo, seq: 3, content: '在公交站后面' })
    await b.post('orders', { ...o, seq: 4, content: '垃圾更多了' })
    expect((await b.stepsOf(caseNo)).map((s) => s.opinion).slice(1)).toEqual([
      '热线催办：已三天',
      '热线补充：在公交站后面',
      '热线更新工单：路口垃圾无人清理：垃圾更多了'
    ])
  })

  it('is worked on again when the server stopped before it answered', async () => {
    const { o, caseNo } = await b.sent()
    const urge = { orderNo: o.orderNo, seq: 2, content: '已三天' }
    await b.post('urges', urge)
    await sql`update citizen.hotline_incoming set answer = null where order_no = ${o.orderNo}`.execute(b.t.database.db)
    await sql`update citizen.hotline_order set case_id = null, last_seq = 0 where order_no = ${o.orderNo}`.execute(
      b.t.database.db
    )
    expect((await b.post('orders', o)).body).toMatchObject({ outcome: 'applied', caseNo })
    expect((await b.post('urges', urge)).body).toMatchObject({ outcome: 'applied', caseNo })
    expect(await b.casesOf(o.orderNo)).toEqual([caseNo])
    expect((await b.stepsOf(caseNo)).map((s) => s.op)).toEqual(['report', 'urge'])
  })

  it('withdraws before registration; afterwards the desk decides', async () => {
    const early = await b.sent()
    const bye = await b.post('withdrawals', { orderNo: early.o.orderNo, seq: 2, reason: '市民来电撤销' })
    expect(bye.body.outcome).toBe('applied')
    expect((await b.caseOf(early.caseNo)).status).toBe('cancelled')
    expect((await b.get<HotlineOrderView>(`orders/${early.o.orderNo}`)).body.status).toBe('已撤单')
    const late = await b.sent()
    await b.register(late.caseNo)
    const noted = await b.post('withdrawals', { orderNo: late.o.orderNo, seq: 2, reason: '市民来电撤销' })
    expect(noted.body).toMatchObject({ outcome: 'noted', reason: 'CASE_OPERATION_NOT_ALLOWED' })
    expect((await b.stepsOf(late.caseNo)).at(-1)).toEqual({ op: 'urge', opinion: '热线撤单：市民来电撤销' })
    await b.deliver()
    // It is not told that we return what it withdrew itself.
    expect(b.statuses(early.o.orderNo)).toEqual([])
    expect(b.statuses(late.o.orderNo)).toEqual(['已签收', '办理中'])
  })

  it('links a repeated order to the first', async () => {
    const first = await b.sent()
    const second = await b.sent({ repeatOf: first.o.orderNo })
    expect((await b.stepsOf(second.caseNo)).map((s) => s.op)).toContain('link')
  })
})
