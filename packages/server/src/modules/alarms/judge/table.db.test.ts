import type { Rule } from '@chengyun/contract/alarms'
import { Engine, wallClock } from '@chengyun/scenario-kit/rules'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Db } from '../../../platform/db.ts'
import { type TestApp, testApp, WEST } from '../../../testing.ts'
import { makeWells, WELL, type Wells } from '../alarms.testing.ts'
import type { RuleRow } from '../queries/rules.ts'
import { rowsBatch } from './judge.testing.ts'
import { JudgeTable } from './table.ts'

let t: TestApp
let db: Db
let wells: Wells
const NOW = Date.UTC(2026, 5, 1)

beforeAll(async () => {
  t = await testApp()
  db = t.database.db
  wells = await makeWells(t)
  // The first two western wells lie on the segment of the third.
  const [a, b, c] = wells.west
  await sql`insert into registry.relation (type_id, item_id, key, other_type_id, other_id)
    select ${WELL}, x::uuid, 'segment', ${WELL}, ${c!.itemId}::uuid from unnest(${[a!.itemId, b!.itemId]}::text[]) x`.execute(db)
  await sql`update registry.item set attributes = '{"depth": 3.5}' where id = ${a!.itemId}::uuid`.execute(db)
})
afterAll(() => t.close())

const row = (key: string, condition: Rule['condition'], on: Partial<Rule['on']> = {}, no = 1): RuleRow => ({
  id: `city/${key}`,
  no,
  pack: 'city',
  key,
  version: 1,
  enabled: true,
  declaration: {
    key,
    name: { zh: '规', en: 'R' },
    on: { type: WELL, stream: 'gas', ...on },
    condition,
    source: { standard: 'x' }
  },
  updated_at: new Date(0),
  removed_at: null
})
const over: Rule['condition'] = { kind: 'threshold', levels: [{ level: 3, above: 10 }] }

async function tableOf(...rows: RuleRow[]): Promise<JudgeTable> {
  const table = new JudgeTable(db, new Engine(), wallClock('Asia/Shanghai'))
  await table.refresh(rows, NOW, null)
  return table
}

test('a scope is narrowed by districts, items and attributes', async () => {
  const table = await tableOf(
    row('all', over),
    row('west', over, { districts: [WEST] }, 2),
    row('two', over, { items: [wells.west[0]!.code, wells.east[0]!.code] }, 3),
    row('deep', over, { where: [{ attribute: 'depth', is: [3.5, 4] }] }, 4),
    row('classed', over, { classes: ['x'] }, 5)
  )
  expect([...table.rules.values()].map((r) => r.streams.size)).toEqual([20, 10, 2, 1, 0])
})

test('inputs of related things, attributes and limits of the stream are found', async () => {
  const [a, , c] = wells.west
  const table = await tableOf(
    row('difference', { kind: 'difference', minus: { stream: 'gas', relation: 'segment' }, levels: [{ level: 3, above: 5 }] }),
    row('set', { kind: 'setPoint', target: { attribute: 'depth' }, levels: [{ level: 3, above: 1 }] }, {}, 2)
  )
  expect(table.rules.get('city/difference')!.streams.get(a!.streamId)!.row.streams).toEqual([a!.streamId, c!.streamId])
  expect(table.rules.get('city/set')!.streams.get(a!.streamId)!.row.parameters).toEqual([3.5])
  const found = table.engine.take(
    rowsBatch([
      [c!.streamId, NOW + 1, 2],
      [a!.streamId, NOW + 2, 9]
    ]),
    NOW + 3
  )
  expect(found.map((f) => [table.ruleOf(f.of).rule.key, f.kind, f.signal])).toEqual([
    ['set', 'raise', 5.5],
    ['difference', 'raise', 7]
  ])
})

test('a count over what lies on one segment, or near by', async () => {
  const [a, b, , d] = wells.west
  const count = (c: object): Rule['condition'] => ({
    kind: 'count',
    ofRule: 'over',
    withinS: 60,
    levels: [{ level: 1, atLeast: 2 }],
    ...c
  })
  const table = await tableOf(
    row('over', over),
    row('along', count({ relation: 'segment' }), {}, 2),
    row('near', count({ withinM: 40 }), {}, 3)
  )
  const told = (rows: [number, number, number][]) =>
    table.engine
      .take(rowsBatch(rows), NOW + 10_000)
      .map((f) => `${table.ruleOf(f.of).rule.key} ${f.kind} ${table.engine.streamOf(f.of)}`)
  // Wells stand some 27 m apart: the first and the fourth are no neighbours.
  expect(
    told([
      [a!.streamId, NOW + 1, 20],
      [d!.streamId, NOW + 2, 20]
    ])
  ).toEqual([`over raise ${a!.streamId}`, `over raise ${d!.streamId}`])
  expect(told([[b!.streamId, NOW + 3, 20]]).sort()).toEqual(
    [
      `along raise ${a!.streamId}`,
      `along raise ${b!.streamId}`,
      `near raise ${a!.streamId}`,
      `near raise ${b!.streamId}`,
      `over raise ${b!.streamId}`
    ].sort()
  )
})

test('what is watched follows the registers; what stood there ends', async () => {
  const rows = [row('all', over)]
  const table = await tableOf(...rows)
  const last = wells.east[9]!
  table.engine.take(rowsBatch([[last.streamId, NOW + 1, 50]]), NOW + 2)
  await sql`update registry.item set removed_at = now() where id = ${last.itemId}::uuid`.execute(db)
  expect(await table.refresh(rows, NOW + 3, new Set(['another-type']))).toEqual([])
  expect(await table.refresh(rows, NOW + 3, new Set([WELL]))).toMatchObject([
    { stream: last.streamId, level: 3, reason: 'streamRemoved' }
  ])
  expect(table.rules.get('city/all')!.streams.size).toBe(19)
  expect(await table.refresh([{ ...rows[0]!, enabled: false }], NOW + 4, null)).toEqual([])
  expect(table.engine.size.ruleStreams).toBe(0)
})

test('a geofence finds the areas of a register', async () => {
  await sql`update streams.stream set kind = 'position'`.execute(db)
  const table = await tableOf(row('fence', { kind: 'geofence', areas: { type: WELL }, is: 'inside', levels: [{ level: 3 }] }))
  // Wells are points: there is no area to be in, and nothing is said.
  expect(table.engine.take(rowsBatch([[wells.west[0]!.streamId, NOW + 1, 120.3]]), NOW + 2)).toEqual([])
})
