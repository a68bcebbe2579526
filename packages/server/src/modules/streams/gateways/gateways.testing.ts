// Stations with devices for the tests of the gateways: the same commands people use.

import type { DeviceCreate, StreamKind } from '@chengyun/contract/streams'
import { SYSTEM } from '../../../platform/actor.ts'
import { command } from '../../../platform/command.ts'
import { AT_WEST, type Client, type TestApp, testApp } from '../../../testing.ts'
import { createItem, registryEnv } from '../../registry/index.ts'
import { createStream, ensureThing } from '../commands/catalogue.ts'
import { createDevice } from '../commands/devices.ts'
import { streamsOf } from '../runtime.ts'
import type { Gateways } from './gateways.ts'
import { gatewaysOf } from './plugin.ts'

export interface GatewayBed extends TestApp {
  gateways: Gateways
  /** Address of the server's HTTP. */
  url: string
  latest(streamId: number): number | undefined
}

/** The whole program with its gateways open on free ports. */
export async function gatewayBed(over: Record<string, string> = {}): Promise<GatewayBed> {
  const t = await testApp({ MQTT_PORT: '0', HJ212_PORT: '0', MQTT_TLS_PORT: '0', HOST: '127.0.0.1', ...over })
  const url = await t.app.http.listen({ port: 0, host: '127.0.0.1' })
  const gateways = gatewaysOf(t.database.db)!
  const streams = await streamsOf(t.database.db)
  return Object.assign(t, { gateways, url, latest: (id: number) => streams.latest.get(id)?.value })
}

const thingOf = command(async (tx, input: { itemId: string }, ctx) => ensureThing(tx, input.itemId, ctx.now))

export interface MadeDevice {
  id: string
  code: string
  secret: string
  streams: Record<string, number>
}

/** A heat station with these streams and a device of this protocol. */
export async function station(
  t: TestApp,
  streams: Record<string, StreamKind>,
  device: Partial<DeviceCreate> & Pick<DeviceCreate, 'protocol'>,
  place: [number, number] = AT_WEST
): Promise<MadeDevice> {
  const { db } = t.database
  const env = await registryEnv(db)
  const item = { name: '换热站', class: 'water', place } as never
  const { id, code } = await createItem(env)(db, SYSTEM, { type: 'heat-station', item })
  const thingId = await thingOf(db, SYSTEM, { itemId: id })
  const made: Record<string, number> = {}
  for (const [key, kind] of Object.entries(streams)) {
    const draft = {
      thingId,
      key,
      name: key,
      kind,
      sensor: { name: 'test' },
      property: { name: key, definition: `urn:test:${key}` }
    }
    made[key] = (await createStream(db, SYSTEM, draft)).id
  }
  const { secret } = await createDevice(t.app.http.keyring)(db, SYSTEM, { register: 'heat-station', code, ...device })
  await t.settle()
  const gateways = gatewaysOf(db)!
  await until(() => gateways.book.byId.has(id))
  const { catalogue } = await streamsOf(db)
  await until(() => Object.values(made).every((s) => catalogue.has(s)))
  return { id, code, secret, streams: made }
}

/** What a device proves itself with over HTTP. */
export const basicOf = (d: MadeDevice, secret = d.secret): string =>
  `Basic ${Buffer.from(`${d.code}:${secret}`).toString('base64')}`

export interface DeviceBed {
  t: GatewayBed
  admin: Client
  west: MadeDevice
}

/** A station in the west whose device sends by HTTP, and who configures devices; no gateway listens. */
export async function deviceBed(): Promise<DeviceBed> {
  const t = await gatewayBed({ CHENGYUN_GATEWAYS: 'none' })
  const west = await station(t, { supplyC: 'number', level: 'number' }, { protocol: 'push' })
  return { t, admin: await t.as('dataadmin'), west }
}

/** Wait until something is so; rejects after so many seconds: a machine that is busy with others is slow. */
export async function until(isSo: () => boolean | Promise<boolean>, what = 'the condition', seconds = 25): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise((r) => setTimeout(r, 10))
  }
}
