import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { poolOf, runInTransaction } from '../../platform/db.ts'
import { totpCode } from './auth/totp.ts'
import { clientOf, type OrgFixture, orgFixture, PASSWORD } from './fixtures.ts'
import { currentActor, SESSION_COOKIE } from './index.ts'

let org: OrgFixture
beforeAll(async () => {
  org = await orgFixture()
})
afterAll(() => org.close())

const auditsOf = async (action: string): Promise<Record<string, unknown>[]> => {
  const { rows } = await sql<{ payload: Record<string, unknown> }>`
    select payload from platform.outbox where name = 'platform.audited' and payload->>'action' = ${action} order by id`.execute(
    org.db
  )
  return rows.map((r) => r.payload)
}
const write = (text: ReturnType<typeof sql>) => runInTransaction(org.db, (tx) => text.execute(tx))

test('a right password opens a session; the cookie is closed to scripts and other sites; signing out ends it', async () => {
  await org.person('acceptor1', 'acceptor', 'south')
  const reply = await org.signIn('Acceptor1')
  expect(reply.statusCode, reply.body).toBe(200)
  const cookie = reply.cookies.find((c) => c.name === SESSION_COOKIE)!
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
  const session = reply.json()
  expect(session).toMatchObject({
    user: { username: 'acceptor1', unitName: 'south单位' },
    pending: null,
    posts: [{ role: 'acceptor', regionCodes: ['370202'] }]
  })
  expect(session.permissions).toContain('cases:register')
  const client = clientOf(org.app, cookie.value, session.csrfToken)
  expect((await client.get('/api/test/cases')).json()).toEqual({ name: 'acceptor1某', ip: '127.0.0.1' })
  const sessions = await org.db.selectFrom('org.session').selectAll().execute()
  expect(JSON.stringify(sessions)).not.toContain(cookie.value)
  expect(currentActor(sessions[0]!.id)?.username).toBe('acceptor1')
  expect((await client.send('DELETE', '/api/session')).statusCode).toBe(200)
  expect((await client.get('/api/test/cases')).json()).toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(currentActor(sessions[0]!.id)).toBeNull()
  expect((await auditsOf('org.signIn')).map((a) => a.result)).toContain('ok')
  expect(await auditsOf('org.signOut')).toHaveLength(1)
})

test('without a session nothing is answered, with one only what a post permits; refusals are audited', async () => {
  await org.person('collector1', 'collector', 'street')
  await org.person('system1', 'systemAdmin')
  expect((await org.app.inject('/api/test/cases')).statusCode).toBe(401)
  const collector = await org.as('collector1')
  expect((await collector.get('/api/test/cases')).statusCode).toBe(200)
  expect((await collector.get('/api/org/roles')).statusCode).toBe(403)
  const system = await org.as('system1')
  const refused = await system.get('/api/test/cases')
  expect(refused.json()).toMatchObject({ code: 'FORBIDDEN', details: { permission: 'cases:read' } })
  await expect.poll(async () => (await auditsOf('http.refused')).filter((a) => a.actorName === 'system1某')).toHaveLength(1)
})

test('five wrong passwords lock the account, even for the right one, even when tried at once; unknown names answer alike', async () => {
  await org.person('victim', 'acceptor')
  const tries = await Promise.all(Array.from({ length: 12 }, (_, i) => org.signIn('victim', `Wrong-${i}`)))
  const codes = tries.map((r) => r.json().code as string)
  expect(codes.filter((c) => c === 'ORG_SIGN_IN_FAILED')).toHaveLength(4)
  expect(codes.filter((c) => c === 'ORG_ACCOUNT_LOCKED')).toHaveLength(8)
  const locked = await org.signIn('victim')
  expect([locked.statusCode, locked.json().code]).toEqual([423, 'ORG_ACCOUNT_LOCKED'])
  await write(
    sql`update org.user set locked_until_at = now() - interval '1 second', failed_at = now() - interval '16 minutes' where username = 'victim'`
  )
  expect((await org.signIn('victim', 'Wrong-again')).json().code).toBe('ORG_SIGN_IN_FAILED')
  expect((await org.signIn('victim')).statusCode).toBe(200)
  expect(
    (await org.db.selectFrom('org.user').select('failed_count').where('username', '=', 'victim').executeTakeFirst())?.failed_count
  ).toBe(0)
  const unknown = await org.signIn('nobody-here', 'Wrong-1')
  expect([unknown.statusCode, unknown.json().code]).toEqual([401, 'ORG_SIGN_IN_FAILED'])
})

test('right passwords given at the same time do not lock anybody out', async () => {
  await org.person('busy', 'acceptor')
  const replies = await Promise.all(Array.from({ length: 8 }, () => org.signIn('busy')))
  expect(replies.map((r) => r.statusCode)).toEqual(Array(8).fill(200))
})

