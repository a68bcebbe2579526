import type { PeerCheck, PeerServiceView } from '@chengyun/contract/public'
import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OUTSIDE, WEST } from '../../testing.ts'
import { guarded } from './peer-http.ts'
import { City } from './peers.testing.ts'
import { type Fault, OddServer, reply } from './peers-odd.testing.ts'

let a: City
let odd: OddServer
let peer: string
let n = 0
beforeAll(async () => {
  a = await City.open()
})
afterAll(() => a.close())
beforeEach(async () => {
  await odd?.close()
  odd = await OddServer.start()
  n += 1
  peer = (await a.peer({ key: `odd-${n}`, baseUrl: odd.url, apiKey: 'secret-key', area: WEST })).id
})
afterAll(() => odd.close())

const faults = (...list: Fault[]) => {
  odd.fault = () => list.shift() ?? 'ok'
}
async function send(over: { description?: string; serviceCode?: string } = {}): Promise<string> {
  if ((await a.view(peer)).abilities.format === null) await a.run(peer)
  const record = await a.report(over.description === undefined ? {} : { description: over.description })
  const acceptor = await a.t.as('acceptor')
  const sent = await acceptor.call('POST', `/api/public/open311/cases/${record.caseNo}/peers`, {
    peerId: peer,
    serviceCode: over.serviceCode ?? 'litter'
  })
  expect(sent.status).toBe(200)
  return record.caseNo
}
const of = async (no: string) => (await a.requests(`peerId=${peer}&number=${no}`))[0]!

describe('a server that takes a case and says nothing', () => {
  it.each(['takenThenDrop', 'takenThenTimeout', 'takenThenHtml'] as const)('has it once all the same: %s', async (fault) => {
    faults(fault)
    const no = await send()
    expect(await a.run(peer)).toMatchObject({ sent: 0, failed: 1 })
    expect(await of(no)).toMatchObject({ state: 'waiting', inDoubt: true, attempts: 1, error: expect.any(String) })
    const cases = await a.count()
    expect(await a.run(peer)).toMatchObject({ sent: 1, filed: 0 })
    expect(odd.posted).toHaveLength(1)
    expect(await of(no)).toMatchObject({ state: 'sent', inDoubt: false, remoteId: odd.rows[0]!.service_request_id })
    await a.run(peer)
    expect(await a.count()).toBe(cases)
  })

  it('gets it again when it has nothing like it, with the same key and form', async () => {
    faults('drop', '500')
    odd.add({ service_code: 'litter', description: 'something else at another place', long: 120.33 })
    const no = await send()
    await a.run(peer)
    await a.run(peer)
    expect(await of(no)).toMatchObject({ state: 'waiting', attempts: 2, inDoubt: true })
    await a.run(peer)
    expect(await of(no)).toMatchObject({ state: 'sent' })
    expect(new Set(odd.posted.map(String)).size).toBe(1)
    expect(odd.posted).toHaveLength(3)
    expect(odd.posted[0]!.get('attribute[external_id]')).toBe(no)
  })

  it('asks a person where the other side cannot be asked, or has several that are alike', async () => {
    faults('drop')
    const no = await send({ description: '同一路口同样的垃圾堆，分不清是哪一件的那种' })
    await a.run(peer)
    odd.before = (url, res) => url.searchParams.has('service_code') && reply(res, 403, 'no')
    await a.run(peer)
    expect(await of(no)).toMatchObject({ state: 'dead', inDoubt: true, error: expect.stringContaining('请人工确认') })
    odd.before = () => false
    const id = (await of(no)).id
    const form = odd.posted[0]!
    const twin = {
      service_code: 'litter',
      description: form.get('description'),
      lat: Number(form.get('lat')),
      long: Number(form.get('long'))
    }
    const at = { requested_datetime: new Date().toISOString() }
    odd.add({ ...twin, ...at })
    odd.add({ ...twin, ...at })
    await a.admin.call('POST', `/api/public/open311/peer-requests/${id}/retry`, {})
    await a.run(peer)
    expect(await of(no)).toMatchObject({ state: 'dead', error: expect.stringContaining('2 件相似诉求') })
    await a.admin.call('POST', `/api/public/open311/peer-requests/${id}/retry`, { anew: true })
    await a.run(peer)
    expect(await of(no)).toMatchObject({ state: 'sent' })
    expect(odd.posted).toHaveLength(2)
  })

  it('does not get back as a stranger what may be ours', async () => {
    faults('takenThenDrop')
    const no = await send({ description: '发出未回、又被读回来的一件垃圾投诉' })
    // The search finds nothing yet, reading does: the list is behind.
    odd.before = (url, res) => url.searchParams.has('service_code') && reply(res, 200, 'not json')
    const cases = await a.count()
    await a.run(peer)
    await a.run(peer)
    const held = (await a.requests(`peerId=${peer}&direction=in`))[0]!
    expect(held).toMatchObject({ state: 'held', error: expect.stringContaining(no) })
    odd.before = () => false
    await a.run(peer)
    expect(await of(no)).toMatchObject({ state: 'sent', remoteId: held.remoteId })
    expect(await a.requests(`peerId=${peer}&direction=in`)).toEqual([])
    expect(await a.count()).toBe(cases)
  })
})

