// Reports that come by themselves: when they are due, made once, never changed, seen by who reaches the item; the index of a structure.
import { addDays, dayAt } from '@chengyun/contract/indicators'
import type { KeptReportPage, ReportKinds, ReportMade, ReportRun } from '@chengyun/contract/scenarios'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import yauzl from 'yauzl'
import { SYSTEM } from '../../platform/actor.ts'
import { type TestApp, testApp } from '../../testing.ts'
import { readSeries } from '../streams/index.ts'
import { forgetReports, keepReports, sha256 } from './commands/reports.ts'
import { hourOf } from './domain/report-due.ts'
import { SCENARIOS } from './folder.ts'
import { computeIndexes } from './index-making.ts'
import { makeWaiting, openDue } from './report-making.ts'
import { change, raiseAtPoint, setUpBridges } from './scenarios.testing.ts'

const ZONE = 'Asia/Shanghai'
const NOW = new Date()
const TODAY = dayAt(NOW.getTime(), ZONE)
const YESTERDAY = addDays(TODAY, -1)
const log = () => undefined
/** By then everything of yesterday is due. */
const EVENING = hourOf(TODAY, 23, ZONE)

let t: TestApp
beforeAll(async () => {
  t = await testApp()
  await setUpBridges(t.database.db, NOW)
}, 120_000)
afterAll(() => t.close())

const runs = async (key: string) =>
  (
    await sql<{ from: string; ended: boolean; n: number }>`select u.from_day::text as "from", u.ended_at is not null as ended,
        (select count(*)::int from scenarios.report r where r.run_id = u.id and r.state = 'ready') as n
      from scenarios.report_run u where u.report_key = ${key} and u.asked_by is null order by 1`.execute(t.database.db)
  ).rows
/** The running server makes reports at the same time: whoever is first. */
const settled = async (now: Date) => {
  await openDue(t.database.db, now)
  await expect
    .poll(
      async () => {
        await makeWaiting(t.database.db, now, log)
        const { rows } = await sql<{
          n: number
        }>`select count(*)::int as n from scenarios.report where state = 'waiting'`.execute(t.database.db)
        return rows[0]!.n
      },
      { timeout: 60_000, interval: 500 }
    )
    .toBe(0)
}

test('an index is computed for the days before, kept with its reasons, and said to the stream of the structure', async () => {
  const { db } = t.database
  await computeIndexes(db, NOW)
  const { rows } = await sql<{
    n: number
    instants: number
    least: number
  }>`select count(*)::int as n, count(distinct at)::int as instants,
      min(value) as least from scenarios.index_value where index_key = 'health' and value is not null`.execute(db)
  expect(rows[0]!.instants).toBeGreaterThanOrEqual(13)
  expect(rows[0]!.least).toBeGreaterThan(0)
  const { rows: one } = await sql<{ id: number; values: number[] }>`select s.id, array_agg(v.value order by v.at) as values
    from scenarios.index_value v join streams.thing h on h.item_id = v.item_id
    join streams.stream s on s.thing_id = h.id and s.key = 'health' where v.value is not null group by 1 order by count(*) desc limit 1`.execute(
    db
  )
  const { id, values } = one[0]!
  await expect
    .poll(async () => [...(await readSeries(db, id, NOW.getTime() - 9 * 86_400_000, NOW.getTime())).values], { timeout: 20_000 })
    .toEqual(values)
  const again = await sql<{ n: number }>`select count(*)::int as n from scenarios.index_value`.execute(db)
  await computeIndexes(db, NOW)
  expect((await sql<{ n: number }>`select count(*)::int as n from scenarios.index_value`.execute(db)).rows).toEqual(again.rows)
})

