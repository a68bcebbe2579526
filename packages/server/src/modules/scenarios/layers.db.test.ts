// Layers of packs on the one map: in the tree with their packs, states by reach and permission, published as the register they come from.
import type { LayerHits, LayerTree, LayerView, TileJson } from '@chengyun/contract/geo'
import { type LayerStates, TONES } from '@chengyun/contract/scenarios'
import { VectorTile } from '@mapbox/vector-tile'
import { sql } from 'kysely'
import { PbfReader } from 'pbf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { AT_EAST, AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import { createItem, registryEnv } from '../registry/index.ts'
import { createFromTemplates, emptyBatch, streamsOf } from '../streams/index.ts'
import { setUpPackDemo } from './demo.ts'
import { SCENARIOS } from './folder.ts'
import { listPacks } from './queries/packs.ts'
import { change } from './scenarios.testing.ts'

let t: TestApp
let leader: Client
let collector: Client
let dept: Client
beforeAll(async () => {
  t = await testApp()
  const { db } = t.database
  leader = await t.as('leader')
  collector = await t.as('collector')
  dept = await t.as('dept')
  for (const id of ['public-toilet', 'elders']) await change(db, SCENARIOS, id, 'install')
  const elders = (await listPacks(db)).find((p) => p.id === 'elders')!
  await setUpPackDemo(db, SYSTEM, elders.document, { scale: 0.02, hourDays: 1, now: new Date() })
  const env = await registryEnv(db)
  const itemIds: string[] = []
  for (const [n, at] of [AT_WEST, AT_WEST, AT_EAST, AT_EAST, AT_EAST].entries()) {
    const item = {
      place: [at[0] + n * 0.0002, at[1]],
      name: `公厕${n}`,
      class: 'class1',
      attributes: { smart: true, attendantPhone: '13800000000' }
    }
    itemIds.push(
      (await createItem(env)(db, SYSTEM, { type: 'public-toilet', item: item as never, why: { source: 'person' } })).id
    )
  }
  const { ids } = await createFromTemplates(db, SYSTEM, { typeId: 'public-toilet', itemIds })
  await t.settle()
  await (await streamsOf(db)).hear({ name: 'streams.changed', payload: { what: 'stream', ids } })
}, 60_000)
afterAll(() => t.close())

const treeOf = async (who: Client): Promise<LayerView[]> =>
  (await who.call<LayerTree>('GET', '/api/map/layers')).body.layers.filter((l) => l.live)
const AMMONIA = 'pack-public-toilet-ammonia'
const TOILETS = 'pack-public-toilet-toilets'
const statesOf = async (who: Client, key: string, query = '') =>
  (await who.call<LayerStates>('GET', `/api/scenarios/public-toilet/layers/${key}/states${query}`)).body

/** Number of a toilet's ammonia stream, by its code. */
async function ammoniaOf(): Promise<{ code: string; id: number; item: string }[]> {
  const { rows } = await sql<{ code: string; id: number; item: string }>`select i.code, s.id, i.id as item
    from streams.stream s join streams.thing t on t.id = s.thing_id join registry.item i on i.id = t.item_id
    where t.type_id = 'public-toilet' and s.key = 'nh3' and s.removed_at is null order by i.code`.execute(t.database.db)
  return rows
}
async function say(id: number, value: number, at = Date.now()): Promise<void> {
  const streams = await streamsOf(t.database.db)
  const batch = emptyBatch(1)
  batch.length = 1
  batch.streams[0] = id
  batch.at[0] = at
  batch.values[0] = value
  await streams.intake.submit(batch)
  await streams.settle()
}

