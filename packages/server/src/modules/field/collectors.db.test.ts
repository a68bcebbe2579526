import type { CaseView } from '@chengyun/contract/cases'
import type { CoverageView, FieldPackage } from '@chengyun/contract/field'
import type { DutyCollector, DutyGrid } from '@chengyun/contract/geo'
import type { ChangeView, UserView } from '@chengyun/contract/org'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import { operation, sendOperations } from './field.testing.ts'

let t: TestApp
let security: Client
let collector: Client
let person: { id: string; name: string }
/** Duty grids of the district, and the one that lies under AT_WEST. */
let grids: DutyGrid[]
let home: string
let editor: Client

beforeAll(async () => {
  t = await testApp()
  security = await t.as('securityadmin')
  editor = await t.as('dataadmin')
  const found = await security.call<{ items: UserView[] }>('GET', '/api/org/users?role=collector&q=collector.370202001.1')
  person = found.body.items[0] as UserView
  collector = await t.as('collector.370202001.1')
  grids = (await security.call<DutyGrid[]>('GET', '/api/geo/duty-grids?within=370202')).body
  home = t.app.http.geo.dutyGridOf(t.app.http.geo.locate({ lng: AT_WEST[0], lat: AT_WEST[1] })?.gridCode as string) as string
})
afterAll(() => t.close())

const give = (code: string, body: object, preview = false, who = security) =>
  who.call<ChangeView & { code?: string }>('POST', `/api/geo/duty-grids/${code}/collectors${preview ? '?preview=1' : ''}`, {
    userId: person.id,
    ...body
  })
const of = async (code: string): Promise<DutyCollector[]> =>
  (await security.call<DutyCollector[]>('GET', `/api/geo/duty-grids/${code}/collectors`)).body.filter(
    (c) => c.userId === person.id
  )
const mine = async (): Promise<string[]> =>
  (await collector.call<FieldPackage>('GET', '/api/field/package')).body.person.dutyGridCodes
const turns = async (): Promise<string[]> => {
  const { rows } = await sql<{ codes: string }>`select distinct array_to_string(duty_grid_codes, ',') as codes from org.duty_shift
    where user_id = ${person.id} and cancelled_at is null and ends_at > now()`.execute(t.database.db)
  return rows.map((r) => r.codes)
}

test('a duty grid given as the main one is first on the telephone, in the coverage and in the turns of duty; undone it is gone', async () => {
  const before = await mine()
  const other = grids.find((g) => !before.includes(g.code)) as DutyGrid
  expect((await give(other.code, { main: true }, false, editor)).status).toBe(403)
  expect((await give('3702020019999', { main: true })).body).toMatchObject({ code: 'GEO_DUTY_GRID_NOT_FOUND' })

  const shown = await give(other.code, { main: true }, true)
  expect(shown.body.diff[0]).toMatchObject({
    table: 'post',
    before: { duty_grid_codes: before },
    after: { duty_grid_codes: [other.code, ...before] }
  })
  expect(await mine()).toEqual(before)

  const done = await give(other.code, { main: true })
  expect(done.status).toBe(200)
  await expect.poll(mine).toEqual([other.code, ...before])
  const { body: pack } = await collector.call<FieldPackage>('GET', '/api/field/package')
  expect(pack.map.data?.dutyGrids.features.map((f) => f.properties.code)).toContain(other.code)
  const { body: coverage } = await collector.call<CoverageView>('GET', '/api/field/coverage')
  const sizes = new Map(grids.map((g) => [g.code, g.gridCount]))
  expect(coverage.cells).toBe([other.code, ...before].reduce((n, code) => n + (sizes.get(code) ?? 0), 0))
  expect(await turns()).toEqual([[other.code, ...before].join()])
  expect(await of(other.code)).toMatchObject([{ name: person.name, isMain: true, isComing: false, to: null }])
  expect(await of(before[0] as string)).toMatchObject([{ isMain: false }])
  const refused = await give(other.code, { main: true })
  expect(refused).toMatchObject({ status: 409, body: { code: 'ORG_DUTY_GRID_HELD', details: { code: other.code } } })

  const audit = await sql<{
    n: number
  }>`select count(*)::int as n from platform.change where id = ${done.body.id} and module = 'org'`.execute(t.database.db)
  expect(audit.rows[0]?.n).toBe(1)
  expect((await security.call('POST', `/api/org/changes/${done.body.id}/undo`)).status).toBe(200)
  await expect.poll(mine).toEqual(before)
  expect(await turns()).toEqual([before.join()])
})

