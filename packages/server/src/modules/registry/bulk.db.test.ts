import type { BulkPreview, BulkView, ItemCard, ItemHistory } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_EAST, AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'

const COUNT = 1000
let t: TestApp
let admin: Client
let units: string[]
/** Components that devices belong to. */
let first: string
let second: string
beforeAll(async () => {
  t = await testApp()
  admin = await t.as('dataadmin')
  const found = await sql<{ id: string }>`select id from org.unit where active order by id limit 3`.execute(t.database.db)
  units = found.rows.map((r) => r.id)
  first = (await add('component', { class: '01010', place: AT_WEST })).code
  second = (await add('component', { class: '01010', place: AT_EAST })).code
  await layDevices()
}, 60_000)
afterAll(() => t.close())

const add = async (type: string, item: object) => {
  const { status, body } = await admin.call<ItemCard>('POST', `/api/registry/items/${type}`, item)
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
const codeOf = (i: number): string => `GZ-${String(9_000_000 + i)}`

/** A thousand devices; every second one belongs to a component and has an owner. */
async function layDevices(): Promise<void> {
  const { db } = t.database
  const { code } = await add('device', { class: 'sensor', name: '井盖监测终端', place: AT_WEST, attributes: { model: 'A1' } })
  await sql`insert into registry.item select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'code', 'GZ-' || (9000000 + n),
      'owner_id', case when n % 2 = 0 then ${units[0]} end))).* from registry.item i, generate_series(1, ${COUNT}::int) n
    where i.type_id = 'device' and i.code = ${code}`.execute(db)
  await sql`insert into registry.relation (type_id, item_id, key, other_type_id, other_id)
    select 'device', d.id, 'component', 'component', c.id from registry.item d, registry.item c
    where d.type_id = 'device' and d.code like 'GZ-9%' and d.owner_id is not null and c.type_id = 'component' and c.code = ${first}`.execute(
    db
  )
}

/** All that is kept of the devices, byte by byte, without the counters of versions. */
async function stateOf(codes: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{
    line: string
  }>`select ((to_jsonb(i) - '{version,updated_at,rev}'::text[]) || jsonb_build_object('relations',
      (select jsonb_agg(r order by r.key, r.other_id) from registry.relation r where r.item_id = i.id)))::text as line
    from registry.item i where i.type_id = 'device' and i.code = any(${codes}::text[]) order by i.code`.execute(t.database.db)
  return rows.map((r) => r.line)
}

const finished = async (id: string): Promise<BulkView> => {
  const look = async () => (await admin.call<BulkView>('GET', `/api/registry/bulk/${id}`)).body
  await expect.poll(async () => (await look()).state, { timeout: 60_000, interval: 100 }).not.toMatch(/ing$/)
  return look()
}

test('a bulk edit of a thousand items with units and relations is taken back whole; what others changed since is named and left', async () => {
  const codes = Array.from({ length: COUNT }, (_, i) => codeOf(i + 1))
  const before = await stateOf(codes)
  expect(before).toHaveLength(COUNT)
  const [, owner, maintainer] = units
  const input = {
    type: 'device',
    codes,
    changes: {
      authority: owner,
      owner,
      maintainer,
      status: 'maintenance',
      attributes: { model: 'B2' },
      relations: { component: [second] }
    },
    note: '统一移交'
  }
  const { body: shown } = await admin.call<BulkPreview>('POST', '/api/registry/bulk/preview', input)
  expect(shown).toMatchObject({ count: COUNT, unchanged: 0, faults: [] })
  expect(shown.sample[1]?.fields).toContainEqual({ field: 'component', before: [first], after: [second] })
  expect(shown.sample[0]?.fields).toContainEqual({ field: 'component', before: null, after: [second] })
  expect(await stateOf(codes)).toEqual(before)

  const started = await admin.call<BulkView>('POST', '/api/registry/bulk', input)
  expect(started.status, JSON.stringify(started.body)).toBe(202)
  const done = await finished(started.body.id)
  expect(done).toMatchObject({ state: 'published', progress: { done: COUNT, total: COUNT }, skipped: 0, left: [] })
  expect((await admin.call<BulkPreview>('POST', '/api/registry/bulk/preview', input)).body.unchanged).toBe(COUNT)

  const touched = [codeOf(7), codeOf(500), codeOf(1000)]
  for (const code of touched) {
    const edit = { version: 2, changes: { relations: { component: [] } } }
    expect((await admin.call('PATCH', `/api/registry/items/device/${code}`, edit)).status).toBe(200)
  }
  const since = await stateOf(touched)
  expect((await admin.call('POST', `/api/registry/bulk/${done.id}/undo`)).status).toBe(202)
  const undone = await finished(done.id)
  expect(undone).toMatchObject({ state: 'undone', skipped: touched.length })
  expect([...undone.left].sort()).toEqual([...touched].sort())
  const kept = new Set(touched)
  expect(await stateOf(codes.filter((c) => !kept.has(c)))).toEqual(before.filter((_, i) => !kept.has(codes[i] as string)))
  expect(await stateOf(touched)).toEqual(since)

  const { body: history } = await admin.call<ItemHistory>('GET', `/api/registry/items/device/${codeOf(2)}/history`)
  expect(history.items.map((c) => c.source)).toEqual(['undo', 'bulk'])
  expect(history.items[0]?.fields).toContainEqual({ field: 'component', before: [second], after: [first] })
  expect(history.whole).toBe(true)
}, 120_000)

test('naming what is named already is no change', async () => {
  const code = codeOf(4)
  const { body: card } = await admin.call<ItemCard>('GET', `/api/registry/items/device/${code}`)
  const edit = { version: card.version, changes: { relations: { component: [first] } } }
  expect((await admin.call('PATCH', `/api/registry/items/device/${code}`, edit)).body).toMatchObject({
    code: 'REGISTRY_NOTHING_CHANGED'
  })
})
