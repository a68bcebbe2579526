import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CaseView } from '@chengyun/contract/cases'
import type {
  CoverageView,
  FieldPackage,
  GridCoverageList,
  ProposalPage,
  ProposalView,
  ShiftView,
  StaffList
} from '@chengyun/contract/field'
import { dayAt } from '@chengyun/contract/indicators'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AT_EAST, AT_WEST, type Client, OUTSIDE, type TestApp, testApp } from '../../testing.ts'
import { operation, picture, sendOperations, sha, toHandle, townOf, uploadByHand, uploaded } from './field.testing.ts'

const ZONE = 'Asia/Shanghai'
let t: TestApp
let folder: string
let collector: Client
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-field-'))
  t = await testApp({ CHENGYUN_DATA: folder })
  collector = await t.as('collector')
  await layStreet()
}, 60_000)

/** The small city has no streets: one right across the west of it, and a building. */
async function layStreet(): Promise<void> {
  const { db } = t.database
  const line = Buffer.from(new Int32Array([120.3, 36.0655, 120.34, 36.0655].map((d) => Math.round(d * 1e7))).buffer)
  await sql`insert into geo.road (code, district_code, name, line, length_m) values ('R1', '370202', '测试路', ${line}, 3600)`.execute(
    db
  )
  await sql`insert into geo.place (id, kind, name, address, lng, lat, grid_code, terms)
    select gen_random_uuid(), 'building', '测试大厦', '测试路1号', g.lng, g.lat, g.code, '{}' from geo.unit_grid g`.execute(db)
  await sql`update geo.revision set number = number + 1`.execute(db)
  await t.app.http.geo.refresh()
}
afterAll(async () => {
  await t?.close()
  await rm(folder, { recursive: true, force: true })
})

const REPORT = { kind: 'matter', classCode: '06010', description: '路口暴露垃圾', location: AT_WEST }
let drawn = 1000
const photos = async (who: Client, ...phases: string[]): Promise<string[]> => {
  const ids: string[] = []
  for (const phase of phases) {
    drawn += 1
    ids.push(await uploaded(t, who, drawn, phase))
  }
  return ids
}
const reportWith = async (over: object = {}, opOver: object = {}) =>
  operation('report', { ...REPORT, evidenceIds: await photos(collector, 'near', 'far'), ...over }, opOver)
const caseOf = async (id: string, who = 'acceptor'): Promise<CaseView> =>
  (await (await t.as(who)).call<CaseView>('GET', `/api/cases/${id}`)).body
const count = async (): Promise<number> =>
  (await sql<{ n: number }>`select count(*)::int as n from cases.pub_case`.execute(t.database.db)).rows[0]!.n

