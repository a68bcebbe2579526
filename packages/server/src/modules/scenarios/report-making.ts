/** Making what is due and what was asked for. */
import type { PackDocument, ReportDeclaration } from '@chengyun/scenario-kit/packs'
import { SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { findItemById } from '../registry/index.ts'
import { keepReports, type Outcome, openRun } from './commands/reports.ts'
import { daysOf, duePeriods, spanOf } from './domain/report-due.ts'
import { cityOf } from './queries/city.ts'
import { declaredReports, hasSpoken, lastDue, listWaiting, unitFor, type WaitingRow } from './queries/kept-reports.ts'
import { findPack } from './queries/packs.ts'
import { type Gathered, gatherReport } from './report.ts'
import { gatherWide } from './report-wide.ts'

/** So many are made and kept at a time: what a kill loses. */
const PIECE = 10

export const ZONE = 'Asia/Shanghai'
export const zoneOf = async (db: Db): Promise<string> => (await cityOf(db))?.timeZone ?? ZONE

/** Notes which reports are due; answers how many runs were begun. */
export async function openDue(db: Db, now: Date): Promise<number> {
  const packs = (await declaredReports(db)).filter((p) => (p.reports as ReportDeclaration[]).some((r) => r.due))
  if (packs.length === 0) return 0
  const [timeZone, last] = await Promise.all([zoneOf(db), lastDue(db)])
  let begun = 0
  for (const { id, reports } of packs)
    for (const report of reports as ReportDeclaration[]) {
      if (!report.due) continue
      const { period, due } = report
      for (const day of duePeriods({ period, due, last: last.get(`${id}/${report.key}`) ?? null, timeZone }, now.getTime())) {
        const asked = { pack: id, report, days: daysOf(period, day), reach: null }
        if (await openRun(db, SYSTEM, asked, now)) begun++
      }
    }
  return begun
}

/** Makes what waits, until nothing does. Answers how many were made. A report that fails is tried again at the next call. */
export async function makeWaiting(db: Db, now: Date, log: (message: string, data: object) => void): Promise<number> {
  const timeZone = await zoneOf(db)
  const packs = new Map<string, PackDocument | undefined>()
  const failed = new Set<string>()
  let made = 0
  for (;;) {
    const waiting = (await listWaiting(db, PIECE + failed.size)).filter((w) => !failed.has(w.id))
    const pack = waiting[0]?.pack
    if (pack === undefined) return made
    const rows = waiting.filter((w) => w.pack === pack).slice(0, PIECE)
    if (!packs.has(pack)) packs.set(pack, (await findPack(db, pack))?.document)
    const outcomes: Outcome[] = []
    for (const row of rows) {
      try {
        outcomes.push(await outcomeOf(db, packs.get(pack), row, timeZone))
      } catch (error) {
        failed.add(row.id)
        outcomes.push({ id: row.id, document: null, error: (error as Error).message })
        log('report not made', { pack, report: row.report, subject: row.subject, err: error })
      }
    }
    await keepReports(
      db,
      SYSTEM,
      { pack, runs: [...new Set(rows.map((r) => r.runId))], outcomes, tell: tellOf(packs.get(pack)) },
      now
    )
    made += outcomes.filter((o) => o.document !== null).length
  }
}

async function outcomeOf(db: Db, pack: PackDocument | undefined, row: WaitingRow, timeZone: string): Promise<Outcome> {
  const report = pack?.reports?.find((r) => r.key === row.report)
  const gathered = pack && report ? await gather(db, pack, report, row, timeZone) : null
  // Its item, its unit or its declaration went in the meantime.
  const gone = { id: row.id, document: null, error: null }
  if (!pack || !report || !gathered) return gone
  const { document, isEmpty, things } = gathered
  // Of a time before anything was observed there is nothing to say; of silence since then there is.
  if (isEmpty && !(await hasSpoken(db, things, spanOf(report.period, row.from, timeZone).to))) return gone
  return { id: row.id, document, version: pack.scenario.version }
}

async function gather(
  db: Db,
  pack: PackDocument,
  report: ReportDeclaration,
  { per, subject: id, from: day }: WaitingRow,
  timeZone: string
): Promise<Gathered | null> {
  if (per === 'city') return gatherWide(db, { pack, report, unit: null, day, timeZone })
  if (per === 'unit') {
    const unit = await unitFor(db, id)
    return unit ? gatherWide(db, { pack, report, unit, day, timeZone }) : null
  }
  const subject = await findItemById(db, id)
  return subject ? gatherReport(db, { pack, report, subject, day, timeZone }) : null
}

/** What is said when all reports of a period are made. */
const tellOf = (pack: PackDocument | undefined) => (key: string, from: string, to: string) => {
  const report = pack?.reports?.find((r) => r.key === key)
  if (!pack || !report?.tell) return null
  const when = report.period === 'day' ? to : from.slice(0, 7)
  const { name } = pack.scenario
  return {
    roles: report.tell,
    text: { zh: `${name.zh}${report.name.zh}已生成：${when}`, en: `${name.en}: ${report.name.en} of ${when} is ready` },
    link: `/scenarios/${pack.scenario.id}/reports?report=${key}&day=${from}`
  }
}
