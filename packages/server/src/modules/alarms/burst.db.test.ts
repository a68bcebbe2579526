import { setTimeout as pause } from 'node:timers/promises'
import type { Rule } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { poolOf } from '../../platform/db.ts'
import { type GatewayBed, gatewayBed, type MadeDevice, station } from '../streams/gateways/gateways.testing.ts'
import { streamsOf } from '../streams/index.ts'
import { createRule } from './commands/rules.ts'
import { judgeOf } from './judge/judge.ts'

// A hundred times what a small city says in a second, at once, by every way there is, while the database does not answer at first.
/** Stations that speak SensorThings, readings of each, stations of one post. */
const [STATIONS, EACH, PER_POST] = [200, 40, 5]
/** Devices that push, posts of each, readings of a post; devices on MQTT, publications of each. */
const [PUSHING, POSTS, PUSHED, TALKING, SAID] = [4, 25, 25, 4, 250]
const TOTAL = STATIONS * EACH + PUSHING * POSTS * PUSHED + TALKING * SAID
/** Readings that may wait. */
const QUEUE = 2000
const HOT = 95
/** Readings that are too hot, at the end of every tenth station. */
const LAST = 5
const base = Date.now() - 3_600_000
const RULE: Rule = {
  key: 'burst',
  name: { zh: '甲烷', en: 'Methane' },
  on: { type: 'heat-station', stream: 'gasLel' },
  condition: { kind: 'threshold', levels: [{ level: 3, atLeast: 90 }], clear: { hysteresis: 10 } },
  source: { standard: 'test' }
}

let t: GatewayBed
let token: string
let cookie: string
const stations: number[] = []
const pushing: MadeDevice[] = []
const talking: MadeDevice[] = []
beforeAll(async () => {
  t = await gatewayBed({ CHENGYUN_STREAM_QUEUE: String(QUEUE), CHENGYUN_GATEWAYS: 'mqtt' })
  const { db } = t.database
  for (let i = 0; i < PUSHING; i++) pushing.push(await station(t, { gasLel: 'number' }, { protocol: 'push' }))
  for (let i = 0; i < TALKING; i++) talking.push(await station(t, { gasLel: 'number' }, { protocol: 'mqtt' }))
  const model = pushing[0]!
  await sql`insert into registry.item (type_id, id, code, class_code, name, status, lng, lat, grid_code, attributes, created_at, updated_at)
    select type_id, gen_random_uuid(), 'BURST-' || n, class_code, name || n, status, lng, lat, grid_code, attributes, now(), now()
    from registry.item, generate_series(1, ${STATIONS}::int) n where id = ${model.id}`.execute(db)
  const { rows } = await sql<{ id: number }>`with t as (insert into streams.thing (item_id, type_id, created_at)
      select id, type_id, now() from registry.item where code like 'BURST-%' returning id)
    insert into streams.stream (thing_id, sensor_id, observed_property_id, key, name, kind, observation_type, unit, created_at, updated_at)
    select t.id, m.sensor_id, m.observed_property_id, m.key, m.name, m.kind, m.observation_type, m.unit, now(), now()
    from t, streams.stream m where m.id = ${model.streams.gasLel} returning id`.execute(db)
  stations.push(...rows.map((r) => r.id).sort((a, b) => a - b))
  const streams = await streamsOf(db)
  await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids: stations } })
  await createRule(db, SYSTEM, { rule: RULE, enabled: true, note: '' })
  await t.settle()
  await streams.followers.start()
  const admin = await t.as('dataadmin')
  token = (await admin.call<{ token: string }>('POST', '/api/session/tokens', { name: 'burst', days: 1 })).body.token
  cookie = (await t.as('leader')).cookie
}, 120_000)
afterAll(() => t?.close())

const isHot = (i: number): boolean => i % 10 === 7
const value = (i: number, n: number, of: number): number => (isHot(i) && n >= of - LAST ? HOT : 20 + ((i + n) % 30))

interface Refusal {
  code: unknown
  retryAfter: string | null
}
const refusals: Refusal[] = []

