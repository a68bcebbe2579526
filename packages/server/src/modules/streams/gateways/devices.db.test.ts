import { randomUUID } from 'node:crypto'
import type { DevicePage, DeviceSecret, DeviceView, PayloadMapping, ProvisionReport, TrialView } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AT_EAST, type Client } from '../../../testing.ts'
import { pushSignature } from '../domain/push-signature.ts'
import { basicOf, deviceBed, type GatewayBed, type MadeDevice, station, until } from './gateways.testing.ts'

let t: GatewayBed
let admin: Client
let west: MadeDevice
let east: MadeDevice
beforeAll(async () => {
  ;({ t, admin, west } = await deviceBed())
  east = await station(t, { supplyC: 'number' }, { protocol: 'push' }, AT_EAST)
})
afterAll(() => t.close())

const basic = (d: MadeDevice, secret?: string) => ({ authorization: basicOf(d, secret) })
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
      can: ['edit', 'rotate', 'remove']
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

describe('devices by a file', () => {
  const send = async (text: string | Buffer, query = '', type = 'text/csv') => {
    const res = await t.app.http.inject({
      method: 'POST',
      url: `/api/streams/devices/provision${query}`,
      headers: { cookie: admin.cookie, 'x-csrf-token': admin.csrf, 'content-type': type },
      payload: text
    })
    return { status: res.statusCode, body: res.body }
  }
  const file = () =>
    [
      '账号,名称,分类,经度,纬度,协议,对象台账,对象编码,感知项,MN,密码,model',
      `lw-1,液位一,sensor,120.3155,36.0655,mqtt,heat-station,${west.code},level,,,XL-5`,
      'hj-1,扬尘一,station,120.3155,36.0655,hj212,,,,MN0001,123456,',
      'bad-1,坏,nonsense,120.3155,36.0655,mqtt,,,,,,',
      'bad-2,坏,sensor,500,36,telex,heat-station,,,,,'
    ].join('\n')

  test('a dry run makes nothing; then each row is made, or refused with its reasons; called again it goes on', async () => {
    const template = await admin.call('PUT', '/api/streams/templates/heat-station/level', {
      declaration: {
        key: 'level',
        name: { zh: '液位', en: 'level' },
        kind: 'number',
        unit: { symbol: 'm', name: { zh: '米', en: 'metre' } },
        decimals: 2,
        intervalS: 60,
        staleAfterS: 300
      }
    })
    expect(template.status).toBe(200)
    const dry = JSON.parse((await send(file(), '?dryRun=true')).body) as ProvisionReport
    expect(dry).toMatchObject({ dryRun: true, read: 4, made: 2, refused: 2 })
    expect(dry.rows[0]).toMatchObject({ outcome: 'wouldMake', account: 'lw-1', secret: null, thing: west.code })
    const made = JSON.parse((await send(file())).body) as ProvisionReport
    expect(made).toMatchObject({ dryRun: false, made: 2, refused: 2 })
    expect(made.rows[0]).toMatchObject({ outcome: 'made', account: 'lw-1', thing: west.code })
    expect(made.rows[0]?.streams).toContain('level')
    expect(made.rows[1]).toMatchObject({ outcome: 'made', secret: '123456' })
    expect(made.rows[2]?.faults[0]?.code).toBe('REGISTRY_ITEM_INVALID')
    expect(made.rows[3]?.faults.map((f) => f.column)).toEqual(['protocol', 'lng', 'thingCode'])
    await t.settle()
    await until(() => t.gateways.book.byMn.has('MN0001'))
    expect(t.gateways.identities.device('lw-1', made.rows[0]!.secret!)).not.toBeNull()
    const again = await send(file(), '?format=csv')
    expect(
      again.body
        .split('\n')
        .slice(1, 3)
        .map((l) => l.split(',')[1])
    ).toEqual(['exists', 'exists'])
    expect((await send('\u0000PK', '', 'application/octet-stream')).status).toBeLessThan(500)
  })

  test('a row that cannot be made takes none of its neighbours with it, and leaves nothing', async () => {
    const rows = ['many-1', 'many-2', 'many-2', 'many-4', 'many-5'].map(
      (account, i) => `${account},液位,sensor,120.3155,36.0655,mqtt,heat-station,${west.code},${i === 3 ? 'nothing' : 'level'}`
    )
    const text = ['账号,名称,分类,经度,纬度,协议,对象台账,对象编码,感知项', ...rows].join('\n')
    const devices = async () =>
      (await sql<{ n: number }>`select count(*)::int as n from registry.item where type_id = 'device'`.execute(t.database.db))
        .rows[0]!.n
    const before = await devices()
    const dry = JSON.parse((await send(text, '?dryRun=true')).body) as ProvisionReport
    const made = JSON.parse((await send(text)).body) as ProvisionReport
    expect(dry.rows.map((r) => r.outcome)).toEqual(['wouldMake', 'wouldMake', 'refused', 'refused', 'wouldMake'])
    expect(made.rows.map((r) => [r.line, r.outcome])).toEqual([
      [2, 'made'],
      [3, 'made'],
      [4, 'refused'],
      [5, 'refused'],
      [6, 'made']
    ])
    expect(made.rows[2]?.faults[0]).toMatchObject({ code: 'STREAMS_ACCOUNT_TAKEN' })
    expect(made.rows[2]?.faults[0]?.message).toContain('many-2')
    expect(made.rows[3]?.faults[0]?.code).toBe('STREAMS_TEMPLATE_NOT_FOUND')
    expect(await devices()).toBe(before + 3)
  })
})
