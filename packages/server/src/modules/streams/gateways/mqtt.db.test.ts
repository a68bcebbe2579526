import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { sql } from 'kysely'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AT_EAST } from '../../../testing.ts'
import { type GatewayBed, gatewayBed, type MadeDevice, station, until } from './gateways.testing.ts'

const hasMosquitto = spawnSync('mosquitto_pub', ['--help']).error === undefined

let t: GatewayBed
let a: MadeDevice
let b: MadeDevice
const clients: MqttClient[] = []
const children: ChildProcess[] = []
beforeAll(async () => {
  t = await gatewayBed()
  a = await station(t, { supplyC: 'number', doorOpen: 'truth', mode: 'category', at: 'position' }, { protocol: 'mqtt' })
  b = await station(t, { supplyC: 'number' }, { protocol: 'mqtt' }, AT_EAST)
})
afterAll(async () => {
  for (const c of clients) c.end(true)
  for (const c of children) c.kill()
  await t.close()
})

const url = () => `mqtt://127.0.0.1:${t.gateways.ports.mqtt}`
async function connect(who: { username: string; password: string }, more: object = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url(), { ...who, reconnectPeriod: 0, connectTimeout: 5000, ...more })
  clients.push(client)
  return client
}
const as = (d: MadeDevice) => ({ username: d.code, password: d.secret })
const topic = (d: MadeDevice, what = 'telemetry') => `city/370202/heating/${d.code}/up/${what}`
const told = (c: MqttClient) => {
  const got: { topic: string; body: string; retain: boolean }[] = []
  c.on('message', (at, body, packet) => got.push({ topic: at, body: body.toString(), retain: packet.retain }))
  return got
}
const deviceRow = async (d: MadeDevice) =>
  (
    await sql<{
      state: string
      faults: number
      fault_code: string | null
      last: Date | null
    }>`select state, faults::int, fault_code,
      last_seen_at as last from streams.device where item_id = ${d.id}`.execute(t.database.db)
  ).rows[0]!

describe('who may connect', () => {
  test.each([4, 5] as const)('protocol %i: a device with its secret, nobody else', async (protocolVersion) => {
    const good = await connect(as(a), { protocolVersion })
    expect(good.connected).toBe(true)
    await expect(connect({ username: a.code, password: 'wrong' }, { protocolVersion })).rejects.toThrow(
      /refused|authorized|password/i
    )
    await expect(connect({ username: 'nobody', password: a.secret }, { protocolVersion })).rejects.toThrow()
    await expect(connect({} as never, { protocolVersion })).rejects.toThrow()
  })

  test('a wrong password is noted with the device', async () => {
    await t.gateways.book.write()
    expect((await deviceRow(a)).fault_code).toBe('PASSWORD_WRONG')
  })
})

