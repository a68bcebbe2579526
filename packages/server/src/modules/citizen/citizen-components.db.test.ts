import type { CaseListView, CaseView } from '@chengyun/contract/cases'
import { type CitizenReceipt, PRIVACY_VERSION, type PublicComponent } from '@chengyun/contract/public'
import type { ItemCard } from '@chengyun/contract/registry'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'

let t: TestApp
let keeper: Client
let cover: ItemCard
beforeAll(async () => {
  t = await testApp()
  keeper = await t.as('dataadmin')
  const made = await keeper.call<ItemCard>('POST', '/api/registry/items/component', { class: '01010', place: AT_WEST })
  cover = made.body
}, 60_000)
afterAll(() => t.close())

const read = async (code: string) => {
  const answer = await t.app.http.inject({ url: `/api/public/components/${code}` })
  return { status: answer.statusCode, body: answer.json<PublicComponent & { code: string }>() }
}
const file = async (more: object): Promise<CaseView> => {
  const answer = await t.app.http.inject({
    method: 'POST',
    url: '/api/public/reports',
    payload: {
      draftId: `draft-${Math.random().toString(36).slice(2)}`,
      deviceId: 'device-of-plates-0001',
      location: AT_WEST,
      text: '井盖松动',
      evidenceIds: [],
      visibility: 'public',
      consent: PRIVACY_VERSION,
      ...more
    }
  })
  expect(answer.statusCode, answer.body).toBe(201)
  const acceptor = await t.as('acceptor')
  const { caseNo } = answer.json<CitizenReceipt>()
  const list = await acceptor.call<CaseListView>('GET', `/api/cases?q=${caseNo}`)
  return (await acceptor.call<CaseView>('GET', `/api/cases/${list.body.items[0]!.id}`)).body
}

test('a plate opens class, place and code of its component, and nothing else of the register', async () => {
  const { status, body } = await read(cover.code)
  expect(status).toBe(200)
  expect(Object.keys(body).sort()).toEqual(['className', 'classNameEn', 'classCode', 'code', 'location'].sort())
  expect(body).toMatchObject({ code: cover.code, classCode: '01010', location: AT_WEST })
  expect(await read('37020201010999999')).toMatchObject({ status: 404, body: { code: 'PUBLIC_COMPONENT_UNKNOWN' } })
  expect((await read('12')).status).toBe(400)
})

test('a report begun at a plate is a case of that component', async () => {
  const view = await file({ classCode: '01010', componentId: cover.code })
  expect(view).toMatchObject({ kind: 'component', classCode: '01010', componentId: cover.code })
})

test('of a component that is gone nothing is shown, and a report that names it is filed all the same', async () => {
  await keeper.call('POST', `/api/registry/items/component/${cover.code}/remove`, { version: cover.version })
  expect((await read(cover.code)).status).toBe(404)
  const view = await file({ classCode: '01010', componentId: cover.code, text: '井盖没了' })
  expect(view).toMatchObject({ kind: 'matter', componentId: null })
})
