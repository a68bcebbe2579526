import { sql } from 'kysely'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SYSTEM } from '../../../platform/actor.ts'
import { AT_EAST } from '../../../testing.ts'
import { editDevice } from '../commands/devices.ts'
import { basicOf as basic, type GatewayBed, gatewayBed, type MadeDevice, station, until } from '../gateways/gateways.testing.ts'
import { streamsOf } from '../runtime.ts'
import { type Any, type StaClient, staClient } from './sta.testing.ts'

let t: GatewayBed
let c: StaClient
let a: MadeDevice
let b: MadeDevice
beforeAll(async () => {
  t = await gatewayBed()
  c = await staClient(t)
  a = await station(t, { supplyC: 'number', gasM3: 'number' }, { protocol: 'push' })
  b = await station(t, { supplyC: 'number' }, { protocol: 'push' }, AT_EAST)
})
afterAll(() => t.close())

const send = async (authorization: string, method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) => {
  const url = `/sta/v1.1/${path}`
  const reply = await t.app.http.inject({ method, url, headers: { authorization }, ...(payload && { payload }) })
  return { status: reply.statusCode, body: (reply.body === '' ? null : reply.json()) as Any, headers: reply.headers }
}
const ref = (id: number | undefined) => ({ '@iot.id': id })
const count = async (id: number | undefined): Promise<number> =>
  (await sql<{ n: number }>`select count(*)::int as n from streams.reading where stream_id = ${id}`.execute(t.database.db))
    .rows[0]!.n

describe('SensorThings: devices', () => {
  it('sends Observations of its own thing: alone, at its Datastream, as arrays', async () => {
    const mine = a.streams.supplyC
    const one = await send(basic(a), 'POST', 'Observations', { result: 41.5, Datastream: ref(mine) })
    expect(one.status).toBe(201)
    expect(one.body).toMatchObject({ result: 41.5 })
    expect(String(one.headers.location)).toContain(`/sta/v1.1/Observations('${mine}-`)
    expect((await send(basic(a), 'POST', `Datastreams(${mine})/Observations`, { result: 42 })).status).toBe(201)
    const at = Date.now() - 60_000
    const dataArray = [0, 1, 2].map((i) => [new Date(at + i).toISOString(), 40 + i])
    const group = { Datastream: ref(mine), components: ['phenomenonTime', 'result'], dataArray }
    const many = await send(basic(a), 'POST', 'CreateObservations', [group] as never)
    expect(many.body.map((r: string) => r.includes('Observations('))).toEqual([true, true, true])
    expect(await count(mine)).toBe(5)
    await t.gateways.book.write()
    const { rows } = await sql<{ state: string }>`select state from streams.device where item_id = ${a.id}`.execute(t.database.db)
    expect(rows[0]?.state).toBe('online')
  })

  it('of no other thing, nothing else, and nothing is read', async () => {
    const theirs = b.streams.supplyC
    const dataArray = [[new Date().toISOString(), 1]]
    const group = { Datastream: ref(theirs), components: ['phenomenonTime', 'result'], dataArray }
    const refusedOf = async (path: string, body: object) => (await send(basic(a), 'POST', path, body)).status
    expect(await refusedOf('Observations', { result: 1, Datastream: ref(theirs) })).toBe(403)
    expect(await refusedOf('Observations', { result: 1, Datastream: ref(99_999) })).toBe(403)
    expect(await refusedOf(`Datastreams(${theirs})/Observations`, { result: 1 })).toBe(403)
    expect(await refusedOf('CreateObservations', [group])).toBe(403)
    const place = {
      name: 'x',
      description: '',
      encodingType: 'application/geo+json',
      feature: { type: 'Point', coordinates: [1, 1] }
    }
    expect(await refusedOf('Observations', { result: 1, Datastream: ref(a.streams.supplyC), FeatureOfInterest: place })).toBe(403)
    expect(await refusedOf('Things', { name: 'x', description: '' })).toBe(403)
    expect(await refusedOf(`Datastreams(${a.streams.supplyC})/Observations/x`, { result: 1 })).toBe(403)
    expect((await send(basic(a), 'GET', 'Things')).status).toBe(401)
    expect((await send(basic(a), 'POST', '$batch', { requests: [] })).status).toBe(401)
    expect((await send(basic(a), 'DELETE', `Things(1)`)).status).toBe(401)
    expect(await count(theirs)).toBe(0)
  })

  it('a wrong secret, a closed account, a session without its token of safety are refused', async () => {
    const body = { result: 1, Datastream: ref(b.streams.supplyC) }
    const wrong = await send(basic(b, 'wrong'), 'POST', 'Observations', body)
    expect(wrong.status).toBe(401)
    expect(wrong.headers['www-authenticate']).toContain('Basic')
    expect((await t.app.http.inject({ method: 'POST', url: '/sta/v1.1/Observations', payload: body })).statusCode).toBe(401)
    const person = await t.as('dataadmin')
    const { cookie } = person
    expect(
      (await t.app.http.inject({ method: 'POST', url: '/sta/v1.1/Observations', headers: { cookie }, payload: body })).statusCode
    ).toBe(403)
    await editDevice(t.database.db, SYSTEM, { id: b.id, version: 1, enabled: false })
    await t.settle()
    await until(() => t.gateways.book.byId.get(b.id)?.enabled === false)
    expect((await send(basic(b), 'POST', 'Observations', body)).status).toBe(401)
    expect(await count(b.streams.supplyC)).toBe(0)
  })
})

