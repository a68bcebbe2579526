import type { CaseView } from '@chengyun/contract/cases'
import { type CitizenCase, type CitizenReceipt, PRIVACY_VERSION } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'
import { forgetEnded, hashOf } from './commands/citizen-people.ts'
import { CITIZEN } from './policy.ts'

const PHONE = '13900000017'
let t: TestApp
beforeAll(async () => {
  t = await testApp()
}, 60_000)
afterAll(() => t?.close())

const ask = async <T>(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object, token?: string): Promise<T> => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const answer = await t.app.http.inject({ method, url, headers, ...(body && { payload: body }) })
  expect(answer.statusCode, answer.body).toBeLessThan(300)
  return answer.statusCode === 204 ? (undefined as T) : answer.json<T>()
}

/** Signs in as somebody whose code is known: the demonstration city only writes codes to its log. */
async function signIn(): Promise<string> {
  const deviceId = 'device-of-who-leaves'
  await ask('POST', '/api/public/codes', { phone: PHONE, deviceId })
  const { rows } = await sql<{ phone_hmac: string }>`select phone_hmac from citizen.one_time_code`.execute(t.database.db)
  const { phone_hmac } = rows[0]!
  await sql`update citizen.one_time_code set code_hash = ${hashOf(`${phone_hmac}:246810`)}`.execute(t.database.db)
  const session = { phone: PHONE, code: '246810', deviceId, consent: PRIVACY_VERSION }
  return (await ask<{ token: string }>('POST', '/api/public/sessions', session)).token
}
const file = (draftId: string, token: string) =>
  ask<CitizenReceipt>(
    'POST',
    '/api/public/reports',
    {
      draftId,
      deviceId: 'device-of-who-leaves',
      location: AT_WEST,
      text: '路口垃圾成堆',
      evidenceIds: [],
      visibility: 'public',
      consent: PRIVACY_VERSION
    },
    token
  )
const view = async (no: string): Promise<CaseView> =>
  (await (await t.as('acceptor')).call<CaseView>('GET', `/api/cases/${no}`)).body
const cancel = async (no: string): Promise<void> => {
  const c = await view(no)
  const input = { version: c.version, opinion: '现场没有发现' }
  expect((await (await t.as('acceptor')).call('POST', `/api/cases/${c.id}/operations/cancel`, input)).status).toBe(200)
}
const stored = async (id: string) =>
  (
    await sql<{ name_enc: unknown; phone_enc: unknown; phone_hmac: unknown }>`select name_enc, phone_enc, phone_hmac
      from cases.contact where case_id = ${id}`.execute(t.database.db)
  ).rows[0]
const NOTHING = { name_enc: null, phone_enc: null, phone_hmac: null }

test('whoever deletes the account is forgotten in ended cases at once and in open ones when they end, with the history saying so', async () => {
  const token = await signIn()
  const [ended, open] = [await file('draft-that-ended', token), await file('draft-that-is-open', token)]
  await cancel(ended.caseNo)
  expect((await view(ended.caseNo)).reporter).toMatchObject({ phone: '139****0017' })

  await ask('DELETE', '/api/public/account', undefined, token)
  const gone = await view(ended.caseNo)
  expect(gone.reporter).toEqual({ name: null, phone: null, masked: true, forgottenAt: expect.any(String) })
  expect(await stored(gone.id)).toEqual(NOTHING)
  // The one under way still needs a number to ask back by.
  const kept = await view(open.caseNo)
  expect(kept.reporter).toEqual({ name: null, phone: '139****0017', masked: true })
  expect(await forgetEnded(t.database.db, CITIZEN, null)).toBe(0)

  await cancel(open.caseNo)
  expect(await forgetEnded(t.database.db, CITIZEN, null)).toBe(1)
  expect(await forgetEnded(t.database.db, CITIZEN, null)).toBe(0)
  expect((await view(open.caseNo)).reporter).toMatchObject({ phone: null, forgottenAt: expect.any(String) })
  expect(await stored(kept.id)).toEqual(NOTHING)

  await t.settle()
  const { rows } = await sql<{ object_id: string; reason: string }>`select object_id, reason from platform.audit
    where action = 'cases.contact.forget'`.execute(t.database.db)
  expect(rows.map((r) => r.object_id).sort()).toEqual([gone.id, kept.id].sort())
  expect(rows[0]!.reason).toBe('本人撤回同意')
})

test('a class nobody chose is told to the public without the mark of the code table', async () => {
  const { items } = await ask<{ items: { className: string }[] }>(
    'GET',
    `/api/public/similar?lng=${AT_WEST[0]}&lat=${AT_WEST[1]}`
  )
  expect(items).toEqual([])
  const receipt = await file('draft-without-class', await signIn())
  const near = await ask<{ items: { caseNo: string; className: string }[] }>(
    'GET',
    `/api/public/similar?lng=${AT_WEST[0]}&lat=${AT_WEST[1]}`
  )
  expect(near.items).toMatchObject([{ caseNo: receipt.caseNo, className: '其他事项' }])
  const page = await ask<CitizenCase>('GET', `/api/public/reports/${receipt.caseNo}`)
  expect(page.className).toBeNull()
})