describe('what devices say', () => {
  test.each([4, 5] as const)('protocol %i: QoS 1 is acknowledged after the commit', async (protocolVersion) => {
    const c = await connect(as(a), { protocolVersion })
    const ts = Date.now() - 5000 + protocolVersion
    const values = { supplyC: 45.5 + protocolVersion, doorOpen: true, mode: 'auto', at: { lng: 120.31, lat: 36.06 } }
    await c.publishAsync(topic(a), JSON.stringify({ ts, values, quality: 'N', seq: 1 }), { qos: 1 })
    // The answer came: the rows are in the table, whatever is still in memory.
    const { rows } = await sql<{
      stream_id: number
      value: number
      value2: number
      extra: unknown
    }>`select stream_id, value, value2, extra
      from streams.reading where at = to_timestamp(${ts} / 1000.0) order by stream_id`.execute(t.database.db)
    expect(rows).toHaveLength(4)
    expect(rows.find((r) => r.stream_id === a.streams.supplyC)?.value).toBe(45.5 + protocolVersion)
    expect(rows.find((r) => r.stream_id === a.streams.at)).toMatchObject({ value: 120.31, value2: 36.06 })
    expect(rows.find((r) => r.stream_id === a.streams.mode)?.extra).toMatchObject({ result: 'auto' })
    expect(t.latest(a.streams.supplyC!)).toBe(45.5 + protocolVersion)
  })

  test('QoS 0 and QoS 2 arrive; a repeated reading is one', async () => {
    const c = await connect(as(a))
    const ts = Date.now() - 4000
    const body = JSON.stringify({ ts, values: { supply_c: 50 } })
    await c.publishAsync(topic(a), body, { qos: 2 })
    await c.publishAsync(topic(a), body, { qos: 1 })
    c.publish(topic(a), JSON.stringify({ ts: ts + 1, values: { supplyC: 51 } }), { qos: 0 })
    await until(() => t.latest(a.streams.supplyC!) === 51)
    const { rows } =
      await sql`select 1 from streams.reading where stream_id = ${a.streams.supplyC} and at = to_timestamp(${ts} / 1000.0)`.execute(
        t.database.db
      )
    expect(rows).toHaveLength(1)
  })

  test('SensorThings: an Observation under the stream, or with its Datastream', async () => {
    const c = await connect(as(a))
    const at = new Date(Date.now() - 3000).toISOString()
    await c.publishAsync(
      `v1.1/Datastreams(${a.streams.supplyC})/Observations`,
      JSON.stringify({ phenomenonTime: at, result: 61.5 }),
      {
        qos: 1
      }
    )
    expect(t.latest(a.streams.supplyC!)).toBe(61.5)
    await c.publishAsync('v1.1/Observations', JSON.stringify({ result: 62, Datastream: { '@iot.id': a.streams.supplyC } }), {
      qos: 1
    })
    expect(t.latest(a.streams.supplyC!)).toBe(62)
  })

  test('what is wrong is noted and stops nothing', async () => {
    const c = await connect(as(a), { protocolVersion: 5 })
    await expect(c.publishAsync(topic(a), '{"ts": 1', { qos: 1 })).rejects.toThrow(/153|invalid/i)
    await c.publishAsync(topic(a), JSON.stringify({ values: { supplyC: 'hot', nothing: 1, doorOpen: false } }), { qos: 1 })
    await t.gateways.book.write()
    const row = await deviceRow(a)
    expect(row.faults).toBeGreaterThanOrEqual(3)
    expect(t.latest(a.streams.doorOpen!)).toBe(0)
  })
})

describe('rights', () => {
  test('a device speaks for itself and listens to itself', async () => {
    const c = await connect(as(a), { protocolVersion: 5 })
    await expect(c.publishAsync(topic(b), JSON.stringify({ values: { supplyC: 1 } }), { qos: 1 })).rejects.toThrow(
      /135|authorized/i
    )
    const foreign = `v1.1/Datastreams(${b.streams.supplyC})/Observations`
    await expect(c.publishAsync(foreign, JSON.stringify({ result: 1 }), { qos: 1 })).rejects.toThrow()
    await c.publishAsync('v1.1/Observations', JSON.stringify({ result: 1, Datastream: { '@iot.id': b.streams.supplyC } }), {
      qos: 1
    })
    expect(t.latest(b.streams.supplyC!)).toBeUndefined()
    for (const filter of ['#', 'city/#', `city/+/+/${b.code}/down/#`, foreign, 'v1.1/Observations']) {
      await expect(c.subscribeAsync(filter, { qos: 1 })).rejects.toThrow()
    }
    const own = await c.subscribeAsync([`city/+/+/${a.code}/down/#`, `v1.1/Datastreams(${a.streams.supplyC})/Observations`], {
      qos: 1
    })
    expect(own.map((g) => g.qos)).toEqual([1, 1])
  })

  test('a disabled device and a rotated secret end connections at once', async () => {
    const d = await station(t, { supplyC: 'number' }, { protocol: 'mqtt' })
    const c = await connect(as(d))
    const closed = new Promise<void>((done) => c.once('close', () => done()))
    const admin = await t.as('dataadmin')
    const { rotateDeviceSecret } = await import('../commands/devices.ts')
    expect(admin).toBeDefined()
    const { SYSTEM } = await import('../../../platform/actor.ts')
    const secret = await rotateDeviceSecret(t.app.http.keyring)(t.database.db, SYSTEM, { id: d.id })
    await t.settle()
    await closed
    await expect(connect(as(d))).rejects.toThrow()
    expect((await connect({ username: d.code, password: secret })).connected).toBe(true)
  })
})

