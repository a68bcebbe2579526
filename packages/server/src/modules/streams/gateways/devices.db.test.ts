import { randomUUID } from 'node:crypto'
import type { DevicePage, DeviceSecret, DeviceView, PayloadMapping, TrialView } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../../testing.ts'
import { pushSignature } from '../domain/push-signature.ts'
import { type GatewayBed, gatewayBed, type MadeDevice, station, until } from './gateways.testing.ts'

let t: GatewayBed
let admin: Client
let west: MadeDevice
let east: MadeDevice
beforeAll(async () => {
  t = await gatewayBed({ CHENGYUN_GATEWAYS: 'none' })
  admin = await t.as('dataadmin')
  west = await station(t, { supplyC: 'number', level: 'number' }, { protocol: 'push' })
  east = await station(t, { supplyC: 'number' }, { protocol: 'push' }, true)
})
afterAll(() => t.close())

const basic = (d: MadeDevice, secret = d.secret) => ({
  authorization: `Basic ${Buffer.from(`${d.code}:${secret}`).toString('base64')}`
})
const push = async (key: string, body: unknown, headers: Record<string, string>) => {
  const res = await fetch(`${t.url}/api/streams/push/${key}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body)
  })
  return { status: res.status, body: (await res.json()) as { readings?: number; faults?: { code: string }[]; code?: string } }
}
const signed = (d: MadeDevice, body: string, over: Record<string, string> = {}) => {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const nonce = randomUUID()
  const used = { timestamp, nonce, ...over }
  return {
    'x-device-account': d.code,
    'x-device-timestamp': used.timestamp,
    'x-device-nonce': used.nonce,
    'x-device-signature': over.signature ?? pushSignature(d.secret, { ...used, body })
  }
}

describe('devices', () => {
  test('connected with a secret that is shown once; listed by who reaches them', async () => {
    const item = await admin.call<{ code: string }>('POST', '/api/registry/items/device', {
      class: 'sensor',
      name: '一号温度',
      attributes: { watchesRegister: 'heat-station', watches: west.code, calibrationDueOn: '2026-03-01' },
      place: [120.3155, 36.0655]
    })
    const { code } = item.body
    const made = await admin.call<DeviceSecret>('POST', '/api/streams/devices', { register: 'device', code, protocol: 'mqtt' })
    expect(made.status).toBe(201)
    expect(made.body.secret).toMatch(/^[\w-]{43}$/)
    expect(made.body.device).toMatchObject({
      code,
      account: code,
      state: 'never',
      thing: { code: west.code },
      can: ['edit', 'rotate']
    })
    const again = await admin.call('POST', '/api/streams/devices', { register: 'device', code, protocol: 'mqtt' })
    expect([again.status, (again.body as { code: string }).code]).toEqual([409, 'STREAMS_DEVICE_EXISTS'])
    const page = await admin.call<DevicePage>('GET', '/api/streams/devices?calibrationDueBy=2026-06-01')
    expect(page.body.items.map((d) => d.code)).toEqual([code])
    expect(JSON.stringify(page.body)).not.toContain(made.body.secret)
    const { rows } = await sql<{ row: unknown }>`select to_jsonb(d) as row from streams.device d`.execute(t.database.db)
    expect(JSON.stringify(rows)).not.toContain(made.body.secret)
    const rotated = await admin.call<DeviceSecret>('POST', `/api/streams/devices/${made.body.device.id}/secret`, {})
    expect(rotated.body.secret).not.toBe(made.body.secret)
    const edited = await admin.call<DeviceView>('PUT', `/api/streams/devices/${made.body.device.id}`, {
      version: rotated.body.device.version,
      enabled: false,
      notes: '停用'
    })
    expect(edited.body).toMatchObject({ enabled: false, notes: '停用' })
    const stale = await admin.call('PUT', `/api/streams/devices/${made.body.device.id}`, { version: 1, notes: 'x' })
    expect(stale.status).toBe(409)
    expect((await admin.call('DELETE', `/api/streams/devices/${made.body.device.id}`)).status).toBe(204)
  })

  test('who may not configure sees no addresses and changes nothing', async () => {
    const leader = await t.as('leader')
    const page = await leader.call<DevicePage>('GET', '/api/streams/devices')
    expect(page.status).toBe(200)
    expect(page.body.items.every((d) => d.can.length === 0 && Object.keys(d.config).length === 0)).toBe(true)
    expect((await leader.call('POST', `/api/streams/devices/${west.id}/secret`, {})).status).toBe(403)
  })

  test('what cannot be is refused by name', async () => {
    const post = (body: object) => admin.call<{ code: string }>('POST', '/api/streams/devices', body)
    expect((await post({ register: 'device', code: 'NONE', protocol: 'mqtt' })).body.code).toBe('STREAMS_DEVICE_ITEM')
    expect((await post({ register: 'heat-station', code: west.code, protocol: 'modbus' })).body.code).toBe(
      'STREAMS_DEVICE_CONFIG'
    )
    const rights = { publish: ['a/#/b'], subscribe: [] }
    expect((await post({ register: 'heat-station', code: west.code, protocol: 'mqtt', rights })).body.code).toBe(
      'STREAMS_DEVICE_TOPIC'
    )
  })
})

describe('push', () => {
  test('telemetry with account and secret: answered after the commit, the same again is the same', async () => {
    const body = { ts: Date.now() - 1000, values: { supplyC: 55.5, nothing: 1 } }
    const first = await push('telemetry', body, basic(west))
    expect(first).toMatchObject({ status: 200, body: { readings: 1, faults: [{ code: 'STREAM_UNKNOWN' }] } })
    expect(t.latest(west.streams.supplyC!)).toBe(55.5)
    expect((await push('telemetry', body, basic(west))).body.readings).toBe(1)
    const { rows } = await sql`select 1 from streams.reading where stream_id = ${west.streams.supplyC}`.execute(t.database.db)
    expect(rows).toHaveLength(1)
    expect((await push('telemetry', body, basic(west, 'wrong'))).status).toBe(401)
    expect((await push('telemetry', body, {})).status).toBe(401)
    expect((await push('telemetry', { values: { nothing: 1 } }, basic(west))).body.code).toBe('STREAMS_PUSH_NOTHING')
    expect((await push('telemetry', '{"ts"', basic(west))).status).toBe(400)
  })

  test('signed: once, in time, to the letter', async () => {
    const body = JSON.stringify({ ts: Date.now() - 900, values: { supplyC: 56.5 } })
    const headers = signed(west, body)
    expect((await push('telemetry', body, headers)).status).toBe(200)
    expect((await push('telemetry', body, headers)).body.code).toBe('STREAMS_PUSH_NONCE')
    expect((await push('telemetry', `${body} `, signed(west, body))).body.code).toBe('STREAMS_PUSH_REFUSED')
    expect((await push('telemetry', body, signed(west, body, { timestamp: '1700000000' }))).body.code).toBe('STREAMS_PUSH_CLOCK')
    expect((await push('telemetry', body, { ...signed(west, body), 'x-device-account': 'nobody' })).body.code).toBe(
      'STREAMS_PUSH_REFUSED'
    )
  })

  test('by a mapping, tried first; a device speaks for itself, a right lets it speak for others', async () => {
    const declaration: PayloadMapping = {
      key: 'maker',
      name: { zh: '某厂', en: 'a maker' },
      each: 'list',
      device: { from: 'path', path: 'id' },
      time: { path: 't', as: 'ms' },
      named: { path: 'v', streams: { temp: { stream: 'supplyC', scale: 0.1 } } }
    }
    const at = Date.now() - 500
    const payload = { list: [west, east].map((d, i) => ({ id: d.code, t: at, v: { temp: 600 + i, bad: 1 } })) }
    const trial = await admin.call<TrialView>('POST', '/api/streams/mappings/try', {
      declaration,
      payload: JSON.stringify(payload)
    })
    expect(trial.body.readings.map((r) => [r.streamId, r.result])).toEqual([
      [west.streams.supplyC, 60],
      [null, 1],
      [east.streams.supplyC, 60.1],
      [null, 1]
    ])
    expect((await push('maker', payload, basic(west))).body.code).toBe('STREAMS_MAPPING_NOT_FOUND')
    const saved = await admin.call('PUT', '/api/streams/mappings/maker', { declaration, enabled: true, version: null })
    expect(saved.status).toBe(200)
    await t.settle()
    await until(() => t.gateways.book.mappings.length === 1)
    const own = await push('maker', payload, basic(west))
    expect(own.body).toMatchObject({ readings: 1 })
    expect(own.body.faults?.map((f) => f.code)).toEqual(['STREAM_UNKNOWN', 'NOT_ALLOWED', 'STREAM_UNKNOWN'])
    expect(t.latest(east.streams.supplyC!)).toBeUndefined()
    const { body: device } = await admin.call<DeviceView>('GET', `/api/streams/devices/${west.id}`)
    const rights = { publish: ['city/+/+/+/up/telemetry'], subscribe: [] }
    await admin.call('PUT', `/api/streams/devices/${west.id}`, { version: device.version, rights })
    await t.settle()
    await until(() => t.gateways.book.byId.get(west.id)?.rights.publish.length === 1)
    expect((await push('maker', payload, basic(west))).body.readings).toBe(2)
    expect(t.latest(east.streams.supplyC!)).toBeCloseTo(60.1)
    const twice = await admin.call('PUT', '/api/streams/mappings/maker', { declaration, enabled: true, version: null })
    expect(twice.status).toBe(409)
    const wrong = { ...declaration, each: 'a..b' }
    expect(
      (await admin.call('PUT', '/api/streams/mappings/maker', { declaration: wrong, enabled: true, version: 1 })).status
    ).toBe(422)
    expect((await admin.call('DELETE', '/api/streams/mappings/maker')).status).toBe(204)
  })

  test('a program with streams:write, by its token', async () => {
    const { body } = await admin.call<{ token: string }>('POST', '/api/session/tokens', { name: 'push', days: 1 })
    const none = await push('telemetry', { values: {} }, { authorization: `Bearer ${body.token}` })
    expect(none.body.code).toBe('STREAMS_MAPPING_NOT_FOUND')
  })
})
