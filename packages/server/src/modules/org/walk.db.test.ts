import { ROLE_PERMISSIONS, ROLES } from '@chengyun/contract/org'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runInTransaction } from '../../platform/db.ts'
import { type OrgFixture, orgFixture } from './fixtures.ts'

let org: OrgFixture
beforeAll(async () => {
  org = await orgFixture()
})
afterAll(() => org.close())

test('every role × every route of this module: refused exactly where the matrix has no dot', async () => {
  const guarded = org.routes.filter((r) => r.permission !== undefined)
  expect(guarded.length).toBeGreaterThan(25)
  expect(
    org.routes.filter((r) => r.permission === undefined).every((r) => /^\/api\/(session|sign-in|org\/delegations)/.test(r.url))
  ).toBe(true)
  for (const role of ROLES) {
    const username = `walk-${role.toLowerCase()}`
    await org.person(username, role)
    const client = await org.as(username)
    for (const r of guarded) {
      const url = r.url.replace(':id', '01890000-0000-7000-8000-000000000000')
      const reply = r.method === 'GET' ? await client.get(url) : await client.send(r.method as 'POST', url)
      const refused = reply.statusCode === 403 && (reply.json() as { code: string }).code === 'FORBIDDEN'
      expect(refused, `${role} ${r.method} ${r.url}: ${reply.statusCode}`).toBe(
        !(ROLE_PERMISSIONS[role] as readonly string[]).includes(r.permission!)
      )
      expect(reply.statusCode, `${role} ${r.method} ${r.url}: ${reply.body}`).toBeLessThan(500)
    }
  }
})

test('what another process changed is seen here: a new post, an ended session', async () => {
  const id = await org.person('elsewhere', null)
  const client = await org.as('elsewhere')
  const read = async () => (await client.get('/api/test/cases')).statusCode
  expect(await read()).toBe(403)
  // Straight into the database, past this process's own signal, as another server would leave it.
  await runInTransaction(org.db, async (tx) => {
    await sql`insert into org.post (id, user_id, role, unit_id, valid_from_at) values (gen_random_uuid(), ${id}, 'leader', ${org.unitId('city')}, now())`.execute(
      tx
    )
    await sql`update org.version set version = version + 1`.execute(tx)
  })
  await org.app.sessions.check(Date.now())
  expect(await read()).toBe(200)
  await runInTransaction(org.db, (tx) =>
    sql`update org.session set ended_at = now(), end_reason = 'elsewhere' where user_id = ${id}`.execute(tx)
  )
  await org.app.sessions.check(Date.now())
  expect(await read()).toBe(401)
})

test('a post or a delegation that ends by itself stops counting at that moment', async () => {
  const id = await org.person('temporary', null)
  await runInTransaction(org.db, async (tx) => {
    await sql`insert into org.post (id, user_id, role, unit_id, valid_from_at, valid_to_at)
      values (gen_random_uuid(), ${id}, 'leader', ${org.unitId('city')}, now() - interval '1 day', now() + interval '700 milliseconds')`.execute(
      tx
    )
  })
  const client = await org.as('temporary')
  expect((await client.get('/api/test/cases')).statusCode).toBe(200)
  await expect.poll(async () => (await client.get('/api/test/cases')).statusCode, { timeout: 5000 }).toBe(403)
})
