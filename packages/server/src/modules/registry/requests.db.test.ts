import type {
  BulkPreview,
  BulkView,
  ItemCard,
  ItemHistory,
  ItemPage,
  PlateSheet,
  RequestPage,
  RequestView
} from '@chengyun/contract/registry'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_EAST, AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'

let t: TestApp
let admin: Client
beforeAll(async () => {
  t = await testApp({ CHENGYUN_PUBLIC_URL: 'https://city.example' })
  admin = await t.as('dataadmin')
})
afterAll(() => t.close())

const component = async (item: object = {}) =>
  (await admin.call<ItemCard>('POST', '/api/registry/items/component', { class: '01010', place: AT_WEST, ...item })).body
const card = async (code: string) => (await admin.call<ItemCard>('GET', `/api/registry/items/component/${code}`)).body

test('a change wanted by somebody waits, is decided once, and stands in the history with both names', async () => {
  const { code } = await component()
  const asking = await t.as('dispatcher')
  const want = (input: object) =>
    asking.call<RequestView & { code: string }>('POST', '/api/registry/requests', { type: 'component', ...input })
  expect((await want({ kind: 'modify', code, wanted: { status: 'gone' } })).body.code).toBe('REGISTRY_ITEM_INVALID')
  expect((await want({ kind: 'move', code: '37020201010999999', wanted: { place: AT_EAST } })).body.code).toBe(
    'REGISTRY_ITEM_NOT_FOUND'
  )
  const moved = (await want({ kind: 'move', code, wanted: { place: AT_EAST }, note: '路口改造' })).body
  expect(moved.state).toBe('waiting')
  expect((await card(code)).grid.district?.name).toBe('西区')

  expect((await asking.call('POST', `/api/registry/requests/${moved.id}/decide`, { accept: true })).status).toBe(403)
  const leader = await t.as('shiftleader')
  const list = (await leader.call<RequestPage>('GET', '/api/registry/requests?state=waiting')).body
  expect(list.items.map((r) => r.id)).toEqual([moved.id])
  const decide = () =>
    leader.call<RequestView & { code: string }>('POST', `/api/registry/requests/${moved.id}/decide`, {
      accept: true,
      reason: '属实'
    })
  expect((await decide()).body).toMatchObject({ state: 'applied', resultCode: code, reviewerName: expect.any(String) })
  expect((await decide()).body.code).toBe('REGISTRY_REQUEST_DECIDED')
  expect((await card(code)).grid.district?.name).toBe('东区')
  const history = (await admin.call<ItemHistory>('GET', `/api/registry/items/component/${code}/history`)).body
  expect(history).toMatchObject({
    whole: true,
    items: [{ kind: 'move', source: 'request', note: '路口改造', sourceRef: moved.id }, {}]
  })
  expect(history.items[0]?.actorName).not.toBe(history.items[0]?.reviewerName)

  const added = (await want({ kind: 'add', wanted: { class: '01020', place: AT_WEST } })).body
  const declined = await leader.call<RequestView>('POST', `/api/registry/requests/${added.id}/decide`, {
    accept: false,
    reason: '重复'
  })
  expect(declined.body).toMatchObject({ state: 'declined', reason: '重复', resultCode: null })
  const own = (await want({ kind: 'remove', code })).body
  expect(own.can).toEqual(['withdraw'])
  const seen = (await admin.call<RequestPage>('GET', '/api/registry/requests?state=waiting')).body.items
  expect(seen.find((r) => r.id === own.id)?.can).toEqual(['decide'])
  const withdrawn = (await asking.call<RequestView>('POST', `/api/registry/requests/${own.id}/withdraw`)).body
  expect(withdrawn).toMatchObject({ state: 'withdrawn', can: [] })
  // Who may not decide sees his own and nobody else's.
  expect((await asking.call<RequestPage>('GET', '/api/registry/requests')).body.items).toHaveLength(3)
  expect((await (await t.as('acceptor')).call<RequestPage>('GET', '/api/registry/requests')).body.items).toHaveLength(0)
})

const finished = async (id: string): Promise<BulkView> => {
  for (;;) {
    const { body } = await admin.call<BulkView>('GET', `/api/registry/bulk/${id}`)
    if (body.state !== 'publishing' && body.state !== 'undoing') return body
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('many items change at once: tried first, done in parts, taken back without undoing what others did since', async () => {
  const made = [] as string[]
  for (let i = 0; i < 8; i++)
    made.push((await component({ class: '04007', attributes: { model: i === 0 ? '1.8m' : '1.5m' } })).code)
  const input = {
    type: 'component',
    filter: { class: '04007' },
    changes: { attributes: { model: '1.8m', material: 'wood' } },
    note: '统一型号'
  }
  const preview = (await admin.call<BulkPreview>('POST', '/api/registry/bulk/preview', input)).body
  expect(preview).toMatchObject({ count: 8, unchanged: 0, faults: [] })
  expect(preview.sample[1]?.fields).toContainEqual({ field: 'model', before: '1.5m', after: '1.8m' })
  const faulty = (
    await admin.call<BulkPreview>('POST', '/api/registry/bulk/preview', {
      ...input,
      changes: { attributes: { material: 'gold' } }
    })
  ).body
  expect(faulty.faults).toHaveLength(8)

  const started = await admin.call<BulkView>('POST', '/api/registry/bulk', input)
  expect(started.status).toBe(202)
  expect(await finished(started.body.id)).toMatchObject({
    state: 'published',
    progress: { done: 8, total: 8 },
    skipped: 0,
    can: ['undo']
  })
  expect((await card(made[3]!)).attributes).toMatchObject({ model: '1.8m', material: 'wood' })

  await admin.call('PATCH', `/api/registry/items/component/${made[5]}`, { version: 2, changes: { status: 'damaged' } })
  expect((await admin.call('POST', `/api/registry/bulk/${started.body.id}/undo`)).status).toBe(202)
  expect(await finished(started.body.id)).toMatchObject({ state: 'undone', progress: { done: 8, total: 8 }, skipped: 1, can: [] })
  const undone = await card(made[3]!)
  expect(undone.attributes.model).toBe('1.5m')
  expect(undone.attributes.material).toBeUndefined()
  expect(undone.version).toBe(3)
  expect((await card(made[5]!)).attributes.material).toBe('wood')
  expect((await admin.call<{ code: string }>('POST', `/api/registry/bulk/${started.body.id}/undo`)).body.code).toBe(
    'REGISTRY_BULK_NOT_UNDOABLE'
  )
  const history = (await admin.call<ItemHistory>('GET', `/api/registry/items/component/${made[3]}/history`)).body
  expect(history.items.map((c) => c.source)).toEqual(['undo', 'bulk', 'person'])
  expect(history.whole).toBe(true)
})

test('plates carry the code, the unit and an address to report at', async () => {
  const page = (await admin.call<ItemPage>('GET', '/api/registry/items?type=component&class=04007')).body
  const code = page.items[0]!.code
  const { body } = await admin.call<PlateSheet>('GET', `/api/registry/plates?type=component&codes=${code}`)
  expect(body.items).toMatchObject([{ code, className: '街头座椅', qr: `https://city.example/citizen/?component=${code}` }])
  expect(
    (await admin.call<PlateSheet>('GET', '/api/registry/plates?type=component&within=370202&class=04')).body.items
  ).toHaveLength(8)
})
