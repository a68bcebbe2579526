import type { CheckReport, DryRunView, RuleBody, RuleChangeView, RuleView } from '@chengyun/contract/dispatch'
import { DISPATCH_ERRORS } from '@chengyun/contract/dispatch'
import { ORG_ERRORS, type Permission } from '@chengyun/contract/org'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import { buildHttp } from '../../platform/http.ts'
import { openLog } from '../../platform/log.ts'
import { readSettings } from '../../platform/settings.ts'
import { type TestDatabase, testDb } from '../../platform/testing-db.ts'
import { responsibilityFor } from '../cases/ports.ts'
import { CITY, D1, GONE, loadCases, loadCity, POWER, REF, S, unitId, WATER } from './example.testing.ts'
import dispatch, { loadResponsibility } from './index.ts'

let database: TestDatabase
let app: FastifyInstance

const grant = (...permissions: Permission[]) => ({
  role: 'dataAdmin' as const,
  unitId: CITY,
  unitIds: [CITY],
  regionCodes: null,
  dutyGridCodes: [],
  permissions: new Set<string>(permissions)
})
const ADMIN: Actor = {
  id: unitId(90),
  name: '数据员',
  username: 'data',
  unitId: CITY,
  unitName: null,
  grants: [grant('dispatch:read', 'dispatch:config')],
  sessionId: null,
  ip: null
}
const READER: Actor = { ...ADMIN, id: unitId(91), username: 'reader', grants: [grant('dispatch:read')] }

beforeAll(async () => {
  database = await testDb()
  await loadCity(database.db)
  const settings = readSettings({ CHENGYUN_LOG: 'silent' })
  app = await buildHttp({ settings, log: openLog('silent'), catalogues: [DISPATCH_ERRORS, ORG_ERRORS] })
  app.decorate('db', database.db)
  app.addHook('onRequest', async (req) => {
    req.actor = req.headers['x-as'] === 'reader' ? READER : ADMIN
    const { permission } = req.routeOptions.config
    if (permission && !req.actor.grants[0]!.permissions.has(permission)) throw new AppError('FORBIDDEN', 403)
  })
  await app.register(dispatch.routes!, { prefix: '/api' })
  await app.ready()
})
afterAll(async () => {
  await app?.close()
  await database?.close()
})

async function call<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: unknown,
  as = 'admin'
): Promise<{ status: number; body: T }> {
  const answer = await app.inject({
    method,
    url: `/api/dispatch${url}`,
    headers: { 'x-as': as },
    ...(body === undefined ? {} : { payload: body as object })
  })
  return { status: answer.statusCode, body: answer.json() as T }
}
const rule = (part: Partial<RuleBody> = {}): RuleBody => ({
  standardRef: REF,
  kind: 'matter',
  classes: ['01'],
  areas: null,
  regionClasses: null,
  target: 'unit:water',
  note: '',
  ...part
})
interface Done {
  changeId: string
  rules: RuleView[]
}
interface Fault {
  code: string
  details?: Record<string, unknown>
}
const ask = (classCode: string, streetCode: string) =>
  responsibilityFor({
    standardRef: REF,
    kind: 'matter',
    classCode,
    districtCode: streetCode.slice(0, 6),
    streetCode,
    communityCode: null,
    gridCode: null,
    componentId: null
  })
