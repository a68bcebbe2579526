import type {
  BandView,
  ExplainView,
  Rule,
  RuleCheckView,
  RuleDryRunView,
  RuleFile,
  RuleList,
  RuleView
} from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { Static } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { type Client, type TestApp, testApp } from '../../../testing.ts'
import { type Streams, streamsOf } from '../../streams/index.ts'
import { makeWells, WELL, type Wells } from '../alarms.testing.ts'
import { startRuleDryRun } from '../commands/rule-dry-runs.ts'
import { computeRuleDryRun, replay } from './dry-run.ts'
import { type Row, rowsBatch } from './judge.testing.ts'
import { judgeOf } from './judge.ts'

let t: TestApp
let db: Db
let wells: Wells
let streams: Streams
let admin: Client
const now = Math.floor(Date.now() / 60_000) * 60_000

const rule = (key: string, condition: Rule['condition'], more: Partial<Rule> = {}): Rule => ({
  key,
  name: { zh: '试', en: 'Test' },
  on: { type: WELL, stream: 'gas' },
  condition,
  source: { standard: 'GB 50028' },
  ...more
})
const HIGH = rule('high', {
  kind: 'threshold',
  levels: [
    { level: 3, atLeast: 20, forS: 60 },
    { level: 1, atLeast: 50 }
  ],
  clear: { hysteresis: 2, forS: 30 }
})

beforeAll(async () => {
  t = await testApp()
  db = t.database.db
  wells = await makeWells(t)
  await sql`update streams.stream set hidden = true where id = ${wells.east[9]!.streamId}`.execute(db)
  admin = await t.as('dataadmin')
  streams = await streamsOf(db, { failed: (error) => console.error(error) })
  await streams.hear({ name: 'streams.changed', payload: { what: 'thing', ids: [] } })
})
afterAll(async () => {
  await streams.close()
  await t.close()
})

test('rules are made, found faulty in sentences, changed by version, exported and imported', async () => {
  const made = await admin.call<RuleView>('POST', '/api/alarms/rules', { rule: HIGH, enabled: true })
  expect(made).toMatchObject({ status: 201, body: { id: 'city/high', version: 1, streams: 20, can: { edit: true } } })
  expect((await admin.call('POST', '/api/alarms/rules', { rule: HIGH })).status).toBe(409)
  const check = await admin.call<Static<typeof RuleCheckView>>('POST', '/api/alarms/rules/check', {
    rule: { ...HIGH, on: { type: WELL, stream: 'nothing' } }
  })
  expect(check.body.faults).toEqual([
    { path: '/on/stream', zh: `台账“${WELL}”没有感知流“nothing”`, en: `The register "${WELL}" has no stream "nothing"` }
  ])
  const stale = await admin.call('PUT', '/api/alarms/rules/city/high', { version: 7, enabled: false })
  expect(stale).toMatchObject({ status: 409, body: { code: 'ALARMS_RULE_STALE' } })
  const off = await admin.call<RuleView>('PUT', '/api/alarms/rules/city/high', { version: 1, enabled: false })
  expect(off.body).toMatchObject({ version: 2, enabled: false })
  expect((await admin.call<RuleView>('PUT', '/api/alarms/rules/city/high', { version: 2, enabled: true })).body.version).toBe(3)
  const file = (await admin.call<RuleFile>('GET', '/api/alarms/rules/export')).body
  file.rules.push({ rule: rule('silent', { kind: 'noData', levels: [{ level: 4, afterS: 3600 }] }), enabled: false })
  expect((await admin.call('POST', '/api/alarms/rules/import', file)).body).toEqual({
    created: ['silent'],
    changed: [],
    same: ['high']
  })
  const versions = await admin.call<{ items: unknown[] }>('GET', '/api/alarms/rules/city/high/versions')
  expect(versions.body.items).toHaveLength(3)
  const reader = await t.as('shiftleader')
  expect((await reader.call<Static<typeof RuleList>>('GET', '/api/alarms/rules')).body.items).toHaveLength(2)
  expect((await reader.call('PUT', '/api/alarms/rules/city/high', { version: 3, enabled: false })).status).toBe(403)
})

test('a dry run over history finds exactly what was found live, and says what another threshold would', async () => {
  await streams.followers.start()
  // It looks for changed rules once a second: what comes before it has seen this one is judged without it.
  const known = () => judgeOf(db).judging?.rules.get('city/high')
  await expect.poll(() => [known()?.inForce.version, known()?.streams.size]).toEqual([3, 20])
  let seed = 11
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const from = now - 3 * 3_600_000
  for (let s = 0; s < 3 * 3600; s += 60) {
    const rows: Row[] = []
    for (const well of wells.west)
      rows.push([well.streamId, from + s * 1000 + 1, s < 3 * 3600 - 180 ? Math.round(60 * random() ** 2) : 0])
    await streams.intake.submit(rowsBatch(rows))
  }
  await streams.settle()
  const live = await sql<{
    stream: number
    level: number
    raised: string
    cleared: string | null
  }>`select stream_id as stream, worst as level,
      round(extract(epoch from raised_at) * 1000)::text as raised, round(extract(epoch from cleared_at) * 1000)::text as cleared
    from alarms.alarm where rule_id = 'city/high' order by raised_at, stream_id`.execute(db)
  expect(live.rows.length).toBeGreaterThan(50)
  const started = await admin.call<RuleDryRunView>('POST', '/api/alarms/rules/dry-run', {
    rule: { ...HIGH, key: 'tried' },
    compareWith: 'city/high',
    from: new Date(from - 1000).toISOString(),
    to: new Date(now).toISOString()
  })
  expect(started.status).toBe(202)
  const done = await finished(started.body.id)
  const list = done.outcome!.list
  expect(list.map((a) => [a.streamId, a.level, Date.parse(a.raisedAt), a.clearedAt && Date.parse(a.clearedAt)])).toEqual(
    live.rows.slice(0, 500).map((a) => [a.stream, a.level, Number(a.raised), a.cleared && Number(a.cleared)])
  )
  expect(done.outcome).toMatchObject({ streams: 19, hidden: 1, readings: 1800 })
  expect(done.outcome!.figures).toEqual(done.outcome!.compared)
  expect(done.outcome!.figures.byDay.reduce((sum, d) => sum + d.alarms, 0)).toBe(live.rows.length)
})

