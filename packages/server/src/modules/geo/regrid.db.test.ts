import type { DutyGridPreview, RegridEntry, RegridPreview, RegridState, RegridStep } from '@chengyun/contract/geo'
import type { ItemCard } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import { runRelocations } from './commands/relocate.ts'

type Box = [number, number, number, number]
let t: TestApp
let editor: Client
let community = ''
/** The unit grid under AT_WEST, west of its middle and east of it. */
let home = ''
let place: { lng: number; lat: number }

const state = async () => (await editor.call<RegridState>('GET', `/api/geo/regrid/${community}`)).body
const preview = (steps: RegridStep[], effects = false) =>
  editor.call<RegridPreview>('POST', `/api/geo/regrid/${community}/preview`, { steps, effects })
const apply = async (steps: RegridStep[], note = '按新建道路调整') =>
  editor.call<{ id: string; created: string[]; retired: string[]; code?: string }>('POST', `/api/geo/regrid/${community}`, {
    steps,
    note,
    state: (await state()).state
  })
const boxOf = (geometry: unknown): Box => {
  const points = (geometry as { coordinates: [number, number][][] }).coordinates.flat()
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}
/** A cut from north to south, a little east of the place. */
const cutBeside = async (): Promise<RegridStep> => {
  const { cells } = await state()
  const [, s, , n] = boxOf(cells.find((c) => c.code === home)?.geometry)
  const x = place.lng + 0.0002
  return { op: 'split', cell: home, line: [[x, s - 0.001], [x, n + 0.001]] } // biome-ignore format: a line
}
const gridOf = async (table: string, key: string): Promise<string | null> => {
  const { rows } = await sql<{ g: string | null }>`select grid_code as g from ${sql.raw(table)} where id = ${key}`.execute(
    t.database.db
  )
  return rows[0]?.g ?? null
}

let caseId = ''
let itemId = ''
beforeAll(async () => {
  t = await testApp()
  editor = await t.as('dataadmin')
  place = { lng: AT_WEST[0], lat: AT_WEST[1] }
  home = t.app.http.geo.locate(place)?.gridCode as string
  community = home.slice(0, 12)
  const acceptor = await t.as('acceptor')
  const report = await acceptor.call<{ id: string }>('POST', '/api/cases', {
    sourceType: 'hotline',
    kind: 'matter',
    classCode: '06010',
    description: '南京路口暴露垃圾一堆',
    location: AT_WEST
  })
  expect(report.status, JSON.stringify(report.body)).toBe(201)
  caseId = report.body.id
  const item = await editor.call<ItemCard>('POST', '/api/registry/items/component', {
    class: '01010',
    place: AT_WEST,
    note: '新装'
  })
  const found = await sql<{ id: string }>`select id from registry.item where code = ${item.body.code}`.execute(t.database.db)
  itemId = found.rows[0]?.id as string
})
afterAll(() => t.close())

test('a community opens with its unit grids, their duty grids, no fault, covered whole', async () => {
  const opened = await state()
  expect(opened.cells.length).toBeGreaterThan(1)
  expect(opened.cells.every((c) => c.code?.startsWith(community) && c.state === 'kept' && c.duty.length === 1)).toBe(true)
  expect(opened.faults).toEqual([])
  expect(opened.coverage).toBeGreaterThanOrEqual(0.999)
  expect(opened.around.length).toBeGreaterThan(0)
  expect((await editor.call('GET', '/api/geo/regrid/370202999999')).status).toBe(404)
  const dispatcher = await t.as('dispatcher')
  expect((await dispatcher.call('GET', `/api/geo/regrid/${community}`)).status).toBe(403)
})

test('before applying, everything that would change is told, and nothing is changed', async () => {
  const before = await state()
  const { body } = await preview([await cutBeside()], true)
  expect(body.retired).toEqual([home])
  const given = before.cells.map((c) => Number(c.code?.slice(12)))
  expect(body.created.map((c) => Number(c.slice(12)))).toEqual([Math.max(...given) + 1, Math.max(...given) + 2])
  expect(body.faults).toEqual([])
  const west = body.created[0]
  expect(body.effects.find((e) => e.follower === 'cases')).toMatchObject({
    looked: 1,
    moved: 1,
    sample: [{ key: caseId, from: home, to: west }]
  })
  expect(body.effects.find((e) => e.follower === 'registry')).toMatchObject({ moved: 1 })
  expect(body.dutyGrids).toMatchObject([{ before: before.cells.length, after: before.cells.length + 1 }])
  expect(body.dutyGrids[0]?.collectors.length).toBeGreaterThan(0)
  expect(await state()).toEqual(before)
  const refused = await preview([{ op: 'split', cell: home, line: [[0, 0], [1, 1]] }]) // biome-ignore format: a line
  expect(refused.body).toMatchObject({ code: 'REGRID_LINE_MISSES' })
})

