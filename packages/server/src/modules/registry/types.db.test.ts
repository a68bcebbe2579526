import type { RegisterDeclaration, TypeDetail, TypeList } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../testing.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
})
afterAll(() => t.close())

const both = (zh: string, en = zh) => ({ zh, en })
const BENCH: RegisterDeclaration = {
  id: 'park-bench',
  name: both('长椅', 'Benches'),
  group: 'facility',
  geometry: 'point',
  code: { rule: 'sequence', prefix: 'CY{county}', digits: 5 },
  states: [
    { key: 'there', name: both('在') },
    { key: 'gone', name: both('不在'), ends: true }
  ],
  initialState: 'there',
  attributes: [{ key: 'seats', name: both('座位数'), type: 'integer', minimum: 1, maximum: 20 }],
  columns: ['code', 'status', 'seats'],
  symbol: { shape: 'dot', color: '#123456' },
  access: 'staff'
}

test('the registers of the platform are declared, components first, with the classes of both generations', async () => {
  const admin = await t.as('dataadmin')
  const { body } = await admin.call<TypeList>('GET', '/api/registry/types')
  expect(body.items.map((i) => i.id)).toContain('heat-station')
  expect(body.items.length).toBeGreaterThanOrEqual(14)
  const { body: component } = await admin.call<TypeDetail>('GET', '/api/registry/types/component')
  expect(component.classes.filter((c) => c.standardRef === 'GB/T 47678.5-2026').length).toBeGreaterThanOrEqual(153)
  expect(component.classes.find((c) => c.code === '0101')?.name).toBe('供水井盖')
  expect(component).toMatchObject({ version: 1, origin: 'platform', can: { config: true } })
  expect((await (await t.as('securityadmin')).call('GET', '/api/registry/types')).status).toBe(403)
})

test('a register is checked, declared, changed by version and retired; each version stays', async () => {
  const admin = await t.as('dataadmin')
  const faulty = { ...BENCH, initialState: 'gone' }
  const check = await admin.call<{ faults: { path: string }[] }>('POST', '/api/registry/types/check', { declaration: faulty })
  expect(check.body.faults.map((f) => f.path)).toEqual(['/initialState'])
  const refused = await admin.call('POST', '/api/registry/types', { declaration: faulty })
  expect(refused).toMatchObject({ status: 422, body: { code: 'REGISTRY_DECLARATION_FAULTY' } })
  expect((await (await t.as('shiftleader')).call('POST', '/api/registry/types', { declaration: BENCH })).status).toBe(403)

  expect((await admin.call('POST', '/api/registry/types', { declaration: BENCH })).status).toBe(201)
  expect((await admin.call('POST', '/api/registry/types', { declaration: BENCH })).body.code).toBe('REGISTRY_TYPE_EXISTS')
  const wider = { ...BENCH, name: both('长椅（新）', 'Benches') }
  const put = (version: number) =>
    admin.call('PUT', '/api/registry/types/park-bench', { declaration: wider, version, note: '改名' })
  expect((await put(1)).body).toMatchObject({ version: 2, declaration: { name: { zh: '长椅（新）' } } })
  expect((await put(1)).body.code).toBe('REGISTRY_VERSION_CONFLICT')
  const versions = await admin.call<{ items: { version: number }[] }>('GET', '/api/registry/types/park-bench/versions')
  expect(versions.body.items.map((v) => v.version)).toEqual([2, 1])
  expect((await admin.call('POST', '/api/registry/types/park-bench/retire')).body.state).toBe('retired')
})

test('a narrower declaration is refused while items break it, and the check says how many', async () => {
  const admin = await t.as('dataadmin')
  const declaration = { ...BENCH, id: 'narrow-bench' }
  await admin.call('POST', '/api/registry/types', { declaration })
  const put = (code: string, attributes: object) =>
    sql`insert into registry.item (type_id, id, code, name, status, lng, lat, attributes, created_at, updated_at)
      values ('narrow-bench', gen_random_uuid(), ${code}, '长椅', 'there', 120.31, 36.06, ${JSON.stringify(attributes)}::jsonb, now(), now())`.execute(
      t.database.db
    )
  await put('A', { seats: 12 })
  await put('B', { seats: 3 })
  await put('C', {})
  const narrower = { ...declaration, attributes: [{ ...BENCH.attributes[0]!, required: true, maximum: 10 }] }
  const { body } = await admin.call<{ affected: { items: number; rules: { items: number }[] } }>(
    'POST',
    '/api/registry/types/check',
    { declaration: narrower }
  )
  expect(body.affected).toMatchObject({ items: 2, rules: [{ items: 1 }, { items: 1 }] })
  const refused = await admin.call('PUT', '/api/registry/types/narrow-bench', { declaration: narrower, version: 1 })
  expect(refused).toMatchObject({ status: 409, body: { code: 'REGISTRY_DECLARATION_AFFECTS' } })
  expect((await admin.call('POST', '/api/registry/types/narrow-bench/retire')).body.code).toBe('REGISTRY_TYPE_IN_USE')
})

test('another pattern is held against what stands in the register, each item counted once', async () => {
  const admin = await t.as('dataadmin')
  const maker: RegisterDeclaration['attributes'][number] = {
    key: 'maker',
    name: both('厂家', 'Maker'),
    type: 'text',
    maxLength: 20
  }
  const declaration = { ...BENCH, id: 'pattern-bench', attributes: [maker, BENCH.attributes[0]!] }
  await admin.call('POST', '/api/registry/types', { declaration })
  for (const [code, attributes] of Object.entries({
    A: { maker: '海安A1', seats: 30 },
    B: { maker: 'QD-001' },
    C: { maker: 'QD-1' },
    D: {}
  }))
    await sql`insert into registry.item (type_id, id, code, name, status, lng, lat, attributes, created_at, updated_at)
      values ('pattern-bench', gen_random_uuid(), ${code}, '长椅', 'there', 120.31, 36.06, ${JSON.stringify(attributes)}::jsonb, now(), now())`.execute(
      t.database.db
    )
  const narrower = {
    ...declaration,
    attributes: [
      { ...maker, pattern: '^[A-Z]{2}-[0-9]{3}$' },
      { ...BENCH.attributes[0]!, maximum: 15 }
    ]
  }
  const { body } = await admin.call<{ affected: object }>('POST', '/api/registry/types/check', { declaration: narrower })
  // A breaks both rules, C the pattern alone, B and D none.
  expect(body.affected).toMatchObject({
    items: 2,
    rules: [
      { path: '/attributes/0', items: 2 },
      { path: '/attributes/1', items: 1 }
    ]
  })
  const refused = await admin.call('PUT', '/api/registry/types/pattern-bench', { declaration: narrower, version: 1 })
  expect(refused).toMatchObject({ status: 409, body: { code: 'REGISTRY_DECLARATION_AFFECTS' } })
  const fitting = { ...narrower, attributes: [{ ...maker, pattern: '[A-Z]' }, BENCH.attributes[0]!] }
  expect((await admin.call('PUT', '/api/registry/types/pattern-bench', { declaration: fitting, version: 1 })).status).toBe(200)
})
