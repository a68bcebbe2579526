import type { ItemCard, RequestPage } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
})
afterAll(() => t.close())

interface Case {
  id: string
  caseNo: string
  version: number
  status: string
  componentId: string
  unit: { name: string } | null
}
const report = async (more: object) =>
  (await t.as('acceptor')).call<Case & { code?: string; case?: Case }>('POST', '/api/cases', {
    kind: 'component',
    classCode: '01010',
    description: '井盖破损',
    location: AT_WEST,
    sourceType: 'hotline',
    ...more
  })
const component = async (item: object) =>
  (
    await (
      await t.as('dataadmin')
    ).call<ItemCard>('POST', '/api/registry/items/component', { class: '01010', place: AT_WEST, ...item })
  ).body

test('a report names a component of the register; an unknown one is refused, unless another system says it', async () => {
  const unknown = await report({ componentId: '37020201010999999' })
  expect(unknown).toMatchObject({ status: 422, body: { code: 'REGISTRY_COMPONENT_UNKNOWN' } })
  const outside = await report({ componentId: '37020201010999999', external: { system: 'other', no: 'A1' } })
  expect(outside.status).toBe(201)
  expect((await report({ componentId: (await component({})).code })).status).toBe(201)
})

test('the code of 2026 finds a component that still has one of 2013', async () => {
  const old = await component({ class: '0110' })
  const { body } = await report({ componentId: old.upgradedCode })
  expect(body.case?.componentId ?? body.componentId).toBe(old.code)
  // Both generations are counted together: the codes stay different when all have become those of 2026.
  expect((await component({})).code.slice(-6)).not.toBe(old.code.slice(-6))
})

test('a case on a component goes to the unit that maintains it, without a dispatcher', async () => {
  const { rows } = await sql<{ id: string; name: string }>`select id, name from org.pub_unit where key = 'water-group'`.execute(
    t.database.db
  )
  const water = rows[0]!
  const { code } = await component({ owner: null, maintainer: water.id })
  const made = (await report({ componentId: code })).body
  let c: Case = made.case ?? made
  const step = async (who: string, op: string, input: object) => {
    const { body, status } = await (await t.as(who)).call<{ case?: Case } & Case>('POST', `/api/cases/${c.id}/operations/${op}`, {
      version: c.version,
      ...input
    })
    expect(status, JSON.stringify(body)).toBe(200)
    c = body.case ?? body
  }
  await step('acceptor', 'accept', {})
  const { rows: conditions } = await sql<{
    id: string
  }>`select id from cases.condition where standard_ref = 'GB/T 47678.5-2026' and kind = 'component' and code = '01010' limit 1`.execute(
    t.database.db
  )
  await step('acceptor', 'register', { conditionId: conditions[0]!.id })
  expect(c.status).toBe('pending_handle')
  const { rows: held } = await sql<{ unit_id: string }>`select unit_id from cases."case" where id = ${c.id}`.execute(
    t.database.db
  )
  expect(held[0]?.unit_id).toBe(water.id)
  const resolved = await (await t.as('dispatcher')).call<{ basis: string; unitName: string }>(
    'GET',
    `/api/dispatch/resolve?standardRef=${encodeURIComponent('GB/T 47678.5-2026')}&kind=component&classCode=01010&componentId=${code}`
  )
  expect(resolved.body).toMatchObject({ basis: 'component', unitName: water.name })
})

test('what is found when a case is closed becomes a request to the register, and its acceptance the history of the component', async () => {
  const { db } = t.database
  const { code } = await component({ place: [AT_WEST[0] + 0.001, AT_WEST[1]] })
  const made = (await report({ componentId: code })).body
  const id = (made.case ?? made).id
  // Straight to the last stage: how a case gets there is tested where cases are.
  await sql`update cases."case" set status = 'pending_close', version = version + 1, state = state || '{"check": {"result": "pass"}}'::jsonb where id = ${id}`.execute(
    db
  )
  const acceptor = await t.as('acceptor')
  const seen = (await acceptor.call<Case & { can: { op: string; needs: { field: string }[] }[] }>('GET', `/api/cases/${id}`)).body
  expect(seen.can.find((c) => c.op === 'close')?.needs.map((n) => n.field)).toContain('componentFeedback')
  const closed = await acceptor.call('POST', `/api/cases/${id}/operations/close`, {
    version: seen.version,
    componentFeedback: 'moved',
    opinion: '已移到路口'
  })
  expect(closed.status, JSON.stringify(closed.body)).toBe(200)
  const leader = await t.as('shiftleader')
  const { body } = await leader.call<RequestPage>('GET', '/api/registry/requests?state=waiting')
  expect(body.items).toMatchObject([{ kind: 'move', code, origin: 'case', originRef: id, wanted: { place: AT_WEST } }])
  await leader.call('POST', `/api/registry/requests/${body.items[0]!.id}/decide`, { accept: true })
  const card = (await leader.call<ItemCard>('GET', `/api/registry/items/component/${code}`)).body
  expect(card.place).toEqual(AT_WEST)
})

test('a matter that names no component has nothing to say of one', async () => {
  const made = (await report({ kind: 'matter', classCode: '06010' })).body
  const id = (made.case ?? made).id
  await sql`update cases."case" set status = 'pending_close', version = version + 1, state = state || '{"check": {"result": "pass"}}'::jsonb where id = ${id}`.execute(
    t.database.db
  )
  const acceptor = await t.as('acceptor')
  const { version } = (await acceptor.call<Case>('GET', `/api/cases/${id}`)).body
  const refused = await acceptor.call<{ code: string }>('POST', `/api/cases/${id}/operations/close`, {
    version,
    componentFeedback: 'added'
  })
  expect(refused.body.code).toBe('CASE_COMPONENT_NONE')
})
