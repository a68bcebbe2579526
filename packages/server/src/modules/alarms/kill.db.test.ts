import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Rule } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { socketUrl } from '../../platform/db/embedded.ts'
import { type TestApp, testApp } from '../../testing.ts'
import { type MadeDevice, station } from '../streams/gateways/gateways.testing.ts'
import { createRule } from './commands/rules.ts'
import { replay } from './judge/dry-run.ts'
import { type KilledServer, startServer } from './kill-server.testing.ts'

// Readings by HTTP → journal → judge → alarm → case, with the whole program killed in the middle again and again.
const WAITING = { timeout: 60_000, interval: 300 }
const SENDERS = 4
/** Of each sender; one more of them reaches the level of a case after each kill, so that cases are being made at every one. */
const EACH = 4
const KILLS = 3
const STEP_MS = 10_000
const dir = mkdtempSync(join(tmpdir(), 'chengyun-kill-'))
// Nothing of it hangs on a timer: what timers do depends on when a reading came, and here it may come long after it was made.
const RULE: Rule = {
  key: 'kill',
  name: { zh: '甲烷', en: 'Methane' },
  on: { type: 'heat-station', stream: 'gasLel' },
  condition: {
    kind: 'threshold',
    levels: [
      { level: 3, atLeast: 40 },
      { level: 2, atLeast: 75 },
      { level: 1, atLeast: 95 }
    ],
    times: { count: 2, withinS: 86_400 },
    clear: { hysteresis: 15 }
  },
  case: { standardRef: 'GB/T 47678.5-2026', kind: 'matter', classCode: '06010', levels: [1, 2] },
  source: { standard: 'test' }
}

let t: TestApp
let url: string
const stations: MadeDevice[] = []
beforeAll(async () => {
  t = await testApp({ CHENGYUN_GATEWAYS: 'none' })
  const { db } = t.database
  // So far apart that they never become one incident, and so one case.
  for (let i = 0; i < SENDERS * EACH; i++)
    stations.push(
      await station(t, { gasLel: 'number' }, { protocol: 'push' }, [
        120.304 + 0.0075 * (i % 5),
        36.053 + 0.0065 * Math.floor(i / 5)
      ])
    )
  await createRule(db, SYSTEM, { rule: RULE, enabled: true, note: '' })
  await t.settle()
  // From here on only processes that can be killed do anything.
  await t.app.close()
  const { socketDir, port } = inject('testServer')
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db)
  url = socketUrl(socketDir, port, rows[0]!.name)
}, 120_000)
afterAll(async () => {
  await Promise.all(servers.map((s) => s.kill()))
  rmSync(dir, { recursive: true, force: true })
  await t.database.close()
})

const serve = (): Promise<KilledServer> => startServer(url, dir, { CHENGYUN_GATEWAYS: 'none' })

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
let seed = 11
const random = (): number => {
  seed = (seed * 16_807) % 2_147_483_647
  return seed / 2_147_483_647
}
const from = Math.floor(Date.now() / 60_000) * 60_000 - 23 * 3_600_000
let servers: KilledServer[] = []
let kills = 0
let isOver = false
let resent = 0
/** What a server said it has, by stream. */
const acknowledged = new Map<number, [at: number, value: number][]>()

/** One reading, sent to one server after the other until one says that it has it. */
async function send(d: MadeDevice, first: number, value: number): Promise<void> {
  const mine = acknowledged.get(d.streams.gasLel!) ?? []
  acknowledged.set(d.streams.gasLel!, mine)
  const ts = from + mine.length * STEP_MS
  const authorization = `Basic ${Buffer.from(`${d.code}:${d.secret}`).toString('base64')}`
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ ts, values: { gasLel: value } })
  }
  for (let to = first; ; to++) {
    const res = await fetch(`${servers[to % servers.length]!.url}/api/streams/push/telemetry`, request).catch(() => undefined)
    const answer = res?.ok ? ((await res.json().catch(() => ({}))) as { readings?: number }) : undefined
    if (answer?.readings === 1) break
    resent += 1
    await pause(100)
  }
  mine.push([ts, value])
}

