import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Rule } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { SYSTEM } from '../../../platform/actor.ts'
import { socketUrl } from '../../../platform/db/embedded.ts'
import type { TestDatabase } from '../../../platform/testing-db.ts'
import { AT_WEST, testCity, testSettings } from '../../../testing.ts'
import { createItem, registryEnv } from '../../registry/index.ts'
import { createStream, ensureThing, type Streams, streamsOf } from '../../streams/index.ts'
import { createRule } from '../commands/rules.ts'
import { replay } from './dry-run.ts'
import { type Row, rowsBatch } from './judge.testing.ts'

const CHILD = fileURLToPath(new URL('./judge-kill.testing.ts', import.meta.url))
const TYPE = 'heat-station'
const ROUNDS = 240

let database: TestDatabase
let streams: Streams
const ids: number[] = []
const RULES: Rule[] = (
  [
    {
      kind: 'threshold',
      levels: [
        { level: 3, atLeast: 60, forS: 20 },
        { level: 1, atLeast: 90 }
      ],
      clear: { hysteresis: 20, forS: 10 }
    },
    { kind: 'rate', overS: 120, direction: 'rise', levels: [{ level: 2, atLeast: 85 }] },
    { kind: 'total', of: 'mean', overS: 240, levels: [{ level: 4, above: 55 }] }
  ] as const
).map((condition, i) => ({
  key: `rule-${i}`,
  name: { zh: '规则', en: 'Rule' },
  on: { type: TYPE, stream: 'supplyC' },
  condition: structuredClone(condition) as unknown as Rule['condition'],
  source: { standard: 'test' }
}))

beforeAll(async () => {
  database = await testCity(testSettings())
  const { db } = database
  const env = await registryEnv(db)
  for (let i = 0; i < 5; i++) {
    const item = { place: [AT_WEST[0] + i * 0.00002, AT_WEST[1]] as [number, number], name: `${i}号站`, class: 'water' }
    const { id } = await createItem(env)(db, SYSTEM, { type: TYPE, item: item as never, why: { source: 'person' } })
    const thingId = await db.transaction().execute((tx) => ensureThing(tx, id, new Date()))
    const sensor = { sensor: { name: 'Pt100' }, property: { name: 'T', definition: 'urn:test:t' } }
    ids.push((await createStream(db, SYSTEM, { thingId, key: 'supplyC', name: 'supplyC', low: 0, high: 150, ...sensor })).id)
  }
  for (const rule of RULES) await createRule(db, SYSTEM, { rule, enabled: true, note: '' })
  streams = await streamsOf(db, { failed: (error) => console.error(error) })
})
afterAll(async () => {
  await streams.close()
  await database.close()
})

async function follower(url: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CHILD, url], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((done) => child.stdout.once('data', done))
  return child
}

let seed = 5
const random = (): number => {
  seed = (seed * 16_807) % 2_147_483_647
  return seed / 2_147_483_647
}
const from = Math.floor(Date.now() / 60_000) * 60_000 - 3 * 3_600_000
let round = 0

/** One reading of every stream, ten seconds after the one before. */
async function submit(): Promise<void> {
  const at = from + round++ * 10_000
  await streams.intake.submit(rowsBatch(ids.map((id): Row => [id, at, Math.round(100 * random())])))
  await new Promise((resolve) => setTimeout(resolve, 15))
}

async function urlOf(): Promise<string> {
  const { socketDir, port } = inject('testServer')
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(database.db)
  return socketUrl(socketDir, port, rows[0]!.name)
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGKILL')
  await gone
}

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 50))
}

/** Whether anything was judged of what was made at or after an instant. */
async function isJudged(at: number): Promise<boolean> {
  const { rows } =
    await sql`select 1 from alarms.alarm where raised_at >= ${new Date(at)} or cleared_at >= ${new Date(at)} limit 1`.execute(
      database.db
    )
  return rows.length > 0
}

test('of two processes one judges; when it is killed the other goes on', async () => {
  const url = await urlOf()
  const first = await follower(url)
  for (let i = 0; i < 10; i++) await submit()
  await until(() => isJudged(from))
  const second = await follower(url)
  for (let i = 0; i < 20; i++) await submit()
  await kill(first)
  const killedAt = from + round * 10_000
  for (let i = 0; i < 20; i++) await submit()
  await until(() => isJudged(killedAt))
  await kill(second)
  await expectExact()
}, 60_000)

test('a judge killed at any moment, again and again, leaves exactly the alarms of one that never was', async () => {
  const url = await urlOf()
  let kills = 0
  while (round < ROUNDS) {
    const child = await follower(url)
    const ends = performance.now() + 100 + 900 * random()
    while (performance.now() < ends && round < ROUNDS) await submit()
    await kill(child)
    kills++
  }
  expect(kills).toBeGreaterThan(3)
  await expectExact()
}, 120_000)

/** Every alarm is that of a run over the stored readings, written once. */
async function expectExact(): Promise<void> {
  const { db } = database
  const judging = await streamsOf(db, { failed: (error) => console.error(error) })
  await judging.followers.start()
  await until(() => Promise.resolve(judging.followers.leads.includes('alarms.judge')))
  await judging.settle()
  const { rows } = await sql<{
    rule: string
    stream: number
    level: number
    began: number
    raised: number
    cleared: number | null
    steps: number
  }>`
    select rule_id as rule, stream_id as stream, worst as level, round(extract(epoch from began_at) * 1000)::float8 as began,
      round(extract(epoch from raised_at) * 1000)::float8 as raised, round(extract(epoch from cleared_at) * 1000)::float8 as cleared,
      (select count(*)::int from alarms.step s where s.alarm_id = a.id and s.act in ('raise', 'level', 'clear')) as steps
    from alarms.alarm a order by rule_id, raised_at, stream_id`.execute(db)
  for (const rule of RULES) {
    const span = { from: from - 1000, to: from + (round - 1) * 10_000 + 1 }
    const whole = await replay(db, { pack: 'city', rule, items: null }, span, () => Promise.resolve(true))
    const mine = rows.filter((r) => r.rule === `city/${rule.key}`)
    expect(whole!.alarms.length).toBeGreaterThan(0)
    expect(mine.map((r) => [r.stream, r.level, r.began, r.raised, r.cleared])).toEqual(
      whole!.alarms.map((a) => [
        a.streamId,
        a.level,
        Date.parse(a.beganAt),
        Date.parse(a.raisedAt),
        a.clearedAt && Date.parse(a.clearedAt)
      ])
    )
  }
  // Raise, at most three levels, clear: nothing was written twice.
  for (const r of rows) expect(r.steps).toBeLessThanOrEqual(2 + (r.level === 1 ? 1 : 0))
  await judging.close()
  streams = await streamsOf(db, { failed: (error) => console.error(error) })
}
