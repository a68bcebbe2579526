/** From a reading to the alarm on an open screen: while a city sends 5,000 readings a second, and when a hundred times as much comes at once. */
import { rmSync } from 'node:fs'
import { sql } from 'kysely'
import type { Rule } from '../../packages/contract/src/alarms/index.ts'
import { findRunningEmbedded } from '../../packages/server/src/platform/db/embedded.ts'
import { openUrl } from '../../packages/server/src/platform/db/open.ts'
import type { Db } from '../../packages/server/src/platform/db.ts'
import type { Bench } from '../lib/bed.ts'
import { scratch } from '../lib/machine.ts'
import { type Product, type Session, startProduct } from '../lib/product.ts'
import { type BenchRow, quantile, round, sleep } from '../lib/stats.ts'

const STREAMS = 5000
/** Readings a second, in posts of so many. */
const PER_S = 5000
const SIZE = 250
const SECONDS = 30
/** Alarms a second among them. */
const ALARMS_PER_S = 10
const BURST = 100
const RULE: Rule = {
  key: 'bench',
  name: { zh: '温度高', en: 'Too hot' },
  on: { type: 'heat-station', stream: 'benchC' },
  condition: { kind: 'threshold', levels: [{ level: 3, atLeast: 90 }], clear: { hysteresis: 10 } },
  source: { standard: 'bench' }
}

