import type { Rule } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { type TestApp, testApp } from '../../../testing.ts'
import { type Streams, streamsOf } from '../../streams/index.ts'
import { makeWells, WELL, type Wells } from '../alarms.testing.ts'
import { createRule, saveRule } from '../commands/rules.ts'
import { type Row, rowsBatch } from './judge.testing.ts'
import { judgeOf } from './judge.ts'

let t: TestApp
let db: Db
let wells: Wells
let streams: Streams
const now = Math.floor(Date.now() / 60_000) * 60_000

const GAS: Rule = {
  key: 'gas-high',
  name: { zh: '甲烷浓度高', en: 'Methane high' },
  title: { zh: '{item}甲烷 {value}{unit}', en: '{item}: methane {value}{unit}' },
  on: { type: WELL, stream: 'gas' },
  condition: {
    kind: 'threshold',
    levels: [
      { level: 3, atLeast: 20, forS: 60 },
      { level: 1, atLeast: 50 }
    ],
    clear: { hysteresis: 5 }
  },
  source: { standard: 'GB 50028' }
}

beforeAll(async () => {
  t = await testApp()
  db = t.database.db
  wells = await makeWells(t)
  streams = await streamsOf(db, { failed: (error) => console.error(error) })
  await streams.hear({ name: 'streams.changed', payload: { what: 'thing', ids: [] } })
  await createRule(db, SYSTEM, { rule: GAS, enabled: true, note: '' })
  await streams.followers.start()
  await looked()
})
afterAll(async () => {
  await streams.close()
  await t.close()
})

const send = async (...rows: Row[]): Promise<void> => {
  await streams.intake.submit(rowsBatch(rows))
  await streams.settle()
}

interface AlarmOf {
  level: number
  began: number
  raised: number
  cleared: number | null
  reason: string | null
  late: boolean
}

async function alarmsOf(stream: number, rule = 'city/gas-high'): Promise<AlarmOf[]> {
  const { rows } = await sql<AlarmOf>`select worst as level, round(extract(epoch from began_at) * 1000)::float8 as began,
      round(extract(epoch from raised_at) * 1000)::float8 as raised, round(extract(epoch from cleared_at) * 1000)::float8 as cleared,
      clear_reason as reason, late
    from alarms.alarm where stream_id = ${stream} and rule_id = ${rule} order by began_at`.execute(db)
  return rows
}

test('a reading becomes an alarm, graver with time, and ends', async () => {
  const s = wells.west[0]!.streamId
  await send([s, now - 600_000, 25], [s, now - 570_000, 22], [s, now - 530_000, 24])
  expect(await alarmsOf(s)).toEqual([
    { level: 3, began: now - 600_000, raised: now - 540_000, cleared: null, reason: null, late: false }
  ])
  await send([s, now - 500_000, 60], [s, now - 470_000, 3])
  expect(await alarmsOf(s)).toEqual([
    { level: 1, began: now - 600_000, raised: now - 540_000, cleared: now - 470_000, reason: 'recovered', late: false }
  ])
})

test('late readings inside the window of the rule are judged again', async () => {
  const s = wells.west[1]!.streamId
  await send([s, now - 600_000, 5], [s, now - 60_000, 4])
  await send([s, now - 500_000, 30], [s, now - 430_000, 31], [s, now - 400_000, 6])
  await judgeOf(db).settleLate()
  expect(await alarmsOf(s)).toEqual([
    { level: 3, began: now - 500_000, raised: now - 440_000, cleared: now - 400_000, reason: 'recovered', late: true }
  ])
})

test('a rule that changed its condition ends what it raised; one that changed its words does not', async () => {
  const s = wells.west[2]!.streamId
  await send([s, now - 100_000, 70])
  expect(await alarmsOf(s)).toMatchObject([{ level: 1, cleared: null }])
  await saveRule(db, SYSTEM, { id: 'city/gas-high', version: 1, rule: { ...GAS, name: { zh: '甲烷', en: 'Gas' } }, note: '' })
  await looked()
  await send([s, now - 90_000, 71])
  expect(await alarmsOf(s)).toMatchObject([{ level: 1, cleared: null }])
  const other: Rule = { ...GAS, condition: { kind: 'threshold', levels: [{ level: 2, atLeast: 80 }] } }
  await saveRule(db, SYSTEM, { id: 'city/gas-high', version: 2, rule: other, note: '' })
  await looked()
  await send([s, now - 80_000, 72])
  expect(await alarmsOf(s)).toMatchObject([{ level: 1, reason: 'ruleChanged' }])
})

/** The judge looks for changes once a second. */
function looked(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, 1100))
}

test('a restart goes on from the saved state: nothing twice, nothing lost', async () => {
  const s = wells.west[3]!.streamId
  await send([s, now - 300_000, 85])
  await streams.close()
  streams = await streamsOf(db, { failed: (error) => console.error(error) })
  await streams.followers.start()
  await send([s, now - 290_000, 86], [s, now - 280_000, 10])
  await send([s, now - 270_000, 90])
  expect(await alarmsOf(s)).toMatchObject([
    { level: 2, began: now - 300_000, cleared: now - 280_000 },
    { level: 2, began: now - 270_000, cleared: null }
  ])
})
