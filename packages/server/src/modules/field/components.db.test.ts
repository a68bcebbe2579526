import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CaseView } from '@chengyun/contract/cases'
import type { FieldPackage, ProposalPage, ProposalView } from '@chengyun/contract/field'
import type { ItemCard, ItemHistory } from '@chengyun/contract/registry'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_EAST, AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import { operation, sendOperations, uploaded } from './field.testing.ts'

let t: TestApp
let folder: string
let collector: Client
let keeper: Client
let leader: Client
const codes: string[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-parts-'))
  t = await testApp({ CHENGYUN_DATA: folder })
  collector = await t.as('collector')
  keeper = await t.as('dataadmin')
  leader = await t.as('shiftleader')
  for (const place of [AT_WEST, [AT_WEST[0] + 0.00005, AT_WEST[1]], AT_EAST]) codes.push((await add({ place })).code)
}, 60_000)
afterAll(async () => {
  await t?.close()
  await rm(folder, { recursive: true, force: true })
})

async function add(facts: object): Promise<ItemCard> {
  const { status, body } = await keeper.call<ItemCard>('POST', '/api/registry/items/component', { class: '01010', ...facts })
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body
}
const pack = async (who: Client, have = ''): Promise<FieldPackage> =>
  (await who.call<FieldPackage>('GET', `/api/field/package${have}`)).body
const card = async (code: string): Promise<ItemCard> =>
  (await keeper.call<ItemCard>('GET', `/api/registry/items/component/${code}`)).body
let drawn = 7000
async function wanted(input: object): Promise<string> {
  drawn += 1
  const evidenceIds = [await uploaded(t, collector, drawn, 'reference')]
  const [answer] = await sendOperations(collector, [operation('proposal', { evidenceIds, ...input })])
  expect(answer).toMatchObject({ outcome: 'done' })
  return answer!.result!.proposalId as string
}
const decide = (id: string, decision: string, note?: string) =>
  leader.call<ProposalView>('POST', `/api/field/proposals/${id}/decision`, { decision, ...(note && { note }) })

test('the components of the duty grid come along, and are sent again only when one of them changed', async () => {
  const first = await pack(collector)
  const data = first.components.data!
  expect(data.rows.map((r) => r[0])).toEqual(codes.slice(0, 2))
  expect(data.total).toBe(2)
  expect(data.classes[data.rows[0]![1]]).toMatchObject({ code: '01010', current: '01010' })
  expect(data.states[data.rows[0]![2]]).toMatchObject({ key: 'intact', zh: '完好' })
  expect(data.texts[data.rows[0]![4]]).not.toContain('西区')
  expect(data.places.slice(0, 2)).toEqual(AT_WEST.map((d) => Math.round(d * 1e6)))
  const again = `?components=${first.components.version}`
  expect((await pack(collector, again)).components.data).toBeNull()
  const { version } = await card(codes[1]!)
  await keeper.call('PATCH', `/api/registry/items/component/${codes[1]}`, { version, changes: { status: 'damaged' } })
  const next = (await pack(collector, again)).components.data!
  expect(next.states[next.rows[1]![2]]!.key).toBe('damaged')
  // What changes elsewhere is nothing to this phone.
  const after = (await pack(collector)).components.version
  await add({ place: AT_EAST })
  expect((await pack(collector)).components.version).toBe(after)
})

test('an accepted correction changes the register, with its proposer as applicant', async () => {
  const moved: [number, number] = [AT_WEST[0] + 0.0002, AT_WEST[1]]
  const id = await wanted({ kind: 'moved', componentId: codes[0], location: moved, note: '移到路口北侧' })
  expect((await card(codes[0]!)).place).toEqual(AT_WEST)
  expect((await decide(id, 'accepted')).body).toMatchObject({ status: 'accepted', componentId: codes[0], classCode: '01010' })
  expect((await card(codes[0]!)).place).toEqual(moved)
  const history = (await keeper.call<ItemHistory>('GET', `/api/registry/items/component/${codes[0]}/history`)).body
  expect(history.whole).toBe(true)
  expect(history.items[0]).toMatchObject({ kind: 'move', source: 'request', note: '移到路口北侧' })

  const made = (await decide(await wanted({ kind: 'new', classCode: '01010', location: AT_WEST }), 'accepted')).body
  expect(made.componentId).toMatch(/^37020201010\d{6}$/)
  expect(codes).not.toContain(made.componentId)
  expect((await card(made.componentId as string)).place).toEqual(AT_WEST)

  const gone = await wanted({ kind: 'gone', componentId: codes[1] })
  expect((await decide(gone, 'accepted')).status).toBe(200)
  expect(await card(codes[1]!)).toMatchObject({ status: 'removed', removedAt: expect.any(String) })
  expect((await pack(collector)).components.data!.rows.map((r) => r[0])).not.toContain(codes[1])
  const mine = (await collector.call<ProposalPage>('GET', '/api/field/proposals/mine')).body.items
  expect(mine[0]).toMatchObject({ id: gone, status: 'accepted', decidedBy: expect.any(String) })
})

test('a declined correction leaves the register as it is, and its proposer reads why', async () => {
  const before = await card(codes[0]!)
  const id = await wanted({ kind: 'gone', componentId: codes[0] })
  await decide(id, 'declined', '照片是另一处')
  expect(await card(codes[0]!)).toMatchObject({ version: before.version, removedAt: null })
  const mine = (await collector.call<ProposalPage>('GET', '/api/field/proposals/mine')).body.items
  expect(mine[0]).toMatchObject({ id, status: 'declined', decisionNote: '照片是另一处' })
})

test('what the register cannot do is said, and the correction goes on waiting', async () => {
  const [unknown] = await sendOperations(collector, [operation('proposal', { kind: 'gone', componentId: '37020201010999999' })])
  expect(unknown).toMatchObject({ outcome: 'refused', error: { code: 'REGISTRY_COMPONENT_UNKNOWN' } })
  const removed = await wanted({ kind: 'moved', componentId: codes[1], location: AT_WEST })
  expect((await decide(removed, 'accepted')).body).toMatchObject({ code: 'REGISTRY_REMOVED' })
  const line = await add({
    class: '01010',
    geometry: { type: 'LineString', coordinates: [AT_WEST, [AT_WEST[0] + 0.0004, AT_WEST[1]]] }
  })
  const bent = await wanted({ kind: 'moved', componentId: line.code, location: AT_WEST })
  expect((await decide(bent, 'accepted')).body).toMatchObject({ code: 'FIELD_PROPOSAL_SHAPE' })
  const open = (await leader.call<ProposalPage>('GET', '/api/field/proposals?status=open')).body
  expect(open.items.map((p) => p.id)).toEqual(expect.arrayContaining([removed, bent]))
  expect((await decide(removed, 'declined', '已移除')).status).toBe(200)
})

test('a report with a code nobody knows is filed, and says so in its words', async () => {
  const evidenceIds = await Promise.all(['near', 'far'].map((phase, i) => uploaded(t, collector, 7500 + i, phase)))
  const input = { kind: 'component', classCode: '01010', description: '井盖松动', location: AT_WEST, evidenceIds }
  const [answer] = await sendOperations(collector, [operation('report', { ...input, componentId: '37020201010999999' })])
  expect(answer).toMatchObject({ outcome: 'done' })
  const { body } = await (await t.as('acceptor')).call<CaseView>('GET', `/api/cases/${answer!.result!.caseId}`)
  expect(body.componentId).toBeNull()
  expect(body.description).toMatch(/^井盖松动（标牌编码 37020201010999999/)
})