it('readings of a hidden stream are taken and shown to nobody, by HTTP or MQTT', async () => {
  const { gasM3, supplyC } = a.streams
  const { db } = t.database
  await sql`update streams.stream set hidden = true where id = ${gasM3}`.execute(db)
  await (await streamsOf(db)).hear({ name: 'streams.changed', payload: { what: 'stream', ids: [gasM3!] } })
  const url = `mqtt://127.0.0.1:${t.gateways.ports.mqtt}`
  const ear = await mqtt.connectAsync(url, { username: 'any', password: c.token, reconnectPeriod: 0 })
  const got: string[] = []
  ear.on('message', (topic) => got.push(topic))
  await ear.subscribeAsync(
    ['v1.1/Observations', `v1.1/Datastreams(${gasM3})/Observations`, `v1.1/Datastreams(${supplyC})/Observations`],
    {
      qos: 1
    }
  )
  const kept = await send(basic(a), 'POST', 'Observations', { result: 0.01, Datastream: ref(gasM3) })
  expect(kept.status).toBe(201)
  await send(basic(a), 'POST', 'Observations', { result: 50, Datastream: ref(supplyC) })
  await until(() => got.includes(`v1.1/Datastreams(${supplyC})/Observations`) && got.includes('v1.1/Observations'))
  await new Promise((done) => setTimeout(done, 200))
  ear.end(true)
  expect(got.filter((topic) => topic.includes(String(gasM3)))).toEqual([])
  expect(got.filter((topic) => topic === 'v1.1/Observations')).toHaveLength(1)
  expect(await count(gasM3)).toBe(1)
  const q = encodeURIComponent
  const id = kept.body['@iot.id']
  expect((await c.get(`Observations('${id}')`)).status).toBe(404)
  expect((await c.send('PATCH', `Observations('${id}')`, { result: 2 })).status).toBe(404)
  expect((await c.send('DELETE', `Observations('${id}')`)).status).toBe(404)
  expect((await c.get(`Observations?$filter=${q(`Datastream/id eq ${gasM3}`)}&$count=true`)).body).toMatchObject({
    '@iot.count': 0
  })
  expect((await c.get(`Datastreams(${gasM3})/Observations?$orderby=${q('phenomenonTime desc')}&$top=1`)).body.value).toEqual([])
  const open = await c.get(`Datastreams?$filter=${q('Observations/result lt 1')}&$expand=Observations`)
  expect(open.body.value).toEqual([])
})
