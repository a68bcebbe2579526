import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { socketUrl } from '../../../platform/db/embedded.ts'
import { type TestApp, testApp } from '../../../testing.ts'
import { type KilledServer, startServer } from '../../alarms/kill-server.testing.ts'
import { type MadeDevice, station } from './gateways.testing.ts'

// The MQTT endpoint is killed under a client that publishes QoS 1, with messages under way; then it comes back.
const BEFORE = 300
const WHILE_AWAY = 100
const AFTER = 100
const dir = mkdtempSync(join(tmpdir(), 'chengyun-endpoint-'))
const base = Math.floor(Date.now() / 1000) * 1000 - 3_600_000
let t: TestApp
let d: MadeDevice
let start: () => Promise<KilledServer>
let server: KilledServer | undefined
let client: MqttClient | undefined
let port = 0
beforeAll(async () => {
  t = await testApp({ CHENGYUN_GATEWAYS: 'none' })
  d = await station(t, { supplyC: 'number' }, { protocol: 'mqtt' })
  await t.app.close()
  port = await new Promise<number>((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const at = (probe.address() as { port: number }).port
      probe.close(() => done(at))
    })
  })
  const { socketDir, port: of } = inject('testServer')
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(t.database.db)
  const settings = { CHENGYUN_GATEWAYS: 'mqtt', MQTT_PORT: String(port), HOST: '127.0.0.1' }
  start = () => startServer(socketUrl(socketDir, of, rows[0]!.name), dir, settings)
})
afterAll(async () => {
  client?.end(true)
  await server?.kill()
  rmSync(dir, { recursive: true, force: true })
  await t.database.close()
})

const stored = async (): Promise<number[]> =>
  (
    await sql<{ value: number }>`select value from streams.reading where stream_id = ${d.streams.supplyC} order by at`.execute(
      t.database.db
    )
  ).rows.map((r) => r.value)

test('what was acknowledged is stored; what was not arrives after the client is connected again, once', async () => {
  server = await start()
  const acknowledged = new Set<number>()
  let said = 0
  client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    username: d.code,
    password: d.secret,
    clientId: 'in-flight',
    clean: false,
    reconnectPeriod: 300
  })
  client.on('error', () => undefined)
  const say = (count: number): void => {
    for (const until = said + count; said < until; said++) {
      const n = said
      const body = JSON.stringify({ ts: base + n * 1000, values: { supplyC: n } })
      client!.publish(`city/370202/heating/${d.code}/up/telemetry`, body, { qos: 1 }, (error) => {
        if (!error) acknowledged.add(n)
      })
    }
  }
  say(20)
  await expect.poll(() => acknowledged.size).toBe(20)
  // It speaks on and on, and the end comes while it is being answered.
  const speaking = setInterval(() => say(5), 2)
  try {
    await expect.poll(() => acknowledged.size, { interval: 1 }).toBeGreaterThan(BEFORE)
    await server.kill()
    await expect.poll(() => client!.connected).toBe(false)
  } finally {
    clearInterval(speaking)
  }
  expect(acknowledged.size).toBeLessThan(said)
  const kept = new Set(await stored())
  expect([...acknowledged].filter((n) => !kept.has(n))).toEqual([])
  say(WHILE_AWAY)
  server = await start()
  await expect.poll(() => acknowledged.size, { timeout: 40_000 }).toBe(said)
  say(AFTER)
  await expect.poll(() => acknowledged.size).toBe(said)
  expect(await stored()).toEqual(Array.from({ length: said }, (_, n) => n))
  // It was away for a moment: its state is written a little later, came once, and never went.
  const state = async () => {
    const { rows } =
      await sql`select state, (select count(*)::int from platform.event where name = 'streams.deviceOnline') as ups,
      (select count(*)::int from platform.event where name = 'streams.deviceOffline') as downs
      from streams.device where item_id = ${d.id}`.execute(t.database.db)
    return rows[0]
  }
  await expect.poll(state, { timeout: 30_000 }).toEqual({ state: 'online', ups: 1, downs: 0 })
}, 150_000)
