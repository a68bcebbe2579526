/** What a report of a pack says of one item: the figures are gathered once and kept. */
import { dayAt } from '@chengyun/contract/indicators'
import type { PackDocument, ReportDeclaration, ReportSection } from '@chengyun/scenario-kit/packs'
import type { Db } from '../../platform/db.ts'
import { docxOf } from '../../platform/print/docx.ts'
import { pdfOfDocument } from '../../platform/print/pages.ts'
import { listRules } from '../alarms/index.ts'
import { whyOf } from './domain/health.ts'
import {
  type AlarmLine,
  type Chapter,
  filled,
  type Language,
  type ReportDocument,
  type ReportFigures,
  type Said
} from './domain/report.ts'
import { type ReportSpan, spanOf } from './domain/report-due.ts'
import {
  alarmsWithin,
  courseOf,
  figuresOf,
  type IndexRow,
  indexRows,
  pointsOf,
  type ReportAlarm,
  type ReportPoint,
  type StreamFigures,
  shownStreams
} from './queries/reports.ts'
import { printed } from './report-layout.ts'

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
}
/** A document, whether there was anything to say (a reading, an alarm, an index), and the things it was looked for at. */
export interface Gathered {
  document: ReportDocument
  isEmpty: boolean
  things: string[]
}

const ALARMS_LISTED = 200

/** A kept report as a file. */
export const fileOf = (document: ReportDocument, format: 'pdf' | 'docx', language: Language): Promise<Buffer> =>
  (format === 'pdf' ? pdfOfDocument : docxOf)(printed(document, language))

const clockOf = (timeZone: string) => {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  return (at: Date) => clock.format(at)
}

/** Title and days of a report. */
export function headOf(
  pack: PackDocument,
  report: ReportDeclaration,
  subject: { name: Said; code: string },
  days: { first: string; last: string }
) {
  const { first, last } = days
  const when = first === last ? first : `${first} – ${last}`
  return {
    form: 1 as const,
    pack: pack.scenario.name,
    title: { zh: `${subject.name.zh} ${report.name.zh}`, en: `${subject.name.en} ${report.name.en}` },
    under: subject.code === '' ? when : `${subject.code} · ${when}`
  }
}

/** Alarms as a report lists them, so many at most. */
export async function alarmChapter(
  db: Db,
  pack: string,
  title: Said,
  alarms: readonly ReportAlarm[],
  names: ReadonlyMap<string, string>,
  timeZone: string
): Promise<Chapter> {
  const rules = new Map((await listRules(db, { pack })).map((r) => [r.id, r.declaration.name]))
  const clock = clockOf(timeZone)
  const rows = alarms.slice(0, ALARMS_LISTED).map(
    (a): AlarmLine => ({
      no: a.no,
      level: a.level,
      rule: rules.get(a.rule ?? '') ?? { zh: '–', en: '–' },
      thing: names.get(a.item) ?? '',
      raised: clock(a.raisedAt),
      cleared: a.clearedAt ? clock(a.clearedAt) : '–'
    })
  )
  return { type: 'alarms', title, rows, more: alarms.length - rows.length }
}

/** Everything a report on an item shows. */
export async function gatherReport(db: Db, asked: ReportAsked): Promise<Gathered> {
  const { pack, report, subject, timeZone } = asked
  const span = spanOf(report.period, asked.day, timeZone)
  const days = { first: dayAt(span.from.getTime(), timeZone), last: dayAt(span.to.getTime() - 1, timeZone) }
  const { chapters, things } = await chaptersOf(db, asked, span, days)
  const said = (c: Chapter) => c.type !== 'text' && (c.type === 'trend' ? c.points.length > 0 : c.rows.length > 0)
  return {
    document: { ...headOf(pack, report, { name: { zh: subject.name, en: subject.name }, code: subject.code }, days), chapters },
    isEmpty: !chapters.some(said),
    things
  }
}

