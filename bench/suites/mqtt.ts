/** MQTT with acknowledgement after the commit, beside mosquitto, which stores nothing; and a flood with somebody listening to everything. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { sql } from 'kysely'
import { keyringFrom } from '../../packages/server/src/modules/org/index.ts'
import { createItem, registryEnv } from '../../packages/server/src/modules/registry/index.ts'
import { createDevice, createStream, ensureThing } from '../../packages/server/src/modules/streams/index.ts'
import { SYSTEM } from '../../packages/server/src/platform/actor.ts'
import { command } from '../../packages/server/src/platform/command.ts'
import { findRunningEmbedded } from '../../packages/server/src/platform/db/embedded.ts'
import { openUrl } from '../../packages/server/src/platform/db/open.ts'
import type { Bench } from '../lib/bed.ts'
import { scratch } from '../lib/machine.ts'
import { type Account, flood, publishQos1, subscribe } from '../lib/mqtt-load.ts'
import { type Product, startProduct } from '../lib/product.ts'
import { type BenchRow, median, round, sleep } from '../lib/stats.ts'

const SECRET = 'the-bench-has-a-secret-of-its-own-0123456789'
const CONNECTIONS = 50
const WINDOW = 200
/** What a flood may add to the memory of the server, in MB. */
const FLOOD_MB = 400
const AT: [number, number] = [120.3826, 36.0671]

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })

export async function run(bench: Bench): Promise<BenchRow[]> {
  const dir = scratch('chengyun-bench-mqtt-')
  const port = await freePort()
  bench.say('  setting a city up')
  const env = { MQTT_PORT: String(port), CHENGYUN_GATEWAYS: 'mqtt', CHENGYUN_SECRET: SECRET }
  const product = await startProduct({ dataDir: dir, env, args: ['--empty'] })
  const broker = await startMosquitto(bench, dir)
  try {
    const accounts = await makeDevices(dir)
    const rows = await measure(bench, product, port, accounts, broker)
    await accounts.close()
    return rows
  } finally {
    broker?.child.kill()
    await product.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

interface Devices {
  publishers: Account[]
  listener: Account
  /** Readings in the table. */
  stored(): Promise<number>
  close(): Promise<void>
}

const thingOf = command(async (tx, itemId: string, ctx) => ensureThing(tx, itemId, ctx.now))

async function makeDevices(dataDir: string): Promise<Devices> {
  const running = await findRunningEmbedded(dataDir)
  if (!running) throw new Error('the embedded server is not running')
  const { db, close } = await openUrl(running.url, 4)
  const env = await registryEnv(db)
  const keyring = keyringFrom(SECRET)
  const publishers: Account[] = []
  for (let i = 0; i < CONNECTIONS; i += 1) {
    const item = { name: `站 ${i}`, class: 'water', place: AT } as never
    const { id, code } = await createItem(env)(db, SYSTEM, { type: 'heat-station', item })
    const thingId = await thingOf(db, SYSTEM, id)
    const property = { name: 'supply', definition: 'urn:bench:supply' }
    await createStream(db, SYSTEM, { thingId, key: 'supplyC', name: 'supply', sensor: { name: 'bench' }, property })
    // The listener is the first of them with a right more.
    const rights = { publish: [], subscribe: i === 0 ? ['#', 'city/#'] : [] }
    const { secret } = await createDevice(keyring)(db, SYSTEM, { register: 'heat-station', code, protocol: 'mqtt', rights })
    publishers.push({ username: code, password: secret, topic: `city/370202/heating/${code}/up/telemetry` })
  }
  await sleep(3000)
  const stored = async () => (await sql<{ n: number }>`select count(*)::int as n from streams.reading`.execute(db)).rows[0]!.n
  return { publishers, listener: { ...publishers[0]!, topic: '' }, stored, close }
}

interface Mosquitto {
  child: ChildProcess
  port: number
}

async function startMosquitto(bench: Bench, dir: string): Promise<Mosquitto | null> {
  if (spawnSync('mosquitto', ['-h']).error !== undefined && process.getuid?.() === 0) {
    bench.say('  installing mosquitto with apt-get')
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'mosquitto'], { stdio: 'ignore', timeout: 300_000 })
  }
  if (spawnSync('mosquitto', ['-h']).error !== undefined) return null
  const port = await freePort()
  const file = join(dir, 'mosquitto.conf')
  writeFileSync(
    file,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\nlog_type none\n`
  )
  const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' })
  await sleep(500)
  return { child, port }
}

async function measure(
  bench: Bench,
  product: Product,
  port: number,
  { publishers, listener, stored }: Devices,
  broker: Mosquitto | null
): Promise<BenchRow[]> {
  const ours: number[] = []
  const theirs: number[] = []
  let acknowledged = 0
  const side = async (at: number): Promise<number> => {
    const listening = await subscribe(at, listener, 'city/#', 1)
    const load = await publishQos1(at, publishers, WINDOW, bench.seconds)
    if (load.lost > 0 || listening.lost())
      throw new Error(`${load.lost} publishers, subscriber ${listening.lost()}: connections were closed`)
    listening.close()
    if (at === port) acknowledged += load.acknowledged
    return load.acknowledged / load.seconds
  }
  await side(port)
  for (let i = 0; i < bench.rounds; i += 1) {
    const order = i % 2 === 0 ? [true, false] : [false, true]
    for (const mine of order) {
      if (mine) ours.push(await side(port))
      else if (broker) theirs.push(await side(broker.port))
      await sleep(500)
    }
    bench.say(`  round ${i + 1}: ours ${round(ours[i]!, 0)}/s, mosquitto ${round(theirs[i] ?? 0, 0)}/s`)
  }
  const ratio = broker ? median(ours.map((r, i) => r / theirs[i]!)) : null
  const kept = await stored()
  const before = product.rssMb()
  const listening = await subscribe(port, listener, '#', 0)
  let peak = before
  const watching = setInterval(() => {
    peak = Math.max(peak, product.rssMb())
  }, 100)
  const load = await flood(port, publishers, WINDOW, Math.max(10, bench.seconds))
  clearInterval(watching)
  const survived = load.lost === 0 && !listening.lost() && (await fetch(`${product.url}/healthz`)).ok
  const heard = listening.received()
  listening.close()
  return [
    {
      suite: 'mqtt',
      name: `QoS 1 → stored → PUBACK, ${CONNECTIONS} connections, one subscriber`,
      unit: '/s',
      ours: median(ours),
      limit: broker ? median(theirs) : null,
      ratio,
      target: '≥ 0.50',
      ok: kept < acknowledged ? false : ratio === null ? null : ratio >= 0.5,
      note: `${broker ? 'limit: mosquitto, which stores nothing; QoS 1 subscriber on city/#' : 'mosquitto is not installed: not compared'}; ${acknowledged} acknowledged, ${kept} in the table`
    },
    {
      suite: 'mqtt',
      name: `flood: ${CONNECTIONS} connections, QoS 0, ${WINDOW} deep, a subscriber on #`,
      unit: 'MB',
      ours: peak - before,
      limit: null,
      ratio: null,
      target: `lives, ≤ ${FLOOD_MB} MB more`,
      ok: survived && peak - before <= FLOOD_MB,
      note: `${round(load.sent / load.seconds, 0)}/s taken, ${round(heard / load.seconds, 0)}/s heard; memory ${before} → ${peak} MB`
    }
  ]
}
