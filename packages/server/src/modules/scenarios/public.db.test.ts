// Lists for citizens: what the pack names and nothing else, nearest first, with what is said now.
import type { PublicListPage, PublicLists } from '@chengyun/contract/scenarios'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { AT_EAST, AT_WEST, type TestApp, testApp } from '../../testing.ts'
import { createItem, registryEnv } from '../registry/index.ts'
import { createFromTemplates, emptyBatch, streamsOf } from '../streams/index.ts'
import { SCENARIOS } from './folder.ts'
import { change } from './scenarios.testing.ts'

let t: TestApp
const codes: string[] = []
beforeAll(async () => {
  t = await testApp()
  const { db } = t.database
  for (const id of ['public-toilet', 'elders']) await change(db, SCENARIOS, id, 'install')
  const env = await registryEnv(db)
  const itemIds: string[] = []
  for (const [n, at] of [AT_WEST, AT_WEST, AT_EAST].entries()) {
    const attributes = {
      smart: n < 2,
      accessible: n !== 1,
      places: 12,
      hours: '06:00–22:00',
      attendant: true,
      attendantPhone: '13800000000',
      remark: '内部备注'
    }
    const item = { place: [at[0] + n * 0.0002, at[1]], name: `公厕${n}`, class: 'class1', address: `${n} 号`, attributes }
    const made = await createItem(env)(db, SYSTEM, { type: 'public-toilet', item: item as never, why: { source: 'person' } })
    itemIds.push(made.id)
    codes.push(made.code)
  }
  const { ids } = await createFromTemplates(db, SYSTEM, { typeId: 'public-toilet', itemIds })
  await t.settle()
  const streams = await streamsOf(db)
  await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids } })
  // One says how many places are taken now, one said it an hour ago, one has no sensor.
  const { rows } = await sql<{
    id: number
    code: string
  }>`select s.id, i.code from streams.stream s join streams.thing t on t.id = s.thing_id
    join registry.item i on i.id = t.item_id where s.key = 'occupied' order by i.code`.execute(db)
  const batch = emptyBatch(rows.length)
  batch.length = rows.length
  for (const [i, { id }] of rows.entries()) {
    batch.streams[i] = id
    batch.at[i] = Date.now() - i * 1_200_000
    batch.values[i] = 4
  }
  await streams.intake.submit(batch)
  await streams.settle()
}, 60_000)
afterAll(() => t.close())

const ask = async <T>(url: string, headers: Record<string, string> = {}) => {
  const answer = await t.app.http.inject({ method: 'GET', url, headers })
  return { status: answer.statusCode, text: answer.body, headers: answer.headers, body: answer.json() as T }
}
const LIST = '/api/public/lists/public-toilet/toilets'

test('lists of active packs, without signing in', async () => {
  const { body, headers } = await ask<PublicLists>('/api/public/lists')
  expect(body.items.map((l) => [l.pack, l.key, l.count])).toEqual([
    ['public-toilet', 'toilets', 3],
    ['public-toilet', 'accessible', 2]
  ])
  expect(headers['cache-control']).toContain('public')
})

test('only what is declared leaves, and values in the words of their declaration', async () => {
  const { body, text } = await ask<PublicListPage>(LIST)
  expect(body.items.map((i) => i.code)).toEqual(codes)
  expect(body.items[0]).toMatchObject({
    name: '公厕0',
    address: '0 号',
    kind: { zh: '一类', en: 'class 1' },
    status: { name: { zh: '开放', en: 'open' }, tone: 'ok' },
    distanceM: null
  })
  expect(body.items[0]!.facts).toContainEqual({ key: 'accessible', value: true })
  for (const word of ['13800000000', 'attendant', '内部备注', 'smart', 'nh3', 'owner', 'authority'])
    expect(text).not.toContain(word)
  expect(body.reportClass).toBe('03001')
})

test('what is said now, what was said long ago, and nothing are told apart', async () => {
  const { body } = await ask<PublicListPage>(LIST)
  expect(body.items.map((i) => i.now.map((s) => [s.state, s.value]))).toEqual([[['good', 4]], [['stale', 4]], []])
  expect(Date.parse(body.items[0]!.now[0]!.at!)).toBeGreaterThan(Date.now() - 600_000)
})

test('nearest first, in parts, in a box, by a word, by the condition of the list', async () => {
  const near = `near=${AT_EAST[0]},${AT_EAST[1]}`
  const first = await ask<PublicListPage>(`${LIST}?${near}&limit=2`)
  expect(first.body.items[0]!.code).toBe(codes[2])
  expect(first.body.items[0]!.distanceM).toBeLessThan(100)
  expect(first.body.next).toBe('2')
  const second = await ask<PublicListPage>(`${LIST}?${near}&limit=2&cursor=2`)
  expect([...first.body.items, ...second.body.items].map((i) => i.code).sort()).toEqual([...codes].sort())
  expect(second.body.next).toBeNull()
  const box = await ask<PublicListPage>(`${LIST}?bbox=${AT_EAST[0] - 0.01},36,${AT_EAST[0] + 0.01},36.2`)
  expect(box.body.items.map((i) => i.code)).toEqual([codes[2]])
  expect((await ask<PublicListPage>(`${LIST}?q=${encodeURIComponent('公厕1')}`)).body.items.map((i) => i.code)).toEqual([
    codes[1]
  ])
  const accessible = await ask<PublicListPage>('/api/public/lists/public-toilet/accessible')
  expect(accessible.body.items.map((i) => i.code)).toEqual([codes[0], codes[2]])
  expect((await ask(`${LIST}?near=here`)).status).toBe(400)
})

test('GeoJSON by address and by what is asked for', async () => {
  const whole = await ask<{ type: string; features: { id: string }[] }>(`${LIST}.geojson`)
  expect(whole.headers['content-type']).toContain('application/geo+json')
  expect(whole.body.features.map((f) => f.id)).toEqual(codes)
  const asked = await ask<{ type: string }>(LIST, { accept: 'application/geo+json' })
  expect(asked.body.type).toBe('FeatureCollection')
})

test('a register that became internal, and an attribute that became personal, are left out at once', async () => {
  const { db } = t.database
  const declare = (from: string, to: string) =>
    sql`update registry.type set declaration = replace(declaration::text, ${from}, ${to})::jsonb where id = 'public-toilet'`.execute(
      db
    )
  // Any change of a pack has the lists read again.
  const heard = async () => {
    await change(db, SCENARIOS, 'elders', 'disable')
    await change(db, SCENARIOS, 'elders', 'enable')
    await t.settle()
  }
  await sql`update registry.type set declaration = jsonb_set(declaration, '{attributes}', (select jsonb_agg(case when a ->> 'key' = 'hours'
    then a || '{"mask":"name"}' else a end) from jsonb_array_elements(declaration -> 'attributes') a)) where id = 'public-toilet'`.execute(
    db
  )
  await heard()
  await expect.poll(async () => (await ask(LIST)).text).not.toContain('06:00')
  await declare('"access": "open"', '"access": "restricted"')
  await heard()
  await expect.poll(async () => (await ask(LIST)).status).toBe(404)
  await declare('"access": "restricted"', '"access": "open"')
})

test('elders have no list, and lists go with their pack', async () => {
  expect((await ask('/api/public/lists/elders/homes')).status).toBe(404)
  await change(t.database.db, SCENARIOS, 'public-toilet', 'disable')
  await t.settle()
  await expect.poll(async () => (await ask(LIST)).status).toBe(404)
  expect((await ask<PublicLists>('/api/public/lists')).body.items).toEqual([])
})