async function chaptersOf(
  db: Db,
  asked: ReportAsked,
  span: ReportSpan,
  days: { first: string; last: string }
): Promise<{ chapters: Chapter[]; things: string[] }> {
  const { pack, report, subject, timeZone } = asked
  const id = pack.scenario.id
  const points = new Map<ReportSection, ReportPoint[]>()
  for (const s of report.sections) if (s.type === 'points') points.set(s, await pointsOf(db, s.register, s.relation, subject.id))
  const things = new Map([subject, ...[...points.values()].flat()].map((p) => [p.id, p]))
  const { alarms, standing } = await alarmsWithin(db, id, [...things.keys()], span)
  const index = pack.indexes?.find((x) => x.subject === report.subject)
  const latest = index
    ? (await indexRows(db, { pack: id, key: index.key }, [subject.id], span)).findLast((r) => r.value !== null)
    : undefined
  const words = wordsOf({
    ...counted(alarms),
    item: subject.name,
    code: subject.code,
    place: subject.address,
    from: days.first,
    to: days.last,
    standing,
    points: things.size - 1,
    items: 1,
    index: latest?.value?.toFixed(1) ?? '–',
    class: index && latest ? (index.classes[latest.class!]?.name ?? '–') : '–'
  })
  const chapters: Chapter[] = []
  for (const section of report.sections) {
    const { title } = section
    if (section.type === 'text') chapters.push(sentence(title, section.text, words))
    else if (section.type === 'trend') chapters.push(await trendOf(db, asked, section, span))
    else if (section.type === 'index') chapters.push(await indexOfItem(db, asked, section, span))
    else if (section.type === 'alarms') {
      const names = new Map([...things.values()].map((t) => [t.id, t.name]))
      chapters.push(await alarmChapter(db, id, title, alarms, names, timeZone))
    } else if (section.type !== 'items') {
      const register = section.type === 'points' ? section.register : report.subject
      const on = section.type === 'points' ? points.get(section)! : [subject]
      const rows = await rowsOf(db, asked, register, on, section.streams, span)
      chapters.push({ type: section.type, title, rows })
    }
  }
  return { chapters, things: [...things.keys()] }
}

/** Alarms by what a sentence says of them. */
export function counted(alarms: readonly ReportAlarm[]) {
  const events = alarms.filter((a) => !a.sensorFault)
  return { alarms: events.length, grave: events.filter((a) => a.level <= 2).length, faults: alarms.length - events.length }
}

/** Words for sentences, in each language. */
export function wordsOf(
  words: Readonly<Record<string, string | number | Said>>
): Record<Language, Record<string, string | number>> {
  const of = (language: Language) =>
    Object.fromEntries(Object.entries(words).map(([k, v]) => [k, typeof v === 'object' ? v[language] : v]))
  return { zh: of('zh'), en: of('en') }
}
export const sentence = (title: Said, text: Said, words: ReturnType<typeof wordsOf>): Chapter => ({
  type: 'text',
  title,
  text: { zh: filled(text.zh, words.zh), en: filled(text.en, words.en) }
})

async function trendOf(
  db: Db,
  asked: ReportAsked,
  section: Extract<ReportSection, { type: 'trend' }>,
  span: ReportSpan
): Promise<Chapter> {
  const [stream] = await shownStreams(db, [asked.subject.id], [section.stream])
  const course = stream ? await courseOf(db, stream.id, span) : []
  const { unit, decimals } = streamWords(asked.pack, asked.report.subject, section.stream)
  return {
    type: 'trend',
    title: section.title,
    unit,
    decimals,
    from: span.from.getTime(),
    to: span.to.getTime(),
    points: course.map((p) => ({ ...p, at: p.at.getTime() }))
  }
}

async function indexOfItem(
  db: Db,
  { pack, subject, timeZone }: ReportAsked,
  section: Extract<ReportSection, { type: 'index' }>,
  span: ReportSpan
): Promise<Chapter> {
  const index = pack.indexes?.find((x) => x.key === section.index)
  const found = index ? await indexRows(db, { pack: pack.scenario.id, key: index.key }, [subject.id], span) : []
  const known = found.filter((r): r is IndexRow & { value: number; class: number } => r.value !== null && r.class !== null)
  const clock = clockOf(timeZone)
  return {
    type: 'index',
    title: section.title,
    from: span.from.getTime(),
    to: span.to.getTime(),
    points: known.map(({ at, value }) => ({ at: at.getTime(), min: value, mean: value, max: value })),
    rows: known.map((r) => ({
      at: clock(r.at),
      value: r.value,
      class: index!.classes[r.class]?.name ?? { zh: '–', en: '–' },
      why: whyOf(r.parts)
    }))
  }
}

/** Rows by thing and then by stream as the report names them; who says nothing has no row. */
async function rowsOf(
  db: Db,
  { pack }: ReportAsked,
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
      return found ? [{ ...found, ...streamWords(pack, register, key), point: `${thing.name} ${thing.code}` }] : []
    })
  )
}

function streamWords(pack: PackDocument, register: string, key: string): { name: Said; unit: Said; decimals: number } {
  const stream = pack.things.things.find((t) => t.register === register)?.streams.find((s) => s.key === key)
  const symbol = stream?.unit.symbol ?? ''
  // The font has no Greek: a unit written with it is called by its name.
  const unit = /[\u0370-\u03ff]/.test(symbol) ? stream!.unit.name : { zh: symbol, en: symbol }
  return { name: stream?.name ?? { zh: key, en: key }, unit, decimals: stream?.decimals ?? 2 }
}