test('an index that falls a class is told of once, where the item lies', async () => {
  const { db } = t.database
  // All at once: the server's own job may come at any moment.
  await db.transaction().execute(async (tx) => {
    await sql`delete from scenarios.index_value where at = (select max(at) from scenarios.index_value)`.execute(tx)
    await raiseAtPoint(tx, { at: new Date(NOW.getTime() - 26 * 3_600_000), level: 2, worst: 1 })
    await sql`update scenarios.index_value set class = 0, value = 100 where class > 0`.execute(tx)
  })
  // The server may have been first: it tells the same.
  await computeIndexes(db, NOW)
  const told = async () =>
    (
      await sql<{
        kind: string
        link: string
        alarm: string | null
        people: number
        n: number
      }>`select kind, link, min(alarm_id::text) as alarm,
          count(distinct person_id)::int as people, count(*)::int as n from alarms.notice where kind = 'index' group by 1, 2`.execute(
        db
      )
    ).rows
  await expect.poll(told).toHaveLength(1)
  const [notice] = await told()
  expect(notice).toMatchObject({
    kind: 'index',
    alarm: null,
    link: expect.stringMatching(/^\/scenarios\/bridges\/reports\?q=ST/)
  })
  expect(notice!.n).toBe(notice!.people)
})

test('what is due is made once, by however many at once; a day that was missed is not made', async () => {
  await Promise.all([settled(EVENING), settled(EVENING)])
  const daily = await runs('daily')
  expect(daily.at(-1)).toMatchObject({ from: YESTERDAY, ended: true })
  expect(daily.at(-1)!.n).toBeGreaterThan(0)
  expect((await runs('monthly')).length).toBe(1)
  expect((await runs('city')).length).toBe(1)
  const before = daily.length
  const later = hourOf(addDays(TODAY, 9), 12, ZONE)
  await settled(later)
  const after = await runs('daily')
  expect(after.slice(before).map((r) => r.from)).toEqual([addDays(TODAY, 8)])
  // Months are made after all.
  await settled(hourOf(addDays(TODAY, 100), 12, ZONE))
  const months = (await runs('monthly')).map((r) => r.from)
  expect(months.length).toBeGreaterThanOrEqual(4)
  expect(new Set(months).size).toBe(months.length)
  expect((await runs('city')).find((r) => r.from === `${TODAY.slice(0, 7)}-01`)).toMatchObject({ n: 1, ended: true })
})

test('roles the pack names find it in their inbox, once', async () => {
  const { rows } = await sql<{
    link: string
    people: number
    n: number
  }>`select link, count(distinct person_id)::int as people, count(*)::int as n
    from alarms.notice where kind = 'report' group by 1`.execute(t.database.db)
  expect(rows.length).toBeGreaterThan(0)
  for (const r of rows) expect(r.n).toBe(r.people)
  const chief = await t.as('shiftleader')
  const inbox = await chief.call<{ items: { kind: string; alarmId: string | null; link: string | null }[] }>(
    'GET',
    '/api/alarms/notices'
  )
  expect(inbox.body.items.filter((n) => n.link?.startsWith('/scenarios/bridges/reports?report=monthly'))).not.toHaveLength(0)
})

test('a kept report says what it said when it was made, in both formats, byte for byte', async () => {
  const { db } = t.database
  const admin = await t.as('dataadmin')
  const list = await admin.call<KeptReportPage>('GET', `/api/scenarios/bridges/kept-reports?report=daily&day=${YESTERDAY}`)
  const kept = list.body.items.find((r) => r.state === 'ready')!
  expect(list.body.counts.ready).toBe(list.body.items.length)
  const fetch = async (format: string, lang = 'zh') =>
    t.app.http.inject({
      url: `/api/scenarios/kept-reports/${kept.id}/file?format=${format}&lang=${lang}`,
      headers: { cookie: admin.cookie }
    })
  const [pdf, twin] = await Promise.all([fetch('pdf'), fetch('pdf')])
  expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
  expect(sha256(pdf.rawPayload)).toBe(sha256(twin.rawPayload))
  const docx = await fetch('docx')
  const words = await textOf(docx.rawPayload)
  for (const word of [kept.name, '结构健康日报', '监测健康指数', '结构温度', 'Microsoft YaHei']) expect(words).toContain(word)
  expect(await textOf((await fetch('docx', 'en')).rawPayload)).toContain('Daily health report')
  // The readings go, or are corrected: the report stays.
  await sql`update streams.rollup_hour set max = 99999, last = 99999`.execute(db)
  expect(sha256((await fetch('docx')).rawPayload)).toBe(sha256(docx.rawPayload))
  expect((await fetch('pdf', 'en')).rawPayload.toString('latin1')).not.toContain('99999')
  await expect(sql`update scenarios.report set name = 'x' where id = ${kept.id}`.execute(db)).rejects.toThrow(/does not change/)
  const after = await admin.call<KeptReportPage>(
    'GET',
    `/api/scenarios/bridges/kept-reports?q=${encodeURIComponent(kept.code)}&day=${YESTERDAY}&report=daily`
  )
  const files = after.body.items[0]!.files
  expect(files.find((f) => f.format === 'docx' && f.language === 'zh')).toMatchObject({
    size: docx.rawPayload.length,
    hash: sha256(docx.rawPayload)
  })
  await expect
    .poll(async () => {
      const { rows } = await sql<{
        n: number
      }>`select count(*)::int as n from platform.audit where action = 'scenarios.reportFetched'`.execute(db)
      return rows[0]!.n
    })
    .toBeGreaterThanOrEqual(6)
})

