import type { Rule } from '@chengyun/contract/alarms'
import { Engine, wallClock } from '@chengyun/scenario-kit/rules'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SYSTEM } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { AT_WEST, type TestApp, testApp, WEST } from '../../../testing.ts'
import { loadTypes } from '../../registry/index.ts'
import { makeWells, registerOf, WELL, type Wells } from '../alarms.testing.ts'
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

describe('a geofence', () => {
  const ZONE = 'test-zone'
  const [lng, lat] = AT_WEST
  const square = (east: number, half = 0.001): [number, number][] =>
    [
      [-half, -half],
      [half, -half],
      [half, half],
      [-half, half],
      [-half, -half]
    ].map(([x, y]) => [lng + east + x!, lat + y!])
  const fence = (more: object = {}): RuleRow =>
    row('fence', {
      kind: 'geofence',
      areas: { type: ZONE, ...more },
      is: 'inside',
      points: 1,
      bufferM: 0,
      levels: [{ level: 3 }]
    })
  const zones: string[] = []

  beforeAll(async () => {
    await loadTypes(db, SYSTEM, {
      declarations: [registerOf(ZONE, { zh: '测试区', en: 'Test zone' }, 'polygon')],
      origin: 'city'
    })
    const admin = await t.as('dataadmin')
    // The first has a hole in its middle; the second lies half a kilometre east.
    const rings = [[square(0), square(0, 0.0003)], [square(0.006)]]
    for (const [i, coordinates] of rings.entries()) {
      const geometry = { type: 'Polygon', coordinates }
      const made = await admin.call<{ id: string }>('POST', `/api/registry/items/${ZONE}`, {
        code: `Z-${i}`,
        name: `${i}号区`,
        geometry
      })
      expect(made).toMatchObject({ status: 201 })
      zones.push(made.body.id)
    }
    await sql`update streams.stream set kind = 'position'`.execute(db)
  })

  /** Levels the fence says for a well on its way east, a second a step. */
  function drive(table: JudgeTable, stream: number, easts: readonly number[], since = NOW): string[] {
    const batch = rowsBatch(easts.map((e, i) => [stream, since + (i + 1) * 1000, lng + e]))
    batch.values2 = new Float64Array(easts.length).fill(lat)
    return table.engine.take(batch, since + 60_000).map((f) => `${f.kind} ${(f.at - since) / 1000}`)
  }

  test('in an area, in its hole, between, in the next', async () => {
    const table = await tableOf(fence())
    expect(drive(table, wells.west[0]!.streamId, [-0.0005, 0, 0.0005, 0.003, 0.006])).toEqual([
      'raise 1',
      'clear 2',
      'raise 3',
      'clear 4',
      'raise 5'
    ])
  })

  test('only the areas named, and only those an item names', async () => {
    const one = await tableOf(fence({ items: ['Z-1'] }))
    expect(drive(one, wells.west[0]!.streamId, [-0.0005, 0.006])).toEqual(['raise 2'])
    await sql`insert into registry.relation (type_id, item_id, key, other_type_id, other_id)
      values (${WELL}, ${wells.west[0]!.itemId}::uuid, 'beat', ${ZONE}, ${zones[0]!}::uuid)`.execute(db)
    const own = await tableOf(fence({ relation: 'beat' }))
    expect(drive(own, wells.west[0]!.streamId, [-0.0005, 0.006])).toEqual(['raise 1', 'clear 2'])
    expect(drive(own, wells.west[1]!.streamId, [-0.0005, 0.006])).toEqual([])
  })

  test('an area that changes counts from then on; another register does not matter', async () => {
    const rows = [fence()]
    const table = await tableOf(...rows)
    const stream = wells.west[2]!.streamId
    expect(drive(table, stream, [0.006])).toEqual(['raise 1'])
    await sql`update registry.item set removed_at = now() where id = ${zones[1]!}::uuid`.execute(db)
    await table.refresh(rows, NOW + 60_000, new Set(['another-type']))
    expect(drive(table, stream, [0.006], NOW + 60_000)).toEqual([])
    await table.refresh(rows, NOW + 120_000, new Set([ZONE]))
    expect(drive(table, stream, [0.006], NOW + 120_000)).toEqual(['clear 1'])
  })
})
