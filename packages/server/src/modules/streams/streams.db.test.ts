import type { ChartView, LatestColumns, ReadingsPage, StreamPage, StreamView } from '@chengyun/contract/streams'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { EAST, type TestApp, testApp, WEST } from '../../testing.ts'
import { removeStreams } from './commands/catalogue.ts'
import { type Streams, streamsOf } from './runtime.ts'
import { batchOf, makeStation, makeStream, type Station } from './streams.testing.ts'

let t: TestApp
let streams: Streams
let west: Station
let east: Station
let s: number
let e: number
const now = Math.floor(Date.now() / 60_000) * 60_000
const iso = (ms: number): string => new Date(ms).toISOString()
const span = `from=${iso(now - 3_600_000)}&to=${iso(now + 60_000)}`

beforeAll(async () => {
  t = await testApp()
  const { db } = t.database
  streams = await streamsOf(db)
  ;[west, east] = [await makeStation(db), await makeStation(db, true)]
  ;[s, e] = [await makeStream(db, west.thing), await makeStream(db, east.thing)]
  await t.settle()
  await streams.intake.submit(
    batchOf([
      [s, now - 120_000, 40],
      [s, now - 60_000, 41],
      [s, now, 42],
      [e, now - 600_000, 200]
    ])
  )
})
afterAll(() => t.close())

