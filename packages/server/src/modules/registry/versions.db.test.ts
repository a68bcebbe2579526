import type { DiffPage, ItemCard, ItemPage, ItemView, RejectPage, SamplePage, VersionPage } from '@chengyun/contract/registry'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_EAST, AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import { at, cover, covers, openBatch, through, coverCode as W } from './batch.testing.ts'

let t: TestApp
let admin: Client
beforeAll(async () => {
  t = await testApp()
  admin = await t.as('dataadmin')
})
afterAll(() => t.close())

const row = (code: string, model = 'DN700', dx = 0): string => cover(code, at(AT_WEST, dx), { model })
const census = (name: string, lines: readonly string[], type = { type: 'component', kind: 'census' }) => ({
  input: { ...type, name, scope: { districts: ['370202'] } },
  file: covers(lines, `${name}.csv`)
})
async function published(name: string, lines: readonly string[]): Promise<string> {
  const { input, file } = census(name, lines)
  const batch = await through(admin, (await openBatch(admin, input, file)).id, 'check')
  const done = await through(admin, batch.id, 'publish', { despite: true, note: '测试' })
  expect(done.state, JSON.stringify(done)).toBe('published')
  return batch.id
}

/** What a version says of its items, without what is of the row itself. */
const said = (items: readonly ItemView[]) =>
  items
    .map(({ version: _v, updatedAt: _u, createdAt: _c, removedAt: _r, id: _i, ...rest }) => rest)
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
const live = async () =>
  said((await admin.call<ItemPage>('GET', '/api/registry/items?type=component&within=370202&limit=200')).body.items)
async function version(id: string, query = ''): Promise<ItemView[]> {
  const out: ItemView[] = []
  for (let cursor = ''; ; ) {
    const { body, status } = await admin.call<VersionPage>(
      'GET',
      `/api/registry/batches/${id}/items?limit=2${query}${cursor && `&cursor=${cursor}`}`
    )
    expect(status, JSON.stringify(body)).toBe(200)
    out.push(...body.items)
    if (body.next === null) return out
    cursor = body.next
  }
}
const exported = async (id: string): Promise<string> => {
  const { body, status } = await admin.call<Buffer>('GET', `/api/registry/batches/${id}/items.csv`)
  expect(status).toBe(200)
  return Buffer.from(body).toString('utf8')
}
const diff = async (id: string, kind: string) =>
  (await admin.call<DiffPage>('GET', `/api/registry/batches/${id}/comparison?kind=${kind}`)).body.items
const edit = async (code: string, changes: object) => {
  const { body } = await admin.call<ItemCard>('GET', `/api/registry/items/component/${code}`)
  const answer = await admin.call('PATCH', `/api/registry/items/component/${code}`, { version: body.version, changes })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}

test('a published census can be opened as it was, whatever happened to its items since', async () => {
  await admin.call('POST', '/api/registry/items/component', { class: '01001', place: AT_EAST, note: '不在范围内' })
  const first = await published(
    '2025 年普查',
    [1, 2, 3, 4, 5].map((n) => row(W(n), 'DN700', n * 0.0004))
  )
  const then = await live()
  expect(then).toHaveLength(5)
  expect(said(await version(first))).toEqual(then)
  const file = await exported(first)
  const added = await diff(first, 'added')
  expect(added).toHaveLength(5)

  await edit(W(1), { attributes: { model: 'DN800' }, status: 'damaged' })
  await edit(W(1), { place: AT_EAST })
  await edit(W(2), { name: '新名' })
  await admin.call('POST', `/api/registry/items/component/${W(3)}/remove`, { version: 1, note: '已拆除' })
  await admin.call('POST', '/api/registry/items/component', { class: '01001', place: AT_WEST, note: '新装' })
  expect(await live()).not.toEqual(then)
  expect(said(await version(first))).toEqual(then)

  const middle = await live()
  const second = await published('2026 年普查', [
    row(W(2), 'DN900', 2 * 0.0004),
    row(W(4), 'DN700', 4 * 0.0004 + 0.0003),
    row(W(77), 'DN700', 0.004)
  ])
  const later = await live()
  const changed = await diff(second, 'changed')
  const removed = await diff(second, 'removed')
  expect(changed.map((c) => c.code)).toContain(W(2))
  expect(changed.find((c) => c.code === W(2))?.fields).toContainEqual({ field: 'model', before: 'DN700', after: 'DN900' })
  expect(removed.map((r) => r.code)).toContain(W(5))
  expect((await diff(second, 'moved')).map((m) => [m.code, m.before?.[0] !== m.after?.[0]])).toEqual([[W(4), true]])
  await edit(W(2), { attributes: { model: 'DN300' } })
  await edit(W(4), { place: [AT_WEST[0] + 0.01, AT_WEST[1]] })
  // What a census changed is told as it was, not as it is.
  expect(await diff(second, 'changed')).toEqual(changed)
  expect((await diff(second, 'moved'))[0]?.after?.[0]).toBeCloseTo(AT_WEST[0] + 4 * 0.0004 + 0.0003, 6)
  expect(await diff(second, 'removed')).toEqual(removed)

  expect(said(await version(second))).toEqual(later)
  expect(said(await version(first))).toEqual(then)
  expect(middle).not.toEqual(later)
  expect(await exported(first)).toBe(file)
  expect(await diff(first, 'added')).toEqual(added)
  expect((await version(first, `&q=${W(3)}`)).map((i) => i.code)).toEqual([W(3)])
  expect(await version(first, '&class=01010')).toEqual([])
  expect((await version(first, '&within=370202')).length).toBe(5)
  expect((await admin.call<RejectPage>('GET', `/api/registry/batches/${first}/rejects`)).body.items).toEqual([])
  expect((await admin.call<SamplePage>('GET', `/api/registry/batches/${first}/sample`)).body.items).toEqual([])
})

test('only what is published is a version, and only reviewers open it', async () => {
  const { input, file } = census('未发布', [row(W(90))])
  const open = await openBatch(admin, input, file)
  expect((await admin.call('GET', `/api/registry/batches/${open.id}/items`)).body).toMatchObject({ code: 'BATCH_STATE' })
  expect((await (await t.as('acceptor')).call('GET', `/api/registry/batches/${open.id}/items`)).status).toBe(403)
})
