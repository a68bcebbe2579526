import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { startRelay } from '../../platform/outbox.ts'
import { hashPassword } from './auth/passwords.ts'
import { type DivisionEntry, idOf } from './domain/demo-organisation.ts'
import { type Client, type OrgFixture, orgFixture, PASSWORD, SECRET } from './fixtures.ts'
import {
  assignDutyGrids,
  buildOrganisation,
  DEMO_PASSWORD,
  keyringFrom,
  loadOrganisation,
  loadShifts,
  type OrganisationLayout,
  rosterFor
} from './index.ts'

let org: OrgFixture
let system: Client
let security: Client
beforeAll(async () => {
  org = await orgFixture()
  await org.person('root-system', 'systemAdmin')
  await org.person('root-security', 'securityAdmin')
  system = await org.as('root-system')
  security = await org.as('root-security')
})
afterAll(() => org.close())

const code = (reply: { json(): { code: string } }): string => reply.json().code

test('a unit is created, found in Chinese, moved with all below it, and put back by undoing', async () => {
  const create = { key: 'sea', kind: 'enterprise', parentId: org.unitId('city'), name: '海上环卫有限公司' }
  const preview = await system.send('POST', '/api/org/units?preview=1', create)
  expect(preview.json()).toMatchObject({ id: null, diff: [{ table: 'unit', before: null, after: { name: '海上环卫有限公司' } }] })
  expect((await system.get(`/api/org/units?q=${encodeURIComponent('海上')}`)).json().items).toEqual([])
  const made = (await system.send('POST', '/api/org/units', create)).json()
  const found = (await system.get(`/api/org/units?q=${encodeURIComponent('上环卫')}`)).json().items
  expect(found).toMatchObject([{ id: made.objectId, name: '海上环卫有限公司', depth: 1, version: 1 }])
  expect(code(await system.send('POST', '/api/org/units', create))).toBe('ORG_UNIT_KEY_TAKEN')
  expect(code(await system.send('POST', '/api/org/units', { ...create, key: 'x1', kind: 'city_center' }))).toBe('ORG_UNIT_PARENT')

  const street = (await system.get(`/api/org/units/${org.unitId('street')}`)).json()
  const move = { version: street.version, parentId: org.unitId('north'), districtCode: '370203' }
  const moved = (await system.send('PATCH', `/api/org/units/${street.id}`, move)).json()
  expect(moved.diff[0]).toMatchObject({ before: { district_code: '370202' }, after: { district_code: '370203' } })
  expect((await system.get(`/api/org/units/${street.id}`)).json()).toMatchObject({
    parentId: org.unitId('north'),
    version: street.version + 1
  })
  expect(code(await system.send('PATCH', `/api/org/units/${street.id}`, move))).toBe('ORG_STALE')
  const undone = await system.send('POST', `/api/org/changes/${moved.id}/undo`)
  expect(undone.statusCode, undone.body).toBe(200)
  expect((await system.get(`/api/org/units/${street.id}`)).json()).toMatchObject({
    parentId: org.unitId('south'),
    districtCode: '370202'
  })
  expect(code(await system.send('POST', `/api/org/changes/${moved.id}/undo`))).toBe('ORG_CHANGE_UNDONE')
  expect((await system.send('POST', `/api/org/changes/${undone.json().id}/undo`)).statusCode).toBe(200)
  expect((await system.get(`/api/org/units/${street.id}`)).json()).toMatchObject({ parentId: org.unitId('north') })
})

test('what was changed since is not undone over; a created unit is taken out of use, never deleted', async () => {
  const made = (
    await system.send('POST', '/api/org/units', {
      key: 'tmp',
      kind: 'enterprise',
      parentId: org.unitId('city'),
      name: '临时单位'
    })
  ).json()
  const rename = (await system.send('PATCH', `/api/org/units/${made.objectId}`, { version: 1, name: '甲单位' })).json()
  await system.send('PATCH', `/api/org/units/${made.objectId}`, { version: 2, name: '乙单位' })
  expect(code(await system.send('POST', `/api/org/changes/${rename.id}/undo`))).toBe('ORG_CHANGE_CONFLICT')
  expect((await system.send('POST', `/api/org/changes/${made.id}/undo`)).statusCode).toBe(200)
  expect((await system.get(`/api/org/units/${made.objectId}`)).json()).toMatchObject({ name: '乙单位', active: false })
  expect(code(await security.send('POST', `/api/org/changes/${rename.id}/undo`))).toBe('ORG_CHANGE_NOT_FOUND')
})