async function finished(id: string): Promise<RuleDryRunView> {
  for (;;) {
    const { body } = await admin.call<RuleDryRunView>('GET', `/api/alarms/rules/dry-run/${id}`)
    if (body.status !== 'running') return body
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('what a rule expects and makes of a stream is told to whoever reaches its item', async () => {
  const stream = wells.west[0]!.streamId
  const reader = await t.as('shiftleader')
  const explained = await reader.call<ExplainView>('GET', `/api/alarms/explain?stream=${stream}`)
  expect(explained.body.rules).toMatchObject([{ ruleId: 'city/high', kind: 'threshold', facts: { kind: 'threshold' } }])
  const query = `from=${new Date(now - 3_600_000).toISOString()}&to=${new Date(now).toISOString()}&pixels=10`
  const band = await reader.call<BandView>('GET', `/api/alarms/band?stream=${stream}&${query}`)
  expect(band.body.at).toHaveLength(10)
  expect(band.body.bands).toMatchObject([
    {
      ruleId: 'city/high',
      limits: [
        { level: 3, high: 20 },
        { level: 1, high: 50 }
      ]
    }
  ])
  expect((await reader.call('GET', `/api/alarms/band?stream=999999&${query}`)).status).toBe(404)
})

test('of a stream whose readings nobody sees no alarm tells what was read, and no dry run runs over it', async () => {
  const { streamId, code } = wells.east[9]!
  const input = {
    rule: { ...HIGH, key: 'peek' },
    from: new Date(now - 7_200_000).toISOString(),
    to: new Date(now).toISOString(),
    items: [code]
  }
  await streams.intake.submit(
    rowsBatch([
      [streamId, now - 1_800_000, 33.123],
      [streamId, now - 1_700_000, 33.123]
    ])
  )
  await streams.settle()
  const refused = await admin.call('POST', '/api/alarms/rules/dry-run', input)
  expect(refused).toMatchObject({ status: 422, body: { code: 'ALARMS_DRY_RUN_HIDDEN' } })
  // Neither the whole register, nor a list with others, nor what is counted beside others tells of it.
  for (const items of [undefined, [code, wells.east[8]!.code]]) {
    const { body } = await admin.call<RuleDryRunView>('POST', '/api/alarms/rules/dry-run', { ...input, items })
    const { outcome } = await finished(body.id)
    expect(outcome).toMatchObject({ streams: items ? 1 : 19, hidden: 1 })
    expect(outcome!.list.filter((a) => a.streamId === streamId)).toEqual([])
    expect(outcome!.figures.alarms).toBe(outcome!.list.length)
  }
  const raised = async () =>
    (
      await sql<{
        value: number | null
        facts: object
      }>`select value, facts from alarms.alarm where stream_id = ${streamId}`.execute(db)
    ).rows
  await expect.poll(raised).toMatchObject([{ value: null, facts: { kind: 'threshold', threshold: 20 } }])
})

test('a dry run that is cancelled stops and leaves no outcome', async () => {
  const started = await startRuleDryRun(db, SYSTEM, {
    rule: { ...HIGH, key: 'tried' },
    from: new Date(now - 3 * 3_600_000).toISOString(),
    to: new Date(now).toISOString()
  })
  const cancelled = await admin.call<RuleDryRunView>('DELETE', `/api/alarms/rules/dry-run/${started}`)
  expect(cancelled.body).toMatchObject({ status: 'cancelled', outcome: null })
  await computeRuleDryRun(db, SYSTEM, started, new AbortController().signal)
  expect((await finished(started)).outcome).toBeNull()
  let told = 0
  const stopped = replay(
    db,
    { pack: 'city', rule: HIGH, items: null },
    { from: now - 10 * 86_400_000, to: now },
    async () => ++told < 3
  )
  expect(await stopped).toBeNull()
  expect(told).toBe(3)
  const done = await admin.call('DELETE', '/api/alarms/rules/dry-run/0198c0de-0000-7000-8000-000000000000')
  expect(done).toMatchObject({ status: 404, body: { code: 'ALARMS_DRY_RUN_NOT_FOUND' } })
})

test('a process that does not judge explains from what was saved', async () => {
  const reader = await t.as('shiftleader')
  const asked = `/api/alarms/explain?stream=${wells.west[0]!.streamId}`
  const judging = (await reader.call<ExplainView>('GET', asked)).body
  expect(judging.rules[0]!.judgedAt).not.toBeNull()
  await streams.close()
  streams = await streamsOf(db, { failed: (error) => console.error(error) })
  expect(judgeOf(db).judging).toBeNull()
  expect((await reader.call<ExplainView>('GET', asked)).body).toEqual(judging)
})