let first: { id: string; created: string[]; retired: string[] }
test('applied: old codes end, new ones are valid in the same duty grid, cases and items are located anew by the job', async () => {
  const draft = await cutBeside()
  const stale = await editor.call('POST', `/api/geo/regrid/${community}`, {
    steps: [draft],
    note: '试一试',
    state: 'f'.repeat(32)
  })
  expect(stale.body).toMatchObject({ code: 'REGRID_STALE' })
  const done = await apply([draft])
  expect(done.status).toBe(200)
  first = done.body
  const after = await state()
  expect(after.cells.map((c) => c.code)).not.toContain(home)
  expect(after.cells.filter((c) => first.created.includes(c.code ?? '')).every((c) => c.duty.length === 1)).toBe(true)
  expect(after.faults).toEqual([])
  expect(t.app.http.geo.locate(place)?.gridCode).toBe(first.created[0])
  expect(await gridOf('cases."case"', caseId)).toBe(home)
  await runRelocations(t.database.db, t.app.http.geo, () => new Date())
  expect(await gridOf('cases."case"', caseId)).toBe(first.created[0])
  expect(await gridOf('registry.item', itemId)).toBe(first.created[0])
  const [entry] = (await editor.call<RegridEntry[]>('GET', `/api/geo/regrid/${community}/history`)).body
  expect(entry).toMatchObject({ id: first.id, note: '按新建道路调整', retired: [home], canUndo: true, undone: false })
  expect(entry?.progress).toContainEqual({ follower: 'cases', total: 1, done: 1, moved: 1, finished: true })
  // Layers of the map hear of it.
  await t.settle()
  const heard = await sql<{
    name: string
  }>`select distinct name from platform.event where name like '%.relocated' order by 1`.execute(t.database.db)
  expect(heard.rows.map((row) => row.name)).toEqual(['cases.relocated', 'registry.relocated'])
  await t.settle()
  const audited = await sql<{ n: number }>`select count(*)::int as n from platform.audit where action = 'geo.regrid'`.execute(
    t.database.db
  )
  expect(audited.rows[0]?.n).toBe(1)
})

test('taken back: the old unit grid is valid as it was, rows lie in it again, the codes in between are never given again', async () => {
  const undone = await editor.call('POST', `/api/geo/regrids/${first.id}/undo`, { note: '划错了' })
  expect(undone.status).toBe(200)
  const back = await state()
  expect(back.cells.map((c) => c.code)).toContain(home)
  expect(back.faults).toEqual([])
  await runRelocations(t.database.db, t.app.http.geo, () => new Date())
  expect(await gridOf('cases."case"', caseId)).toBe(home)
  expect(await gridOf('registry.item', itemId)).toBe(home)
  expect((await editor.call('POST', `/api/geo/regrids/${first.id}/undo`, { note: '再撤' })).body).toMatchObject({
    code: 'REGRID_UNDO_LATE'
  })
  const { body } = await preview([await cutBeside()])
  expect(body.created.some((code) => first.created.includes(code))).toBe(false)
})

test('a draft with faults is not applied; two drawn at once do not both win', async () => {
  const { cells, state: now } = await state()
  const [w, s, e, n] = boxOf(cells[0]?.geometry)
  const corners = cells.flatMap((c) => (c.geometry as { coordinates: [number, number][][] }).coordinates.flat())
  const shared = corners.find(([x, y]) => corners.filter(([a, b]) => a === x && b === y).length >= 6)
  if (shared) {
    const fold: RegridStep = { op: 'move', from: shared, to: [shared[0] + (e - w) * 3, shared[1] + (n - s) * 3] }
    expect((await preview([fold])).body.faults.some((f) => f.severity === 'error')).toBe(true)
    expect((await apply([fold])).body).toMatchObject({ code: 'REGRID_FAULTY' })
  }
  const merge: RegridStep = { op: 'merge', cells: cells.slice(0, 2).map((c) => c.key) }
  const send = () =>
    editor.call<{ code?: string }>('POST', `/api/geo/regrid/${community}`, { steps: [merge], note: '合并相邻网格', state: now })
  const both = await Promise.all([send(), send()])
  expect(both.map((b) => b.status).sort()).toEqual([200, 409])
})

test('duty grids: what joins, what leaves, who holds it already; ended ones are free again', async () => {
  const { cells } = await state()
  const own = cells[0]?.duty[0] as string
  const codes = cells.map((c) => c.code as string)
  const fewer = codes.slice(1)
  const look = await editor.call<DutyGridPreview>('POST', '/api/geo/duty-grids/preview', {
    code: own,
    shift: '全日',
    gridCodes: fewer
  })
  expect(look.body).toMatchObject({ added: [], removed: [codes[0]], taken: [], uncovered: [codes[0]] })
  const other = `${community.slice(0, 9)}900001`
  const rival = await editor.call<DutyGridPreview>('POST', '/api/geo/duty-grids/preview', {
    code: other,
    shift: '全日',
    gridCodes: codes
  })
  expect(rival.body.taken).toHaveLength(codes.length)
  const night = await editor.call<DutyGridPreview>('POST', '/api/geo/duty-grids/preview', {
    code: other,
    shift: '夜班',
    gridCodes: codes
  })
  expect(night.body.taken).toEqual([])
  expect(
    (await editor.call('PUT', `/api/geo/duty-grids/${other}`, { name: '夜间网格', shift: '夜班', gridCodes: codes })).status
  ).toBe(200)
  expect((await editor.call('DELETE', `/api/geo/duty-grids/${other}`)).status).toBe(200)
  expect((await editor.call('DELETE', `/api/geo/duty-grids/${other}`)).body).toMatchObject({ code: 'GEO_DUTY_GRID_NOT_FOUND' })
  const at = t.app.http.geo.locate(place)?.gridCode as string
  const without = codes.filter((code) => code !== at)
  const smaller = { name: '一号网格', gridCodes: without }
  const refused = await editor.call('PUT', `/api/geo/duty-grids/${own}`, smaller)
  expect(refused.body).toMatchObject({ code: 'GEO_DUTY_GRID_UNCOVERED', details: { count: 1, uncovered: [at] } })
  expect((await editor.call('PUT', `/api/geo/duty-grids/${own}`, { ...smaller, acceptUncovered: true })).status).toBe(200)
  await runRelocations(t.database.db, t.app.http.geo, () => new Date())
  const { rows } = await sql<{ d: string | null }>`select duty_grid_code as d from cases."case" where id = ${caseId}`.execute(
    t.database.db
  )
  expect(rows[0]?.d).toBeNull()
})