test('a unit with people or active units below cannot be taken out of use; a cycle cannot be made', async () => {
  await org.person('waterman', 'dept', 'water')
  const water = (await system.get(`/api/org/units/${org.unitId('water')}`)).json()
  const reply = await system.send('PATCH', `/api/org/units/${water.id}`, { version: water.version, active: false })
  expect(reply.json()).toMatchObject({ code: 'ORG_UNIT_IN_USE', details: { units: 1, posts: 1 } })
  expect(
    code(
      await system.send('PATCH', `/api/org/units/${org.unitId('water.crew')}`, { version: 1, parentId: org.unitId('water.crew') })
    )
  ).toBe('ORG_UNIT_CYCLE')
})

test('a person: made with a temporary password, masked telephone, found by number, revealed with a reason on record', async () => {
  const made = await system.send('POST', '/api/org/users', {
    username: 'li.si',
    name: '李四',
    phone: '13812341234',
    password: 'Temp-2026x'
  })
  expect(made.statusCode, made.body).toBe(200)
  expect(made.body).not.toContain('13812341234')
  const found = (await system.get('/api/org/users?q=13812341234')).json().items
  expect(found).toMatchObject([{ username: 'li.si', phone: '138****1234', mustChangePassword: true, posts: [] }])
  expect((await org.signIn('li.si', 'Temp-2026x')).json()).toMatchObject({ pending: 'password' })
  expect(code(await system.send('POST', `/api/org/users/${made.json().objectId}/reveal`, { reason: '回访核实' }))).toBe(
    'FORBIDDEN'
  )
  await org.person('visitor', 'hotlineOperator')
  const hotline = await org.as('visitor')
  expect((await hotline.send('POST', `/api/org/users/${made.json().objectId}/reveal`, { reason: 'x' })).statusCode).toBe(400)
  expect((await hotline.send('POST', `/api/org/users/${made.json().objectId}/reveal`, { reason: '回访核实' })).json()).toEqual({
    phone: '13812341234'
  })
  const { rows } = await sql<{
    t: string
  }>`select payload::text as t from platform.outbox union all select coalesce(before::text, '') || after::text from platform.change`.execute(
    org.db
  )
  const text = rows.map((r) => r.t).join()
  expect(text).toContain('org.revealPhone')
  expect(text).toContain('回访核实')
  expect(text).not.toContain('13812341234')
  expect(text).not.toContain('Temp-2026x')
  const sealed = await org.db.selectFrom('org.user').select('phone_enc').where('username', '=', 'li.si').executeTakeFirstOrThrow()
  expect(keyringFrom(SECRET).decrypt(sealed.phone_enc!, `phone:${made.json().objectId}`)).toBe('13812341234')
})

test('separation of powers: users are made by one, posts given by another, nobody holds two of the three', async () => {
  const userId = await org.person('candidate', null)
  const post = (role: string, unit = 'city') => ({ userId, role, unitId: org.unitId(unit) })
  expect(code(await system.send('POST', '/api/org/posts', post('acceptor')))).toBe('FORBIDDEN')
  expect(code(await security.send('POST', '/api/org/users', { username: 'x.y', name: '某' }))).toBe('FORBIDDEN')
  expect((await security.send('POST', '/api/org/posts', post('auditAdmin'))).statusCode).toBe(200)
  for (const role of ['systemAdmin', 'securityAdmin', 'acceptor'])
    expect(code(await security.send('POST', '/api/org/posts', post(role)))).toBe('ORG_DUTY_SEPARATION')
  expect(code(await security.send('POST', '/api/org/posts', post('auditAdmin')))).toBe('ORG_POST_DUPLICATE')
  const cell = (role: string, permission: string, allowed = true) =>
    security.send('PATCH', '/api/org/roles', { role, cells: [{ permission, allowed }] })
  expect(code(await cell('systemAdmin', 'cases:read'))).toBe('ORG_MATRIX_SEPARATION')
  expect(code(await cell('acceptor', 'audit:read'))).toBe('ORG_MATRIX_SEPARATION')
  expect(code(await cell('dataAdmin', 'cases:export'))).toBe('ORG_MATRIX_SEPARATION')
})