describe('reports', () => {
  test('of three days ago in aeroplane mode: found then, reported now, the clock runs from now', async () => {
    const at = new Date(Date.now() - 3 * 86_400_000).toISOString()
    const [answer] = await sendOperations(collector, [await reportWith({}, { capturedAt: at })])
    expect(answer).toMatchObject({ outcome: 'done', result: { status: 'reported', version: 1 } })
    const c = await caseOf(answer!.result!.caseId!)
    expect(c.foundAt).toBe(at)
    expect(Date.now() - Date.parse(c.reportedAt)).toBeLessThan(60_000)
    expect(Date.now() - Date.parse(c.clocks[0]!.startAt)).toBeLessThan(60_000)
    expect(c.sourceType).toBe('collector')
    expect(c.evidence.map((e) => e.phase).sort()).toEqual(['far', 'near'])
  })

  test('the same operation sent ten times, at once and after, is one case and one answer', async () => {
    const op = await reportWith()
    const before = await count()
    const at = await Promise.all(Array.from({ length: 5 }, () => sendOperations(collector, [op])))
    const later: typeof at = []
    for (let i = 0; i < 5; i += 1) later.push(await sendOperations(collector, [op]))
    const all = [...at, ...later].flat()
    expect(new Set(all.map((a) => a.result?.caseId)).size, JSON.stringify(all)).toBe(1)
    expect(later.flat().every((a) => a.outcome === 'repeated')).toBe(true)
    expect(await count()).toBe(before + 1)
    const other = { ...op, input: { ...op.input, description: '别的' } }
    expect((await sendOperations(collector, [other]))[0]).toMatchObject({
      outcome: 'refused',
      error: { code: 'FIELD_KEY_REUSED' }
    })
  })

  test('a clock two hours ahead is estimated, recorded and taken out of the time found', async () => {
    const ahead = 7_200_000
    const true10 = Date.now() - 600_000
    const op = await reportWith(
      {},
      { capturedAt: new Date(true10 + ahead).toISOString(), sentAt: new Date(Date.now() + ahead).toISOString() }
    )
    const [answer] = await sendOperations(collector, [op], 'device-ahead')
    const c = await caseOf(answer!.result!.caseId!)
    expect(Math.abs(Date.parse(c.foundAt!) - true10)).toBeLessThan(5_000)
    const { rows } = await sql<{ drift_ms: string }>`select drift_ms from field.device where device_id = 'device-ahead'`.execute(
      t.database.db
    )
    expect(Math.abs(Number(rows[0]!.drift_ms) - ahead)).toBeLessThan(5_000)
  })

  test('a place corrected too far, outside the city, without photos, of an unknown field: refused by name; the others go on', async () => {
    const far: [number, number] = [AT_WEST[0] + 0.004, AT_WEST[1]]
    const near: [number, number] = [AT_WEST[0] + 0.001, AT_WEST[1]]
    const answers = await sendOperations(collector, [
      operation('report', { ...REPORT, location: far }),
      operation('report', { ...REPORT, location: OUTSIDE }, { place: OUTSIDE }),
      operation('report', REPORT),
      operation('report', { ...REPORT, sourceType: 'leader' }),
      operation('report', { ...REPORT, classCode: '99999', evidenceIds: [] }),
      operation('report', REPORT, { capturedAt: new Date(Date.now() - 40 * 86_400_000).toISOString() }),
      await reportWith({ location: near })
    ])
    expect(answers.map((a) => a.error?.code ?? a.outcome)).toEqual([
      'FIELD_PLACE_TOO_FAR',
      'CASE_OUTSIDE_CITY',
      'CASE_EVIDENCE_REQUIRED',
      'FIELD_INPUT_INVALID',
      'CASE_CLASS_UNKNOWN',
      'FIELD_TIME_TOO_OLD',
      'done'
    ])
    expect(answers.slice(0, -1).every((a) => a.outcome === 'refused')).toBe(true)
  })

  test('handled on the spot: closed, with before and after', async () => {
    const { body } = await collector.call<FieldPackage>('GET', '/api/field/package')
    const cls = body.classes.data!.find((c) => c.selfHandle && c.kind === 'matter')!
    const evidenceIds = await photos(collector, 'before', 'after')
    const input = { kind: cls.kind, classCode: cls.code, description: '已清理', location: AT_WEST, evidenceIds, note: '清扫' }
    const [answer] = await sendOperations(collector, [operation('selfHandle', input)])
    expect(answer).toMatchObject({ outcome: 'done', result: { status: 'closed' } })
  })
})