test('an address that fails too often is locked, whichever names it tries', async () => {
  const strict = await orgFixture({ CHENGYUN_ORG_ADDRESS_FAILURES: '6' })
  try {
    await strict.person('innocent', 'acceptor')
    for (let i = 0; i < 6; i++) await strict.signIn(`guess${i}`, 'Wrong-1', undefined, '10.9.9.9')
    expect((await strict.signIn('innocent', PASSWORD, undefined, '10.9.9.9')).json().code).toBe('ORG_ADDRESS_LOCKED')
    expect((await strict.signIn('innocent', PASSWORD, undefined, '10.9.9.8')).statusCode).toBe(200)
  } finally {
    await strict.close()
  }
})

test('a session that lies idle ends: thirty minutes, fifteen for administrators, twelve hours at most', async () => {
  await org.person('idler', 'acceptor')
  await org.person('idle-admin', 'auditAdmin')
  const age = async (username: string, minutes: number, column: 'last_seen_at' | 'expires_at' = 'last_seen_at') => {
    await write(
      sql`update org.session set ${sql.ref(column)} = now() - ${minutes} * interval '1 minute' where user_id = (select id from org.user where username = ${username})`
    )
    org.app.sessions.clear()
  }
  const idler = await org.as('idler')
  await age('idler', 29)
  expect((await idler.get('/api/session')).statusCode).toBe(200)
  await org.app.sessions.flush()
  await age('idler', 31)
  expect((await idler.get('/api/session')).statusCode).toBe(401)
  const admin = await org.as('idle-admin')
  await age('idle-admin', 16)
  expect((await admin.get('/api/session')).statusCode).toBe(401)
  const old = await org.as('idler')
  await age('idler', 1, 'expires_at')
  expect((await old.get('/api/session')).statusCode).toBe(401)
})

test('an unsafe request needs the token of its own session', async () => {
  await org.person('csrf1', 'acceptor')
  await org.person('csrf2', 'acceptor')
  const one = await org.as('csrf1')
  const two = await org.as('csrf2')
  expect((await one.send('POST', '/api/test/cases', {})).statusCode).toBe(200)
  for (const csrf of ['', 'x', two.csrf, one.csrf.slice(0, -1)]) {
    const reply = await clientOf(org.app, one.cookie, csrf).send('POST', '/api/test/cases', {})
    expect([reply.statusCode, reply.json().code]).toEqual([403, 'CSRF_REQUIRED'])
  }
  const bare = await org.app.inject({
    method: 'POST',
    url: '/api/test/cases',
    cookies: { [SESSION_COOKIE]: one.cookie },
    payload: {}
  })
  expect(bare.statusCode).toBe(403)
})

