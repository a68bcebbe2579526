import type { ItemCreate } from '@chengyun/contract/registry'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import type { CommandContext } from '../../platform/command.ts'
import { runInTransaction, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { AT_EAST, AT_WEST, OUTSIDE, type TestApp, testApp } from '../../testing.ts'
import { createItem, createItems } from './commands/create.ts'
import type { Written } from './commands/items.ts'
import { hashOfChange } from './domain/chain.ts'
import { type RegistryEnv, registryEnv } from './env.ts'
import { type ChangeRecord, chained } from './queries/history.ts'

let t: TestApp
let env: RegistryEnv
let unit = ''
beforeAll(async () => {
  t = await testApp()
  env = await registryEnv(t.database.db)
  unit = (await sql<{ id: string }>`select id from org.pub_unit order by id limit 1`.execute(t.database.db)).rows[0]!.id
  const { db } = t.database
  for (const [type, item] of [
    ['component', { class: '01010', place: AT_WEST }],
    ['camera', { code: '37020200001320000001', class: 'dome', place: AT_WEST }],
    ['camera', { code: '37020200001320000002', class: 'dome', place: AT_EAST }]
  ] as const)
    await createItem(env)(db, SYSTEM, { type, item: item as never })
  // Lists that came with numbers of their own, ahead of the series.
  await sql`insert into registry.item (type_id, id, code, class_code, name, status, lng, lat, created_at, updated_at)
    select 'component', gen_random_uuid(), code, class, '来自外部', 'intact', 120.36, 36.06, now(), now()
    from (values ('37020302001000002', '02001'), ('3702020110000003', '0110')) v(code, class)`.execute(db)
})
afterAll(() => t.close())

class Undo extends Error {}

interface Left {
  outcome: Written[] | { code: string; details: unknown }
  rows: unknown
  told: unknown[]
}

const NOW = new Date('2026-11-22T08:00:00.123Z')

/** What a way of adding leaves behind, ids by the code they belong to; it is taken back. */
async function left(type: string, add: (tx: Tx, ctx: CommandContext) => Promise<Written[]>): Promise<Left> {
  const told: unknown[] = []
  let out: Left | undefined
  const ctx: CommandContext = {
    actor: SYSTEM,
    now: NOW,
    emit: (name, payload) => told.push({ name, payload }),
    audit: (entry) => told.push({ audit: entry })
  }
  await runInTransaction(t.database.db, async (tx) => {
    const { rows: was } = await sql<{ seq: string }>`select coalesce(max(seq), 0) as seq from registry.change`.execute(tx)
    const outcome = await add(tx, ctx).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error
      return { code: error.code, details: error.details }
    })
    out = { outcome, told, rows: Array.isArray(outcome) ? await rowsOf(tx, type, outcome, was[0]!.seq) : null }
    throw new Undo()
  }).catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error
  })
  const codes = new Map(Array.isArray(out!.outcome) ? out!.outcome.map((w) => [w.id, w.code]) : [])
  const known = (text: string): string =>
    text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => codes.get(id) ?? id)
  const plain = JSON.parse(known(JSON.stringify(out))) as Left
  // Numbers of the history are of a series that is not taken back.
  if (Array.isArray(plain.outcome)) plain.outcome = plain.outcome.map((w) => ({ ...w, changeSeq: '' }))
  return plain
}

async function rowsOf(tx: Tx, type: string, made: readonly Written[], since: string): Promise<unknown> {
  const ids = made.map((w) => w.id)
  const { rows: items } = await sql`select to_jsonb(i) - 'rev' as item, i.rev = pg_current_xact_id()::text::bigint as own,
      tableoid::regclass::text as partition from registry.item i where type_id = ${type} and id = any(${ids}::uuid[]) order by code`.execute(
    tx
  )
  const { rows: relations } = await sql`select to_jsonb(r) as r from registry.relation r where item_id = any(${ids}::uuid[])
    order by item_id, key, other_id`.execute(tx)
  const { rows: sequences } = await sql`select * from registry.sequence order by type_id, prefix`.execute(tx)
  const { rows: changes } =
    await sql<ChangeRecord>`select * from registry.change where seq > ${since}::bigint order by seq`.execute(tx)
  expect(changes.map((c) => String(c.seq))).toEqual(made.map((w) => w.changeSeq))
  const history = changes.map(({ seq: _, hash, prev_hash, ...said }) => ({
    ...said,
    prev_hash,
    follows: Buffer.compare(hash, hashOfChange(null, chained({ ...said }))) === 0
  }))
  expect(history.every((h) => h.follows)).toBe(true)
  return { items, relations, sequences: sequences.filter((s) => (s as { last: string }).last !== '0'), history }
}

/** Both ways leave the same. */
async function same(type: string, items: readonly ItemCreate[], why?: object): Promise<Left> {
  const said = { type, ...(why && { why: why as never }) }
  const single = await left(type, async (tx, ctx) => {
    const made: Written[] = []
    for (const item of items) made.push(await createItem(env).within(tx, { ...said, item }, ctx))
    return made
  })
  const together = await left(type, (tx, ctx) => createItems(env).within(tx, { ...said, items }, ctx))
  if (Array.isArray(single.outcome)) expect(together).toEqual(single)
  else expect(together.outcome).toEqual(single.outcome)
  return together
}

