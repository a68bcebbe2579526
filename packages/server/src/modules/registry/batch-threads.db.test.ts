import type { BatchView, ItemPage, RejectPage } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'
import { COLUMNS, openBatch, through, coverCode as W } from './batch.testing.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
})
afterAll(() => t.close())

const ROWS = 64_000

/** Lines of every kind, more than one thread is given at a time: with quotes, blank, without a code, wrong. */
function lines(): { text: string; coded: number; wrong: number[] } {
  const out = [`${COLUMNS},备注`]
  const wrong: number[] = []
  let coded = 0
  for (let n = 1; n <= ROWS; n++) {
    const place = `${(AT_WEST[0] + (n % 250) * 0.00001).toFixed(7)},${(AT_WEST[1] + Math.floor(n / 250) * 0.00001).toFixed(7)}`
    const isWrong = n % 9000 === 0
    const isCoded = !isWrong && n % 1500 === 1
    if (isWrong) wrong.push(n)
    if (isCoded) coded += 1
    const note =
      n % 20_011 === 0 ? '"井盖, 破了\n""圆"" 的"' : '在路口以东约二十米处人行道上靠近绿化带的一侧，与相邻井盖间距约五米'
    out.push(`${isCoded ? '' : W(n)},供水井盖,${isWrong ? '完了' : '完好'},${place},20240501,实测,水务集团,DN${n},${note}`)
    if (n % 7000 === 0) out.push('')
  }
  return { text: `${out.join('\r\n')}\r\n`, coded, wrong }
}

test('a large file is taken by threads: every row once, numbered as in the file, codes given in its order', {
  timeout: 60_000
}, async () => {
  const who = await t.as('dataadmin')
  const { text, coded, wrong } = lines()
  expect(Buffer.byteLength(text)).toBeGreaterThan(9_000_000)
  const opened = await openBatch(who, { type: 'component', kind: 'import', name: '大' }, { name: 'large.csv', body: text })
  const mapping = { ...opened.files[0]!.mapping, defaults: { class: '01001' } }
  await who.call('PUT', `/api/registry/batches/${opened.id}/files/1`, { mapping })
  const checked = await through(who, opened.id, 'check')
  expect(checked).toMatchObject({
    error: null,
    totals: { read: ROWS, accepted: ROWS - wrong.length, rejected: wrong.length, coded }
  })
  const rejects = (await who.call<RejectPage>('GET', `/api/registry/batches/${opened.id}/rejects?limit=100`)).body
  expect(rejects.items.map((r) => [r.row, r.code, r.reasons.map((x) => x.rule)])).toEqual(wrong.map((n) => [n, W(n), ['state']]))
  const published = await through(who, opened.id, 'publish', { note: '试', despite: true })
  expect(published.state).toBe('published' satisfies BatchView['state'])
  const { rows } = await sql<{ code: string; model: string }>`select code, attributes->>'model' as model from registry.item
    where type_id = 'component' order by substr(attributes->>'model', 3)::int`.execute(t.database.db)
  const given = rows.filter((r) => Number(r.model.slice(2)) % 1500 === 1)
  expect(given).toHaveLength(coded)
  // In the order of the file, and none that came with it.
  expect(given.map((r) => r.code)).toEqual([...given.map((r) => r.code)].sort())
  expect(new Set(rows.map((r) => r.code)).size).toBe(ROWS - wrong.length)
  for (const { code, model } of rows) if (!given.some((g) => g.model === model)) expect(code).toBe(W(Number(model.slice(2))))
  const found = (await who.call<ItemPage>('GET', `/api/registry/items?type=component&q=${W(777)}`)).body
  expect(found.items.map((i) => i.code)).toEqual([W(777)])
})