test('seen by who reaches the item; not to be told from what there is not by others', async () => {
  const { db } = t.database
  const admin = await t.as('dataadmin')
  const all = (
    await admin.call<KeptReportPage>('GET', `/api/scenarios/bridges/kept-reports?report=daily&day=${YESTERDAY}&limit=200`)
  ).body
  const list = async (who: string, query: string) =>
    (await (await t.as(who)).call<KeptReportPage>('GET', `/api/scenarios/bridges/kept-reports?limit=200&${query}`)).body
  const [mine, others] = all.items
  expect((await list('dept', `report=daily&day=${YESTERDAY}`)).items).toEqual([])
  // Where the item is now decides, as everywhere.
  await sql`update registry.item set maintainer_id = (select unit_id from org.pub_post p join org.pub_user u on u.id = p.user_id
    where u.username = 'dept' limit 1) where type_id = 'structure' and code = ${mine!.code}`.execute(db)
  const seen = await list('dept', `report=daily&day=${YESTERDAY}`)
  expect(seen.items.map((r) => r.code)).toEqual([mine!.code])
  expect(seen.counts).toEqual({ waiting: 0, ready: 1, failed: 0 })
  const dept = await t.as('dept')
  const file = (id: string) =>
    t.app.http.inject({ url: `/api/scenarios/kept-reports/${id}/file?format=pdf`, headers: { cookie: dept.cookie } })
  expect((await file(mine!.id)).statusCode).toBe(200)
  expect((await file(others!.id)).json()).toMatchObject({ code: 'SCENARIOS_REPORT_NOT_FOUND' })
  // The whole city is for who reaches all of it.
  expect((await list('dept', 'report=city')).items).toEqual([])
  expect((await list('dataadmin', 'report=city')).items).not.toEqual([])
  expect((await (await t.as('collector')).call('GET', '/api/scenarios/bridges/kept-reports')).status).toBe(403)
  expect(
    (await admin.call('GET', '/api/scenarios/kept-reports/01990000-0000-7000-8000-000000000000/file?format=pdf')).status
  ).toBe(404)
})