describe('steps of a case', () => {
  test('a handler receives what waits at his unit, for himself or a colleague; one of another unit does not', async () => {
    const { c, username } = await toHandle(townOf(t))
    const handler = await t.as('handler.street.370202001')
    const step = async (op: string, version: number, input: object = {}, who = handler) =>
      (await sendOperations(who, [operation('move', { caseId: c.id, op, ...input }, { expects: { version } })]))[0]!
    const back = await step('handlerReturn', c.version, { opinion: '不属本人负责' }, await t.as(username))
    expect(back).toMatchObject({ outcome: 'done', result: { status: 'pending_handle' } })
    const { body } = await handler.call<FieldPackage>('GET', '/api/field/package')
    const item = body.cases.data!.find((one) => one.id === c.id)!
    expect(item.can.map((o) => o.op)).toContain('assign')
    const people = body.person.handlers.find((h) => h.unitId === item.unitId)!.people
    expect(people.map((p) => p.id)).toContain(body.person.id)
    const stranger = await t.as('handler.street.370203001')
    const version = back.result!.version!
    expect(await step('assign', version, { handlerId: body.person.id }, stranger)).toMatchObject({ outcome: 'conflict' })
    const taken = await step('assign', version, { handlerId: body.person.id })
    expect(taken).toMatchObject({ outcome: 'done', result: { status: 'handling' } })
    expect((await caseOf(c.id)).handler?.id).toBe(body.person.id)
  })

  test('a handler finishes offline; another who finished too gets a conflict with the case as it stands', async () => {
    const { c, username } = await toHandle(townOf(t))
    const handler = await t.as(username)
    const done = operation(
      'move',
      { caseId: c.id, op: 'submitHandle', opinion: '已清理', evidenceIds: await photos(handler, 'after') },
      { expects: { version: c.version } }
    )
    const [first] = await sendOperations(handler, [done])
    expect(first).toMatchObject({ outcome: 'done', result: { status: 'handle_finished', version: c.version + 1 } })
    expect((await sendOperations(handler, [done]))[0]).toEqual({ ...first, outcome: 'repeated' })
    const again = operation(
      'move',
      { caseId: c.id, op: 'submitHandle', opinion: '我也清理了', evidenceIds: await photos(handler, 'after') },
      { expects: { version: c.version } }
    )
    const [second] = await sendOperations(handler, [again], 'device-2')
    expect(second).toMatchObject({
      outcome: 'conflict',
      error: { code: 'CASE_VERSION_STALE' },
      current: { id: c.id, status: 'handle_finished' }
    })
    expect((await caseOf(c.id)).version).toBe(c.version + 1)
    const without = operation('move', { caseId: c.id, op: 'submitHandle', opinion: 'x' })
    expect((await sendOperations(handler, [without]))[0]!.error!.code).toBe('FIELD_VERSION_REQUIRED')
  })

  test('a case out of sight, and a post lost: conflicts a person decides, nothing done', async () => {
    const { c } = await toHandle(townOf(t))
    const op = operation('move', { caseId: c.id, op: 'submitHandle', opinion: 'x' }, { expects: { version: c.version } })
    const [hidden] = await sendOperations(collector, [{ ...op, input: { ...op.input, op: 'submitCheck', result: 'pass' } }])
    expect(hidden!.outcome).toBe('conflict')
    const [lost] = await sendOperations(await t.as('acceptor'), [op])
    expect(lost).toMatchObject({ outcome: 'conflict', error: { code: 'FIELD_POST_LOST' } })
    expect((await caseOf(c.id)).version).toBe(c.version)
  })

  test('an account disabled while offline is not let in at all: its operations stay on the device', async () => {
    const answer = await t.app.http.inject({
      method: 'POST',
      url: '/api/field/operations',
      payload: { deviceId: 'x', operations: [] }
    })
    expect(answer.statusCode).toBe(401)
  })
})

describe('uploads', () => {
  test('in pieces, gone on with after a cut; the same bytes again are the same evidence; found by their hash', async () => {
    const bytes = await picture(77)
    const first = await uploadByHand(t, collector, bytes, { phase: 'near' }, 3)
    expect(first.replies.map((r) => r.statusCode)).toEqual([201, 204, 204, 204])
    const id = first.last.headers['upload-evidence-id']
    const again = await uploadByHand(t, collector, bytes, { phase: 'near' }, 1)
    expect(again.last.headers['upload-evidence-id']).toBe(id)
    const { body } = await collector.call('GET', `/api/field/evidence/${sha(bytes)}?phase=near`)
    expect(body.evidenceId).toBe(id)
    expect((await (await t.as('handler')).call('GET', `/api/field/evidence/${sha(bytes)}?phase=near`)).status).toBe(404)
    expect((await collector.call('GET', `/api/media/${String(id)}/shown`)).status).toBe(200)
    const { body: evidence } = await collector.call('GET', `/api/media/${String(id)}`)
    expect(evidence.sha256).toBe(sha(bytes))
  })

  test('other bytes than at capture, no picture, no hash, too large, not mine: each refused by its code', async () => {
    const bytes = await picture(78)
    const code = async (fields: Record<string, string>, b = bytes): Promise<unknown> => {
      const { last } = await uploadByHand(t, collector, b, { phase: 'near', ...fields })
      return [last.statusCode, JSON.parse(last.body).code]
    }
    expect(await code({ sha256: 'a'.repeat(64) })).toEqual([422, 'MEDIA_HASH_MISMATCH'])
    expect(await code({}, Buffer.from('no picture at all, only words'))).toEqual([422, 'MEDIA_TYPE_NOT_ALLOWED'])
    expect(await code({ sha256: 'x' })).toEqual([400, 'FIELD_UPLOAD_METADATA'])
    expect(await code({ phase: 'audio' })).toEqual([422, 'MEDIA_PHASE_MISMATCH'])
    const headers = { cookie: collector.cookie, 'x-csrf-token': collector.csrf, 'tus-resumable': '1.0.0' }
    const large = await t.app.http.inject({
      method: 'POST',
      url: '/api/field/uploads',
      headers: { ...headers, 'upload-length': String(300 * 1024 * 1024) }
    })
    expect(large.statusCode).toBe(413)
    const stranger = await t.as('handler')
    const mine = await uploadByHand(t, collector, bytes, { phase: 'near' }, 2)
    const look = await t.app.http.inject({
      method: 'HEAD',
      url: mine.url,
      headers: { cookie: stranger.cookie, 'tus-resumable': '1.0.0' }
    })
    expect(look.statusCode).toBe(404)
    expect((await t.app.http.inject({ method: 'POST', url: '/api/field/uploads' })).statusCode).toBe(401)
  })
})

