// Packs of the platform on a small city: in, in again, out; who may; what the plan says.
import type { PackHistory, PackPlan, PackView } from '@chengyun/contract/scenarios'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MODULES } from '../../modules.ts'
import { type TestApp, testApp } from '../../testing.ts'
import { listFolders, SCENARIOS } from './folder.ts'
import { KERNEL } from './offers.ts'
import { change, countRows } from './scenarios.testing.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
})
afterAll(() => t.close())

type Listed = { items: PackView[] }

test('packs may name the modules that stand before this one', () => {
  expect(KERNEL).toEqual(MODULES.map((m) => m.name).filter((name) => name !== 'scenarios'))
})

test('all packs of the platform go in, are nothing the second time, and go out without trace', async () => {
  const { db } = t.database
  const before = await countRows(db)
  const packs = await listFolders(SCENARIOS)
  expect(packs.length).toBeGreaterThanOrEqual(9)
  const admin = await t.as('dataadmin')
  const offered = await admin.call<Listed>('GET', '/api/scenarios')
  expect(offered.body.items.map((p) => p.faults)).toEqual(packs.map(() => []))
  // What others need comes first: a pack that needs another is refused until that one is there.
  const needy = offered.body.items.filter((p) => Object.keys(p.requires).length > 0)
  for (const p of needy) {
    const refused = await admin.call('GET', `/api/scenarios/${p.id}/plan?act=install`)
    expect(refused.status).toBe(409)
    expect(refused.body.code).toBe('SCENARIOS_LACKS')
  }
  const order = [...offered.body.items].sort((a, b) => Object.keys(a.requires).length - Object.keys(b.requires).length)
  for (const { id } of order) {
    const plan = await admin.call<PackPlan>('GET', `/api/scenarios/${id}/plan?act=install`)
    expect(plan.body.steps.every((s) => s.act === 'add')).toBe(true)
    const done = await admin.call<PackPlan>('POST', `/api/scenarios/${id}/install`, { token: plan.body.token })
    expect(done.body, id).toEqual(plan.body)
    const again = await admin.call<PackPlan>('GET', `/api/scenarios/${id}/plan?act=install`)
    expect(again.body.steps).toEqual([])
  }
  await t.settle()
  const installed = await admin.call<Listed>('GET', '/api/scenarios')
  expect(installed.body.items.every((p) => p.state === 'active' && p.installed === p.offered)).toBe(true)
  const reader = await t.as('dispatcher')
  const seen = await reader.call<Listed>('GET', '/api/scenarios')
  expect(seen.body.items.map((p) => p.id)).toEqual(packs)
  expect(seen.body.items.every((p) => Object.values(p.can).every((can) => !can))).toBe(true)

  for (const p of needy)
    for (const other of Object.keys(p.requires)) {
      const refused = await admin.call('GET', `/api/scenarios/${other}/plan?act=uninstall`)
      expect(refused.body.code).toBe('SCENARIOS_NEEDED')
      expect((await admin.call('GET', `/api/scenarios/${other}/plan?act=disable`)).body.code).toBe('SCENARIOS_NEEDED')
    }
  for (const { id } of [...order].reverse()) await change(db, SCENARIOS, id, 'uninstall')
  await t.settle()
  const after = await countRows(db)
  // What was configured and undone is remembered by the trail of changes alone.
  expect(after).toEqual(before)
  const history = await admin.call<PackHistory>('GET', `/api/scenarios/${packs[0]}/history`)
  expect(history.body.items.map((c) => c.act)).toEqual(['uninstall', 'install'])
}, 120_000)

test('a plan of other circumstances is not carried out', async () => {
  const admin = await t.as('dataadmin')
  const plan = await admin.call<PackPlan>('GET', '/api/scenarios/water/plan?act=install')
  await change(t.database.db, SCENARIOS, 'water', 'install')
  const late = await admin.call('POST', '/api/scenarios/water/install', { token: plan.body.token })
  expect(late.body.code).toBe('SCENARIOS_PLAN_CHANGED')
  const absent = await admin.call('GET', '/api/scenarios/nowhere/plan?act=install')
  expect(absent.status).toBe(404)
  expect((await admin.call('GET', '/api/scenarios/gas/plan?act=disable')).body.code).toBe('SCENARIOS_NOT_INSTALLED')
})

test.each([
  ['collector', 403, 403],
  ['dispatcher', 200, 403],
  ['dataadmin', 200, 200]
])('%s: packs %i, plans %i', async (role, read, plan) => {
  const client = await t.as(role)
  expect((await client.call('GET', '/api/scenarios')).status).toBe(read)
  expect((await client.call('GET', '/api/scenarios/water/plan?act=disable')).status).toBe(plan)
  if (plan === 403) expect((await client.call('POST', '/api/scenarios/water/disable', { token: 'x' })).status).toBe(403)
})
