import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../testing.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.close())

const get = async (username: string) => (await app.as(username)).call('GET', '/api/demo')
const post = async (username: string, body: unknown) => (await app.as(username)).call('POST', '/api/demo', body)

describe('control of the demonstration', () => {
  it('is read by everybody who signed in, and by nobody else', async () => {
    expect((await get('handler')).body).toEqual({
      available: true,
      state: 'running',
      rate: null,
      timeZone: 'Asia/Shanghai',
      canControl: false
    })
    expect((await app.app.http.inject('/api/demo')).statusCode).toBe(401)
  })

  it('pauses, resumes and paces, each leaving the other alone, on the audit trail', async () => {
    expect((await post('leader', { state: 'paused' })).body).toMatchObject({ state: 'paused', rate: null, canControl: true })
    expect((await post('dataadmin', { rate: 45 })).body).toMatchObject({ state: 'paused', rate: 45 })
    expect((await post('shiftleader', { state: 'running' })).body).toMatchObject({ state: 'running', rate: 45 })
    expect((await get('collector')).body).toMatchObject({ state: 'running', rate: 45 })
    expect((await post('leader', { rate: null })).body).toMatchObject({ rate: null })
    await app.settle()
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from platform.audit where action = 'demo.control'`.execute(app.database.db)
    expect(rows[0]?.n).toBe(4)
  })

  it('refuses whoever may not, and what makes no sense', async () => {
    for (const username of ['collector', 'handler', 'dept', 'acceptor', 'auditadmin', 'securityadmin']) {
      expect(await post(username, { state: 'paused' })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    }
    for (const body of [{}, { state: 'asleep' }, { rate: 0 }, { rate: 361 }, { rate: '20' }, { state: 'paused', speed: 2 }]) {
      expect((await post('leader', body)).status).toBe(400)
    }
    expect((await get('leader')).body).toMatchObject({ state: 'running', rate: null })
  })

  it('is not there where nothing is simulated', async () => {
    await sql`update platform.setting set value = value || '{"demo": false}'::jsonb where key = 'city'`.execute(app.database.db)
    expect((await get('leader')).body).toMatchObject({ available: false, canControl: false })
    expect(await post('leader', { state: 'paused' })).toMatchObject({ status: 404 })
  })
})