describe('answers', () => {
  it('of 4xx end the tries with the reason shown; 429 is waited for; pages of a portal are named', async () => {
    faults('400')
    const refused = await send()
    await a.run(peer)
    expect(await of(refused)).toMatchObject({ state: 'dead', inDoubt: false, error: 'HTTP 400 service_code is retired' })
    const id = (await of(refused)).id
    expect((await a.admin.call('POST', `/api/public/open311/peer-requests/${id}/skip`)).status).toBe(200)
    expect(await a.admin.call('POST', `/api/public/open311/peer-requests/${id}/skip`)).toMatchObject({ status: 409 })

    faults('429')
    const [first, second] = [await send(), await send()]
    const before = odd.posted.length
    await a.run(peer)
    expect(odd.posted).toHaveLength(before + 1)
    for (const no of [first, second]) {
      const row = await of(no)
      expect(row).toMatchObject({ state: 'waiting', inDoubt: false })
      expect(Date.parse(row.nextAt!) - Date.now()).toBeGreaterThan(100_000)
    }
    await a.run(peer)
    expect(await of(second)).toMatchObject({ state: 'sent' })

    faults('html', 'html', 'html', 'html')
    const lost = await send()
    for (let i = 0; i < 4; i += 1) await a.run(peer)
    expect(await of(lost)).toMatchObject({ state: 'dead', attempts: 4, error: '对方返回的是网页，不是 GeoReport 数据（登录）' })
    expect((await a.view(peer)).counts).toMatchObject({ dead: 1, pushed: 2 })
  })

  it('with a token are followed until there is a number', async () => {
    faults('token')
    const no = await send()
    await a.run(peer)
    expect(await of(no)).toMatchObject({ state: 'token', remoteId: null })
    await a.run(peer)
    expect(await of(no)).toMatchObject({ state: 'token', error: '对方尚未编号' })
    for (const give of odd.pending) give()
    await a.run(peer)
    expect(await of(no)).toMatchObject({ state: 'sent', remoteId: odd.rows[0]!.service_request_id })
    expect(await a.requests(`peerId=${peer}&direction=in`)).toEqual([])
  })

  it('without updates are read again by number, and no update is sent', async () => {
    const no = await send()
    await a.run(peer)
    Object.assign(odd.rows[0]!, { status: 'closed', status_notes: 'Collected', updated_datetime: new Date().toISOString() })
    expect(await a.run(peer)).toMatchObject({ told: 1 })
    expect(await a.run(peer)).toMatchObject({ told: 0 })
    expect((await a.stepsOf(no)).at(-1)).toMatchObject({ op: 'urge', opinion: '邻市平台：已办结，Collected' })
    const other = await send()
    await a.run(peer)
    await a.act(other, 'cancel', { opinion: '重复' })
    await a.run(peer)
    expect((await of(other)).update).toMatchObject({ state: 'skipped', error: '对方不接收进度更新' })
  })
})

