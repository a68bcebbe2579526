// Reports of a pack: the pages on a structure of the demonstration say what its statistics say; who may have them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addDays, dayAt } from '@chengyun/contract/indicators'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../testing.ts'
import { spanOf } from './domain/report-due.ts'
import { activePack } from './queries/packs.ts'
import { gatherReport } from './report.ts'
import { raiseAtPoint, setUpBridges } from './scenarios.testing.ts'

const ZONE = 'Asia/Shanghai'
const NOW = new Date()
const YESTERDAY = addDays(dayAt(NOW.getTime(), ZONE), -1)

let t: TestApp
let subject: { id: string; code: string; name: string; address: string }
beforeAll(async () => {
  t = await testApp()
  const { db } = t.database
  await setUpBridges(db, NOW)
  const { rows } = await sql<typeof subject>`select i.id, i.code, i.name, i.address from registry.pub_item i
    where i.type_id = 'structure' and exists (select from registry.pub_relation r where r.other_id = i.id) order by code limit 1`.execute(
    db
  )
  subject = rows[0]!
  await raiseAtPoint(db, { at: spanOf('day', YESTERDAY, ZONE).from, level: 3, worst: 2, structure: subject.id })
}, 120_000)
afterAll(() => t.close())

const asked = async (key: string) => {
  const pack = await activePack(t.database.db, 'bridges')
  return { pack, report: pack.reports!.find((r) => r.key === key)!, subject, day: YESTERDAY, timeZone: ZONE }
}

test('a day and a month by the wall clock of the city', () => {
  expect(spanOf('day', '2026-07-12', ZONE)).toEqual({
    from: new Date('2026-07-11T16:00:00Z'),
    to: new Date('2026-07-12T16:00:00Z'),
    step: 'hour'
  })
  expect(spanOf('month', '2026-12-31', ZONE)).toEqual({
    from: new Date('2026-11-30T16:00:00Z'),
    to: new Date('2026-12-31T16:00:00Z'),
    step: 'day'
  })
})

test('the numbers are those of the hourly statistics', async () => {
  const { title, chapters } = (await gatherReport(t.database.db, await asked('daily'))).document
  expect(title).toEqual({ zh: `${subject.name} 结构健康日报`, en: `${subject.name} Daily health report` })
  const { from, to } = spanOf('day', YESTERDAY, ZONE)
  const { rows } = await sql<{
    min: number
    max: number
    mean: number
  }>`select min(r.min), max(r.max), sum(r.sum) / sum(r.count) as mean
    from streams.rollup_hour r join streams.stream s on s.id = r.stream_id join streams.thing h on h.id = s.thing_id
    where h.item_id = ${subject.id} and s.key = 'temperature' and r.at >= ${from} and r.at < ${to}`.execute(t.database.db)
  const figures = chapters.find((c) => c.type === 'figures')!
  expect(figures.rows[0]).toMatchObject({ name: { zh: '结构温度' }, unit: { zh: '℃' }, ...rows[0]! })
  expect(chapters.find((c) => c.type === 'trend')!.points).toHaveLength(24)
  const points = chapters.find((c) => c.type === 'points')!
  expect(points.rows.length).toBeGreaterThan(0)
  expect(chapters[0]).toMatchObject({ type: 'text', text: { zh: expect.stringContaining(`${subject.name}（${subject.code}）`) } })
  expect(chapters[0]).toMatchObject({
    text: { zh: expect.stringContaining('共报警 1 次，其中一、二级 1 次，传感器故障 0 次；目前尚未解除 1 次') }
  })
  expect(chapters.find((c) => c.type === 'alarms')!.rows).toMatchObject([
    { level: 2, raised: `${YESTERDAY} 00:00`, cleared: '–' }
  ])
})

test('is a PDF with Chinese in it, within reach and nowhere else', async () => {
  const admin = await t.as('dataadmin')
  const listed = await admin.call<{ items: { key: string }[] }>('GET', '/api/scenarios/bridges/reports')
  expect(listed.body.items.map((r) => r.key)).toEqual(['daily', 'monthly', 'unit', 'city'])
  for (const key of ['daily', 'monthly']) {
    const { headers, rawPayload } = await t.app.http.inject({
      url: `/api/scenarios/bridges/reports/${key}/${subject.code}?day=${YESTERDAY}`,
      headers: { cookie: admin.cookie }
    })
    expect(headers['content-type']).toBe('application/pdf')
    expect(rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
    const text = textOf(rawPayload)
    if (text === null) continue
    expect(text).toContain(subject.name)
    expect(text).toContain('结构温度')
  }
  const missing = await admin.call('GET', '/api/scenarios/bridges/reports/weekly/X')
  expect(missing.body.code).toBe('SCENARIOS_REPORT_NOT_FOUND')
  expect((await (await t.as('collector')).call('GET', '/api/scenarios/bridges/reports')).status).toBe(403)
  expect((await admin.call('GET', '/api/scenarios/gas/reports')).body.code).toBe('SCENARIOS_NOT_INSTALLED')
})

/** What a reader of PDF finds; null where there is none on this machine. */
function textOf(pdf: Buffer): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'report-'))
  try {
    writeFileSync(join(folder, 'r.pdf'), pdf)
    return execFileSync('pdftotext', [join(folder, 'r.pdf'), '-'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