describe('streams over HTTP', () => {
  test('a list with the latest reading; state, place and words narrow it', async () => {
    const reader = await t.as('dataadmin')
    const { status, body } = await reader.call<StreamPage>('GET', '/api/streams?type=heat-station')
    expect(status).toBe(200)
    expect(body).toMatchObject({ total: 2, next: null, states: { good: 1, stale: 1 } })
    expect(body.items[0]).toMatchObject({
      id: s,
      key: 'supplyC',
      item: { type: 'heat-station', code: west.code },
      state: 'good',
      latest: { at: iso(now), value: 42, quality: 'good' },
      can: ['correct', 'maintain', 'edit']
    })
    expect(body.items[1]!.latest).toMatchObject({ value: 200, quality: 'outOfRange' })
    for (const [query, ids] of [
      [`within=${WEST}`, [s]],
      [`within=${EAST}`, [e]],
      ['state=stale', [e]],
      [`item=${east.code}`, [e]],
      [`q=${west.code.slice(-4)}&within=${WEST}`, [s]],
      ['q=SUPPLY', [s, e]],
      ['key=returnC', []],
      [`cursor=${s}`, [e]]
    ] as const) {
      const page = await reader.call<StreamPage>('GET', `/api/streams?${query}`)
      expect([query, page.body.items.map((i) => i.id)]).toEqual([query, ids])
    }
  })

  test('a district sees its own; the other one is not there', async () => {
    for (const [username, own] of [
      [`leader.${WEST}`, s],
      [`leader.${EAST}`, e]
    ] as const) {
      const reader = await t.as(username)
      const all = await reader.call<StreamPage>('GET', '/api/streams')
      expect(all.body.items.map((i) => i.id)).toEqual([own])
      const latest = await reader.call<LatestColumns>('POST', '/api/streams/latest', { streams: [s, e] })
      expect(latest.body.streams).toEqual([own])
      for (const id of [s, e])
        for (const path of [`${id}`, `chart?streams=${id}&${span}`, `${id}/readings?${span}`, `${id}/readings.csv?${span}`])
          expect([path, (await reader.call('GET', `/api/streams/${path}`)).status]).toEqual([path, id === own ? 200 : 404])
    }
    expect((await (await t.as('collector')).call('GET', '/api/streams')).status).toBe(403)
    expect((await t.app.http.inject({ method: 'GET', url: '/api/streams' })).statusCode).toBe(401)
  })

  test('the latest of many as columns', async () => {
    const reader = await t.as('dataadmin')
    const { body } = await reader.call<LatestColumns>('POST', '/api/streams/latest', { type: 'heat-station', key: 'supplyC' })
    expect(body.streams).toEqual([s, e])
    expect(body.values).toEqual([42, 200])
    expect(body.at).toEqual([now, now - 600_000])
    expect(body.state.map((k) => body.states[k])).toEqual(['good', 'stale'])
    const some = await reader.call<LatestColumns>('POST', '/api/streams/latest', { streams: [e, 999_999] })
    expect(some.body.streams).toEqual([e])
  })

  test('chart, page and files of readings', async () => {
    const reader = await t.as('dataadmin')
    const chart = await reader.call<ChartView>('GET', `/api/streams/chart?streams=${s},${e}&${span}&pixels=100`)
    expect(chart.body.lines.map((l) => l.mean)).toEqual([[40, 41, 42], [200]])
    const page = await reader.call<ReadingsPage>('GET', `/api/streams/${s}/readings?${span}&limit=2`)
    expect(page.body.items.map((r) => r.value)).toEqual([42, 41])
    const more = await reader.call<ReadingsPage>('GET', `/api/streams/${s}/readings?${span}&limit=2&cursor=${page.body.next}`)
    expect(more.body).toMatchObject({ next: null, items: [{ value: 40 }] })
    const csv = await reader.call<Buffer>('GET', `/api/streams/${s}/readings.csv?${span}`)
    expect(csv.body.toString()).toBe(
      `\uFEFF时间,值,纬度,结果,质量\r\n${[40, 41, 42].map((v, i) => `${iso(now - (2 - i) * 60_000)},${v},,,正常\r\n`).join('')}`
    )
    const xlsx = await reader.call<Buffer>('GET', `/api/streams/${s}/readings.xlsx?${span}`)
    expect(xlsx.body.subarray(0, 2).toString()).toBe('PK')
    for (const bad of [`/api/streams/chart?streams=${s}&from=${iso(now)}&to=${iso(now)}`, `/api/streams/chart?streams=x&${span}`])
      expect((await reader.call('GET', bad)).status).toBe(400)
  })

  test('a reading is put right, a stream maintained and edited; who may not is refused', async () => {
    const admin = await t.as('dataadmin')
    const reader = await t.as('shiftleader')
    const at = now - 60_000
    expect((await reader.call('PATCH', `/api/streams/${s}/readings/${at}`, { value: 1, reason: 'x' })).status).toBe(403)
    expect((await admin.call('PATCH', `/api/streams/${s}/readings/${at}`, { value: 41.5, reason: '抄表' })).status).toBe(204)
    expect((await admin.call('PATCH', `/api/streams/${s}/readings/${at + 1}`, { value: 1, reason: 'x' })).status).toBe(404)
    const page = await admin.call<ReadingsPage>('GET', `/api/streams/${s}/readings?${span}`)
    expect(page.body.items[1]).toEqual({ at: iso(at), value: 41.5, quality: 'manual' })
    const until = iso(now + 3_600_000)
    expect((await admin.call('POST', '/api/streams/maintenance', { streams: [s], until, reason: '检修' })).status).toBe(204)
    await streams.intake.submit(batchOf([[s, now + 1000, 50]]))
    const one = await admin.call<StreamView>('GET', `/api/streams/${s}`)
    expect(one.body).toMatchObject({ state: 'maintenance', maintenanceUntil: until })
    const edited = await admin.call<StreamView>('PATCH', `/api/streams/${e}`, { high: 300, staleAfterS: 86_400 })
    expect(edited.body).toMatchObject({ high: 300, staleAfterS: 86_400, state: 'outOfRange' })
  })

  test('templates: declared, given to things once, changed, removed', async () => {
    const admin = await t.as('dataadmin')
    const declaration = {
      key: 'pressure',
      name: { zh: '压力', en: 'Pressure' },
      kind: 'number',
      unit: { symbol: 'kPa', name: { zh: '千帕', en: 'kilopascal' } },
      decimals: 1,
      intervalS: 60,
      staleAfterS: 180,
      high: 1000,
      where: { units: [2] }
    }
    const path = '/api/streams/templates/heat-station/pressure'
    expect((await admin.call('PUT', path, { declaration: { ...declaration, where: undefined } })).body).toEqual({ version: 1 })
    expect(
      (await admin.call('PUT', path, { declaration: { ...declaration, where: undefined, high: 900 }, version: 7 })).status
    ).toBe(409)
    const codes = [west.code, east.code, 'HR000000-9999']
    const made = await admin.call('POST', '/api/streams/from-templates', { type: 'heat-station', codes })
    expect(made.body).toEqual({ made: 2, unknown: ['HR000000-9999'] })
    expect((await admin.call('POST', '/api/streams/from-templates', { type: 'heat-station', codes })).body).toMatchObject({
      made: 0
    })
    expect(
      (await admin.call('PUT', path, { declaration: { ...declaration, where: undefined, high: 900 }, version: 1 })).body
    ).toEqual({
      version: 2
    })
    await t.settle()
    await expect
      .poll(async () => (await admin.call<StreamPage>('GET', '/api/streams?key=pressure')).body.items.map((i) => i.high))
      .toEqual([900, 900])
    expect((await admin.call('DELETE', path)).status).toBe(204)
    expect((await admin.call('DELETE', path)).status).toBe(404)
  })

  test('a hidden stream is known and its single readings are not', async () => {
    const id = await makeStream(t.database.db, west.thing, 'gasM3', { hidden: true })
    const admin = await t.as('dataadmin')
    await streams.intake.submit(batchOf([[id, now, 0.2]]))
    const one = await admin.call<StreamView>('GET', `/api/streams/${id}`)
    expect(one.body).toMatchObject({ hidden: true, latest: { value: null } })
    const columns = await admin.call<LatestColumns>('POST', '/api/streams/latest', { streams: [id] })
    expect(columns.body.values).toEqual([null])
    for (const path of [
      `/api/streams/chart?streams=${id}&${span}`,
      `/api/streams/${id}/readings?${span}`,
      `/api/streams/${id}/readings.csv?${span}`
    ])
      expect((await admin.call('GET', path)).status).toBe(403)
  })

  test('open screens hear what is new of their streams, coalesced', async () => {
    const admin = await t.as('dataadmin')
    const address = await t.app.http.listen({ port: 0, host: '127.0.0.1' })
    const stop = new AbortController()
    const res = await fetch(`${address}/api/streams/live?streams=${s},${e}`, {
      headers: { cookie: admin.cookie },
      signal: stop.signal
    })
    expect(res.headers.get('content-type')).toContain('text/event-stream')
    let text = ''
    const read = (async () => {
      for await (const chunk of res.body!) text += Buffer.from(chunk).toString()
    })().catch(() => undefined)
    for (let i = 0; i < 50; i++) await streams.intake.submit(batchOf([[s, now + 2000 + i, i]]))
    const messages = (): LatestColumns[] =>
      [...text.matchAll(/event: readings\ndata: (.*)\n\n/g)].map((m) => JSON.parse(m[1]!) as LatestColumns)
    await expect.poll(() => messages().length, { timeout: 5000 }).toBeGreaterThanOrEqual(2)
    expect(messages()[0]!.streams).toEqual([s, e])
    expect(
      messages()
        .slice(1)
        .flatMap((m) => m.streams)
        .every((id) => id === s)
    ).toBe(true)
    await expect.poll(() => messages().at(-1)!.values, { timeout: 5000 }).toEqual([49])
    expect(messages().length).toBeLessThan(8)
    stop.abort()
    await read
  })

  test('a removed stream takes nothing any more and is not listed', async () => {
    const id = await makeStream(t.database.db, east.thing, 'gone')
    await streams.intake.submit(batchOf([[id, now, 1]]))
    await removeStreams(t.database.db, SYSTEM, { ids: [id] })
    await t.settle()
    await expect.poll(() => streams.catalogue.has(id)).toBe(false)
    expect((await streams.intake.submit(batchOf([[id, now + 1, 1]]))).refused).toEqual([{ index: 0, code: 'STREAMS_NOT_FOUND' }])
    expect((await (await t.as('dataadmin')).call('GET', `/api/streams/${id}`)).status).toBe(404)
  })
})
