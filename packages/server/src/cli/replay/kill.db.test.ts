import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf, replay } from './run.ts'

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url))
const MAP = fileURLToPath(new URL('../../../../../cities/maps/nyc311.json', import.meta.url))
const ORDERS = 150
/** Transitions after which the server is killed: in the middle of nearly every order under way. */
const KILL_AFTER = [250, 700]

let folder: string
let port: number
let server: ChildProcess

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port: found } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return found
}

function launch(): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    PORT: String(port),
    HOST: '127.0.0.1',
    CHENGYUN_DATA: join(folder, 'data'),
    CHENGYUN_LOG: 'error',
    CHENGYUN_DEMO_SCALE: '0',
    CHENGYUN_GATEWAYS: 'none'
  }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, '--city', 'new-york', '--no-simulate'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit']
  })
  child.once('exit', (code) => code && process.stderr.write(`the server ended with ${code}\n`))
  return child
}

async function ready(): Promise<void> {
  for (let i = 0; i < 600; i += 1) {
    const ok = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (r) => r.ok,
      () => false
    )
    if (ok) return
    await sleep(200)
  }
  throw new Error('the server did not get ready')
}

/** A made-up file in the columns of the New York map: every borough, several classes, some rows without coordinates, two broken. */
function ordersFile(): string {
  const kinds = [
    ['NYPD', 'Illegal Parking', 'Blocked Hydrant'],
    ['DSNY', 'Dirty Condition', 'Trash'],
    ['DOT', 'Street Condition', 'Pothole'],
    ['DPR', 'Damaged Tree', 'Branch or Limb Has Fallen Down'],
    ['HPD', 'HEAT/HOT WATER', 'ENTIRE BUILDING']
  ] as const
  const spots = [
    ['MANHATTAN', 40.7484, -73.9857],
    ['BROOKLYN', 40.6782, -73.9442],
    ['QUEENS', 40.7282, -73.7949],
    ['BRONX', 40.8448, -73.8648]
  ] as const
  const rows = Array.from({ length: ORDERS }, (_, i) => {
    const [agency, type, descriptor] = kinds[i % kinds.length]!
    const [borough, lat, lng] = spots[i % spots.length]!
    const at = new Date(Date.UTC(2026, 3, 1, 12, i)).toISOString().slice(0, 23)
    const place = i % 10 === 9 ? [borough, '', ''] : [borough, (lat + i / 40_000).toFixed(6), (lng - i / 40_000).toFixed(6)]
    return [`T${1000 + i}`, at, '', agency, type, descriptor, 'Street', '10001', 'NEW YORK', ...place].join(',')
  })
  const header =
    'unique_key,created_date,closed_date,agency,complaint_type,descriptor,location_type,incident_zip,city,borough,latitude,longitude'
  const broken = [
    'T1,not a time,,NYPD,Noise,Loud,Street,10001,NEW YORK,QUEENS,40.7,-73.8',
    'T2,2026-04-01T00:00:00.000,,NYPD,Noise,Loud,Street,10001,NEW YORK,QUEENS,10.7,-73.8'
  ]
  return `${[header, ...rows, ...broken].join('\n')}\n`
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-kill-'))
  port = await freePort()
  await writeFile(join(folder, 'orders.csv'), ordersFile())
  server = launch()
  await ready()
}, 180_000)

afterAll(async () => {
  if (server?.exitCode === null) {
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  await rm(folder, { recursive: true, force: true })
}, 60_000)

test('a server killed twice in the middle of a replay loses no acknowledged transition', async () => {
  const kills = [...KILL_AFTER]
  let done = false
  const journal = join(folder, 'journal.ndjson')
  const acknowledged = async (): Promise<number> => {
    return (await readFile(journal, 'utf8').catch(() => '')).split('\n').length
  }
  const killer = (async () => {
    while (!done && kills.length > 0) {
      if ((await acknowledged()) >= kills[0]!) {
        kills.shift()
        server.kill('SIGKILL')
        await once(server, 'exit')
        server = launch()
        await ready()
      }
      await sleep(20)
    }
  })()
  const report = await replay(
    {
      file: join(folder, 'orders.csv'),
      map: MAP,
      url: `http://127.0.0.1:${port}`,
      speed: Number.POSITIVE_INFINITY,
      limit: Number.POSITIVE_INFINITY,
      concurrency: 12,
      seed: 'kill',
      journal,
      resume: false,
      patienceS: 90
    },
    { say: () => undefined, progress: () => undefined, stopped: () => false }
  )
  done = true
  await killer
  expect(kills).toEqual([])
  expect(report.retries).toBeGreaterThan(0)
  expect(report.audit.lost).toEqual([])
  expect(report.audit.broken).toEqual([])
  expect(report.audit.verified).toBe(ORDERS)
  expect(report.rejected).toBe(2)
  expect(report.failed).toEqual([])
  expect(faultsOf(report)).toEqual([])
}, 300_000)

test('the same file again adds nothing: every order is already there', async () => {
  const report = await replay(
    {
      file: join(folder, 'orders.csv'),
      map: MAP,
      url: `http://127.0.0.1:${port}`,
      speed: Number.POSITIVE_INFINITY,
      limit: Number.POSITIVE_INFINITY,
      concurrency: 12,
      seed: 'again',
      journal: join(folder, 'again.ndjson'),
      resume: false,
      patienceS: 30
    },
    { say: () => undefined, progress: () => undefined, stopped: () => false }
  )
  expect(report).toMatchObject({ foreign: ORDERS, transitions: 0, rejected: 2 })
  expect(faultsOf(report)).toEqual([])
}, 120_000)
