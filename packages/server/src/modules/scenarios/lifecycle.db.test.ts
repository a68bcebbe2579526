// A pack with items, readings and alarms: what an upgrade does to them, what a removal asks, and that it leaves nothing.
import type { PackPlan, PackView } from '@chengyun/contract/scenarios'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'
import { createItem, registryEnv } from '../registry/index.ts'
import { createFromTemplates, emptyBatch, streamsOf } from '../streams/index.ts'
import { change, countRows, type PackShelf, packShelf } from './scenarios.testing.ts'

let t: TestApp
let shelf: PackShelf
let clean: Record<string, number>
const ID = 'lamp-posts'

beforeAll(async () => {
  shelf = await packShelf()
  t = await testApp({ CHENGYUN_SCENARIOS: shelf.root })
  clean = await countRows(t.database.db)
})
afterAll(async () => {
  await t.close()
  await shelf.remove()
})

const attribute = (key: string, more: object = {}) => ({ key, name: { zh: key, en: key }, type: 'number', ...more })
type Doc = Record<string, never> & { declare: { attributes: object[] }[]; rules: { key: string }[] }

/** The first version: three attributes. */
const first = (file: string, d: Doc) => {
  if (file !== 'registers.json') return undefined
  d.declare[0]!.attributes = [attribute('watt'), attribute('note', { type: 'text' })]
  return d
}
/** The second: one renamed, one dropped, one new with a default and required; stream and rule have other keys, a rule is gone. */
const second = (file: string, d: Doc) => {
  if (file === 'registers.json') {
    d.declare[0]!.attributes = [attribute('powerW'), attribute('lit', { type: 'boolean', required: true })]
    return d
  }
  if (file === 'scenario.json')
    return {
      ...d,
      version: '0.2.0',
      upgrades: {
        '0.2.0': [
          { rename: 'attribute', of: ID, from: 'watt', to: 'powerW' },
          { default: 'attribute', of: ID, key: 'lit', value: true },
          { drop: 'attribute', of: ID, key: 'note' },
          { rename: 'stream', of: ID, from: 'level', to: 'depth' },
          { rename: 'rule', of: ID, from: 'level-high', to: 'too-high' },
          { drop: 'rule', of: ID, key: 'level-silent' }
        ]
      }
    }
  if (file === 'test/level-silent.json') return null
  if (file.startsWith('strings/')) {
    const { 'rule.level-silent': _gone, ...rest } = d
    return rest
  }
  if (file === 'rules.json') d.rules = d.rules.filter((r) => r.key !== 'level-silent')
  const text = JSON.stringify(d).replaceAll('"level-high"', '"too-high"').replaceAll(`${ID}/level`, `${ID}/depth`)
  // Streams are named so; levels of alarms keep their name.
  return JSON.parse(
    text
      .replace(/"(key|stream|spark)":"level"/g, '"$1":"depth"')
      .replace(/,"level",/g, ',"depth",')
      .replaceAll('["level"]', '["depth"]')
  ) as Doc
}

/** The judge looks for changes once a second. */
const looked = () => new Promise((resolve) => setTimeout(resolve, 1100))

async function observe(streamIds: number[], value: number, ago: readonly number[]): Promise<void> {
  const streams = await streamsOf(t.database.db)
  await streams.followers.start()
  await looked()
  const rows = streamIds.flatMap((id) => ago.map((s) => [id, Date.now() - s * 1000] as const))
  const batch = emptyBatch(rows.length)
  batch.length = rows.length
  for (const [i, [id, at]] of rows.entries()) {
    batch.streams[i] = id
    batch.at[i] = at
    batch.values[i] = value
  }
  await streams.intake.submit(batch)
  await streams.settle()
  await t.settle()
}

test('an upgrade moves what items and alarms say', async () => {
  const { db } = t.database
  await shelf.put(ID, first as never)
  await change(db, shelf.root, ID, 'install')
  const env = await registryEnv(db)
  const ids: string[] = []
  for (const n of [1, 2, 3]) {
    const item = { place: [AT_WEST[0], AT_WEST[1] + n * 0.0002], name: `${n}`, attributes: { watt: n * 10, note: 'x' } }
    ids.push((await createItem(env)(db, SYSTEM, { type: ID, item: item as never, why: { source: 'person' } })).id)
  }
  const { ids: streamIds } = await createFromTemplates(db, SYSTEM, { typeId: ID, itemIds: ids })
  await t.settle()
  await (await streamsOf(db)).hear({ name: 'streams.changed', payload: { what: 'stream', ids: streamIds } })
  await observe(streamIds, 3, [600, 540, 480, 420])
  const raised = async () =>
    (await sql<{ rule: string; n: number }>`select rule_id as rule, count(*)::int as n from alarms.alarm group by 1`.execute(db))
      .rows
  expect(await raised()).toEqual([{ rule: `${ID}/level-high`, n: 3 }])

  await shelf.put(ID, second as never)
  const admin = await t.as('dataadmin')
  const { body: plan } = await admin.call<PackPlan>('GET', `/api/scenarios/${ID}/plan?act=upgrade`)
  expect(plan.steps.filter((s) => s.act === 'rename').map((s) => `${s.kind} ${s.from} ${s.key}`)).toEqual([
    `stream ${ID}/level ${ID}/depth`,
    'rule level-high too-high'
  ])
  const done = await admin.call<PackPlan>('POST', `/api/scenarios/${ID}/upgrade`, { token: plan.token })
  expect(done.body).toMatchObject({ act: 'upgrade', from: '0.1.0', to: '0.2.0' })
  await t.settle()
  const { rows } = await sql<{
    a: object
  }>`select attributes as a from registry.item where type_id = ${ID} order by name`.execute(db)
  expect(rows.map((r) => r.a)).toEqual([10, 20, 30].map((powerW) => ({ powerW, lit: true })))
  expect(await raised()).toEqual([{ rule: `${ID}/too-high`, n: 3 }])
  const keys = await sql<{ key: string }>`select distinct key from streams.stream where id = any(${streamIds}::int[])`.execute(db)
  expect(keys.rows).toEqual([{ key: 'depth' }])
  const rules = await sql<{ key: string }>`select key from alarms.rule where removed_at is null order by 1`.execute(db)
  expect(rules.rows).toEqual([{ key: 'too-high' }])
  // The judge still knows the alarms under their new name: a fall clears them.
  await observe(streamIds, 1, [60])
  const open = await sql<{ n: number }>`select count(*)::int as n from alarms.alarm where cleared_at is null`.execute(db)
  expect(open.rows[0]?.n).toBe(0)
}, 60_000)