describe('what is heard', () => {
  test('the latest first, then each new observation, narrowed by $select; QoS 0 and 1', async () => {
    const c = await connect(as(a))
    const got = told(c)
    const base = `v1.1/Datastreams(${a.streams.supplyC})/Observations`
    await c.publishAsync(base, JSON.stringify({ result: 70 }), { qos: 1 })
    await c.subscribeAsync([base, `${base}?$select=result`], { qos: 1 })
    await until(() => got.length >= 2)
    expect(got.every((m) => m.retain)).toBe(true)
    expect(JSON.parse(got.find((m) => m.topic === base)!.body)).toMatchObject({
      result: 70,
      '@iot.id': expect.stringContaining('-')
    })
    expect(JSON.parse(got.find((m) => m.topic !== base)!.body)).toEqual({ result: 70 })
    await c.publishAsync(base, JSON.stringify({ result: 71 }), { qos: 1 })
    await until(() => got.filter((m) => JSON.parse(m.body).result === 71).length >= 2)
    expect(got.at(-1)!.retain).toBe(false)
  })

  test('a session is kept for who wants it: what came meanwhile is delivered', async () => {
    const who = { ...as(a), clientId: 'kept', clean: false }
    const first = await connect(who)
    await first.subscribeAsync(`v1.1/Datastreams(${a.streams.supplyC})/Observations`, { qos: 1 })
    await first.endAsync()
    const other = await connect(as(a))
    await other.publishAsync(`v1.1/Datastreams(${a.streams.supplyC})/Observations`, JSON.stringify({ result: 81 }), { qos: 1 })
    const again = mqtt.connect(url(), { ...who, reconnectPeriod: 0 })
    clients.push(again)
    const got = told(again)
    await until(() => got.some((m) => JSON.parse(m.body).result === 81))
  })

  test('a will says that a device is gone; the platform says so after a grace, once', async () => {
    const d = await station(t, { supplyC: 'number' }, { protocol: 'mqtt' })
    const listener = await connect(as(d), { clientId: 'listener' })
    expect(listener.connected).toBe(true)
    const c = await connect(as(d), {
      clientId: 'dies',
      will: { topic: topic(d, 'status'), payload: Buffer.from('{"online":false}'), qos: 1, retain: true }
    })
    await t.gateways.book.write()
    expect((await deviceRow(d)).state).toBe('online')
    c.stream.destroy()
    listener.stream.destroy()
    await until(() => t.gateways.broker.figures.connections === 0 || !c.connected)
    const { sweepSilent } = await import('../commands/device-state.ts')
    const { SYSTEM } = await import('../../../platform/actor.ts')
    await until(async () => {
      await t.gateways.book.write()
      const { rows } = await sql<{
        lost: Date | null
      }>`select lost_at as lost from streams.device where item_id = ${d.id}`.execute(t.database.db)
      return rows[0]!.lost !== null
    })
    expect(await sweepSilent(t.database.db, SYSTEM, null)).toBe(0)
    const later = new Date(Date.now() + 60_000)
    expect(await sweepSilent(t.database.db, SYSTEM, null, later)).toBeGreaterThan(0)
    expect((await deviceRow(d)).state).toBe('offline')
    expect(await sweepSilent(t.database.db, SYSTEM, null, later)).toBe(0)
  })
})

test('commands reach the device, and its answer the platform', async () => {
  const c = await connect(as(a))
  c.on('message', (at, body) => {
    const { msgId, method } = JSON.parse(body.toString())
    c.publish(topic(a, 'reply'), JSON.stringify({ msgId, code: 0, data: { method, at } }), { qos: 1 })
  })
  await c.subscribeAsync(`city/370202/heating/${a.code}/down/#`, { qos: 1 })
  const { commandDevice } = await import('../commands/devices.ts')
  const { SYSTEM } = await import('../../../platform/actor.ts')
  const heard: Record<string, unknown>[] = []
  t.app.hub.watch((e) => {
    if (e.name === 'streams.deviceReplied') heard.push(e.payload)
  })
  await commandDevice(t.database.db, SYSTEM, { id: a.id, msgId: 'm-1', method: 'openFan', params: { minutes: 5 } })
  await t.settle()
  await until(async () => {
    await t.gateways.book.write()
    await t.settle()
    return heard.length > 0
  })
  expect(heard[0]).toMatchObject({
    deviceId: a.id,
    msgId: 'm-1',
    code: 0,
    data: { method: 'openFan', at: `city/370202/heating/${a.code}/down/cmd` }
  })
})