test('a post counts at once and stops at once, in sessions that are open; undoing cannot bring a conflict back', async () => {
  const userId = await org.person('newcomer', null)
  const open = await org.as('newcomer')
  expect((await open.get('/api/test/cases')).statusCode).toBe(403)
  const given = (
    await security.send('POST', '/api/org/posts', { userId, role: 'dispatcher', unitId: org.unitId('south') })
  ).json()
  expect(given.affected).toMatchObject({ users: 1, sessions: 1 })
  expect((await open.get('/api/test/cases')).statusCode).toBe(200)
  expect((await open.get('/api/session')).json().posts).toMatchObject([{ role: 'dispatcher', regionCodes: ['370202'] }])
  const ended = (await security.send('DELETE', `/api/org/posts/${given.objectId}`)).json()
  expect((await open.get('/api/test/cases')).statusCode).toBe(403)
  expect(
    (await security.send('POST', '/api/org/posts', { userId, role: 'auditAdmin', unitId: org.unitId('city') })).statusCode
  ).toBe(200)
  expect(code(await security.send('POST', `/api/org/changes/${ended.id}/undo`))).toBe('ORG_DUTY_SEPARATION')
  expect(code(await security.send('POST', '/api/org/posts', { userId, role: 'acceptor', unitId: org.unitId('street') }))).toBe(
    'ORG_POST_UNIT_KIND'
  )
})

test('a cell of the matrix counts at once and is undone', async () => {
  await org.person('exporter', 'collector', 'street')
  const collector = await org.as('exporter')
  const has = async () => (await collector.get('/api/session')).json().permissions.includes('cases:export')
  expect(await has()).toBe(false)
  const on = (
    await security.send('PATCH', '/api/org/roles', { role: 'collector', cells: [{ permission: 'cases:export', allowed: true }] })
  ).json()
  expect(on.affected.users).toBeGreaterThan(0)
  expect(await has()).toBe(true)
  const row = (await security.get('/api/org/roles')).json().roles.find((r: { role: string }) => r.role === 'collector')
  expect(row.overrides).toEqual([{ permission: 'cases:export', allowed: true }])
  expect((await security.send('POST', `/api/org/changes/${on.id}/undo`)).statusCode).toBe(200)
  expect(await has()).toBe(false)
  expect(
    (
      await security.send('PATCH', '/api/org/roles', {
        role: 'collector',
        cells: [{ permission: 'cases:export', allowed: true }]
      })
    ).statusCode
  ).toBe(200)
  expect(await has()).toBe(true)
})

test('the last administrators stay; nobody changes his own state', async () => {
  const [me] = (await security.get('/api/org/users?q=root-security')).json().items
  expect(code(await security.send('DELETE', `/api/org/posts/${me.posts[0].id}`))).toBe('ORG_SELF_CHANGE')
  await org.person('second-security', 'securityAdmin')
  const second = await org.as('second-security')
  expect((await second.send('DELETE', `/api/org/posts/${me.posts[0].id}`)).statusCode).toBe(200)
  const [other] = (await system.get('/api/org/users?q=second-security')).json().items
  expect(code(await system.send('PATCH', `/api/org/users/${other.id}`, { version: other.version, status: 'disabled' }))).toBe(
    'ORG_LAST_ADMIN'
  )
  const changes = (await second.get('/api/org/changes')).json()
  expect((await second.send('POST', `/api/org/changes/${changes[0].id}/undo`)).statusCode).toBe(200)
  security = await org.as('root-security')
})

test('disabling a person ends the sessions; unlocking is the security administrator’s', async () => {
  await org.person('leaver', 'acceptor')
  const open = await org.as('leaver')
  const [user] = (await system.get('/api/org/users?q=leaver')).json().items
  expect(
    (await system.send('PATCH', `/api/org/users/${user.id}`, { version: user.version, status: 'disabled' })).json().affected
  ).toMatchObject({ sessions: 1 })
  expect((await open.get('/api/session')).statusCode).toBe(401)
  expect(code(await org.signIn('leaver'))).toBe('ORG_SIGN_IN_FAILED')
  await org.person('clumsy', 'acceptor')
  for (let i = 0; i < 5; i++) await org.signIn('clumsy', 'Wrong-1')
  expect(code(await org.signIn('clumsy'))).toBe('ORG_ACCOUNT_LOCKED')
  const [clumsy] = (await security.get('/api/org/users?q=clumsy')).json().items
  expect(clumsy.lockedUntil).not.toBeNull()
  expect(code(await system.send('DELETE', `/api/org/users/${clumsy.id}/lock`))).toBe('FORBIDDEN')
  expect((await security.send('DELETE', `/api/org/users/${clumsy.id}/lock`)).statusCode).toBe(200)
  expect((await org.signIn('clumsy')).statusCode).toBe(200)
})

