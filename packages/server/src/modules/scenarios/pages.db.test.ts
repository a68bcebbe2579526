// Pages of all packs: every widget answers with nothing, with a demonstration, and for somebody who reaches a part; a figure is its rows.
import type { KpiData, PackPage, PackPages, PackView, StationsData, WidgetData } from '@chengyun/contract/scenarios'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { type Client, type TestApp, testApp } from '../../testing.ts'
import { createFromTemplates, streamsOf } from '../streams/index.ts'
import { setUpPackDemo } from './demo.ts'
import { SCENARIOS } from './folder.ts'
import { listPacks } from './queries/packs.ts'
import { change } from './scenarios.testing.ts'

let t: TestApp
let leader: Client
beforeAll(async () => {
  t = await testApp()
  leader = await t.as('leader')
  const admin = await t.as('dataadmin')
  const { body } = await admin.call<{ items: PackView[] }>('GET', '/api/scenarios')
  for (const p of body.items.sort((a, b) => Object.keys(a.requires).length - Object.keys(b.requires).length))
    await change(t.database.db, SCENARIOS, p.id, 'install')
}, 60_000)
afterAll(() => t.close())

async function eachWidget(client: Client, look: (data: WidgetData, address: string) => Promise<void> | void): Promise<number> {
  const { body } = await client.call<PackPages>('GET', '/api/scenarios/pages')
  let count = 0
  for (const { pack, pages } of body.items)
    for (const { key } of pages) {
      const page = await client.call<PackPage>('GET', `/api/scenarios/${pack}/pages/${key}`)
      expect(page.status, JSON.stringify(page.body)).toBe(200)
      for (const [n, w] of page.body.widgets.entries()) {
        const address = `/api/scenarios/${pack}/pages/${key}/widgets/${n}`
        for (const during of ['', ...w.spans.map((s) => `?during=${s}`)]) {
          const data = await client.call<WidgetData>('GET', address + during)
          expect(data.status, `${address}${during} ${JSON.stringify(data.body)}`).toBe(200)
          expect(data.body.type).toBe(w.type)
          await look(data.body, address)
          count += 1
        }
      }
    }
  return count
}

/** Rows behind the doors of figures are as many as the door says, and as the figure where it counts. */
async function doorsAreRight(client: Client, data: WidgetData, address: string): Promise<void> {
  if (data.type !== 'kpi') return
  const pack = address.split('/')[3]!
  for (const figure of (data as KpiData).figures)
    for (const door of [figure.door, figure.whole]) {
      if (!door) continue
      const search = new URLSearchParams(door.filter).toString()
      const what = `${pack} ${figure.key} ${JSON.stringify(door)}`
      if (door.list === 'rows') {
        const rows = await client.call<{ total: number }>('GET', `/api/scenarios/${pack}/figures/${door.of}/rows?${search}`)
        expect(rows.body.total, what).toBe(door.count)
      } else if (door.list === 'alarms') {
        const counts = await client.call<{ total: number }>('GET', `/api/alarms/counts?${search}`)
        expect(counts.body.total, what).toBe(door.count)
      } else if (door.list === 'items') {
        const page = await client.call<{ items: object[] }>('GET', `/api/registry/items?type=${door.of}&limit=200&${search}`)
        expect(page.body.items?.length, what + JSON.stringify(page.body).slice(0, 300)).toBe(Math.min(200, door.count))
      }
      if (
        figure.whole === null &&
        figure.value !== null &&
        /个|处|件|户/.test(figure.unit.zh) &&
        !('over' in figure && figure.key === 'response')
      )
        expect(figure.value, what).toBeGreaterThanOrEqual(0)
    }
}

test('with nothing at all', async () => {
  expect(await eachWidget(leader, (data, address) => doorsAreRight(leader, data, address))).toBeGreaterThan(50)
}, 60_000)

