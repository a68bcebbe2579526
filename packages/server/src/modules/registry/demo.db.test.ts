import type { ItemCard, ItemHistory, ItemPage } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'
import { setUpDemoComponents } from './demo.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
})
afterAll(() => t.close())

test('a demonstration gets components with codes, grids, addresses and a history that begins with their batch', async () => {
  const { db } = t.database
  const options = { seed: 'test', centre: AT_WEST, count: 1500, now: new Date() }
  const count = await setUpDemoComponents(db, SYSTEM, options)
  expect(count).toBeGreaterThan(100)
  expect(await setUpDemoComponents(db, SYSTEM, options)).toBe(0)
  await t.settle()

  const admin = await t.as('dataadmin')
  const page = (await admin.call<ItemPage>('GET', '/api/registry/items?type=component&class=02038&limit=200')).body
  const first = page.items[0]!
  expect(first.code).toMatch(/^37020[23]02038\d{6}$/)
  expect(first.gridCode?.slice(0, 6)).toBe(first.code.slice(0, 6))
  expect(first.address).toContain('街道')
  expect(first.attributes).toMatchObject({ dataSource: '实测', material: 'aluminium' })

  // The next one made by hand gets the next number.
  const last = page.items.filter((i) => i.code.startsWith('370202')).at(-1)!
  const made = await admin.call<ItemCard>('POST', '/api/registry/items/component', { class: '02038', place: AT_WEST })
  expect(Number(made.body.code)).toBe(Number(last.code) + 1)

  const url = `/api/registry/items/component/${first.code}`
  await admin.call('PATCH', url, { version: 1, changes: { attributes: { remark: '已核对' } } })
  const history = (await admin.call<ItemHistory>('GET', `${url}/history`)).body
  expect(history).toMatchObject({ whole: true, batch: { name: '演示部件' }, items: [{ kind: 'modify', version: 2 }] })
  await sql`update registry.batch set hash = '\\x00'`.execute(db)
  expect((await admin.call<ItemHistory>('GET', `${url}/history`)).body.whole).toBe(false)
})