test('people who administer nothing see the people of their own units only', async () => {
  await org.person('crewman', 'handler', 'water.crew')
  await org.person('northern', 'acceptor', 'north')
  await org.person('water-dept', 'dept', 'water')
  const dept = await org.as('water-dept')
  const names = (await dept.get('/api/org/users?limit=200')).json().items.map((u: { username: string }) => u.username)
  expect(names).toContain('crewman')
  expect(names).not.toContain('northern')
  const [northern] = (await system.get('/api/org/users?q=northern')).json().items
  expect(code(await dept.get(`/api/org/users/${northern.id}`))).toBe('ORG_USER_NOT_FOUND')
})

test('the roster: shifts need the post, do not overlap, are imported with the bad rows named, and cancelled', async () => {
  await org.person('planner', 'dataAdmin')
  const planner = await org.as('planner')
  const userId = await org.person('walker', 'collector', 'street')
  const shift = {
    userId,
    role: 'collector',
    unitId: org.unitId('street'),
    startsAt: '2027-01-04T08:00:00+08:00',
    endsAt: '2027-01-04T16:00:00+08:00'
  }
  const made = await planner.send('POST', '/api/org/shifts', shift)
  expect(made.statusCode, made.body).toBe(200)
  expect(
    code(
      await planner.send('POST', '/api/org/shifts', {
        ...shift,
        startsAt: '2027-01-04T15:59:00+08:00',
        endsAt: '2027-01-04T20:00:00+08:00'
      })
    )
  ).toBe('ORG_SHIFT_OVERLAP')
  expect(code(await planner.send('POST', '/api/org/shifts', { ...shift, role: 'handler' }))).toBe('ORG_SHIFT_NO_POST')
  expect(code(await planner.send('POST', '/api/org/shifts', { ...shift, endsAt: '2027-01-06T16:00:00+08:00' }))).toBe(
    'ORG_SHIFT_TIME'
  )
  const row = {
    username: 'walker',
    role: 'collector',
    unitKey: 'street',
    startsAt: '2027-01-05T08:00:00+08:00',
    endsAt: '2027-01-05T16:00:00+08:00'
  }
  const rows = [
    row,
    { ...row, username: 'nobody' },
    row,
    { ...row, startsAt: '2027-01-06T08:00:00+08:00', endsAt: '2027-01-06T16:00:00+08:00' }
  ]
  const imported = (await planner.send('POST', '/api/org/shifts/import', { rows })).json()
  expect(imported.report).toMatchObject({
    accepted: 2,
    rejected: [
      { row: 2, code: 'ORG_USER_NOT_FOUND' },
      { row: 3, code: 'ORG_SHIFT_OVERLAP' }
    ]
  })
  const list = async () =>
    (await planner.get(`/api/org/shifts?from=2027-01-04T00:00:00Z&to=2027-01-08T00:00:00Z&userId=${userId}`)).json()
  expect(await list()).toHaveLength(3)
  expect((await planner.send('DELETE', `/api/org/shifts/${made.json().objectId}`)).statusCode).toBe(200)
  expect(await list()).toHaveLength(2)
  expect((await planner.send('POST', `/api/org/changes/${imported.change.id}/undo`)).statusCode).toBe(200)
  expect(await list()).toHaveLength(0)
})

test('a shift leader lends operations he holds, over his own region, until taken back', async () => {
  await org.person('night-leader', 'shiftLeader', 'south')
  const deputyId = await org.person('deputy', null)
  const leader = await org.as('night-leader')
  const deputy = await org.as('deputy')
  const span = {
    from: new Date(Date.now() - 1000).toISOString(),
    to: new Date(Date.now() + 3_600_000).toISOString(),
    reason: '夜班代理'
  }
  expect(
    code(await leader.send('POST', '/api/org/delegations', { userId: deputyId, permissions: ['cases:assign'], ...span }))
  ).toBe('ORG_DELEGATION')
  expect(code(await leader.send('POST', '/api/org/delegations', { userId: deputyId, permissions: ['org:duty'], ...span }))).toBe(
    'ORG_DELEGATION'
  )
  const lent = await leader.send('POST', '/api/org/delegations', {
    userId: deputyId,
    permissions: ['cases:read', 'cases:close'],
    ...span
  })
  expect(lent.statusCode, lent.body).toBe(200)
  expect((await deputy.get('/api/session')).json()).toMatchObject({
    permissions: ['cases:close', 'cases:read'],
    posts: [{ regionCodes: ['370202'] }]
  })
  expect((await leader.send('DELETE', `/api/org/delegations/${lent.json().ids[0]}`)).statusCode).toBe(200)
  expect((await deputy.get('/api/session')).json().permissions).toEqual([])
})