describe.skipIf(!hasMosquitto)('clients of mosquitto', () => {
  const args = (d: MadeDevice) => ['-h', '127.0.0.1', '-p', String(t.gateways.ports.mqtt), '-u', d.code, '-P', d.secret]
  const run = (program: string, more: string[], d = a) =>
    new Promise<{ code: number | null; out: string }>((done) => {
      const child = spawn(program, [...args(d), ...more])
      children.push(child)
      let out = ''
      child.stdout.on('data', (x) => (out += x))
      child.stderr.on('data', (x) => (out += x))
      child.on('close', (code) => done({ code, out }))
    })

  test.each(['mqttv311', 'mqttv5'])('%s: published, stored, heard', async (version) => {
    const base = `v1.1/Datastreams(${a.streams.supplyC})/Observations`
    const value = version === 'mqttv5' ? 91.5 : 90.5
    const listening = run('mosquitto_sub', ['-V', version, '-t', base, '-q', '1', '-R', '-C', '1', '-W', '10'])
    await new Promise((r) => setTimeout(r, 300))
    const sent = await run('mosquitto_pub', ['-V', version, '-t', base, '-q', '1', '-m', JSON.stringify({ result: value })])
    expect(sent).toMatchObject({ code: 0 })
    expect(JSON.parse((await listening).out).result).toBe(value)
    expect(t.latest(a.streams.supplyC!)).toBe(value)
    expect((await run('mosquitto_pub', ['-V', version, '-t', topic(a), '-q', '2', '-m', '{"values":{"supplyC":12}}'])).code).toBe(
      0
    )
    expect(t.latest(a.streams.supplyC!)).toBe(12)
  })

  test('a wrong password is refused in words', async () => {
    const { code, out } = await run('mosquitto_pub', ['-t', topic(a), '-m', '{}', '-P', 'no'])
    expect(code).not.toBe(0)
    expect(out).toMatch(/not authori[sz]ed|bad user name/i)
  })
})

test('single readings of a hidden stream reach nobody, whatever he listens to', async () => {
  const d = await station(t, { gasM3: 'number', open: 'number' }, { protocol: 'mqtt' })
  await sql`update streams.stream set hidden = true where id = ${d.streams.gasM3}`.execute(t.database.db)
  const { streamsOf } = await import('../runtime.ts')
  const streams = await streamsOf(t.database.db)
  await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids: [d.streams.gasM3!, d.streams.open!] } })
  const listener = await station(t, {}, { protocol: 'mqtt', rights: { publish: [], subscribe: ['#'] } })
  const ear = await connect(as(listener))
  const got = told(ear)
  await ear.subscribeAsync('#', { qos: 1 })
  const c = await connect(as(d))
  await c.publishAsync(topic(d), JSON.stringify({ values: { gasM3: 0.01, open: 1 } }), { qos: 1 })
  await until(() => got.some((m) => m.topic === `v1.1/Datastreams(${d.streams.open})/Observations`))
  await new Promise((r) => setTimeout(r, 200))
  expect(got.filter((m) => m.topic.includes(String(d.streams.gasM3)) || m.body.includes('0.01'))).toEqual([])
})

test('entities: a thing that changes is said, as is each property; a new datastream too', async () => {
  const admin = await t.as('dataadmin')
  const { body } = await admin.call<{ token: string }>('POST', '/api/session/tokens', { name: 'ears', days: 1 })
  const ear = await connect({ username: 'any', password: body.token })
  const got = told(ear)
  const { streamsOf } = await import('../runtime.ts')
  const { catalogue } = await streamsOf(t.database.db)
  const thing = catalogue.thingOfItem.get(a.id)!
  await ear.subscribeAsync(
    [`v1.1/Things(${thing})`, `v1.1/Things(${thing})/name`, 'v1.1/Things?$select=id', 'v1.1/Datastreams'],
    { qos: 1 }
  )
  const card = await admin.call<{ version: number }>('GET', `/api/registry/items/heat-station/${a.code}`)
  const edited = await admin.call('PATCH', `/api/registry/items/heat-station/${a.code}`, {
    version: card.body.version,
    changes: { name: '新名字' }
  })
  expect(edited.status).toBeLessThan(300)
  await t.settle()
  await until(() => got.length >= 3)
  const of = (at: string) => JSON.parse(got.find((m) => m.topic === at)?.body ?? 'null')
  expect(of(`v1.1/Things(${thing})`)).toMatchObject({ '@iot.id': thing, name: '新名字' })
  expect(of(`v1.1/Things(${thing})/name`)).toEqual({ name: '新名字' })
  expect(of('v1.1/Things?$select=id')).toEqual({ '@iot.id': thing })
  const made = await station(t, { level: 'number' }, { protocol: 'mqtt' })
  await until(() => got.some((m) => m.topic === 'v1.1/Datastreams' && JSON.parse(m.body)['@iot.id'] === made.streams.level))
  const root = await (await fetch(`${t.url}/sta/v1.1`, { headers: { authorization: `Bearer ${body.token}` } })).text()
  expect(root).toContain(`mqtt://localhost:${t.gateways.ports.mqtt}`)
})