test('made on demand of a period that is over, with progress and cancel', async () => {
  const { db } = t.database
  const admin = await t.as('dataadmin')
  const kinds = (await admin.call<ReportKinds>('GET', '/api/scenarios/bridges/reports')).body.items
  expect(kinds.find((k) => k.key === 'daily')).toMatchObject({ period: 'day', lastOver: YESTERDAY, nextDue: expect.any(String) })
  const make = (day: string) => admin.call<ReportMade>('POST', '/api/scenarios/bridges/reports/daily/make', { day })
  expect((await make(TODAY)).body).toMatchObject({ code: 'SCENARIOS_REPORT_NOT_OVER' })
  expect((await make(YESTERDAY)).body).toMatchObject({ code: 'SCENARIOS_REPORT_MADE' })
  const day = addDays(TODAY, -3)
  const made = await make(day)
  expect(made.status).toBe(202)
  expect(made.body.waiting).toBeGreaterThan(0)
  await settled(NOW)
  const found = (await admin.call<{ items: ReportRun[] }>('GET', '/api/scenarios/bridges/report-runs')).body.items
  const mine = found.find((r) => r.id === made.body.run)!
  expect(mine).toMatchObject({ waiting: 0, ready: made.body.waiting, canCancel: false })
  expect((await make(day)).body).toMatchObject({ code: 'SCENARIOS_REPORT_MADE' })
  // What waits can be stopped; what is made stays.
  const other = await make(addDays(TODAY, -4))
  const stopped = await admin.call('POST', `/api/scenarios/bridges/report-runs/${other.body.run}/cancel`)
  expect([204, 404]).toContain(stopped.status)
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from scenarios.report where run_id = ${other.body.run} and state = 'waiting'`.execute(db)
  expect(rows[0]!.n).toBe(0)
})

test('what cannot be made is tried again, then shown as failed; asked for again it is made', async () => {
  const { db } = t.database
  const admin = await t.as('dataadmin')
  const day = addDays(TODAY, -5)
  const { rows } = await sql<{
    id: string
    run: string
  }>`with u as (insert into scenarios.report_run (pack_id, report_key, from_day, to_day, asked_by, asked_at)
      values ('bridges', 'daily', ${day}, ${day}, gen_random_uuid(), now()) returning id)
    insert into scenarios.report (run_id, pack_id, report_key, per, subject, register, code, name, from_day, to_day, tries)
    select u.id, 'bridges', 'daily', 'item', i.id::text, 'structure', i.code, i.name, ${day}, ${day}, 2 from u, registry.item i
    where i.type_id = 'structure' order by i.code limit 1 returning id, run_id as run`.execute(db)
  const { id, run } = rows[0]!
  const tell = () => null
  await keepReports(db, SYSTEM, {
    pack: 'bridges',
    runs: [run],
    outcomes: [{ id, document: null, error: 'no room on the disk' }],
    tell
  })
  const failed = await admin.call<KeptReportPage>('GET', `/api/scenarios/bridges/kept-reports?report=daily&day=${day}`)
  const there = failed.body.items.find((r) => r.id === id)
  // The server may have made it first: then there is nothing to fail.
  if (there?.state === 'failed') {
    expect(there.error).toBe('no room on the disk')
    expect((await admin.call('GET', `/api/scenarios/kept-reports/${id}/file?format=pdf`)).body.code).toBe(
      'SCENARIOS_REPORT_WAITS'
    )
    await admin.call('POST', '/api/scenarios/bridges/reports/daily/make', { day })
    await settled(NOW)
  }
  const now = await admin.call<KeptReportPage>('GET', `/api/scenarios/bridges/kept-reports?report=daily&day=${day}`)
  expect(now.body.items.find((r) => r.id === id)).toMatchObject({ state: 'ready' })
})

test('old reports go when their time is over, and with the pack', async () => {
  const { db } = t.database
  const count = async () => (await sql<{ n: number }>`select count(*)::int as n from scenarios.report`.execute(db)).rows[0]!.n
  const before = await count()
  expect(
    await forgetReports(db, SYSTEM, {
      dailyBefore: new Date(`${YESTERDAY}T00:00:00Z`),
      monthlyBefore: new Date('2000-01-01T00:00:00Z')
    })
  ).toBeGreaterThan(0)
  expect(await count()).toBeLessThan(before)
  await change(db, SCENARIOS, 'bridges', 'uninstall', 'purge')
  expect(await count()).toBe(0)
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from alarms.notice where link like '/scenarios/bridges/%'`.execute(db)
  expect(rows[0]!.n).toBe(0)
})

/** The XML of a DOCX, every part of it. */
function textOf(docx: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(docx, { lazyEntries: true }, (error, zip) => {
      if (error || !zip) return reject(error)
      const parts: Buffer[] = []
      zip.on('entry', (entry: yauzl.Entry) => {
        if (!entry.fileName.endsWith('.xml')) return zip.readEntry()
        zip.openReadStream(entry, (failed, stream) => {
          if (failed || !stream) return reject(failed)
          stream.on('data', (d: Buffer) => parts.push(d)).on('end', () => zip.readEntry())
        })
      })
      zip.on('end', () => resolve(Buffer.concat(parts).toString('utf8')))
      zip.readEntry()
    })
  })
}