test('every layer of a pack stands in the tree under its name, with what its colours mean', async () => {
  const tree = await treeOf(leader)
  const toilets = tree.filter((l) => l.group === 'pack-public-toilet')
  expect(toilets.map((l) => [l.id, l.groupName?.zh, l.live?.by])).toEqual([
    [TOILETS, '公厕', 'alarm'],
    [AMMONIA, '公厕', 'value']
  ])
  expect(toilets[0]?.live).toMatchObject({ register: 'public-toilet', label: { by: 'property', key: 'name' }, labelsFrom: 11 })
  expect(toilets[1]?.live?.legend.map((x) => x.tone)).toEqual(['ok', 'soon', 'late', 'grave'])
  expect(toilets[0]?.count).toBe(5)
  expect(toilets[0]?.classes.reduce((n, c) => n + c.count, 0)).toBe(toilets[0]?.count)
})

test('homes of elders are layers for those who may know of them, and nobody else', async () => {
  const has = async (who: Client) => (await treeOf(who)).some((l) => l.group === 'pack-elders')
  const watcher = await t.as('shiftleader')
  expect(await has(watcher)).toBe(true)
  for (const who of [collector, dept]) {
    expect(await has(who)).toBe(false)
    expect((await who.call('GET', '/api/scenarios/elders/layers/homes/states')).status).toBe(404)
    expect((await who.call('GET', '/tiles/pack-elders-homes.json')).status).toBe(404)
  }
})

