/** Ten thousand devices by one file beside the running server, as `chengyun import devices` makes them: item, history, thing, streams and account of each; beside COPY of the same rows. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { keyringFrom } from '../../packages/server/src/modules/org/index.ts'
import { registryEnv } from '../../packages/server/src/modules/registry/index.ts'
import { provisionDevices, readDeviceRows, saveTemplate } from '../../packages/server/src/modules/streams/index.ts'
import { SYSTEM } from '../../packages/server/src/platform/actor.ts'
import { findRunningEmbedded } from '../../packages/server/src/platform/db/embedded.ts'
import { openUrl } from '../../packages/server/src/platform/db/open.ts'
import type { Db } from '../../packages/server/src/platform/db.ts'
import type { Bench } from '../lib/bed.ts'
import { scratch } from '../lib/machine.ts'
import { type Product, startProduct } from '../lib/product.ts'
import { type BenchRow, round, sleep } from '../lib/stats.ts'

const ROWS = 10_000
const SECRET = 'the-bench-has-a-secret-of-its-own-0123456789'
const TARGET_S = 15
/** What each device observes. */
const STREAMS = ['level', 'temperature']
/** The tables a device leaves rows in (those of its place as a SensorThings Location are left out), by what is not of the set-up of the city. */
const TABLES: readonly [table: string, added: string][] = [
  ['registry.item', `type_id = 'device'`],
  ['registry.change', `type_id = 'device'`],
  ['streams.thing', `type_id = 'device'`],
  ['streams.stream', 'true'],
  ['streams.device', 'true'],
  ['streams.device_log', 'true'],
  ['platform.event', 'seq > $1'],
  ['platform.audit', 'seq > $2']
]

export async function run(bench: Bench): Promise<BenchRow[]> {
  const dir = scratch('chengyun-bench-provision-')
  bench.say('  setting a city up')
  const product = await startProduct({ dataDir: dir, env: { CHENGYUN_SECRET: SECRET }, args: ['--empty'] })
  const running = await findRunningEmbedded(dir)
  if (!running) throw new Error('the embedded server is not running')
  const { db, pool, close } = await openUrl(running.url, 4)
  try {
    return await measure(bench, product, { db, pool })
  } finally {
    await close()
    await product.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function measure(bench: Bench, product: Product, { db, pool }: { db: Db; pool: pg.Pool }): Promise<BenchRow[]> {
  await declare(db)
  await quiet(pool)
  const { rows } = await pool.query<{ event: string; audit: string }>(
    'select event_seq as event, audit_seq as audit from platform.relay'
  )
  const before = [rows[0]!.event, rows[0]!.audit]
  const cpu = product.cpuS()
  const began = performance.now()
  const rowsOfFile = await readDeviceRows(Buffer.from(fileOf(ROWS)))
  const parts = { db, env: await registryEnv(db), keyring: keyringFrom(SECRET), actor: SYSTEM }
  const { made, rows: answers } = await provisionDevices(parts, rowsOfFile, false)
  if (made !== ROWS) throw new Error(JSON.stringify(answers.find((r) => r.faults.length > 0)).slice(0, 400))
  const oursS = (performance.now() - began) / 1000
  await quiet(pool)
  const allS = (performance.now() - began) / 1000
  const cpuS = product.cpuS() - cpu
  bench.say(`  ${ROWS} devices in ${round(oursS, 1)} s, the last event told after ${round(allS, 1)} s`)
  const { seconds, count } = await copyAgain(pool, before)
  bench.say(`  COPY of the same ${count} rows in ${round(seconds, 1)} s`)
  return [
    {
      suite: 'provision',
      name: `${ROWS} devices by a file, ${STREAMS.length} streams each`,
      unit: 's',
      ours: oursS,
      limit: seconds,
      ratio: oursS / seconds,
      target: `≤ ${TARGET_S} s`,
      ok: oursS <= TARGET_S,
      note: `${round(ROWS / oursS, 0)} rows/s, ${round(cpuS, 1)} s of the server process; last event told after ${round(allS, 1)} s; limit: COPY of the ${count} rows they left into tables with the same indexes`
    }
  ]
}

async function declare(db: Db): Promise<void> {
  for (const key of STREAMS) {
    const template = {
      key,
      name: { zh: key, en: key },
      kind: 'number' as const,
      unit: { symbol: 'm', name: { zh: '米', en: 'metre' } },
      decimals: 2,
      intervalS: 60,
      staleAfterS: 300
    }
    await saveTemplate(db, SYSTEM, { typeId: 'device', template })
  }
}

function fileOf(count: number): string {
  const lines = ['account,name,class,lng,lat,protocol,streams,model']
  for (let i = 0; i < count; i += 1) {
    const lng = 120.33 + (i % 100) * 0.001
    const lat = 36.065 + Math.floor(i / 100) * 0.0003
    lines.push(`b-${i},液位计 ${i},sensor,${lng.toFixed(6)},${lat.toFixed(6)},mqtt,all,XL-5`)
  }
  return lines.join('\n')
}

async function quiet(pool: pg.Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query('select 1 from platform.outbox limit 1')
    if (rows.length === 0) return
    await sleep(50)
  }
}

/** The rows that were added, once more by COPY into empty tables with the same indexes and checks. */
async function copyAgain(pool: pg.Pool, before: readonly string[]): Promise<{ seconds: number; count: number }> {
  await pool.query('create schema raw')
  // Where the server may write; it goes with the cluster.
  const { rows } = await pool.query<{ data_directory: string }>('show data_directory')
  const files: string[] = []
  let count = 0
  for (const [i, [table, added]] of TABLES.entries()) {
    await pool.query(`create table raw.t${i} (like ${table} including defaults including constraints including indexes)`)
    const where = added.replace('$1', before[0]!).replace('$2', before[1]!)
    const file = join(rows[0]!.data_directory, `raw-${i}.copy`)
    const { rowCount } = await pool.query(`copy (select * from ${table} where ${where}) to '${file}'`)
    count += rowCount ?? 0
    files.push(file)
  }
  const client = await pool.connect()
  try {
    const began = performance.now()
    await client.query('begin')
    for (const [i, file] of files.entries()) await client.query(`copy raw.t${i} from '${file}'`)
    await client.query('commit')
    return { seconds: (performance.now() - began) / 1000, count }
  } finally {
    client.release()
  }
}