test('components of both generations, in two districts, past numbers that came from outside', async () => {
  const { outcome } = await same('component', [
    { class: '01010', place: AT_WEST, name: '甲' },
    { class: '0110', place: AT_WEST },
    { class: '02001', place: AT_EAST },
    { class: '01010', place: AT_WEST, note: '新装', attributes: { remark: ' 路口 ' } },
    { class: '0110', place: AT_WEST },
    { class: '02001', place: AT_EAST, maintainer: unit },
    { class: '02001', place: AT_EAST },
    { class: '01010', place: AT_EAST, owner: unit, authority: unit }
  ] as never)
  expect((outcome as Written[]).map((w) => w.code)).toEqual([
    '37020201010000002',
    '3702020110000004',
    '37020302001000001',
    '37020201010000005',
    '3702020110000006',
    '37020302001000003',
    '37020302001000004',
    '37020301010000001'
  ])
})

test('given codes, shapes, relations, and who decided instead of the actor', async () => {
  const ring = [AT_WEST, [AT_WEST[0] + 0.001, AT_WEST[1]], [AT_WEST[0], AT_WEST[1] + 0.001], AT_WEST]
  await same('hydrant', [
    { code: 'h-1', class: 'above', place: AT_WEST, attributes: { flowLs: 15.25 } },
    { code: 'H-1', class: 'wall', place: AT_EAST }
  ] as never)
  await same('green-area', [
    { class: 'G1', geometry: { type: 'Polygon', coordinates: [ring] } },
    { class: 'G2', geometry: { type: 'Polygon', coordinates: [ring] }, name: '绿地' }
  ] as never)
  await same('device', [
    { class: 'sensor', name: '无处', relations: { component: ['37020201010000001'] } },
    { class: 'logger', place: AT_EAST, relations: { component: [] } }
  ] as never)
  const ofOne = await same('device', [
    { class: 'sensor', name: '有', relations: { component: ['37020201010000001'] } },
    { class: 'sensor', name: '无' }
  ] as never)
  // What one names is not the next one's, in whichever way they are added.
  expect((ofOne.rows as { relations: { r: { item_id: string } }[] }).relations.map((one) => one.r.item_id)).toEqual([
    'GZ-0000001'
  ])
  await same('site', [
    { class: 'metro', name: '站', place: AT_EAST, relations: { cameras: ['37020200001320000002', '37020200001320000001'] } },
    { class: 'building', name: '楼', place: AT_WEST }
  ] as never)
  const applicant = { id: null, name: '外业' }
  await same(
    'device',
    [
      { class: 'sensor', name: '甲' },
      { class: 'meter', name: '乙' }
    ] as never,
    {
      source: 'request',
      sourceRef: 'r-1',
      note: '补录',
      applicant,
      effectiveAt: new Date('2026-10-01T00:00:00Z')
    }
  )
  await same(
    'device',
    [
      { class: 'sensor', name: '甲' },
      { class: 'meter', name: '乙' }
    ] as never,
    { source: 'bulk' }
  )
})

test('whatever is wrong with one is said as of one alone, and nothing is left', async () => {
  const good = { code: 'g-1', class: 'above', place: AT_WEST }
  for (const bad of [
    { ...good, code: 'g-2', place: OUTSIDE },
    { ...good, code: 'g-1' },
    { ...good, code: '' },
    { ...good, code: '*' },
    { ...good, code: 'g-3', class: 'none', attributes: { flowLs: 'x', nothing: 1 } }
  ]) {
    const { outcome } = await same('hydrant', [good, bad] as never)
    expect(Array.isArray(outcome)).toBe(false)
  }
  expect((await same('device', [{ class: 'sensor', code: 'GZ-0000001' }] as never)).outcome).toMatchObject({
    code: 'REGISTRY_ITEM_INVALID'
  })
  expect((await same('nothing', [{}] as never)).outcome).toMatchObject({ code: 'REGISTRY_TYPE_NOT_FOUND' })
})

test('any mixture of components', { timeout: 60_000 }, async () => {
  const item = fc.record(
    {
      class: fc.constantFrom('01010', '0110', '02001', '04001', '0401'),
      place: fc.constantFrom(AT_WEST, AT_EAST, OUTSIDE),
      name: fc.string({ unit: 'grapheme', maxLength: 12 }).filter((s) => !s.includes('\0')),
      address: fc.constantFrom('', ' 一号路 "3" 号\\ ', '𠮷'),
      status: fc.constantFrom('intact', 'removed'),
      attributes: fc.record({ remark: fc.constantFrom('', 'a\tb', '\\u0041', '“x”') }, { requiredKeys: [] })
    },
    { requiredKeys: ['class', 'place'] }
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { minLength: 1, maxLength: 7 }),
      async (items) => void (await same('component', items as never))
    ),
    { numRuns: 25 }
  )
})