test('tiles carry single objects from afar, TileJSON and identify know the layer', async () => {
  const [{ code } = { code: '' }] = await ammoniaOf()
  const { body } = await leader.call<TileJson>('GET', `/tiles/${AMMONIA}.json`)
  expect(body.vector_layers[0]?.id).toBe(AMMONIA)
  const item = (
    await sql<{ lng: number; lat: number }>`select lng, lat from registry.item where code = ${code}`.execute(t.database.db)
  ).rows[0]!
  const z = 10
  const x = Math.floor(((item.lng + 180) / 360) * 2 ** z)
  const y = Math.floor(((1 - Math.asinh(Math.tan((item.lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z)
  const answer = await t.app.http.inject({
    method: 'GET',
    url: `/tiles/${AMMONIA}/${z}/${x}/${y}.mvt`,
    headers: { cookie: leader.cookie }
  })
  const tile = new VectorTile(new PbfReader(answer.rawPayload)).layers[AMMONIA]!
  const codes = Array.from({ length: tile.length }, (_, i) => tile.feature(i).properties['code'])
  expect(codes).toContain(code)
  expect(Object.keys(tile.feature(0).properties)).not.toContain('attendantPhone')
  const hits = await leader.call<LayerHits>('GET', `/api/map/identify?lng=${item.lng}&lat=${item.lat}&zoom=17&layers=${AMMONIA}`)
  expect(hits.body.items.map((h) => h.key)).toContain(code)
})

test('a value is coloured by its band; what says nothing is silent, what said it long ago too', async () => {
  const [a, b, c] = await ammoniaOf()
  await say(a!.id, 0.1)
  await say(b!.id, 1.2)
  await say(c!.id, 0.5, Date.now() - 3_600_000)
  const states = await statesOf(leader, 'ammonia')
  const tone = (code: string) => TONES[states.tone[states.things!.codes.indexOf(code)]!]
  expect([tone(a!.code), tone(b!.code)]).toEqual(['ok', 'late'])
  const value = (code: string) => states.values[states.things!.codes.indexOf(code)]
  expect(value(b!.code)).toBe(1.2)
  expect(Object.values(states.counts).reduce((n, v) => n + v, 0)).toBe(states.things!.codes.length)
  // What stands still is told once; what lies elsewhere is not told.
  const again = await statesOf(leader, 'ammonia', `?known=${states.rev}`)
  expect(again.things).toBeUndefined()
  expect(again.tone).toHaveLength(states.tone.length)
  const elsewhere = await statesOf(leader, 'ammonia', '?bbox=0,0,1,1')
  expect(elsewhere.things!.codes).toEqual([])
  expect(elsewhere.counts).toEqual(states.counts)
})

test('what has no sensor is told apart from what is not heard', async () => {
  const last = (await ammoniaOf()).at(-1)!
  const tone = async () => {
    const states = await statesOf(leader, 'ammonia')
    return TONES[states.tone[states.things!.codes.indexOf(last.code)]!]
  }
  expect(await tone()).toBe('silent')
  const admin = await t.as('dataadmin')
  expect((await admin.call('DELETE', `/api/streams/${last.id}`)).status).toBe(204)
  await expect.poll(tone).toBe('absent')
})

test('the gravest standing alarm colours; only within reach, and only for who may read alarms', async () => {
  const [a] = await ammoniaOf()
  const raise = (level: number) =>
    sql`insert into alarms.alarm (id, rule_id, rule_version, family, pack, title, follow, stream_id, stream_key, began_at, seq, judged_at,
      level, worst, type_id, item_id, item_code, item_name, grid_code, authority_id, owner_id, raised_at, level_at, state)
    select gen_random_uuid(), r.id, 1, 'x', r.pack, '{"zh":"高","en":"High"}', '{"unit":"m"}', ${a!.id}, 'nh3', now(), ${level}, now(), ${level}, ${level}, 'public-toilet',
      i.id, i.code, i.name, i.grid_code, i.authority_id, i.owner_id, now(), now(), 'pending'
    from registry.item i, (select id, pack from alarms.rule where pack = 'public-toilet' order by id limit 1) r where i.id = ${a!.item}`.execute(
      t.database.db
    )
  await raise(3)
  await raise(2)
  const states = await statesOf(leader, 'toilets')
  const i = states.things!.codes.indexOf(a!.code)
  expect([TONES[states.tone[i]!], states.levels[i]]).toEqual(['grave', 2])
  // A collector sees the toilets he reaches, and nothing of how they stand.
  const seen = await statesOf(collector, 'toilets')
  expect(seen.things!.codes.length).toBeLessThanOrEqual(states.things!.codes.length)
  expect(seen.tone.every((n) => TONES[n] === 'none')).toBe(true)
  expect(seen.levels.every((n) => n === 0)).toBe(true)
  const values = await statesOf(collector, 'ammonia')
  expect(values.values.every((v) => v === null) && values.tone.every((n) => TONES[n] === 'none')).toBe(true)
  // A unit sees the states of what is its own.
  const part = await statesOf(dept, 'toilets')
  expect(part.things!.codes.length).toBeLessThan(states.things!.codes.length)
})

test('published at /ogc as the register is', async () => {
  const list = async (who: Client | null) => {
    const answer = await t.app.http.inject({
      method: 'GET',
      url: '/ogc/collections?f=json',
      headers: who ? { cookie: who.cookie } : {}
    })
    return (answer.json() as { collections: { id: string }[] }).collections.map((c) => c.id)
  }
  expect(await list(leader)).toContain(TOILETS)
  expect(await list(null)).toContain(TOILETS)
  expect((await list(null)).some((id) => id.startsWith('pack-elders'))).toBe(false)
  const items = await t.app.http.inject({ method: 'GET', url: `/ogc/collections/${TOILETS}/items?limit=2&f=json` })
  expect((items.json() as { features: object[] }).features).toHaveLength(2)
})

test('layers come and go with the pack, without a restart', async () => {
  const { db } = t.database
  const here = async () => {
    await t.settle()
    return (await treeOf(leader)).some((l) => l.id === TOILETS)
  }
  await change(db, SCENARIOS, 'public-toilet', 'disable')
  await expect.poll(here).toBe(false)
  expect((await leader.call('GET', `/tiles/${TOILETS}.json`)).status).toBe(404)
  expect((await leader.call('GET', '/api/scenarios/public-toilet/layers/toilets/states')).status).toBe(404)
  await change(db, SCENARIOS, 'public-toilet', 'enable')
  await expect.poll(here).toBe(true)
  await change(db, SCENARIOS, 'elders', 'uninstall', 'purge')
  await t.settle()
  await expect.poll(async () => (await treeOf(await t.as('shiftleader'))).some((l) => l.group === 'pack-elders')).toBe(false)
})
