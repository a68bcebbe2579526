import type { CaseView } from '@chengyun/contract/cases'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_EAST, AT_WEST, type TestApp, testApp } from '../../testing.ts'
import { type BoardKey, OpenBoard } from './board.ts'
import type { Reach } from './domain/reach.ts'
import { listLiveSums } from './queries/live.ts'

let t: TestApp
let board: OpenBoard
beforeAll(async () => {
  t = await testApp()
  // Begun before there is anything, so that all it knows later came by events.
  board = await new OpenBoard(t.database.db, t.app.hub).at(0)
}, 60_000)
afterAll(() => t?.close())

const CITY: Reach = { kind: 'city', districts: null, keys: null }
const sorted = (rows: readonly { key: string | null; counts: object }[]) =>
  [...rows].sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1))

/** The board and the definitions of the measures asked of the table, at the same instant. */
async function agree(of: OpenBoard, now: Date, reach: Reach = CITY): Promise<number> {
  await t.app.relay.settle()
  let open = 0
  for (const by of ['district', 'street', 'unit'] satisfies BoardKey[]) {
    const table = await listLiveSums(t.database.db, {
      by,
      measures: ['open', 'late'],
      reach,
      span: { from: '2000-01-01', to: '2100-01-01', fromAt: new Date(0), toAt: new Date(4e12) } as never,
      now,
      open: true
    })
    expect(sorted(of.sums(by, reach, now)), by).toEqual(sorted(table))
    open = table.reduce((n, r) => n + (r.counts.open ?? 0), 0)
  }
  return open
}

test('open and late cases in memory are those of the table, step by step, late or not, and after a fresh start', async () => {
  const acceptor = await t.as('acceptor')
  const later = (hours: number) => new Date(Date.now() + hours * 3_600_000)
  const cases: CaseView[] = []
  for (let i = 0; i < 8; i++) {
    const { body } = await acceptor.call<CaseView>('POST', '/api/cases', {
      kind: 'matter',
      classCode: '06010',
      description: `第${i}处暴露垃圾`,
      location: i % 3 === 0 ? AT_EAST : AT_WEST,
      sourceType: 'hotline'
    })
    cases.push(body)
  }
  expect(await agree(board, new Date())).toBe(8)
  for (const c of cases.slice(0, 5)) await acceptor.call('POST', `/api/cases/${c.id}/operations/accept`, { version: 1 })
  const { body } = await acceptor.call<{ code?: string }>('POST', `/api/cases/${cases[0]!.id}/operations/notRegister`, {
    version: 2,
    opinion: '不属于受理范围'
  })
  const open = await agree(board, new Date())
  expect(open, JSON.stringify(body)).toBeLessThanOrEqual(8)
  for (const hours of [1, 30, 400]) await agree(board, later(hours))
  const fresh = await new OpenBoard(t.database.db, t.app.hub).at(0)
  for (const hours of [0, 30, 400]) await agree(fresh, later(hours))
  await agree(board, later(30), { kind: 'district', districts: ['370202'], keys: null })
})