test('disabled: rules rest, pages are hidden, and what the city had switched off stays off', async () => {
  const { db } = t.database
  const admin = await t.as('dataadmin')
  const enabled = async () =>
    (await sql<{ enabled: boolean }>`select enabled from alarms.rule where removed_at is null`.execute(db)).rows
  await change(db, shelf.root, ID, 'disable')
  expect(await enabled()).toEqual([{ enabled: false }])
  const { body } = await admin.call<PackView>('GET', `/api/scenarios/${ID}`)
  expect([body.state, body.pages, body.can.enable]).toEqual(['disabled', [], true])
  expect((await change(db, shelf.root, ID, 'disable')).steps).toEqual([])
  await change(db, shelf.root, ID, 'enable')
  expect(await enabled()).toEqual([{ enabled: true }])
})

test('an older version and a faulty pack are refused, in sentences', async () => {
  const { db } = t.database
  await shelf.put(ID, first as never)
  await expect(change(db, shelf.root, ID, 'install')).rejects.toMatchObject({ code: 'SCENARIOS_OLDER' })
  await shelf.put('broken', ((file: string, d: Doc) =>
    file === 'layers.json' ? JSON.parse(JSON.stringify(d).replace('"broken"', '"nothing"')) : undefined) as never)
  const admin = await t.as('dataadmin')
  const refused = await admin.call('GET', '/api/scenarios/broken/plan?act=install')
  expect(refused.status).toBe(422)
  expect(refused.body.code).toBe('SCENARIOS_PACK_FAULTY')
  expect(String(refused.body.message)).toContain('layers.json')
  await shelf.put('broken')
})

test('a removal that would lose data asks; kept, everything stays readable and comes back', async () => {
  const { db } = t.database
  await expect(change(db, shelf.root, ID, 'uninstall')).rejects.toMatchObject({ code: 'SCENARIOS_HOLDS_DATA' })
  const admin = await t.as('dataadmin')
  const { body: plan } = await admin.call<PackPlan>('GET', `/api/scenarios/${ID}/plan?act=uninstall&held=keep`)
  expect(plan.steps.filter((s) => s.holds).map((s) => `${s.act} ${s.kind} ${s.holds}`)).toEqual([
    'retire rule 3',
    'retire stream 3',
    'retire register 3'
  ])
  await change(db, shelf.root, ID, 'uninstall', 'keep')
  await t.settle()
  const left = await sql<{ state: string; items: number; alarms: number }>`select state,
    (select count(*)::int from registry.item where type_id = t.id) as items, (select count(*)::int from alarms.alarm) as alarms
    from registry.type t where id = ${ID}`.execute(db)
  expect(left.rows).toEqual([{ state: 'retired', items: 3, alarms: 3 }])
  await shelf.put(ID, second as never)
  await change(db, shelf.root, ID, 'install')
  const back = await sql<{ state: string }>`select state from registry.type where id = ${ID}`.execute(db)
  expect(back.rows).toEqual([{ state: 'active' }])
})

test('purged, nothing is left of it, and only who writes out its name may', async () => {
  const { db } = t.database
  const admin = await t.as('dataadmin')
  const { body: plan } = await admin.call<PackPlan>('GET', `/api/scenarios/${ID}/plan?act=uninstall&held=purge`)
  const order = { token: plan.token, held: 'purge' }
  expect((await admin.call('POST', `/api/scenarios/${ID}/uninstall`, order)).body.code).toBe('SCENARIOS_CONFIRM')
  const done = await admin.call('POST', `/api/scenarios/${ID}/uninstall`, { ...order, confirm: ID })
  expect(done.status).toBe(200)
  await t.settle()
  // The checkpoint of the latest values must not bring back what was removed.
  await (await streamsOf(db)).settle()
  expect(await countRows(db)).toEqual(clean)
}, 30_000)

test('two processes install one pack once', async () => {
  const { db } = t.database
  await shelf.put('twice')
  const both = await Promise.all([change(db, shelf.root, 'twice', 'install'), change(db, shelf.root, 'twice', 'install')])
  expect(both.map((p) => p.steps.length > 0).sort()).toEqual([false, true])
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from scenarios.pack_change where pack_id = 'twice'`.execute(
    db
  )
  expect(rows[0]?.n).toBe(1)
})
