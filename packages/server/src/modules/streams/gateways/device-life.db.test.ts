import type { DeviceLogPage, DeviceRemoval, DeviceSecret, DeviceView } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SYSTEM } from '../../../platform/actor.ts'
import { AT_WEST, type Client } from '../../../testing.ts'
import { createItem, registryEnv } from '../../registry/index.ts'
import { remindOfCalibration } from '../commands/calibration.ts'
import { forgetDeviceLog } from '../commands/device-log.ts'
import { announceDeviceWords, recordSightings, sweepSilent } from '../commands/device-state.ts'
import { findStream } from '../queries/catalogue.ts'
import { makeStation, makeStream } from '../streams.testing.ts'
import { deviceBed, type GatewayBed, type MadeDevice } from './gateways.testing.ts'

let t: GatewayBed
let admin: Client
let west: MadeDevice
beforeAll(async () => {
  ;({ t, admin, west } = await deviceBed())
})
afterAll(() => t.close())

describe('what becomes of a device', () => {
  const made = async (account: string, attributes: Record<string, unknown> = {}): Promise<DeviceView> => {
    const env = await registryEnv(t.database.db)
    const item = { name: account, class: 'sensor', place: [...AT_WEST] as [number, number], attributes }
    const { code } = await createItem(env)(t.database.db, SYSTEM, {
      type: 'device',
      item: item as never,
      why: { source: 'person' }
    })
    const { body } = await admin.call<DeviceSecret>('POST', '/api/streams/devices', {
      register: 'device',
      code,
      protocol: 'mqtt',
      account,
      thing: { register: 'heat-station', code: west.code }
    })
    return body.device
  }
  const log = async (id: string) =>
    (await admin.call<DeviceLogPage>('GET', `/api/streams/devices/${id}/log`)).body.items.map((e) => e.kind)

  test('its history tells when it was heard, what it was told and answered, and who changed it', async () => {
    const { db } = t.database
    const device = await made('told-1')
    const at = new Date()
    await recordSightings(db, SYSTEM, { seen: new Map([[device.id, at.getTime()]]), lost: new Map() })
    const leader = await t.as('shiftleader')
    const { status, body } = await leader.call<{ msgId: string }>('POST', `/api/streams/devices/${device.id}/commands`, {
      method: 'reboot',
      params: { after: 5 }
    })
    expect(status).toBe(202)
    await announceDeviceWords(db, SYSTEM, {
      words: [{ kind: 'reply', deviceId: device.id, msgId: body.msgId, code: 3, data: { why: 'busy' }, at: at.toISOString() }]
    })
    await admin.call('PUT', `/api/streams/devices/${device.id}`, { version: device.version, enabled: false, firmware: '2.1' })
    expect(await log(device.id)).toEqual(['firmware', 'disabled', 'reply', 'command', 'online', 'connected'])
    const commands = await admin.call<DeviceLogPage>('GET', `/api/streams/devices/${device.id}/log?kinds=command,reply`)
    expect(commands.body.items).toMatchObject([
      { kind: 'reply', by: null, data: { msgId: body.msgId, code: 3, data: { why: 'busy' } } },
      { kind: 'command', data: { msgId: body.msgId, method: 'reboot', params: { after: 5 } } }
    ])
    // Switched off it is offline at the next look.
    await expect
      .poll(async () => {
        await sweepSilent(db, SYSTEM, null)
        return log(device.id)
      })
      .toContain('offline')
    await forgetDeviceLog(db, SYSTEM, null, new Date(Date.now() + 200 * 86_400_000))
    expect(await log(device.id)).toEqual([])
  })

  test('removed: what hangs on it is said first; its streams go on while another device feeds them, and end with the last if so wished', async () => {
    const station = await makeStation(t.database.db)
    const stream = await makeStream(t.database.db, station.thing, 'endsC')
    const thing = { register: 'heat-station', code: station.code }
    const [first, second] = [await made('ends-1'), await made('ends-2')]
    for (const d of [first, second])
      expect((await admin.call('PUT', `/api/streams/devices/${d.id}`, { version: d.version, thing })).status).toBe(200)
    const said = await admin.call<DeviceRemoval>('GET', `/api/streams/devices/${first.id}/removal`)
    expect(said.body).toMatchObject({ streams: [{ id: stream }], others: [{ id: second.id }], waiting: 0 })
    const open = async () => (await findStream(t.database.db, stream))?.removed_at
    expect((await admin.call('DELETE', `/api/streams/devices/${first.id}?endStreams=true`)).status).toBe(204)
    expect(await open()).toBeNull()
    expect((await admin.call('GET', `/api/streams/devices/${first.id}/log`)).status).toBe(404)
    expect((await admin.call('DELETE', `/api/streams/devices/${second.id}?endStreams=true`)).status).toBe(204)
    expect(await open()).not.toBeNull()
  })

  test('the shift leader is reminded of a calibration once for each due date', async () => {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
    const soon = await made('calibrated-1', { calibrationDueOn: day(5) })
    await made('calibrated-2', { calibrationDueOn: day(60) })
    const inbox = async () => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from alarms.notice where kind = 'calibration'
        and link = ${`/streams/devices/${soon.id}`}`.execute(t.database.db)
      return rows[0]!.n
    }
    await remindOfCalibration(t.database.db, SYSTEM, null)
    await remindOfCalibration(t.database.db, SYSTEM, null)
    await t.settle()
    await expect.poll(inbox).toBeGreaterThan(0)
    const once = await inbox()
    await remindOfCalibration(t.database.db, SYSTEM, null)
    await t.settle()
    expect(await inbox()).toBe(once)
    const { rows } =
      await sql`select from alarms.notice where kind = 'calibration' and text->>'zh' like '%calibrated-2%'`.execute(t.database.db)
    expect(rows).toHaveLength(0)
  })
})