test('the audit trail: read, proved and exported by the audit administrator alone', async () => {
  await org.person('auditor', 'auditAdmin')
  const relay = startRelay(org.db, [], (what, error) => {
    throw new Error(`${what}: ${String(error)}`)
  })
  await relay.settle()
  await relay.stop()
  const auditor = await org.as('auditor')
  expect((await system.get('/api/audit')).statusCode).toBe(403)
  const page = (await auditor.get('/api/audit?action=org.signIn&result=failed&limit=2')).json()
  expect(page.items).toHaveLength(2)
  expect(page.items[0]).toMatchObject({ action: 'org.signIn', result: 'failed', ip: '10.0.0.1' })
  const next = (await auditor.get(`/api/audit?action=org.signIn&result=failed&limit=2&before=${page.next}`)).json()
  expect(next.items[0].seq).toBeLessThan(page.items[1].seq)
  expect((await auditor.get('/api/audit?action=org.change.&limit=500')).json().items.length).toBeGreaterThan(10)
  expect((await auditor.send('POST', '/api/audit/verify')).json()).toMatchObject({ brokenAt: null })
  const csv = await auditor.get('/api/audit/export?action=org.signIn')
  expect(csv.headers['content-type']).toContain('text/csv')
  expect(csv.body.split('\n').length).toBeGreaterThan(10)
})

test('Qingdao is loaded within seconds, twice without doubling, and its people can sign in', async () => {
  const city = (file: string): string => readFileSync(new URL(`../../../../../cities/qingdao/${file}`, import.meta.url), 'utf8')
  const layout = JSON.parse(city('organisation.json')) as OrganisationLayout
  const { divisions } = JSON.parse(city('divisions.json')) as { divisions: DivisionEntry[] }
  const demo = await orgFixture({ CHENGYUN_DEMO: '1' })
  try {
    await sql`truncate org.unit cascade`.execute(demo.db)
    const organisation = buildOrganisation(layout, divisions, 'qingdao')
    const input = {
      organisation,
      passwordHash: await hashPassword(DEMO_PASSWORD),
      keyring: demo.app.keyring,
      demo: true,
      since: new Date('2026-01-01T00:00:00+08:00')
    }
    const began = performance.now()
    const loaded = await loadOrganisation(demo.db, SYSTEM, input)
    const shifts = ['2026-11-21', '2026-11-22', '2026-11-23'].flatMap((day) =>
      rosterFor(organisation, day, new Date(`${day}T00:00:00+08:00`), 'qingdao')
    )
    expect(await loadShifts(demo.db, SYSTEM, { shifts })).toBe(shifts.length)
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(loaded).toEqual({
      units: 817,
      users: organisation.users.length,
      posts: organisation.users.flatMap((u) => u.posts).length
    })
    expect(await loadOrganisation(demo.db, SYSTEM, input)).toEqual({ units: 0, users: 0, posts: 0 })
    expect(await loadShifts(demo.db, SYSTEM, { shifts })).toBe(0)
    const grids = divisions
      .filter((d) => d.level === 'street')
      .flatMap((d) => [1, 2].map((n) => ({ code: `${d.code}00${n}`, streetCode: d.code })))
    await assignDutyGrids(demo.db, SYSTEM, { grids }, new Date('2026-11-22T00:00:00+08:00'))
    const walker = await demo.db
      .selectFrom('org.post')
      .select('duty_grid_codes')
      .where('user_id', '=', idOf('qingdao', 'user/collector.370202001.1'))
      .executeTakeFirst()
    expect(walker?.duty_grid_codes).toEqual(['370202001001', '370202001002'])
    const page = (await demo.app.inject('/api/sign-in')).json()
    expect(page.demo.password).toBe(DEMO_PASSWORD)
    expect(page.demo.accounts).toHaveLength(13)
    for (const { username, role } of page.demo.accounts as { username: string; role: string }[]) {
      const reply = await demo.signIn(username, DEMO_PASSWORD)
      expect(reply.json(), username).toMatchObject({ pending: null, user: { username, demo: true } })
      expect(reply.json().posts[0].role).toBe(role)
    }
    const plain = await org.app.inject('/api/sign-in')
    expect(plain.json()).toEqual({ oidc: null, demo: null })
    expect(plain.body).not.toContain(PASSWORD)
  } finally {
    await demo.close()
  }
})
