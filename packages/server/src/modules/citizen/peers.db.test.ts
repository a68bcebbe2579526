import type { CasePeers, PeerCheck } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WEST } from '../../testing.ts'
import { City } from './peers.testing.ts'

let a: City
let b: City
/** b as a knows it, and a as b knows it. */
let toB: string
let toA: string
beforeAll(async () => {
  a = await City.open()
  b = await City.open()
  const [keyOfA, keyOfB] = [await b.key('甲市'), await a.key('乙市')]
  toB = (
    await a.peer({ key: 'city-b', name: '乙市平台', baseUrl: `${b.base}/open311/v2/`, apiKey: keyOfA.key, keyId: keyOfB.id })
  ).id
  toA = (
    await b.peer({
      key: 'city-a',
      name: '甲市平台',
      baseUrl: `${a.base}/open311/v2`,
      apiKey: keyOfB.key,
      keyId: keyOfA.id,
      direction: 'push'
    })
  ).id
})
afterAll(async () => {
  await a?.close()
  await b?.close()
})

describe('two Chengyun', () => {
  it('find out what the other is, and propose classes for services of the same name', async () => {
    await b.report()
    await b.report()
    const check = await a.admin.call<PeerCheck>('POST', `/api/public/open311/peers/${toB}/check`)
    expect(check.body).toMatchObject({
      ok: true,
      abilities: { format: 'json', updates: true, paging: true, updatedAfter: true },
      findings: [
        { what: 'discovery', state: 'ok' },
        { what: 'services', state: 'ok' },
        { what: 'requests', state: 'ok' },
        {},
        {},
        {}
      ]
    })
    const services = await a.admin.call<{ items: { serviceCode: string; class: string }[] }>(
      'GET',
      `/api/public/open311/peers/${toB}/services`
    )
    expect(services.body.items.find((s) => s.serviceCode === 'litter')).toMatchObject({
      class: 'matter:06010',
      push: ['matter:06010'],
      auto: false
    })
    const view = await a.view(toB)
    expect(view).toMatchObject({ hasApiKey: true, baseUrl: `${b.base}/open311/v2`, counts: { pulled: 0 } })
    const { rows } = await sql<{ x: string }>`select to_jsonb(p)::text as x from citizen.peer p`.execute(a.t.database.db)
    expect(rows[0]!.x).not.toContain('o311_')
    expect((await (await a.t.as('collector')).call('GET', '/api/public/open311/peers')).status).toBe(403)
  })

  it('pull once what the other shows, and tell the desk how it went on there, without closing anything', async () => {
    const before = await b.count()
    const first = await a.run(toB)
    expect(first).toMatchObject({ filed: before, rejected: 0, error: null })
    const again = await a.run(toB)
    expect(again).toMatchObject({ filed: 0, told: 0, error: null })
    expect(await a.count(`external_system = 'open311:city-b'`)).toBe(before)
    const [request] = await a.requests(`peerId=${toB}&direction=in&state=filed&limit=1`)
    const mine = await a.caseOf(request!.caseNo!)
    expect(mine).toMatchObject({ sourceType: 'transfer', classCode: '06010', externalNo: request!.remoteId, precision: 'exact' })
    await b.act(request!.remoteId!, 'notRegister', { opinion: '不在职责范围' })
    expect(await a.run(toB)).toMatchObject({ told: 1 })
    expect(await a.run(toB)).toMatchObject({ told: 0 })
    const steps = await a.stepsOf(mine.caseNo)
    expect(steps.map((s) => s.op)).toEqual(['report', 'urge'])
    expect(steps[1]!.opinion).toContain('乙市平台：已办结，不予立案：不在职责范围')
    expect((await a.caseOf(mine.caseNo)).isOpen).toBe(true)
    expect((await a.requests(`number=${request!.remoteId}`))[0]).toMatchObject({ remote: { status: 'closed' } })
  })

  it('push a case by hand, follow it to its end there, and do not pull it back', async () => {
    const record = await a.report({ description: '乙市地界垃圾，联系 13800001234 张先生' })
    const acceptor = await a.t.as('acceptor')
    const url = `/api/public/open311/cases/${record.caseNo}/peers`
    const before = await acceptor.call<CasePeers>('GET', url)
    expect(before.body.choices).toMatchObject([{ peerId: toB, serviceCode: 'litter' }])
    expect((await acceptor.call<CasePeers>('POST', url, { peerId: toB })).body.requests).toMatchObject([
      { state: 'waiting', direction: 'out' }
    ])
    expect(await acceptor.call('POST', url, { peerId: toB })).toMatchObject({ status: 409, body: { code: 'PEER_CASE_SENT' } })
    expect(await a.run(toB)).toMatchObject({ sent: 1, error: null })
    const sent = (await a.requests(`number=${record.caseNo}`))[0]!
    expect(sent).toMatchObject({ state: 'sent', inDoubt: false })
    const theirs = await b.caseOf(sent.remoteId!)
    expect(theirs).toMatchObject({ classCode: '06010', sourceType: 'public' })
    expect(theirs.description).toBe('乙市地界垃圾，联系 [电话] 某先生')
    expect([theirs.lng, theirs.lat].map((v) => v.toFixed(5))).toEqual([record.lng, record.lat].map((v) => v.toFixed(5)))
    const cases = await a.count()
    await b.register(theirs.caseNo)
    await b.finish(theirs.caseNo)
    expect((await a.run(toB)).filed).toBe(0)
    expect(await a.count()).toBe(cases)
    const told = (await a.stepsOf(record.caseNo)).filter((s) => s.op === 'urge').map((s) => s.opinion!)
    expect(told.at(-1)).toBe('乙市平台：已办结，已办结')
    expect(told.length).toBeGreaterThan(2)
    await a.run(toB)
    expect((await a.stepsOf(record.caseNo)).filter((s) => s.op === 'urge')).toHaveLength(told.length)
    expect((await a.caseOf(record.caseNo)).isOpen).toBe(true)
    // They ended it first: our end is no news to them.
    await a.act(record.caseNo, 'notRegister', { opinion: '乙市已办结' })
    await a.run(toB)
    expect((await a.requests(`number=${record.caseNo}`))[0]!.update).toMatchObject({ state: 'skipped', error: '对方已办结' })
  })

  it('push by rule what is registered in a district, and tell the other side of its end', async () => {
    const services = (
      await a.admin.call<{ items: { serviceCode: string; class: string | null; push: string[]; auto: boolean }[] }>(
        'GET',
        `/api/public/open311/peers/${toB}/services`
      )
    ).body.items
    const items = services.map(({ serviceCode, class: c, push }) => ({
      serviceCode,
      class: c,
      push,
      auto: serviceCode === 'litter',
      attributes: {}
    }))
    expect((await a.admin.call('PUT', `/api/public/open311/peers/${toB}/services`, { items })).status).toBe(200)
    const view = await a.view(toB)
    const {
      key: _k,
      id: _i,
      hasApiKey: _h,
      abilities: _a,
      createdAt: _c,
      createdBy: _b,
      pulledTo: _p,
      lastRunAt: _l,
      lastOkAt: _o,
      nextRunAt: _n,
      paused: _w,
      lastError: _e,
      counts: _s,
      ...fields
    } = view
    expect((await a.admin.call('PUT', `/api/public/open311/peers/${toB}`, { ...fields, pushDistricts: [WEST] })).status).toBe(200)
    const record = await a.report({ description: '按规则转出的垃圾堆' })
    await a.register(record.caseNo)
    expect(await a.run(toB)).toMatchObject({ sent: 1 })
    const sent = (await a.requests(`number=${record.caseNo}`))[0]!
    expect(sent).toMatchObject({ state: 'sent', by: null })
    await a.finish(record.caseNo)
    expect(await a.run(toB)).toMatchObject({ updatesSent: 1 })
    expect((await a.requests(`number=${record.caseNo}`))[0]!.update).toMatchObject({ state: 'delivered' })
    const steps = await b.stepsOf(sent.remoteId!)
    expect(steps.at(-1)).toMatchObject({ op: 'urge', opinion: expect.stringContaining(`${record.caseNo}：已办结`) })
    expect((await b.caseOf(sent.remoteId!)).isOpen).toBe(true)
    await a.run(toB)
    expect(await b.stepsOf(sent.remoteId!)).toHaveLength(steps.length)
  })

  it('send nothing round in circles: neither what came from the other nor what is not public', async () => {
    const [pulled] = await a.requests(`peerId=${toB}&direction=in&state=filed`)
    const acceptor = await a.t.as('acceptor')
    const urlOf = (no: string) => `/api/public/open311/cases/${no}/peers`
    expect(await acceptor.call('POST', urlOf(pulled!.caseNo!), { peerId: toB })).toMatchObject({
      status: 409,
      body: { code: 'PEER_CASE_THEIRS' }
    })
    const filedByA = (await a.requests(`peerId=${toB}&direction=out&state=sent`))[0]!.remoteId!
    const atB = await b.t.as('acceptor')
    await b.admin.call('POST', `/api/public/open311/peers/${toA}/check`)
    expect(await atB.call('POST', urlOf(filedByA), { peerId: toA })).toMatchObject({
      status: 409,
      body: { code: 'PEER_CASE_THEIRS' }
    })
    const hidden = await a.report()
    await sql`insert into citizen.private_case values (${hidden.id}, 'asked', now())`.execute(a.t.database.db)
    expect(await acceptor.call('POST', urlOf(hidden.caseNo), { peerId: toB })).toMatchObject({
      status: 409,
      body: { code: 'PEER_CASE_PRIVATE' }
    })
    expect((await a.admin.call('DELETE', `/api/public/open311/peers/${toB}`)).body).toMatchObject({ code: 'PEER_IN_USE' })
  })

  it('keeps every case once when a run is killed between the case and its note, and between the sending and its answer', async () => {
    const theirs = await b.report({ description: '被打断的一件' })
    await a.run(toB)
    const count = await a.count()
    // As a kill leaves it: the case stands, its row still waits.
    await sql`update citizen.peer_request set state = 'waiting', case_id = null, case_no = null, done_at = null,
      body = ${JSON.stringify({ service_request_id: theirs.caseNo, service_code: 'litter', description: '被打断的一件', lat: theirs.lat, long: theirs.lng, status: 'open' })}::jsonb
      where remote_id = ${theirs.caseNo}`.execute(a.t.database.db)
    expect(await a.run(toB)).toMatchObject({ error: null })
    expect(await a.count()).toBe(count)
    expect((await a.requests(`number=${theirs.caseNo}`))[0]).toMatchObject({ state: 'filed', caseNo: expect.any(String) })

    const mine = await a.report({ description: '发出后被打断的一件，原因不明' })
    await (await a.t.as('acceptor')).call('POST', `/api/public/open311/cases/${mine.caseNo}/peers`, { peerId: toB })
    await a.run(toB)
    const sent = (await a.requests(`number=${mine.caseNo}`))[0]!
    const there = await b.count()
    await sql`update citizen.peer_request set state = 'waiting', remote_id = null, done_at = null, in_doubt = true, next_at = now(), remote_status = null
      where id = ${sent.id}`.execute(a.t.database.db)
    const cases = await a.count()
    await a.run(toB)
    expect(await b.count()).toBe(there)
    expect(await a.count()).toBe(cases)
    expect((await a.requests(`number=${mine.caseNo}`))[0]).toMatchObject({ state: 'sent', remoteId: sent.remoteId })
  })
})
