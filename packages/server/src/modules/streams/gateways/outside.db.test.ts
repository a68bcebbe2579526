import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SYSTEM } from '../../../platform/actor.ts'
import { commandDevice } from '../commands/devices.ts'
import { saveMapping } from '../commands/mappings.ts'
import { type GatewayBed, gatewayBed, type MadeDevice, station, until } from './gateways.testing.ts'

const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined

describe.skipIf(!hasMosquitto)('a broker outside (mosquitto)', () => {
  let t: GatewayBed
  let d: MadeDevice
  let port = 0
  let dir = ''
  let broker: ChildProcess
  const startBroker = async () => {
    broker = spawn('mosquitto', ['-c', join(dir, 'm.conf')], { stdio: 'ignore' })
    await until(async () => {
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }).catch(() => null)
      await client?.endAsync()
      return client !== null
    })
  }
  const stopBroker = (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') =>
    new Promise<void>((done) => {
      broker.once('exit', () => done())
      broker.kill(signal)
    })

  beforeAll(async () => {
    port = await new Promise<number>((done) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const at = (probe.address() as { port: number }).port
        probe.close(() => done(at))
      })
    })
    dir = mkdtempSync(join(tmpdir(), 'chengyun-mosquitto-'))
    writeFileSync(
      join(dir, 'm.conf'),
      `listener ${port} 127.0.0.1\nallow_anonymous true\nuser root\npersistence true\npersistence_location ${dir}/\nmax_queued_messages 0\nlog_type none\n`
    )
    await startBroker()
    t = await gatewayBed({ MQTT_URL: `mqtt://127.0.0.1:${port}`, CHENGYUN_GATEWAYS: 'mqtt' })
    d = await station(t, { supplyC: 'number' }, { protocol: 'mqtt' })
    await until(() => t.gateways.isOutsideOpen)
  })
  afterAll(async () => {
    await t.close()
    await stopBroker()
    rmSync(dir, { recursive: true, force: true })
  })

  const publish = async (topic: string, body: unknown) => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 })
    await client.publishAsync(topic, JSON.stringify(body), { qos: 1 })
    await client.endAsync()
  }
  const up = () => `city/370202/heating/${d.code}/up/telemetry`

  test('no endpoint of our own; what the broker has becomes readings', async () => {
    expect(t.gateways.ports.mqtt).toBeUndefined()
    await publish(up(), { values: { supplyC: 41 } })
    await until(() => t.latest(d.streams.supplyC!) === 41)
    await publish(`v1.1/Datastreams(${d.streams.supplyC})/Observations`, { result: 42 })
    await until(() => t.latest(d.streams.supplyC!) === 42)
  })

  test('topics of a mapping are asked for when it is saved', async () => {
    const declaration = {
      key: 'plant',
      name: { zh: '厂', en: 'plant' },
      topic: 'plant/{device}/t',
      device: { from: 'topic' as const },
      values: [{ path: '$', stream: 'supplyC' }]
    }
    await saveMapping(t.database.db, SYSTEM, { declaration, enabled: true, version: null })
    await t.settle()
    await until(async () => {
      await publish(`plant/${d.code}/t`, 43)
      return t.latest(d.streams.supplyC!) === 43
    })
  })

  test('the broker ends and comes back: the session goes on', async () => {
    await stopBroker()
    await until(() => !t.gateways.isOutsideOpen)
    await startBroker()
    // Said while nobody reads: the broker keeps it for the session it knows.
    await publish(up(), { values: { supplyC: 44 } })
    await until(() => t.latest(d.streams.supplyC!) === 44)
    expect(t.gateways.isOutsideOpen).toBe(true)
  })

  test('the broker is killed and has forgotten the session: its topics are asked for anew', async () => {
    await stopBroker('SIGKILL')
    await until(() => !t.gateways.isOutsideOpen)
    await startBroker()
    await until(async () => {
      await publish(up(), { values: { supplyC: 45 } })
      return t.latest(d.streams.supplyC!) === 45
    })
    expect(t.gateways.isOutsideOpen).toBe(true)
  })

  test('commands leave by the broker', async () => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 })
    const got: string[] = []
    client.on('message', (topic, body) => got.push(`${topic} ${body}`))
    await client.subscribeAsync('city/+/+/+/down/cmd', { qos: 1 })
    await commandDevice(t.database.db, SYSTEM, { id: d.id, msgId: 'm9', method: 'stop' })
    await t.settle()
    await until(() => got.length > 0)
    expect(got[0]).toBe(`city/370202/heating/${d.code}/down/cmd {"msgId":"m9","method":"stop","params":{}}`)
    await client.endAsync()
  })
})
