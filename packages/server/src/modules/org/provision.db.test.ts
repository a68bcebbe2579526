import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePassword } from '../../cli/user.ts'
import { SYSTEM } from '../../platform/actor.ts'
import { readSettings } from '../../platform/settings.ts'
import { type OrgFixture, orgFixture } from './fixtures.ts'
import { addAccount, listAccounts, removeSecondFactor, setTemporaryPassword, unlockAccount } from './index.ts'
import { jobs } from './jobs.ts'

let org: OrgFixture
beforeAll(async () => {
  org = await orgFixture()
})
afterAll(() => org.close())

test('the first administrators of an empty city are made on the machine, with the same rules as in the console', async () => {
  await sql`truncate org.unit cascade`.execute(org.db)
  const { db } = org
  const { keyring } = org.app
  await addAccount(db, SYSTEM, keyring, {
    username: 'Boss',
    name: '系统管理',
    password: 'First-2026',
    role: 'systemAdmin',
    phone: '13900000000'
  })
  await expect(addAccount(db, SYSTEM, keyring, { username: 'boss', name: 'x', password: 'First-2026' })).rejects.toMatchObject({
    code: 'ORG_USERNAME_TAKEN'
  })
  await expect(addAccount(db, SYSTEM, keyring, { username: 'weak', name: 'x', password: 'weak' })).rejects.toMatchObject({
    code: 'ORG_PASSWORD_WEAK'
  })
  await expect(
    addAccount(db, SYSTEM, keyring, { username: 'lost', name: 'x', password: 'First-2026', role: 'dept', unitKey: 'no' })
  ).rejects.toMatchObject({ code: 'ORG_UNIT_NOT_FOUND' })
  expect(await listAccounts(db, '系统', 10)).toEqual([
    { username: 'boss', name: '系统管理', status: 'active', posts: [{ role: 'systemAdmin', unitName: '城市运行管理服务中心' }] }
  ])
  expect((await org.signIn('boss', 'First-2026')).json()).toMatchObject({ pending: 'password' })
  for (let i = 0; i < 5; i++) await org.signIn('boss', 'Wrong-1')
  await unlockAccount(db, SYSTEM, 'boss')
  await setTemporaryPassword(db, SYSTEM, 'boss', 'Second-2026')
  await removeSecondFactor(db, SYSTEM, 'boss')
  expect((await org.signIn('boss', 'Second-2026')).statusCode).toBe(200)
  await expect(unlockAccount(db, SYSTEM, 'nobody')).rejects.toMatchObject({ code: 'ORG_USER_NOT_FOUND' })
})

test('passwords that are made obey the rules', async () => {
  const { passwordFault } = await import('./domain/password.ts')
  for (let i = 0; i < 200; i++) expect(passwordFault(makePassword(), 'zhang')).toBeUndefined()
})

test('the demonstration roster renews itself, also after a month of standstill; sessions that ran out are closed', async () => {
  const fresh = await orgFixture()
  try {
    const id = await fresh.person('walker', 'collector', 'street', { demo: true })
    const unit = fresh.unitId('street')
    for (let d = 0; d < 4; d++) {
      await sql`insert into org.duty_shift (id, user_id, role, unit_id, starts_at, ends_at)
        values (gen_random_uuid(), ${id}, 'collector', ${unit}, ${new Date(Date.UTC(2026, 9, 1 + d, 6))}, ${new Date(Date.UTC(2026, 9, 1 + d, 14))})`.execute(
        fresh.db
      )
    }
    const run = (name: string, now: Date) =>
      jobs.find((j) => j.name === name)!.run({ db: fresh.db, now, settings: readSettings({}), log: () => undefined })
    const now = new Date('2026-11-10T10:00:00Z')
    await run('org.demoRoster', now)
    const shifts = async () =>
      (
        await sql<{
          starts_at: Date
        }>`select starts_at from org.duty_shift where starts_at > ${new Date('2026-11-09T12:00:00Z')} order by 1`.execute(
          fresh.db
        )
      ).rows
    const first = await shifts()
    expect(first.length).toBeGreaterThanOrEqual(8)
    expect(first[0]!.starts_at.toISOString()).toBe('2026-11-10T06:00:00.000Z')
    await run('org.demoRoster', now)
    expect(await shifts()).toHaveLength(first.length)
    await fresh.signIn('walker')
    await sql`update org.session set expires_at = ${now}`.execute(fresh.db)
    await run('org.sweep', new Date(now.getTime() + 1000))
    expect((await fresh.db.selectFrom('org.session').select('end_reason').execute()).map((s) => s.end_reason)).toEqual([
      'expired'
    ])
  } finally {
    await fresh.close()
  }
})