test('a second factor: enrolled with a code, asked at sign-in, each code once, removed with the password', async () => {
  const id = await org.person('totp1', 'acceptor')
  const client = await org.as('totp1')
  const enrolment = (await client.send('POST', '/api/session/totp')).json()
  expect(enrolment.qr).toMatch(/^data:image\/png;base64,/)
  expect(enrolment.uri).toMatch(/^otpauth:\/\/totp\//)
  expect((await client.send('PUT', '/api/session/totp', { code: '000000' })).json().code).toBe('ORG_TOTP_WRONG')
  const code = totpCode(enrolment.secret, 'totp1', new Date())
  expect((await client.send('PUT', '/api/session/totp', { code })).statusCode).toBe(200)
  expect((await client.get('/api/session')).json()).toMatchObject({ mfa: true, totpEnrolled: true })
  const stored = await org.db.selectFrom('org.user').select('totp_enc').where('id', '=', id).executeTakeFirst()
  expect(stored?.totp_enc).not.toContain(enrolment.secret)

  expect((await org.signIn('totp1')).json().code).toBe('ORG_TOTP_REQUIRED')
  expect((await org.signIn('totp1', PASSWORD, '000000')).json().code).toBe('ORG_TOTP_WRONG')
  expect((await org.signIn('totp1', PASSWORD, code)).json().code).toBe('ORG_TOTP_WRONG')
  const next = totpCode(enrolment.secret, 'totp1', new Date(Date.now() + 30_000))
  const signedIn = await org.signIn('totp1', PASSWORD, next)
  expect(signedIn.json()).toMatchObject({ mfa: true })
  expect((await org.signIn('totp1', PASSWORD, next)).json().code).toBe('ORG_TOTP_WRONG')
  expect((await client.send('POST', '/api/session/totp')).json().code).toBe('ORG_TOTP_ENROLLED')
  expect((await client.send('DELETE', '/api/session/totp', { password: 'Wrong-1' })).json().code).toBe('ORG_PASSWORD_WRONG')
  expect((await client.send('DELETE', '/api/session/totp', { password: PASSWORD })).statusCode).toBe(200)
  expect((await org.signIn('totp1')).statusCode).toBe(200)
})

test('administrators without a second factor may do nothing but enrol one; demonstration accounts are exempt', async () => {
  const strict = await orgFixture({ CHENGYUN_ORG_TOTP: 'admins' })
  try {
    await strict.person('sec', 'securityAdmin')
    await strict.person('sec-demo', 'securityAdmin', 'city', { demo: true })
    await strict.person('desk', 'acceptor')
    expect((await (await strict.as('sec-demo')).get('/api/org/roles')).statusCode).toBe(200)
    expect((await (await strict.as('desk')).get('/api/session')).json()).toMatchObject({ pending: null })
    const sec = await strict.as('sec')
    expect((await sec.get('/api/session')).json()).toMatchObject({ pending: 'totp', permissions: [] })
    expect((await sec.get('/api/org/roles')).json().code).toBe('ORG_TOTP_PENDING')
    const { secret } = (await sec.send('POST', '/api/session/totp')).json()
    expect((await sec.send('PUT', '/api/session/totp', { code: totpCode(secret, 'sec', new Date()) })).statusCode).toBe(200)
    expect((await sec.get('/api/org/roles')).statusCode).toBe(200)
  } finally {
    await strict.close()
  }
})

test('a password is changed by its owner, never back to one of the last five; other sessions end; a due change comes first', async () => {
  await org.person('changer', 'acceptor', 'city', { must_change: true })
  const client = await org.as('changer')
  const other = await org.as('changer')
  expect((await client.get('/api/test/cases')).json().code).toBe('ORG_PASSWORD_PENDING')
  const change = (current: string, next: string) => client.send('PUT', '/api/session/password', { current, next })
  expect((await change('Wrong-1', 'Fresh-2026')).json().code).toBe('ORG_PASSWORD_WRONG')
  expect((await change(PASSWORD, 'short')).json().code).toBe('ORG_PASSWORD_WEAK')
  expect((await change(PASSWORD, PASSWORD)).json()).toMatchObject({ code: 'ORG_PASSWORD_REUSED', details: { count: 5 } })
  expect((await change(PASSWORD, 'Fresh-2026')).statusCode).toBe(200)
  expect((await client.get('/api/test/cases')).statusCode).toBe(200)
  expect((await other.get('/api/test/cases')).statusCode).toBe(401)
  expect((await org.signIn('changer')).statusCode).toBe(401)
  for (let n = 1; n <= 3; n++)
    expect((await change(n === 1 ? 'Fresh-2026' : `Fresh-2026${n - 1}`, `Fresh-2026${n}`)).statusCode).toBe(200)
  expect((await change('Fresh-20263', PASSWORD)).json().code).toBe('ORG_PASSWORD_REUSED')
  expect((await change('Fresh-20263', 'Fresh-20264')).statusCode).toBe(200)
  expect((await change('Fresh-20264', PASSWORD)).statusCode).toBe(200)
})

test('an access token carries at most its maker’s permissions, needs no CSRF token, and ends when revoked', async () => {
  await org.person('robot', 'collector', 'street')
  const client = await org.as('robot')
  const made = await client.send('POST', '/api/session/tokens', {
    name: '导入',
    permissions: ['cases:read', 'audit:read'],
    days: 30
  })
  expect(made.statusCode, made.body).toBe(201)
  const { id, token, permissions } = made.json()
  expect(permissions).toEqual(['cases:read'])
  const call = (method: 'GET' | 'POST') =>
    org.app.inject({
      method,
      url: '/api/test/cases',
      headers: { authorization: `Bearer ${token}` },
      ...(method === 'POST' && { payload: {} })
    })
  expect((await call('GET')).statusCode).toBe(200)
  expect((await call('POST')).json().code).toBe('FORBIDDEN')
  expect((await client.get('/api/session/tokens')).json()).toMatchObject([{ id, name: '导入' }])
  expect((await client.get('/api/session/tokens')).body).not.toContain(token)
  expect((await client.send('DELETE', `/api/session/tokens/${id}`)).statusCode).toBe(200)
  expect((await call('GET')).statusCode).toBe(401)
})

test('a route that does not say who may call it cannot be registered, nor one with an unknown permission', async () => {
  const fresh = await orgFixture()
  await fresh.close()
  expect(() => org.app.hasRoute({ method: 'GET', url: '/api/session' })).not.toThrow()
  const { buildHttp } = await import('../../platform/http.ts')
  const { openLog } = await import('../../platform/log.ts')
  const { authHook } = await import('./index.ts')
  const app = await buildHttp({ settings: org.app.settings, log: openLog('silent'), catalogues: [] })
  app.decorate('db', org.db)
  await authHook(app)
  expect(() => app.get('/api/open', () => 1)).toThrow(/exactly one of/)
  expect(() => app.get('/api/both', { config: { public: true, permission: 'cases:read' } }, () => 1)).toThrow(/exactly one of/)
  expect(() => app.get('/api/typo', { config: { permission: 'case:read' } }, () => 1)).toThrow(/unknown permission/)
  await app.close()
})

test('a request that memory can answer costs no statement', async () => {
  await org.person('quick', 'acceptor')
  const client = await org.as('quick')
  await org.app.sessions.check(Date.now())
  await client.get('/api/test/cases')
  let statements = 0
  poolOf(org.db).on('acquire', () => {
    statements += 1
  })
  const began = performance.now()
  for (let i = 0; i < 50; i++) expect((await client.get('/api/test/cases')).statusCode).toBe(200)
  const took = performance.now() - began
  expect(statements).toBe(0)
  expect(took / 50).toBeLessThan(50)
})