describe('the package', () => {
  test('has all a shift needs, and only what changed the second time', async () => {
    const { body } = await collector.call<FieldPackage>('GET', '/api/field/package')
    expect(body.person).toMatchObject({ collector: true, handler: false, mayReport: true })
    expect(body.person.dutyGridCodes.length).toBeGreaterThan(0)
    expect(body.map.data!.dutyGrids.features).toHaveLength(body.person.dutyGridCodes.length)
    expect(body.map.data!.unitGrids.features.length).toBeGreaterThan(3)
    expect(body.map.data!.roads.features[0]!.properties.name).toBe('测试路')
    expect(body.map.data!.places.features.length).toBe(body.map.data!.unitGrids.features.length)
    expect(body.classes.data!.find((c) => c.code === '06010' && c.kind === 'matter')!.conditions[0]!.limit.value).toBeGreaterThan(
      0
    )
    expect(body.phases.data!.map((p) => p.key)).toContain('near')
    const have = (['classes', 'phases', 'map', 'cases'] as const).map((p) => `${p}=${body[p].version}`).join('&')
    const { body: second } = await collector.call<FieldPackage>('GET', `/api/field/package?${have}`)
    expect([second.classes.data, second.phases.data, second.map.data, second.cases.data]).toEqual([null, null, null, null])
    await sendOperations(collector, [await reportWith()])
    const { body: third } = await collector.call<FieldPackage>('GET', `/api/field/package?${have}`)
    expect(third.map.data).toBeNull()
    expect(third.cases.data!.some((c) => c.mine === 'reported' && c.evidence.length === 2)).toBe(true)
  })

  test("of a handler: his unit's cases with clocks and what he may do", async () => {
    const { c, username } = await toHandle(townOf(t))
    const handler = await t.as(username)
    const { body } = await handler.call<FieldPackage>('GET', '/api/field/package')
    const mine = body.cases.data!.find((x) => x.id === c.id)!
    expect(mine.mine).toBe('unit')
    expect(mine.clock!.stage).toBe('handle')
    expect(mine.can.map((x) => x.op)).toContain('submitHandle')
    expect((await (await t.as('acceptor')).call('GET', '/api/field/package')).status).toBe(403)
  })
})

