/** A report of a pack on one item: the figures it needs, and its pages. */
import { addDays, dayAt, startOfDay } from '@chengyun/contract/indicators'
import type { PackDocument, ReportDeclaration, ReportSection } from '@chengyun/scenario-kit/packs'
import type { Db } from '../../platform/db.ts'
import { pdfOf } from '../../platform/print/pdf.ts'
import { listRules } from '../alarms/index.ts'
import { type Chapter, filled, type Language, type ReportFigures, reportPages } from './domain/report.ts'
import {
  alarmsWithin,
  courseOf,
  figuresOf,
  pointsOf,
  type ReportPoint,
  type ReportSpan,
  type StreamFigures,
  shownStreams
} from './queries/reports.ts'

export interface ReportSubject extends ReportPoint {
  address: string
}
export interface ReportAsked {
  pack: PackDocument
  report: ReportDeclaration
  subject: ReportSubject
  /** A day within the time of the report. */
  day: string
  timeZone: string
  language: Language
}

/** The day, or the month of the day, by the wall clock of the city. */
export function spanOf(period: ReportDeclaration['period'], day: string, timeZone: string): ReportSpan {
  const first = period === 'day' ? day : `${day.slice(0, 7)}-01`
  const after = period === 'day' ? addDays(day, 1) : `${addDays(first, 31).slice(0, 7)}-01`
  return { from: startOfDay(first, timeZone), to: startOfDay(after, timeZone), step: period === 'day' ? 'hour' : 'day' }
}

/** The report as a PDF. */
export async function makeReport(db: Db, asked: ReportAsked): Promise<Buffer> {
  const { title, under, chapters } = await gatherReport(db, asked)
  const content = reportPages(title, under, chapters, asked.language)
  return pdfOf({ title, content, foot: `${asked.pack.scenario.name[asked.language]} · ${under}` })
}

/** Everything a report shows, before it is laid out. */
export async function gatherReport(db: Db, asked: ReportAsked): Promise<{ title: string; under: string; chapters: Chapter[] }> {
  const { report, subject, language, timeZone } = asked
  const span = spanOf(report.period, asked.day, timeZone)
  const last = dayAt(span.to.getTime() - 1, timeZone)
  const first = dayAt(span.from.getTime(), timeZone)
  const title = `${subject.name} ${report.name[language]}`
  const under = `${subject.code} · ${first === last ? first : `${first} – ${last}`}`
  return { title, under, chapters: await chaptersOf(db, asked, span, first, last) }
}

async function chaptersOf(db: Db, asked: ReportAsked, span: ReportSpan, first: string, last: string): Promise<Chapter[]> {
  const { pack, report, subject, language } = asked
  const points = new Map<ReportSection, ReportPoint[]>()
  for (const s of report.sections) if (s.type === 'points') points.set(s, await pointsOf(db, s.register, s.relation, subject.id))
  const things = new Map([subject, ...[...points.values()].flat()].map((p) => [p.id, p]))
  const { alarms, standing } = await alarmsWithin(db, pack.scenario.id, [...things.keys()], span)
  const rules = new Map((await listRules(db, { pack: pack.scenario.id })).map((r) => [r.id, r.declaration.name[language]]))
  const events = alarms.filter((a) => !a.sensorFault)
  const words = {
    item: subject.name,
    code: subject.code,
    place: subject.address,
    from: first,
    to: last,
    alarms: events.length,
    grave: events.filter((a) => a.level <= 2).length,
    faults: alarms.length - events.length,
    standing,
    points: things.size - 1
  }
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: asked.timeZone, dateStyle: 'short', timeStyle: 'short' })
  const chapters: Chapter[] = []
  for (const section of report.sections) {
    const title = section.title[language]
    if (section.type === 'text') chapters.push({ type: 'text', title, text: filled(section.text[language], words) })
    else if (section.type === 'trend') chapters.push(await trendOf(db, asked, section, span))
    else if (section.type === 'alarms') {
      const rows = alarms.map((a) => ({
        no: a.no,
        level: a.level,
        rule: rules.get(a.rule ?? '') ?? '–',
        thing: things.get(a.item)?.name ?? '',
        raised: clock.format(a.raisedAt),
        cleared: a.clearedAt ? clock.format(a.clearedAt) : '–'
      }))
      chapters.push({ type: 'alarms', title, rows })
    } else {
      const register = section.type === 'points' ? section.register : report.subject
      const on = section.type === 'points' ? points.get(section)! : [subject]
      const rows = await rowsOf(db, asked, register, on, section.streams, span)
      chapters.push({ type: section.type, title, rows })
    }
  }
  return chapters
}

async function trendOf(
  db: Db,
  asked: ReportAsked,
  section: Extract<ReportSection, { type: 'trend' }>,
  span: ReportSpan
): Promise<Chapter> {
  const [stream] = await shownStreams(db, [asked.subject.id], [section.stream])
  const course = stream ? await courseOf(db, stream.id, span) : []
  const { unit, decimals } = wordsOf(asked, asked.report.subject, section.stream)
  return {
    type: 'trend',
    title: section.title[asked.language],
    unit,
    decimals,
    from: span.from.getTime(),
    to: span.to.getTime(),
    points: course.map((p) => ({ ...p, at: p.at.getTime() }))
  }
}

/** Rows by thing and then by stream as the report names them; who says nothing has no row. */
async function rowsOf(
  db: Db,
  asked: ReportAsked,
  register: string,
  things: readonly ReportPoint[],
  keys: readonly string[],
  span: ReportSpan
): Promise<(ReportFigures & { point: string })[]> {
  const streams = await shownStreams(
    db,
    things.map((t) => t.id),
    keys
  )
  const figures = await figuresOf(
    db,
    streams.map((s) => s.id),
    span
  )
  const of = (thing: ReportPoint, key: string): StreamFigures | undefined =>
    figures.get(streams.find((s) => s.item === thing.id && s.key === key)?.id ?? -1)
  return things.flatMap((thing) =>
    keys.flatMap((key) => {
      const found = of(thing, key)
      return found ? [{ ...found, ...wordsOf(asked, register, key), point: `${thing.name} ${thing.code}` }] : []
    })
  )
}

function wordsOf({ pack, language }: ReportAsked, register: string, key: string) {
  const stream = pack.things.things.find((t) => t.register === register)?.streams.find((s) => s.key === key)
  const symbol = stream?.unit.symbol ?? ''
  // The font has no Greek: a unit written with it is called by its name.
  const unit = /[\u0370-\u03ff]/.test(symbol) ? stream!.unit.name[language] : symbol
  return { name: stream?.name[language] ?? key, unit, decimals: stream?.decimals ?? 2 }
}