export async function run(bench: Bench): Promise<BenchRow[]> {
  const dir = scratch('chengyun-bench-alarms-')
  bench.say('  setting a city up')
  let product = await startProduct({ dataDir: dir })
  try {
    const ids = await withDb(dir, declare)
    // The streams came past the server: it reads its catalogue when it starts.
    await product.stop()
    product = await startProduct({ dataDir: dir })
    const admin = await product.signIn('dataadmin')
    const made = await fetch(`${product.url}/api/alarms/rules`, {
      method: 'POST',
      headers: admin.headers,
      body: JSON.stringify({ rule: RULE, enabled: true, note: '' })
    })
    if (!made.ok) throw new Error(`the rule was refused: ${await made.text()}`)
    await sleep(3000)
    return await withDb(dir, (db) => measure(bench, product, admin, db, ids))
  } finally {
    await product.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function withDb<T>(dir: string, work: (db: Db) => Promise<T>): Promise<T> {
  const embedded = await findRunningEmbedded(dir)
  if (!embedded) throw new Error('the embedded server is not running')
  const { db, close } = await openUrl(embedded.url, 2)
  try {
    return await work(db)
  } finally {
    await close()
  }
}

/** Stations half a kilometre apart, each with one stream. */
async function declare(db: Db): Promise<number[]> {
  await sql`insert into registry.item (type_id, id, code, class_code, name, status, lng, lat, grid_code, attributes, created_at, updated_at)
    select 'heat-station', gen_random_uuid(), 'BENCH-' || n, 'water', '换热站' || n, 'running', 120.0 + (n % 100) * 0.006, 36.0 + (n / 100) * 0.005,
      (select code from geo.pub_unit_grid order by code limit 1), '{}', now(), now() from generate_series(1, ${STREAMS}::int) n`.execute(
    db
  )
  await sql`insert into streams.sensor (name, encoding_type, metadata) values ('bench', 'text/plain', '""')`.execute(db)
  await sql`insert into streams.observed_property (name, definition) values ('bench', 'urn:bench')`.execute(db)
  await sql`with t as (insert into streams.thing (item_id, type_id, created_at) select id, type_id, now() from registry.item where code like 'BENCH-%' returning id)
    insert into streams.stream (thing_id, sensor_id, observed_property_id, key, name, kind, observation_type, unit, low, high, interval_s, stale_after_s, created_at, updated_at)
    select t.id, s.id, p.id, 'benchC', 'bench', 'number', 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
      '{"name": null, "symbol": null, "definition": null}', -50, 2000, 60, 180, now(), now() from t, streams.sensor s, streams.observed_property p
    where s.name = 'bench' and p.name = 'bench'`.execute(db)
  const { rows } = await sql<{ id: number }>`select id from streams.stream where name = 'bench' order by id`.execute(db)
  return rows.map((r) => r.id)
}

async function measure(bench: Bench, product: Product, admin: Session, db: Db, ids: readonly number[]): Promise<BenchRow[]> {
  const heard = new Map<number, number>()
  const stop = new AbortController()
  const leader = await product.signIn('leader')
  const screen = await fetch(`${product.url}/api/live`, { headers: { cookie: leader.cookie }, signal: stop.signal })
  const listening = listen(screen.body!, (stream) => heard.has(stream) || heard.set(stream, performance.now())).catch(
    () => undefined
  )
  const refused: string[] = []
  const post = async (streams: readonly number[], hot: ReadonlySet<number>): Promise<void> => {
    const at = new Date().toISOString()
    const res = await fetch(`${product.url}/sta/v1.1/CreateObservations`, {
      method: 'POST',
      headers: admin.headers,
      body: JSON.stringify(
        streams.map((id) => ({
          Datastream: { '@iot.id': id },
          components: ['phenomenonTime', 'result'],
          'dataArray@iot.count': 1,
          dataArray: [[at, hot.has(id) ? 95 : 40 + (id % 20)]]
        }))
      )
    })
    const text = await res.text()
    if (!res.ok || text.includes('"error"')) refused.push(text.slice(0, 200))
  }
  const steady = await steadily(ids, post)
  await until(() => steady.every(({ stream }) => heard.has(stream)), 10_000)
  const delays = steady.flatMap(({ stream, sent }) => (heard.has(stream) ? [heard.get(stream)! - sent] : []))
  bench.say(`  steady: p50 ${round(quantile(delays, 0.5), 0)}, p95 ${round(quantile(delays, 0.95), 0)} ms`)
  const burst = await suddenly(ids, heard, post)
  bench.say(`  burst: all ${burst.alarms} alarms after ${round(burst.ms, 0)} ms`)
  stop.abort()
  await listening
  const { rows } = await sql<{ n: number; steps: number }>`select count(*)::int as n,
    (select count(*)::int from alarms.step where act = 'raise' and alarm_id in (select id from alarms.alarm where item_code like 'BENCH-%')) as steps
    from alarms.alarm where item_code like 'BENCH-%'`.execute(db)
  const right = rows[0]!.n === steady.length + burst.alarms && rows[0]!.steps === rows[0]!.n && refused.length === 0
  if (refused.length > 0) bench.say(`  refused: ${refused[0]}`)
  const p95 = quantile(delays, 0.95)
  return [
    {
      suite: 'alarms',
      name: `reading in → alarm on an open screen, ${PER_S.toLocaleString('en')} readings/s`,
      unit: 'ms',
      ours: p95,
      limit: null,
      ratio: null,
      target: 'p95 ≤ 500 ms',
      ok: delays.length === steady.length && p95 <= 500,
      note: `p50 ${round(quantile(delays, 0.5), 0)} ms, worst ${round(Math.max(...delays), 0)} ms; ${delays.length} of ${steady.length} heard in ${SECONDS} s; from before the post (SensorThings dataArray, ${SIZE} streams) to the server-sent event`
    },
    {
      suite: 'alarms',
      name: `${BURST} × at once: ${((BURST * PER_S) / 10).toLocaleString('en')} readings and ${burst.alarms} alarms`,
      unit: 'ms',
      ours: burst.ms,
      limit: null,
      ratio: null,
      target: 'all of them, once',
      ok: right,
      note: `to the last of ${burst.alarms} alarms on the screen; all readings acknowledged after ${round(burst.storedMs, 0)} ms; ${rows[0]!.n} alarms in the table, ${steady.length + burst.alarms} wanted; the server holds ${product.rssMb()} MB`
    }
  ]
}

type Post = (streams: readonly number[], hot: ReadonlySet<number>) => Promise<void>

/** All streams in turn at the pace of a city; now and then one that is too hot, each stream once. */
async function steadily(ids: readonly number[], post: Post): Promise<{ stream: number; sent: number }[]> {
  const sent: { stream: number; sent: number }[] = []
  const posts: Promise<void>[] = []
  const began = performance.now()
  const ticks = (SECONDS * PER_S) / SIZE
  for (let k = 0; k < ticks; k++) {
    const first = (k * SIZE) % ids.length
    const part = ids.slice(first, first + SIZE)
    const hot = new Set<number>()
    const wanted = Math.floor(((k + 1) * ALARMS_PER_S * SIZE) / PER_S) - sent.length
    for (let i = 0; i < wanted; i++) {
      const stream = part[Math.floor((k * SIZE) / ids.length) * 2 + i]!
      hot.add(stream)
      sent.push({ stream, sent: performance.now() })
    }
    posts.push(post(part, hot))
    await sleep(Math.max(0, began + ((k + 1) * 1000 * SIZE) / PER_S - performance.now()))
  }
  await Promise.all(posts)
  return sent
}

/** A hundred times what comes in a tenth of a second, from every station at once, a tenth of them too hot. */
async function suddenly(ids: readonly number[], heard: ReadonlyMap<number, number>, post: Post) {
  const hot = new Set(ids.filter((id, i) => i % 10 === 7 && !heard.has(id)))
  const began = performance.now()
  const posts: Promise<void>[] = []
  for (let k = 0; k < (BURST * PER_S) / 10 / SIZE; k++) {
    const first = (k * SIZE) % ids.length
    posts.push(post(ids.slice(first, first + SIZE), hot))
    if (posts.length % 20 === 0) await sleep(1)
  }
  await Promise.all(posts)
  const storedMs = performance.now() - began
  await until(() => [...hot].every((id) => heard.has(id)), 60_000)
  const last = Math.max(...[...hot].map((id) => heard.get(id) ?? Number.POSITIVE_INFINITY))
  return { alarms: hot.size, ms: last - began, storedMs }
}

async function until(isSo: () => boolean, ms: number): Promise<void> {
  for (const ends = performance.now() + ms; performance.now() < ends && !isSo(); ) await sleep(20)
}

async function listen(body: ReadableStream<Uint8Array>, hear: (stream: number) => unknown): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const message = text.slice(0, end)
      text = text.slice(end + 2)
      if (!message.includes('event: alarms.moved')) continue
      const data = /^data: (.*)$/m.exec(message)?.[1]
      const alarm = data && (JSON.parse(data) as { alarm?: { streamId: number } }).alarm
      if (alarm) hear(alarm.streamId)
    }
  }
}
