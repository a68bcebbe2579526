import type { PeerChange, PeerDefinition, PeerServices } from '@chengyun/contract/public'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { WEST } from '../../testing.ts'
import { City, PEER } from './peers.testing.ts'
import { type Fault, OddServer } from './peers-odd.testing.ts'
import { duePeers } from './queries/peers.ts'

let a: City
let odd: OddServer
let peer: string
let n = 0
beforeAll(async () => {
  a = await City.open()
})
afterAll(() => a.close())
beforeEach(async () => {
  await odd?.close()
  odd = await OddServer.start()
  n += 1
  peer = (await a.peer({ key: `demands-${n}`, baseUrl: odd.url, apiKey: 'old-key', area: WEST })).id
  await a.run(peer)
})
afterAll(() => odd.close())

async function send(serviceCode = 'litter'): Promise<string> {
  const { caseNo } = await a.report()
  const acceptor = await a.t.as('acceptor')
  const sent = await acceptor.call('POST', `/api/public/open311/cases/${caseNo}/peers`, { peerId: peer, serviceCode })
  expect(sent.status).toBe(200)
  return caseNo
}
const of = async (no: string) => (await a.requests(`peerId=${peer}&number=${no}`))[0]!
const faulty = (fault: Fault) => {
  odd.fault = () => fault
}
const url = (rest: string) => `/api/public/open311/peers/${peer}${rest}`

it('a key that is refused pauses the peer with its reason; nothing that waits is given up, and reading goes on', async () => {
  faulty('403')
  const nos = [await send(), await send(), await send()]
  odd.add()
  const cases = await a.count()
  expect(await a.run(peer)).toMatchObject({ sent: 0, failed: 1, filed: 1, error: expect.stringContaining('api_key') })
  expect(await a.count()).toBe(cases + 1)
  expect(odd.posted).toHaveLength(1)
  expect(await a.view(peer)).toMatchObject({
    paused: { reason: '对方不接受我方的 api_key（HTTP 403 api_key is not known here）' },
    counts: { waiting: 3, dead: 0 }
  })
  for (const no of nos) expect(await of(no)).toMatchObject({ state: 'waiting', attempts: 0, inDoubt: false })

  // It goes on being read in its turn, and what waits makes it no sooner due.
  await a.run(peer)
  expect(odd.posted).toHaveLength(1)
  expect((await duePeers(a.t.database.db, new Date(), 10)).map((p) => p.id)).not.toContain(peer)

  // By hand it is tried again, once.
  expect((await a.admin.call('POST', url('/run'))).body).toMatchObject({ sent: 0, failed: 1 })
  expect(odd.posted).toHaveLength(2)
  expect((await a.view(peer)).paused).not.toBeNull()

  faulty('ok')
  const { key: _, ...change } = { ...PEER, key: '', baseUrl: odd.url, area: WEST, apiKey: 'new-key' } satisfies PeerChange & {
    key: string
  }
  expect((await a.admin.call('PUT', url(''), change)).status).toBe(200)
  expect((await a.view(peer)).paused).toBeNull()
  expect(await a.run(peer)).toMatchObject({ sent: 3, failed: 0, error: null })
  expect(odd.posted.slice(2).map((form) => form.get('api_key'))).toEqual(['new-key', 'new-key', 'new-key'])
})

it('what a service demands is read from it, kept with the table of services, and sent along', async () => {
  const asked = await a.admin.call<PeerDefinition>('GET', url('/services/lamp/definition'))
  expect(asked.body.attributes).toEqual([
    {
      code: 'kind',
      description: 'What is wrong',
      required: true,
      values: [
        { key: 'out', name: 'Out' },
        { key: 'day', name: 'Burns by day' }
      ]
    },
    { code: 'pole', description: 'Number of the pole', required: true, values: [] }
  ])
  faulty('strict')
  const no = await send('lamp')
  await a.run(peer)
  expect(await of(no)).toMatchObject({ state: 'dead', error: expect.stringContaining('attribute[kind]') })

  const row = { serviceCode: 'lamp', class: null, push: [], auto: false, attributes: { kind: 'out', pole: '见描述' } }
  const table: PeerServices = { items: [row] }
  expect(await a.admin.call('PUT', url('/services'), table)).toMatchObject({
    status: 200,
    body: { items: expect.arrayContaining([expect.objectContaining({ ...row, metadata: true })]) }
  })
  await a.admin.call('POST', `/api/public/open311/peer-requests/${(await of(no)).id}/retry`, {})
  expect(await a.run(peer)).toMatchObject({ sent: 1 })
  const form = odd.posted.at(-1)!
  expect([form.get('attribute[kind]'), form.get('attribute[pole]'), form.get('attribute[external_id]')]).toEqual([
    'out',
    '见描述',
    no
  ])

  expect(await a.admin.call('GET', url('/services/none/definition'))).toMatchObject({
    status: 502,
    body: { code: 'PEER_NO_ANSWER' }
  })
})
