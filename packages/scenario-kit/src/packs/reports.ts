import { Words } from '@chengyun/contract/common'
import { RoleKeySchema } from '@chengyun/contract/org'
import { BothNames } from '@chengyun/contract/registry'
import { type Static, Type } from 'typebox'
import type { Names, Say } from './names.ts'
import { BothTexts } from './text.ts'

const closed = { additionalProperties: false }
const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })
const RegisterId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })
const Streams = Type.Array(Key, { minItems: 1, maxItems: 12 })

/** What a sentence of a report may name. */
export const REPORT_WORDS = [
  'item',
  'code',
  'place',
  'from',
  'to',
  'alarms',
  'grave',
  'standing',
  'faults',
  'points',
  'items',
  'index',
  'class'
] as const

/** A chapter of a report. */
export const ReportSection = Type.Union([
  /** Sentences, with the words of {@link REPORT_WORDS} in braces. */
  Type.Object({ type: Type.Literal('text'), title: BothNames, text: BothTexts }, closed),
  /** Least, mean, greatest and last of streams of the subject. */
  Type.Object({ type: Type.Literal('figures'), title: BothNames, streams: Streams }, closed),
  /** The curve of a stream of the subject: means within the band of least and greatest, by the hour of a day or the day of a month. */
  Type.Object({ type: Type.Literal('trend'), title: BothNames, stream: Key }, closed),
  /** Things that name the subject by a relation, with the figures of their streams. */
  Type.Object({ type: Type.Literal('points'), title: BothNames, register: RegisterId, relation: Key, streams: Streams }, closed),
  /** Alarms raised within the time, of the subject and of the points of the report. */
  Type.Object({ type: Type.Literal('alarms'), title: BothNames }, closed),
  /** How an index of the subject went, its class and what was taken off. */
  Type.Object({ type: Type.Literal('index'), title: BothNames, index: Key }, closed),
  /** Of a unit or the city: its items, the worst first, with their alarms and their index. */
  Type.Object({ type: Type.Literal('items'), title: BothNames, index: Type.Optional(Key) }, closed)
])
export type ReportSection = Static<typeof ReportSection>

const Hour = Type.Integer({ minimum: 0, maximum: 23 })
const Tell = Type.Array(RoleKeySchema, { minItems: 1, maxItems: 8, uniqueItems: true })

/** A report on an item of a register, a unit's items or all of them, over a day or a month. */
export const ReportDeclaration = Type.Object(
  {
    key: Key,
    name: BothNames,
    /** The register whose items it is about. */
    subject: RegisterId,
    /** What one report is about: an item (when absent), all items a unit answers for, all of the city. */
    per: Type.Optional(Words(['item', 'unit', 'city'] as const)),
    period: Words(['day', 'month'] as const),
    /** When it is made by itself, by the wall clock of the city: after the day, or on a day of the month after. Absent: only when somebody asks for it. */
    due: Type.Optional(Type.Object({ day: Type.Optional(Type.Integer({ minimum: 1, maximum: 28 })), hour: Hour }, closed)),
    /** Roles whose people hear of it when all of a period are made. */
    tell: Type.Optional(Tell),
    sections: Type.Array(ReportSection, { minItems: 1, maxItems: 20 })
  },
  closed
)
export type ReportDeclaration = Static<typeof ReportDeclaration>

const Off = Type.Number({ minimum: 0, maximum: 100 })

/** A number from 0 to 100 that says how an item is: 100, less what its alarms and the nearness of its limits take off. Kept as readings of a stream. */
export const IndexDeclaration = Type.Object(
  {
    key: Key,
    name: BothNames,
    subject: RegisterId,
    /** The stream of the subject that keeps it. */
    stream: Key,
    /** At which hours of the city's wall clock it is computed. */
    hours: Type.Array(Hour, { minItems: 1, maxItems: 6, uniqueItems: true }),
    /** How many hours before that it looks at. */
    overH: Type.Integer({ minimum: 1, maximum: 168 }),
    /** Things that name the subject by a relation: their streams must have spoken, their alarms count. */
    points: Type.Object({ register: RegisterId, relation: Key, streams: Streams }, closed),
    /** Which share of those streams must have spoken: otherwise it says nothing. */
    heard: Type.Number({ minimum: 0, maximum: 1 }),
    /** What the gravest alarm of each thing takes off, by level. Failed sensors and false alarms take nothing. */
    deduct: Type.Object({ '1': Off, '2': Off, '3': Off, '4': Off }, closed),
    /** What it takes off when the point nearest to its limit (an attribute) reaches it; nothing up to the share `from` of the limit. */
    limit: Type.Optional(
      Type.Object({ attribute: Key, from: Type.Number({ minimum: 0, exclusiveMaximum: 1 }), deduct: Off }, closed)
    ),
    /** Classes from the best down; the last begins at 0. */
    classes: Type.Array(Type.Object({ from: Type.Number({ minimum: 0, maximum: 100 }), name: BothNames }, closed), {
      minItems: 2,
      maxItems: 6
    }),
    /** Roles whose people hear of an item that falls a class. */
    tell: Type.Optional(Tell)
  },
  closed
)
export type IndexDeclaration = Static<typeof IndexDeclaration>