describe('pulling', () => {
  it('survives broken and odd records, lists them, and makes each good one a case once', async () => {
    const good = odd.add({
      lat: String(odd.add().lat),
      status: 'OPEN',
      requested_datetime: '2026-02-30 25:00',
      extra: { deep: [1, { a: 2 }] }
    })
    odd.rows.push(null as never, 'text' as never, 7 as never)
    odd.add({ service_request_id: null })
    odd.add({ service_request_id: undefined, token: 'later' })
    odd.add({ service_request_id: 'x'.repeat(200) })
    odd.add({ service_request_id: 'far', long: OUTSIDE[0], lat: OUTSIDE[1] })
    odd.add({ service_request_id: 'old', status: 'Closed' })
    odd.add({ service_request_id: 'nowhere', lat: 0, long: 0, address: null })
    odd.add({ service_request_id: 'nul', description: 'a\u0000b\ud800c', service_name: 17, media_url: 'javascript:alert(1)' })
    odd.add({ service_request_id: 12345, lat: 'north', long: null, description: 'x'.repeat(9000), service_code: 'unheard of' })
    odd.rows.push({ ...good })
    const run = await a.run(peer)
    expect(run).toMatchObject({ filed: 5, error: null })
    const rejects = await a.requests(`peerId=${peer}&state=rejected`)
    const why = (word: string) => rejects.filter((r) => r.rejected === word).length
    expect({
      notARequest: why('notARequest'),
      noId: why('noId'),
      idTooLong: why('idTooLong'),
      outside: why('outside'),
      closed: why('closed')
    }).toEqual({
      notARequest: 3,
      noId: 2,
      idTooLong: 1,
      outside: 1,
      closed: 1
    })
    expect(rejects.every((r) => r.error !== null)).toBe(true)
    const placed = await a.caseOf((await of('nowhere')).caseNo!)
    expect(placed).toMatchObject({ precision: 'district', districtCode: WEST, gridCode: null })
    expect(await a.caseOf((await of('12345')).caseNo!)).toMatchObject({ classCode: '10999', externalNo: '12345' })
    expect((await a.caseOf((await of('nul')).caseNo!)).description).not.toContain('\u0000')
    expect(await a.run(peer)).toMatchObject({ filed: 0, rejected: 0 })
    // What was wrong and is corrected there is judged again.
    Object.assign(odd.rows.find((r) => r?.service_request_id === 'old')!, { status: 'open' })
    expect(await a.run(peer)).toMatchObject({ filed: 1 })
    expect((await a.view(peer)).counts).toMatchObject({ pulled: 6, rejected: 7 })
  })

  it('goes by the table of services, and speaks XML where that is all there is', async () => {
    odd.xml = true
    odd.before = (url, res) => url.pathname.endsWith('.json') && reply(res, 404, '<html>no</html>')
    const row = odd.add({ description: '<b>&amp; 坑' })
    const check = await a.admin.call<PeerCheck>('POST', `/api/public/open311/peers/${peer}/check`)
    expect(check.body).toMatchObject({ ok: true, abilities: { format: 'xml', updates: false, services: 3 } })
    const url = `/api/public/open311/peers/${peer}/services`
    const items = [{ serviceCode: 'pothole', class: 'matter:06013', push: [], auto: false, attributes: {} }]
    const saved = await a.admin.call<{ items: PeerServiceView[] }>('PUT', url, { items })
    expect(saved.body.items.find((s) => s.serviceCode === 'pothole')).toMatchObject({
      class: 'matter:06013',
      serviceName: 'Pothole',
      offered: true
    })
    expect(await a.admin.call('PUT', url, { items: [{ ...items[0], class: 'matter:99999' }] })).toMatchObject({
      body: { code: 'PEER_CLASS_UNKNOWN' }
    })
    expect(await a.run(peer)).toMatchObject({ filed: 1, error: null })
    expect(await a.caseOf((await of(String(row.service_request_id))).caseNo!)).toMatchObject({
      classCode: '06013',
      description: '<b>&amp; 坑'
    })
  })

  it('halves its window where a list may be cut off', async () => {
    const hour = 3_600_000
    for (let i = 0; i < 120; i += 1)
      odd.add({ requested_datetime: new Date(Date.now() - i * hour).toISOString(), status: 'closed' })
    odd.before = (url, res) => {
      if (!url.pathname.includes('/requests.') || url.searchParams.has('service_request_id')) return false
      const [from, to] = [Date.parse(url.searchParams.get('start_date')!), Date.parse(url.searchParams.get('end_date')!)]
      const found = odd.rows.filter(
        (r) => Date.parse(String(r.requested_datetime)) >= from && Date.parse(String(r.requested_datetime)) <= to
      )
      return reply(res, 200, JSON.stringify(found.slice(0, 50)))
    }
    expect(await a.run(peer)).toMatchObject({ error: null, more: false })
    expect((await a.view(peer)).counts.rejected).toBe(120)
  })

  it('brings pictures within limits and never waits for them', async () => {
    const picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#385' } })
      .jpeg()
      .toBuffer()
    odd.before = (url, res) => {
      if (!url.pathname.startsWith('/v2/p/')) return false
      if (url.pathname.endsWith('moved')) return reply(res, 302, '', { location: '/v2/p/ok' })
      if (url.pathname.endsWith('slow')) return true
      if (url.pathname.endsWith('big')) return reply(res, 200, Buffer.alloc(12 * 1024 * 1024), { 'content-type': 'image/png' })
      if (url.pathname.endsWith('page')) return reply(res, 200, '<html>', { 'content-type': 'text/html' })
      return reply(res, 200, picture, { 'content-type': 'image/jpeg' })
    }
    const at = (what: string) => `${odd.url}/p/${what}`
    for (const what of ['ok', 'moved', 'slow', 'big', 'page']) odd.add({ service_request_id: what, media_url: at(what) })
    expect(await a.run(peer)).toMatchObject({ filed: 5 })
    for (const what of ['ok', 'moved']) expect((await a.caseOf((await of(what)).caseNo!)).thumbId).not.toBeNull()
    for (const what of ['slow', 'big', 'page']) {
      const { caseNo } = await of(what)
      expect((await a.caseOf(caseNo!)).thumbId).toBeNull()
      expect((await a.stepsOf(caseNo!))[0]!.opinion).toContain('附件未取到')
    }
  })
})