test('with a demonstration and alarms, for who reaches all and who reaches a part', async () => {
  const { db } = t.database
  for (const pack of await listPacks(db))
    await setUpPackDemo(db, SYSTEM, pack.document, { scale: 0.02, hourDays: 2, now: new Date() })
  await sql`insert into alarms.alarm (id, rule_id, rule_version, family, pack, title, follow, stream_id, stream_key, began_at, seq, judged_at, level, worst, type_id,
      item_id, item_code, item_name, grid_code, authority_id, owner_id, raised_at, level_at, state, responded_at)
    select gen_random_uuid(), r.id, 1, 'x', r.pack, '{"zh":"高","en":"High"}', '{"unit":"m"}', s.id, s.key, now(), 1, now(), 1 + s.id % 4, 1 + s.id % 4, t.type_id,
      i.id, i.code, i.name, i.grid_code, i.authority_id, i.owner_id, now() - interval '1 hour', now(), 'pending',
      case when s.id % 2 = 0 then now() - interval '50 minutes' end
    from streams.stream s join streams.thing t on t.id = s.thing_id join registry.item i on i.id = t.item_id
    join alarms.rule r on r.declaration->'on'->>'type' = t.type_id and r.declaration->'on'->>'stream' = s.key where s.id % 3 = 0`.execute(
    db
  )
  const seen = async (username: string) => {
    const client = await t.as(username)
    let [things, alarms] = [0, 0]
    await eachWidget(client, async (data, address) => {
      if (data.type === 'stations') things += data.things?.codes.length ?? 0
      if (data.type === 'alarms') alarms += data.total
      await doorsAreRight(client, data, address)
    })
    return { things, alarms }
  }
  const all = await seen('leader')
  expect(all.things).toBeGreaterThan(20)
  expect(all.alarms).toBeGreaterThan(0)
  const part = await seen('dept')
  expect(part.things).toBeLessThan(all.things)
}, 300_000)

test('what is hidden is shown to nobody', async () => {
  await eachWidget(leader, (data, address) => {
    if (!address.includes('/elders/')) return
    if (data.type === 'stations') for (const column of data.values) expect(column.every((v) => v === null)).toBe(true)
    if (data.type === 'trend') for (const line of data.lines) expect(line.streamId).toBeNull()
    if (data.type === 'map') for (const layer of data.layers) expect(layer.values.every((v) => v === null)).toBe(true)
  })
}, 60_000)

test('ten thousand stations in a tenth of a second', async () => {
  const { db } = t.database
  await sql`insert into registry.item (type_id, id, code, name, status, lng, lat, grid_code, created_at, updated_at)
    select 'heat-station', gen_random_uuid(), 'Z' || n, '站' || n, 'running', 120.3155, 36.0655,
      (select grid_code from registry.item where type_id = 'heat-station' and grid_code is not null limit 1), now(), now()
    from generate_series(1, 10000) n`.execute(db)
  const { rows } = await sql<{
    id: string
  }>`select id from registry.item where type_id = 'heat-station' and code like 'Z%'`.execute(db)
  const { ids } = await createFromTemplates(db, SYSTEM, {
    typeId: 'heat-station',
    itemIds: rows.map((r) => r.id),
    keys: ['supplyTemp']
  })
  const streams = await streamsOf(db)
  await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids: [] } })
  expect(ids.length).toBe(10_000)
  const page = await leader.call<PackPage>('GET', '/api/scenarios/heating/pages/main')
  const n = page.body.widgets.findIndex((w) => w.type === 'stations')
  const stations = (rev = '') => leader.call<StationsData>('GET', `/api/scenarios/heating/pages/main/widgets/${n}${rev}`)
  let first = await stations()
  expect(first.body.things?.codes.length).toBeGreaterThan(10_000)
  // What the catalogue hears of its own accord may make the list anew once more.
  await expect
    .poll(async () => {
      const again = await stations(`?known=${first.body.rev}`)
      if (again.body.things) first = again
      return again.body.things
    })
    .toBeUndefined()
  const times: number[] = []
  for (let i = 0; i < 9; i++) {
    const began = performance.now()
    const again = await stations(`?known=${first.body.rev}`)
    times.push(performance.now() - began)
    expect(again.body.things).toBeUndefined()
  }
  console.log(`stations of ${first.body.things?.codes.length}: median ${times.sort((a, b) => a - b)[4]!.toFixed(0)} ms`)
  expect(times[0]).toBeLessThan(400)
}, 300_000)