/** `reports.json`. */
export const Reports = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    reports: Type.Array(ReportDeclaration, { maxItems: 20 }),
    indexes: Type.Optional(Type.Array(IndexDeclaration, { maxItems: 8 }))
  },
  closed
)
export type Reports = Static<typeof Reports>

const FILE = 'reports.json'

/** What reports name: registers, relations, streams that may be shown, indexes, words. */
export function checkReports(
  reports: readonly ReportDeclaration[],
  indexes: readonly IndexDeclaration[],
  names: Names,
  say: Say
): void {
  reports.forEach((report, i) => {
    const { subject, sections, due, period, per = 'item' } = report
    const at = `/reports/${i}`
    if (!names.registers.has(subject)) say(FILE, `${at}/subject`, `没有台账“${subject}”`, `there is no register "${subject}"`)
    if (due && (due.day !== undefined) !== (period === 'month'))
      say(FILE, `${at}/due`, '月报要写 day，日报不写', 'a report of a month says its day, one of a day does not')
    if (report.tell && !due)
      say(FILE, `${at}/tell`, '只有按时生成的报告才通知', 'only of reports that are made by themselves somebody is told')
    sections.forEach((section, j) => {
      const there = `${at}/sections/${j}`
      if ((section.type === 'items') !== (per !== 'item') && !['text', 'alarms'].includes(section.type))
        say(
          FILE,
          there,
          per === 'item' ? '单个对象的报告没有 items' : '单位和全市的报告只有 text、items、alarms',
          per === 'item'
            ? 'a report on one item has no "items"'
            : 'a report on a unit or the city has "text", "items" and "alarms"'
        )
      if (
        (section.type === 'index' || section.type === 'items') &&
        section.index !== undefined &&
        !indexes.some((x) => x.key === section.index && x.subject === subject)
      )
        say(FILE, there, `“${subject}”没有指数“${section.index}”`, `"${subject}" has no index "${section.index}"`)
      checkSection(section, subject, there, names, say)
    })
  })
  indexes.forEach((index, i) => {
    checkIndex(index, `/indexes/${i}`, names, say)
  })
}

function checkSection(section: ReportSection, subject: string, at: string, names: Names, say: Say): void {
  if (section.type === 'text')
    for (const [, word] of `${section.text.zh} ${section.text.en}`.matchAll(/\{(\w+)\}/g))
      if (!(REPORT_WORDS as readonly string[]).includes(word!))
        say(FILE, at, `文字里没有“{${word}}”可填`, `a sentence of a report has no "{${word}}"`)
  if (section.type === 'points') checkRelation(section, subject, at, names, say)
  const register = section.type === 'points' ? section.register : subject
  const streams = 'streams' in section ? section.streams : 'stream' in section ? [section.stream] : []
  checkStreams(register, streams, at, names, say)
}

function checkRelation(
  { register, relation }: { register: string; relation: string },
  subject: string,
  at: string,
  names: Names,
  say: Say
): void {
  const relations = names.registers.get(register)?.relations ?? []
  if (!relations.some((r) => r.key === relation && r.to === subject))
    say(
      FILE,
      at,
      `“${register}”没有指向“${subject}”的关系“${relation}”`,
      `"${register}" has no relation "${relation}" to "${subject}"`
    )
}

function checkStreams(register: string, keys: readonly string[], at: string, names: Names, say: Say): void {
  for (const key of keys) {
    const stream = names.streams.get(`${register}/${key}`)
    if (!stream) say(FILE, at, `没有感知流“${register}/${key}”`, `there is no stream "${register}/${key}"`)
    else if (stream.hidden)
      say(FILE, at, `感知流“${key}”是隐藏的，不能写进报告`, `the stream "${key}" is hidden: no report shows it`)
    else if (!['number', 'count', 'truth'].includes(stream.kind))
      say(FILE, at, `感知流“${key}”不是数值`, `the stream "${key}" is no number`)
  }
}

function checkIndex({ subject, stream, points, limit, classes }: IndexDeclaration, at: string, names: Names, say: Say): void {
  if (!names.registers.has(subject)) say(FILE, `${at}/subject`, `没有台账“${subject}”`, `there is no register "${subject}"`)
  checkStreams(subject, [stream], `${at}/stream`, names, say)
  checkRelation(points, subject, `${at}/points`, names, say)
  checkStreams(points.register, points.streams, `${at}/points`, names, say)
  const attribute = limit && names.registers.get(points.register)?.attributes.find((a) => a.key === limit.attribute)
  if (limit && attribute?.type !== 'number')
    say(
      FILE,
      `${at}/limit`,
      `“${points.register}”没有数值属性“${limit.attribute}”`,
      `"${points.register}" has no attribute "${limit.attribute}" that is a number`
    )
  if (classes.at(-1)?.from !== 0 || classes.some((c, i) => i > 0 && c.from >= classes[i - 1]!.from))
    say(FILE, `${at}/classes`, '等级要从高到低，最后一级从 0 起', 'classes go from the best down; the last begins at 0')
}