/** Posts until it is taken; whoever is refused is told how, and when to come again. */
async function insist(path: string, authorization: string, body: unknown): Promise<void> {
  for (;;) {
    const headers = { 'content-type': 'application/json', authorization }
    const res = await fetch(t.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    const answer = await res.text()
    if (res.ok) {
      expect(answer).not.toContain('error')
      return
    }
    expect([429, 503]).toContain(res.status)
    refusals.push({ code: (JSON.parse(answer) as { code: unknown }).code, retryAfter: res.headers.get('retry-after') })
    await pause(Number(refusals.at(-1)!.retryAfter) * 1000 * (0.5 + Math.random()))
  }
}

const observe = (first: number): Promise<void> =>
  insist(
    '/sta/v1.1/CreateObservations',
    `Bearer ${token}`,
    stations.slice(first, first + PER_POST).map((id, k) => ({
      Datastream: { '@iot.id': id },
      components: ['phenomenonTime', 'result'],
      dataArray: Array.from({ length: EACH }, (_, n) => [new Date(base + n * 1000).toISOString(), value(first + k, n, EACH)])
    }))
  )

const push = (d: MadeDevice, post: number): Promise<void> =>
  insist(
    '/api/streams/push/telemetry',
    `Basic ${Buffer.from(`${d.code}:${d.secret}`).toString('base64')}`,
    Array.from({ length: PUSHED }, (_, k) => ({ ts: base + (post * PUSHED + k) * 1000, values: { gasLel: 30 } }))
  )

async function talk(d: MadeDevice, i: number): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${t.gateways.ports.mqtt}`, { username: d.code, password: d.secret })
  const topic = `city/370202/heating/${d.code}/up/telemetry`
  const say = (n: number) =>
    client.publishAsync(topic, JSON.stringify({ ts: base + n * 1000, values: { gasLel: value(i, n, SAID) } }), { qos: 1 })
  await Promise.all(Array.from({ length: SAID }, (_, n) => say(n)))
  await client.endAsync()
}

test(`${TOTAL} readings at once: stored once, alarms right and once, others are answered, no more waits than may`, async () => {
  const { db } = t.database
  // It looks for rules and streams once a second: what comes before it has seen them is judged without them.
  const watched = () => judgeOf(db).judging?.rules.get(`city/${RULE.key}`)?.streams.size
  await expect.poll(watched).toBe(STATIONS + PUSHING + TALKING)
  const { intake } = await streamsOf(db)
  const rss = process.memoryUsage().rss
  let isOver = false
  const took: number[] = []
  let most = 0
  const asking = (async () => {
    while (!isOver) {
      const began = performance.now()
      const res = await fetch(`${t.url}/api/session`, { headers: { cookie } })
      expect(res.status).toBe(200)
      await res.text()
      took.push(performance.now() - began)
      most = Math.max(most, intake.counts.waiting)
      await pause(20)
    }
  })()
  const disk = await poolOf(db).connect()
  await disk.query('begin; lock table streams.journal in exclusive mode')
  const sending = Promise.all([
    ...Array.from({ length: STATIONS / PER_POST }, (_, k) => observe(k * PER_POST)),
    ...pushing.flatMap((d) => Array.from({ length: POSTS }, (_, k) => push(d, k))),
    ...talking.map((d, i) => talk(d, i * 7))
  ])
  try {
    const kinds = () => new Set(refusals.map((r) => String(r.code))).size
    await expect.poll(kinds, { timeout: 20_000 }).toBe(2)
  } finally {
    await disk.query('commit')
    disk.release()
  }
  await sending
  // A client that did not hear that all is well sends it again.
  await Promise.all([observe(0), observe(10), push(pushing[0]!, 0)])
  isOver = true
  await asking

  expect(refusals.every((r) => r.retryAfter === '1')).toBe(true)
  // SensorThings says its status as the code; our own routes say the word.
  expect(new Set(refusals.map((r) => r.code))).toEqual(new Set([503, 'STREAMS_TOO_MANY']))
  expect(took.length).toBeGreaterThan(10)
  expect(took.sort((a, b) => a - b)[Math.floor(took.length * 0.95)]).toBeLessThan(3000)
  // One batch is always let in, and what devices were allowed to hand in goes as one.
  expect(most).toBeLessThanOrEqual(QUEUE + TALKING * SAID + PUSHED)
  expect(process.memoryUsage().rss - rss).toBeLessThan(400 * 1024 * 1024)

  const { rows } = await sql<{ n: number; streams: number }>`select count(*)::int as n, count(distinct stream_id)::int as streams
    from streams.reading`.execute(db)
  expect(rows[0]).toEqual({ n: TOTAL, streams: STATIONS + PUSHING + TALKING })
  const hot = [
    ...stations.filter((_, i) => isHot(i)).map((id) => ({ id, from: EACH - LAST })),
    ...talking.flatMap((d, i) => (isHot(i * 7) ? [{ id: d.streams.gasLel!, from: SAID - LAST }] : []))
  ]
  const expected = hot.map(({ id, from }) => ({ stream: id, level: 3, began: base + from * 1000, steps: 1, standing: true }))
  const alarms = async () =>
    (
      await sql`select stream_id as stream, level, round(extract(epoch from began_at) * 1000)::float8 as began, cleared_at is null as standing,
        (select count(*)::int from alarms.step s where s.alarm_id = a.id and s.act = 'raise') as steps from alarms.alarm a order by stream_id`.execute(
        db
      )
    ).rows
  await expect.poll(alarms, { timeout: 20_000 }).toEqual(expected.sort((a, b) => a.stream - b.stream))
}, 90_000)