describe('attendance', () => {
  test('in, a track, coverage, standing still, out of the grid, out; seen by whoever watches', async () => {
    const { body: pack } = await collector.call<FieldPackage>('GET', '/api/field/package')
    const cells = pack.map.data!.unitGrids.features.map((f) => {
      const ring = f.geometry.coordinates[0]![0]!
      const mid = (i: 0 | 1) => ring.slice(0, -1).reduce((sum, p) => sum + p[i], 0) / (ring.length - 1)
      return [mid(0), mid(1)] as [number, number]
    })
    const start = Date.now() - 3 * 3_600_000
    const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString()
    const point = (minutes: number, place: [number, number]) => ({ at: at(minutes), place })
    // What counts today: a shift that began before midnight has left its first cells in yesterday.
    const dayOf = (minutes: number) => dayAt(start + minutes * 60_000, ZONE)
    const isToday = (minutes: number) => dayOf(minutes) === dayAt(Date.now(), ZONE)
    const visits = new Set([`0 ${dayOf(1)}`, `1 ${dayOf(20)}`, `1 ${dayOf(60)}`]).size
    const visitedToday = Number(isToday(1)) + Number(isToday(60))
    const early = operation('track', { points: [point(-30, cells[0]!)] })
    const clockIn = operation('attendance', { action: 'in' }, { capturedAt: at(0), place: cells[0] })
    const walk = operation('track', { points: [point(1, cells[0]!), point(20, cells[1]!), point(60, cells[1]!)] })
    const answers = await sendOperations(collector, [early, clockIn, walk, walk])
    expect(answers.map((a) => [a.outcome, a.result?.points, a.result?.outsideGrid])).toEqual([
      ['done', 0, undefined],
      ['done', undefined, false],
      ['done', 3, undefined],
      ['repeated', 3, undefined]
    ])
    const shift = async (): Promise<ShiftView> => (await collector.call<ShiftView>('GET', '/api/field/shift')).body
    expect(await shift()).toMatchObject({ onShift: true, outOfGrid: false, stayStill: true, stillS: 2400, points: 3 })
    const { body: coverage } = await collector.call<CoverageView>('GET', '/api/field/coverage')
    expect(coverage.cells).toBe(cells.length)
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from field.visit`.execute(t.database.db)
    expect(rows[0]!.n).toBe(visits)

    await sendOperations(collector, [operation('track', { points: [point(90, AT_EAST)] })])
    const { body: staff } = await (await t.as('shiftleader')).call<StaffList>('GET', '/api/field/staff')
    expect(staff.items).toHaveLength(1)
    expect(staff.items[0]).toMatchObject({
      outOfGrid: true,
      stayStill: false,
      lastPlace: AT_EAST,
      cells: cells.length,
      visited: visitedToday
    })
    expect(staff.items[0]!.dutyGridNames).toHaveLength(staff.items[0]!.dutyGridCodes.length)
    expect((await collector.call('GET', '/api/field/staff')).status).toBe(403)
    const grids = (await (await t.as('shiftleader')).call<GridCoverageList>('GET', '/api/field/coverage/grids')).body.items
    const walked = grids.filter((g) => pack.person.dutyGridCodes.includes(g.code))
    expect(walked.reduce((n, g) => n + g.visited, 0)).toBeGreaterThanOrEqual(visitedToday)
    expect(walked[0]!.onShift).toEqual([staff.items[0]!.name])
    expect(grids.some((g) => g.visited === 0 && g.onShift.length === 0)).toBe(true)
    expect((await collector.call('GET', '/api/field/coverage/grids')).status).toBe(403)

    const out = operation('attendance', { action: 'out' }, { capturedAt: at(120), place: AT_EAST })
    expect((await sendOperations(collector, [out]))[0]).toMatchObject({ outcome: 'done', result: { outsideGrid: true } })
    expect(await shift()).toMatchObject({ onShift: false, end: { at: at(120), outsideGrid: true } })
    const twice = operation('attendance', { action: 'out' })
    expect((await sendOperations(collector, [twice]))[0]!.error!.code).toBe('FIELD_NOT_ON_SHIFT')
  })
})

test('a correction of a component waits with its photos and is decided once', async () => {
  const evidenceIds = await photos(collector, 'near')
  const input = { kind: 'new', classCode: '01010', location: AT_WEST, evidenceIds, note: '新装井盖' }
  const [made, incomplete] = await sendOperations(collector, [
    operation('proposal', input),
    operation('proposal', { kind: 'moved' })
  ])
  expect(made!.outcome).toBe('done')
  expect(incomplete!.error).toMatchObject({ code: 'FIELD_INPUT_INVALID', details: { field: 'componentId' } })
  const leader = await t.as('shiftleader')
  const { body, status } = await leader.call<ProposalPage>('GET', '/api/field/proposals?status=open')
  expect(status).toBe(200)
  expect(body.open).toBe(1)
  expect(
    (await t.app.http.inject({ url: body.items[0]!.evidence[0]!.shownUrl, headers: { cookie: leader.cookie } })).statusCode
  ).toBe(200)
  expect(body.items[0]).toMatchObject({
    id: made!.result!.proposalId,
    kind: 'new',
    evidence: [{ id: evidenceIds[0], phase: 'near' }]
  })
  const decide = () =>
    leader.call<ProposalView>('POST', `/api/field/proposals/${made!.result!.proposalId}/decision`, { decision: 'accepted' })
  expect((await decide()).body.status).toBe('accepted')
  expect((await decide()).body).toMatchObject({ code: 'FIELD_PROPOSAL_DECIDED' })
  const decided = (await leader.call<ProposalPage>('GET', '/api/field/proposals?status=accepted')).body
  expect(decided).toMatchObject({ open: 0, items: [{ decidedBy: expect.any(String) }] })
  expect((await collector.call<{ items: ProposalView[] }>('GET', '/api/field/proposals/mine')).body.items).toHaveLength(1)
  for (const who of ['collector', 'dataadmin'])
    expect((await (await t.as(who)).call('GET', '/api/field/proposals')).status).toBe(403)
})