async function finished(id: string): Promise<DryRunView> {
  for (;;) {
    const { body } = await call<DryRunView>('GET', `/dry-run/${id}`)
    if (body.status !== 'running') return body
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('rules over HTTP', () => {
  let first: RuleView

  test('a rule that is made counts at once', async () => {
    expect(ask('01001', S[0]).basis).toBe('none')
    const made = await call<Done>('POST', '/rules', rule({ note: '水务' }))
    expect(made.status).toBe(201)
    first = made.body.rules[0]!
    expect(first).toMatchObject({ version: 1, target: 'unit:water', targetName: 'WATER', changedBy: '数据员' })
    expect(ask('01001', S[0])).toMatchObject({ unitId: WATER, basis: 'rule', ruleId: first.id })
  })

  test('changed from a stale version: 409 with the current one; unknown things are named', async () => {
    const change = await call<Done>('PUT', `/rules/${first.id}`, { version: 1, rule: rule({ target: 'district:landscape' }) })
    expect(change.body.rules[0]).toMatchObject({ version: 2, key: first.key })
    expect(ask('01001', S[2]).unitId).toBe(unitId(21))
    const stale = await call<Fault>('PUT', `/rules/${first.id}`, { version: 1, rule: rule() })
    expect([stale.status, stale.body.code, stale.body.details?.current]).toEqual([409, 'DISPATCH_RULE_STALE', 2])
    const faults = await Promise.all(
      [rule({ classes: ['09'] }), rule({ areas: ['370299'] }), rule({ target: 'unit:nobody' }), rule({ target: GONE })].map(
        (body) => call<Fault>('POST', '/rules', body)
      )
    )
    expect(faults.map((f) => [f.status, f.body.code])).toEqual([
      [422, 'DISPATCH_CLASS_UNKNOWN'],
      [422, 'DISPATCH_AREA_UNKNOWN'],
      [422, 'DISPATCH_UNIT_UNKNOWN'],
      [422, 'DISPATCH_UNIT_INACTIVE']
    ])
    expect((await call<Fault>('POST', '/rules', { ...rule(), extra: 1 })).status).toBe(400)
    expect((await call<Fault>('POST', '/rules', rule({ target: 'who?' }))).body.code).toBe('INVALID_REQUEST')
  })

  test('ended, listed apart, every version kept, all of it undoable', async () => {
    const ended = await call<Done>('POST', `/rules/${first.id}/end`, { version: 2 })
    expect(ask('01001', S[0]).basis).toBe('none')
    const list = async (query: string) => (await call<{ items: RuleView[] }>('GET', `/rules${query}`)).body.items.map((r) => r.id)
    expect(await list('')).toEqual([])
    expect(await list('?ended=true')).toEqual([first.id])
    const versions = await call<{ items: RuleView[] }>('GET', `/rules/${first.id}/versions`)
    expect(versions.body.items.map((v) => [v.version, v.target])).toEqual([
      [3, 'district:landscape'],
      [2, 'district:landscape'],
      [1, 'unit:water']
    ])
    const undone = await call<Done>('POST', `/changes/${ended.body.changeId}/undo`)
    expect(undone.body.rules[0]).toMatchObject({ version: 4, validTo: null })
    expect(ask('01001', S[0]).unitId).toBe(unitId(20))
    const twice = await call<Fault>('POST', `/changes/${ended.body.changeId}/undo`)
    expect([twice.status, twice.body.code]).toEqual([409, 'DISPATCH_CHANGE_UNDONE'])
    const { body } = await call<{ items: RuleChangeView[] }>('GET', '/changes')
    expect(body.items.map((c) => c.undoOf !== null)).toEqual([true, false, false, false])
    const older = body.items[2]!
    expect((await call<Fault>('POST', `/changes/${older.id}/undo`)).body.code).toBe('DISPATCH_CHANGED_SINCE')
  })

  test('found by class, area, unit and words', async () => {
    const list = async (query: string) => (await call<{ items: RuleView[] }>('GET', `/rules?${query}`)).body.items.length
    expect([await list('classCode=01002'), await list('classCode=02'), await list('classCode=01')]).toEqual([1, 0, 1])
    expect([await list(`unitId=${unitId(20)}`), await list(`unitId=${POWER}`)]).toEqual([1, 0])
    expect([await list('q=landscape'), await list('q=water'), await list(`area=${D1}`)]).toEqual([1, 0, 1])
  })

  test('asked why, it says which rule in which version', async () => {
    const { body } = await call<{ unitName: string; basis: string; reason: { rules: { id: string; version: number }[] } }>(
      'GET',
      `/resolve?standardRef=${encodeURIComponent(REF)}&kind=matter&classCode=01001&districtCode=${D1}&streetCode=${S[0]}`
    )
    expect(body).toMatchObject({ unitName: `LANDSCAPE.${D1}`, basis: 'rule', reason: { rules: [{ id: first.id, version: 4 }] } })
  })

  test('reading is not configuring', async () => {
    expect((await call('GET', '/rules', undefined, 'reader')).status).toBe(200)
    for (const [method, url] of [
      ['POST', '/rules'],
      ['POST', '/dry-run'],
      ['GET', '/check'],
      ['GET', '/changes']
    ] as const) {
      expect((await call<Fault>(method, url, method === 'POST' ? rule() : undefined, 'reader')).status).toBe(403)
    }
  })

  test('versions cannot be rewritten, and the audit trail has every change', async () => {
    await expect(sql`update dispatch.rule_version set version = 99`.execute(database.db)).rejects.toThrow(/append-only/)
    const { rows } = await sql<{ action: string }>`select payload->>'action' as action from platform.outbox
      where name = 'platform.audited' order by id`.execute(database.db)
    expect(rows.map((r) => r.action)).toEqual([...Array(3).fill('dispatch.changeRules'), 'dispatch.undoChange'])
  })
})

describe('trying out', () => {
  let run: DryRunView

  test('a dry run weighs a change set on the cases of the month and changes nothing', async () => {
    const until = new Date()
    await loadCases(database.db, {
      count: 900,
      classCodes: ['01001', '01002', '02001'],
      streets: S,
      unitId: POWER,
      until,
      days: 25
    })
    await loadCases(database.db, {
      count: 50,
      classCodes: ['01002'],
      streets: S,
      unitId: POWER,
      until: new Date(until.getTime() - 40 * 86_400_000),
      days: 5
    })
    const changes = [
      { op: 'create', rule: rule({ classes: ['01001'], areas: [D1], target: POWER, note: 'a' }) },
      { op: 'create', rule: rule({ classes: ['02'], target: 'street', note: 'b' }) }
    ]
    const started = await call<DryRunView>('POST', '/dry-run', { changes })
    expect([started.status, started.body.status]).toEqual([202, 'running'])
    run = await finished(started.body.id)
    expect(run).toMatchObject({ status: 'done', progress: 1 })
    expect(run.result).toMatchObject({
      cases: 900,
      before: { unique: 600, ambiguous: 0, none: 300 },
      after: { unique: 900, ambiguous: 0, none: 0 },
      changed: 450,
      asDispatched: { before: 0, after: 150 }
    })
    const moved = run.result!.moves.find((m) => m.toUnitId === POWER)!
    expect(moved).toMatchObject({ fromUnitId: unitId(20), fromUnitName: `LANDSCAPE.${D1}`, cases: 150 })
    expect(moved.samples.length).toBeGreaterThan(1)
    expect(ask('01001', S[0]).unitId).toBe(unitId(20))
  })

  test('applied whole, once', async () => {
    const applied = await call<Done>('POST', '/apply', { dryRunId: run.id })
    expect(applied.body.rules.map((r) => r.note)).toEqual(['a', 'b'])
    expect([ask('01001', S[0]).unitId, ask('02001', S[3]).unitId]).toEqual([POWER, unitId(33)])
    const again = await call<Fault>('POST', '/apply', { dryRunId: run.id })
    expect([again.status, again.body.code]).toEqual([409, 'DISPATCH_DRY_RUN_NOT_DONE'])
    await call('POST', `/changes/${applied.body.changeId}/undo`)
    expect([ask('01001', S[0]).unitId, ask('02001', S[3]).basis]).toEqual([unitId(20), 'none'])
  })

  test('a set one step of which fails does nothing at all', async () => {
    const before = (await call<{ items: RuleView[] }>('GET', '/rules')).body.items
    const changes = [
      { op: 'create', rule: rule() },
      { op: 'end', id: before[0]!.id, version: 99 }
    ]
    expect((await call<Fault>('POST', '/dry-run', { changes })).body.code).toBe('DISPATCH_RULE_STALE')
    const ok = await call<DryRunView>('POST', '/dry-run', {
      changes: [changes[0], { ...changes[1], version: before[0]!.version }]
    })
    await finished(ok.body.id)
    await call('PUT', `/rules/${before[0]!.id}`, { version: before[0]!.version, rule: rule({ note: 'meanwhile' }) })
    expect((await call<Fault>('POST', '/apply', { dryRunId: ok.body.id })).body.code).toBe('DISPATCH_RULE_STALE')
    expect((await call<{ items: RuleView[] }>('GET', '/rules')).body.items.map((r) => r.note)).toEqual(['meanwhile'])
  })

  test('cancelled, it cannot be applied', async () => {
    const started = await call<DryRunView>('POST', '/dry-run', { changes: [{ op: 'create', rule: rule() }] })
    expect((await call<DryRunView>('DELETE', `/dry-run/${started.body.id}`)).body.status).toBe('cancelled')
    expect((await call<Fault>('POST', '/apply', { dryRunId: started.body.id })).status).toBe(409)
  })
})

test('the check reports gaps, overlaps and dead rules with the cases they touch', async () => {
  await call('POST', '/rules', rule({ classes: ['01001'], note: 'one' }))
  await call('POST', '/rules', rule({ classes: ['01001'], target: POWER, note: 'two' }))
  await call('POST', '/rules', rule({ classes: ['01002'], note: 'three' }))
  const { body } = await call<CheckReport>('GET', '/check')
  expect(body).toMatchObject({ rules: 4, classes: 4, streets: 4, cases: 900 })
  expect(body.gaps.map((g) => [g.kind, g.classCode, g.everywhere, g.cases])).toEqual([
    ['matter', '02001', true, 300],
    ['component', '01001', true, 0]
  ])
  expect(body.overlaps).toMatchObject([{ unitIds: [WATER, POWER], cases: 300, streetCodes: [...S] }])
  expect(body.dead).toMatchObject([{ why: 'shadowed', cases: 600 }])
  expect(body.dead[0]!.shadowedBy).toHaveLength(3)
})

test('owners are a veto, and a unit that closes takes its rules along', async () => {
  const componentId = '3702020100100001'
  const question = { standardRef: REF, kind: 'component', classCode: '01001', districtCode: D1, streetCode: S[0] } as const
  const answer = () => responsibilityFor({ ...question, communityCode: null, gridCode: null, componentId })
  await call('PUT', '/owners', { rows: [{ component: componentId.slice(0, 11), unitId: POWER }] })
  expect(answer()).toMatchObject({ unitId: POWER, basis: 'component' })
  await call('POST', '/rules', rule({ kind: 'component' }))
  expect(answer()).toMatchObject({ unitId: null, basis: 'ambiguous' })
  expect((await call<Fault>('PUT', '/owners', { rows: [{ component: '370202', unitId: unitId(77) }] })).body.code).toBe(
    'DISPATCH_UNIT_UNKNOWN'
  )
})

test('a duty grid is an area like a division, a region class narrows it', async () => {
  const community = `${S[3]}001`
  await sql`insert into geo.division (code, level, parent_code, name, region_class, valid_from_on)
    values (${community}, 'community', ${S[3]}, 'c', 'A', '2026-01-01')`.execute(database.db)
  await sql`insert into geo.unit_grid (code, community_code, shape, lng, lat, area_m2, valid_from_on)
    values (${`${community}001`}, ${community}, '\\x00', 120.3, 36.1, 1, '2026-01-01')`.execute(database.db)
  await sql`insert into geo.duty_grid (code, name, street_code, valid_from_on) values (${`${S[3]}900`}, 'g', ${S[3]}, '2026-01-01')`.execute(
    database.db
  )
  await sql`insert into geo.duty_grid_member values (${`${S[3]}900`}, ${`${community}001`})`.execute(database.db)
  await call('POST', '/rules', rule({ classes: ['02001'], areas: [`grid:${S[3]}900`], target: POWER }))
  await call('POST', '/rules', rule({ classes: ['02001'], areas: [S[3]], regionClasses: ['A'], target: WATER }))
  const at = (gridCode: string | null, communityCode: string | null) =>
    responsibilityFor({
      standardRef: REF,
      kind: 'matter',
      classCode: '02001',
      districtCode: S[3].slice(0, 6),
      streetCode: S[3],
      communityCode,
      gridCode,
      componentId: null
    })
  expect(at(`${community}001`, community).unitId).toBe(POWER)
  expect(at(null, community).unitId).toBe(WATER)
  expect(at(null, null).basis).toBe('none')
})

test('a city profile is loaded once and again without effect', async () => {
  const file = {
    standardRef: REF,
    version: '1',
    note: '',
    rules: [
      { id: 'roads', kind: 'matter', classes: ['01001', '02'], area: [D1], unitKey: 'district-landscape', note: '绿化' },
      { id: 'rest', kind: 'matter', classes: ['01'], area: null, unitKey: 'street' }
    ]
  } as const
  const load = () =>
    loadResponsibility(database.db, ADMIN, structuredClone(file) as unknown as Parameters<typeof loadResponsibility>[2])
  expect((await load()).ruleIds).toHaveLength(2)
  expect(await load()).toEqual({ changeId: null, ruleIds: [] })
  const { rows } = await sql<{
    key: string
    target: string
  }>`select key, target from dispatch.rule where key in ('roads', 'rest') order by key`.execute(database.db)
  expect(rows).toEqual([
    { key: 'rest', target: 'street' },
    { key: 'roads', target: 'district:landscape' }
  ])
})
