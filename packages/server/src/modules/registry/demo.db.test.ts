import type { ItemCard, ItemHistory, ItemPage } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'
import { geoService } from '../geo/index.ts'
import { setUpDemoComponents } from './demo.ts'
import { setUpDemoRegisters } from './demo-registers.ts'
import { compileCheck } from './domain/check-item.ts'
import { isCode } from './domain/codes.ts'
import { kindOf } from './domain/geometry.ts'
import { listTypes } from './queries/types.ts'

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

test('the other registers of the platform get items that their own declarations would take', async () => {
  const { db } = t.database
  for (const [i, name] of ['东西路', '滨海大道', '槐花巷'].entries()) {
    const line = Int32Array.from([120.302, 36.055 + i / 200, 120.378, 36.056 + i / 200], (v) => Math.round(v * 1e7))
    await sql`insert into geo.road (code, district_code, name, line, length_m) values (${`3702020${i}`}, '370202', ${name}, ${Buffer.from(line.buffer)}, 6800)`.execute(
      db
    )
  }
  await sql`update geo.revision set number = number + 1`.execute(db)
  await (await geoService(db)).refresh()
  const options = { seed: 'test', centre: AT_WEST, now: new Date(), share: 0.05 }
  const counts = await setUpDemoRegisters(db, SYSTEM, options)
  expect((await setUpDemoRegisters(db, SYSTEM, options)).size).toBe(0)
  // Registers that fill by themselves (of devices, of packs) begin empty.
  const types = (await listTypes(db)).filter((row) => counts.has(row.id))
  expect(types.length).toBe(counts.size)
  expect(counts.size).toBeGreaterThanOrEqual(13)
  for (const { id, declaration: d } of types) {
    const { rows } = await sql<Record<string, never>>`select * from registry.item where type_id = ${id}`.execute(db)
    expect(rows.length).toBe(counts.get(id))
    const check = compileCheck(d)
    const classes = d.classes && 'list' in d.classes ? d.classes.list.map((c) => c.code) : []
    for (const row of rows as unknown as Item[]) {
      expect(check(row.attributes), `${id} ${row.code}`).toEqual([])
      expect(isCode(d.code, row.code), row.code).toBe(true)
      expect(classes).toContain(row.class_code)
      expect(d.states.filter((s) => !s.ends).map((s) => s.key)).toContain(row.status)
      if (d.geometry === 'none') expect(row.lng).toBeNull()
      else {
        expect(row.lng).not.toBeNull()
        if (d.geometry !== 'any') expect(kindOf(row.shape)).toBe(d.geometry)
        expect(row.grid_code?.length).toBe(15)
      }
      for (const key of ['authority', 'owner', 'maintainer'] as const)
        if (!d.units?.includes(key)) expect(row[`${key}_id`]).toBeNull()
    }
  }
  const admin = await t.as('dataadmin')
  const batches = await admin.call<{ items: { accepted: number; type: string }[] }>(
    'GET',
    '/api/registry/batches?type=heat-station'
  )
  expect(batches.body.items[0]?.accepted).toBe(counts.get('heat-station'))
})

interface Item {
  code: string
  class_code: string
  status: string
  lng: number | null
  shape: Uint8Array | null
  grid_code: string | null
  attributes: Record<string, unknown>
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
}