describe('addresses', () => {
  it('of a private network are refused without the setting, names that lead there as well', async () => {
    const shut = await City.open({ CHENGYUN_PEER_PRIVATE: '0' })
    try {
      const create = (baseUrl: string) => shut.admin.call('POST', '/api/public/open311/peers', { ...fields, key: 'x-1', baseUrl })
      const fields = {
        name: 'x',
        jurisdictionId: null,
        direction: 'pull',
        crs: 'WGS84',
        pollS: 60,
        pullSince: null,
        pullClosed: false,
        area: null,
        outside: 'reject',
        pushDistricts: [],
        reportBack: false,
        keyId: null,
        enabled: true,
        apiKey: null
      }
      for (const url of [
        'http://127.0.0.1/v2',
        'http://[::1]:80/v2',
        'http://[::ffff:10.0.0.1]/v2',
        'http://localhost:1/v2',
        'http://169.254.169.254/latest',
        'http://192.168.1.1/v2'
      ])
        expect(await create(url), url).toMatchObject({ status: 400, body: { code: 'PEER_ADDRESS' } })
      expect(await create('ftp://example.org/v2')).toMatchObject({ status: 400 })
      const made = await shut.peer({ key: 'by-name', baseUrl: 'http://example.invalid/v2' })
      await sql`update citizen.peer set base_url = ${odd.url}`.execute(shut.t.database.db)
      expect(await shut.run(made.id)).toMatchObject({ error: expect.stringContaining('内网') })
      expect(odd.asked).toEqual([])
    } finally {
      await shut.close()
    }
    // A name that leads to this machine: what is looked up is what is gone to.
    const found = await new Promise<unknown>((done) => guarded('localhost', { all: true }, done))
    expect(found).toMatchObject({ code: 'EPRIVATE' })
  })
})
