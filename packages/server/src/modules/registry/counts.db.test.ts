import type { RegistryChanged, TypeList } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../platform/actor.ts'
import { AT_EAST, AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import { ItemCounts } from './counts.ts'
import { hearsOfItem, type Reach } from './policy.ts'

let t: TestApp
let admin: Client
beforeAll(async () => {
  t = await testApp()
  admin = await t.as('dataadmin')
})
afterAll(() => t.close())

const near = (at: [number, number], metres: number): [number, number] => [at[0] + metres / 90_000, at[1]]
const create = (at: [number, number]) =>
  admin.call<{ code: string }>('POST', '/api/registry/items/component', { class: '01010', place: at })
const totalFor = async (who: Client) =>
  (await who.call<TypeList>('GET', '/api/registry/types')).body.items.find((i) => i.id === 'component')?.total

test('each reader is told how many items he reaches, by district, street, unit or duty grid', async () => {
  for (const n of [0, 1, 2]) expect((await create(near(AT_WEST, n * 6))).status).toBe(201)
  for (const n of [0, 1]) expect((await create(near(AT_EAST, n * 6))).status).toBe(201)
  await sql`update registry.item set owner_id = '00000000-0000-7000-8000-0000000000aa' where code = '37020301010000001'`.execute(
    t.database.db
  )
  expect(await totalFor(admin)).toBe(5)
  const counts = new ItemCounts(t.database.db)
  const of = async (part: Partial<Exclude<Reach, { all: true }>>) =>
    (await counts.of(['component'], { all: false, regions: [], unitIds: [], grids: [], ...part })).get('component')
  expect(await of({ regions: ['370202'] })).toEqual({ intact: 3 })
  expect(await of({ regions: ['3702'] })).toEqual({ intact: 5 })
  expect(await of({ regions: ['370202'], unitIds: ['00000000-0000-7000-8000-0000000000aa'] })).toEqual({ intact: 4 })
  const { rows } = await sql<{ grid_code: string }>`select grid_code from registry.item where code = '37020301010000001'`.execute(
    t.database.db
  )
  expect(await of({ grids: [rows[0]!.grid_code] })).toEqual({ intact: 2 })
  expect(await of({ regions: [rows[0]!.grid_code.slice(0, 9)] })).toEqual({ intact: 2 })
  expect(await of({})).toEqual({})
})

test('the counts of a large register are remembered by district and cut to each reader', async () => {
  await sql`insert into registry.item (type_id, id, code, name, status, grid_code, created_at, updated_at)
    select 'hydrant', gen_random_uuid(), 'L' || n, 'x', 'inUse', case when n % 3 = 0 then '370202001001001' else '370203001001001' end, now(), now()
    from generate_series(1, 210000) n`.execute(t.database.db)
  const counts = new ItemCounts(t.database.db)
  const hydrants = async (reach: Reach) => (await counts.of(['hydrant'], reach)).get('hydrant')?.['inUse']
  expect(await hydrants({ all: true })).toBe(210_000)
  await sql`delete from registry.item where code = 'L3'`.execute(t.database.db)
  const west: Reach = { all: false, regions: ['370202'], unitIds: [], grids: [] }
  // Half a minute old at most: what was remembered for everybody is what the district is told as well.
  expect(await hydrants(west)).toBe(70_000)
  expect(await hydrants({ ...west, grids: ['370203001001001'] })).toBe(209_999)
  counts.forget('hydrant')
  expect(await hydrants(west)).toBe(69_999)
  await sql`delete from registry.item where type_id = 'hydrant'`.execute(t.database.db)
}, 60_000)

test('a collector hears of changes in the unit grids of his duty grid, and of no others', async () => {
  await create(near(AT_WEST, 30))
  await t.settle()
  const { rows } = await sql<{ payload: RegistryChanged }>`select payload from platform.event
    where name = 'registry.changed' order by seq desc limit 1`.execute(t.database.db)
  const payload = rows[0]!.payload as unknown as RegistryChanged & Record<string, unknown>
  expect(payload.dutyGrids.length).toBeGreaterThan(0)
  const collectorOf = (...dutyGridCodes: string[]): Actor => ({
    id: '00000000-0000-7000-8000-0000000000bb',
    name: '采集员',
    username: 'walker',
    unitId: null,
    unitName: null,
    sessionId: null,
    ip: null,
    grants: [
      {
        role: 'collector',
        unitId: '',
        unitIds: [],
        regionCodes: ['370202'],
        dutyGridCodes,
        permissions: new Set(['registry:read'])
      }
    ]
  })
  expect(hearsOfItem(collectorOf(payload.dutyGrids[0]!), payload)).toBe(true)
  expect(hearsOfItem(collectorOf('370203Z01'), payload)).toBe(false)
})