/** A sender goes round its stations, some readings of each, until all is over; then at each there is reason for a case. */
async function keepSending(k: number): Promise<void> {
  const mine = stations.slice(k * EACH, (k + 1) * EACH)
  for (let n = 0; !isOver; n++) {
    const j = Math.floor(n / 6) % EACH
    await send(mine[j]!, k + n, Math.round((j <= kills ? 100 : 70) * random()))
    await pause(60)
  }
  for (const d of mine) for (let n = 0; n < 2; n++) await send(d, k, 80)
}

test('killed in the middle of everything: what was acknowledged is stored, the alarms are those of the rule, each has one case', async () => {
  const { db } = t.database
  servers = await Promise.all([serve(), serve()])
  const sending = Array.from({ length: SENDERS }, (_, k) => keepSending(k))
  for (; kills < KILLS; kills++) {
    await pause(500 + 1500 * random())
    // Now the one, now the other, at last both at the same moment; then one is left alone with it.
    const dying = kills === KILLS - 1 ? servers : servers.slice(0, 1)
    await Promise.all(dying.map((s) => s.kill()))
    servers = [...servers.filter((s) => !dying.includes(s)), await serve()]
  }
  await pause(1500)
  isOver = true
  await Promise.all(sending)
  expect(resent).toBeGreaterThan(0)

  const stored = await sql<{ stream: number; at: number; value: number }>`select stream_id as stream,
    round(extract(epoch from at) * 1000)::float8 as at, value from streams.reading order by stream_id, at`.execute(db)
  for (const [stream, mine] of acknowledged) {
    expect(mine.length).toBeGreaterThan(10)
    expect(stored.rows.filter((r) => r.stream === stream).map((r) => [r.at, r.value])).toEqual(mine)
  }

  const span = { from: from - 1000, to: Math.max(...stored.rows.map((r) => r.at)) + 1 }
  const whole = await replay(db, { pack: 'city', rule: RULE, items: null }, span, () => Promise.resolve(true))
  const order = (a: unknown[], b: unknown[]): number => Number(a[0]) - Number(b[0]) || Number(a[2]) - Number(b[2])
  const expected = whole!.alarms
    .map((a) => [a.streamId, a.level, Date.parse(a.beganAt), a.clearedAt && Date.parse(a.clearedAt)])
    .sort(order)
  expect(expected.length).toBeGreaterThan(20)
  const alarms = async () => {
    const { rows } = await sql<{ stream: number; worst: number; began: number; cleared: number | null }>`select worst,
      stream_id as stream, round(extract(epoch from began_at) * 1000)::float8 as began,
      round(extract(epoch from cleared_at) * 1000)::float8 as cleared from alarms.alarm`.execute(db)
    return rows.map((r) => [r.stream, r.worst, r.began, r.cleared]).sort(order)
  }
  await expect.poll(alarms, WAITING).toEqual(expected)

  const waiting = async () => {
    const { rows } = await sql`select (select count(*)::int from cases.alarm_wish where state = 'waiting') as wishes,
      (select count(*)::int from platform.outbox) as events,
      (select count(*)::int from alarms.alarm where case_wanted_at is not null and case_id is null) as without`.execute(db)
    return rows[0]
  }
  await expect.poll(waiting, WAITING).toEqual({ wishes: 0, events: 0, without: 0 })
  const { rows } = await sql`select
    (select count(*)::int from (select a.id from alarms.alarm a join alarms.step s on s.alarm_id = a.id group by a.id having
      count(*) <> a.version or max(s.seq) <> a.version or count(*) filter (where s.act = 'raise') <> 1
      or count(*) filter (where s.act = 'clear') > 1) x) as odd,
    (select count(*)::int from cases.alarm_wish where state <> 'done') as refused,
    (select count(*)::int from cases."case") as made,
    (select count(distinct case_id)::int from alarms.alarm) as known,
    (select count(*)::int from platform.dead_letter) as dead`.execute(db)
  // An item keeps its case while that is open; so each has one, known to all alarms that wanted it, and none was made beside.
  const items = stations.length
  expect(rows[0]).toEqual({ odd: 0, refused: 0, made: items, known: items, dead: 0 })
}, 240_000)