test('for a time: only then, beside the post; the same twice is refused; taken back before it begins', async () => {
  const before = await mine()
  const other = grids.find((g) => !before.includes(g.code)) as DutyGrid
  const day = 86_400_000
  const from = new Date(Date.now() + day).toISOString()
  const to = new Date(Date.now() + 3 * day).toISOString()
  expect((await give(other.code, { main: false, from: to, to: from })).body).toMatchObject({ code: 'ORG_PERIOD' })
  expect((await give(other.code, { main: false, from: new Date(0).toISOString() })).body).toMatchObject({ code: 'ORG_PERIOD' })
  expect((await give(other.code, { main: true, from, to })).status).toBe(200)
  expect(await mine()).toEqual(before)
  expect(await of(other.code)).toMatchObject([{ isMain: true, isComing: true, from, to }])
  expect((await give(other.code, { main: true, from, to })).body).toMatchObject({ code: 'ORG_DUTY_GRID_HELD' })
  const planned = await sql<{ inside: boolean; first: string }>`
    select starts_at >= ${from}::timestamptz and starts_at < ${to}::timestamptz as inside, duty_grid_codes[1] as first from org.duty_shift
    where user_id = ${person.id} and cancelled_at is null and ends_at > now()`.execute(t.database.db)
  expect(planned.rows.length).toBeGreaterThan(0)
  for (const turn of planned.rows) expect(turn.first === other.code).toBe(turn.inside)

  const [coming] = await of(other.code)
  const taken = await security.call('DELETE', `/api/geo/duty-grids/${other.code}/collectors/${coming?.postId}`)
  expect(taken.status).toBe(200)
  expect(await of(other.code)).toEqual([])
  expect(await turns()).toEqual([before.join()])
})

test('a check goes to whoever has the duty grid as the main one', async () => {
  const acceptor = await t.as('acceptor')
  const report = async (): Promise<CaseView> => {
    const { body } = await acceptor.call<CaseView>('POST', '/api/cases', {
      sourceType: 'hotline',
      kind: 'matter',
      classCode: '06010',
      description: `路口暴露垃圾 ${Math.random()}`,
      location: AT_WEST
    })
    return body
  }
  const send = async (c: CaseView) => {
    const input = { version: c.version, opinion: '请核实' }
    const sent = await acceptor.call<CaseView>('POST', `/api/cases/${c.id}/operations/sendVerify`, input)
    expect(sent.status, JSON.stringify(sent.body)).toBe(200)
    const { rows } = await sql<{ id: string }>`select collector_id as id from cases."case" where id = ${c.id}`.execute(
      t.database.db
    )
    return rows[0]?.id
  }
  const onDuty = await sql<{ id: string; grids: string[] }>`select user_id as id, duty_grid_codes as grids from org.pub_duty
    where role = 'collector' and starts_at <= now() and ends_at > now()`.execute(t.database.db)
  const holders = onDuty.rows.filter((d) => d.grids.includes(home))
  expect(holders.length).toBeGreaterThan(1)
  // All but one walk another duty grid first.
  const chosen = holders.at(-1)!
  for (const { id, grids: codes } of holders) {
    const next = id === chosen.id ? [home, ...codes.filter((c) => c !== home)] : [...codes.filter((c) => c !== home), home]
    await sql`update org.duty_shift set duty_grid_codes = ${next.length > 1 ? next : id === chosen.id ? next : ['3702039999', home]}
      where user_id = ${id} and starts_at <= now() and ends_at > now()`.execute(t.database.db)
  }
  for (let i = 0; i < 3; i++) expect(await send(await report())).toBe(chosen.id)
})

test('a duty grid of another shift over the same unit grids is his beat as well: nobody is outside of it', async () => {
  const at = t.app.http.geo.locate({ lng: AT_WEST[0], lat: AT_WEST[1] })?.gridCode as string
  const night = `${at.slice(0, 9)}9901`
  expect(
    (await editor.call('PUT', `/api/geo/duty-grids/${night}`, { name: '夜间网格', shift: '夜班', gridCodes: [at] })).status
  ).toBe(200)
  const { body } = await security.call<{ items: UserView[] }>('GET', '/api/org/users?role=collector&q=collector.370202001.1')
  const post = body.items[0]?.posts[0]?.id
  expect((await security.call('PATCH', `/api/org/posts/${post}`, { dutyGridCodes: [night] })).status).toBe(200)
  const again = await t.as('collector.370202001.1')
  const [answer] = await sendOperations(again, [operation('attendance', { action: 'in' }, { place: AT_WEST })])
  expect(answer).toMatchObject({ outcome: 'done', result: { outsideGrid: false } })
})
