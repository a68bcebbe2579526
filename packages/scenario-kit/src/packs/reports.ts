import { Words } from '@chengyun/contract/common'
import { BothNames } from '@chengyun/contract/registry'
import { type Static, Type } from 'typebox'
import type { Names, Say } from './names.ts'
import { BothTexts } from './text.ts'

const closed = { additionalProperties: false }
const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })
const RegisterId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })
const Streams = Type.Array(Key, { minItems: 1, maxItems: 12 })

/** What a sentence of a report may name. */
export const REPORT_WORDS = ['item', 'code', 'place', 'from', 'to', 'alarms', 'grave', 'standing', 'faults', 'points'] as const

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
  Type.Object({ type: Type.Literal('alarms'), title: BothNames }, closed)
])
export type ReportSection = Static<typeof ReportSection>

/** A report on one item of a register over a day or a month. */
export const ReportDeclaration = Type.Object(
  {
    key: Key,
    name: BothNames,
    /** The register whose items it is about. */
    subject: RegisterId,
    period: Words(['day', 'month'] as const),
    sections: Type.Array(ReportSection, { minItems: 1, maxItems: 20 })
  },
  closed
)
export type ReportDeclaration = Static<typeof ReportDeclaration>

/** `reports.json`. */
export const Reports = Type.Object(
  { $schema: Type.Optional(Type.String()), reports: Type.Array(ReportDeclaration, { maxItems: 20 }) },
  closed
)
export type Reports = Static<typeof Reports>

/** What reports name: registers, relations, streams that may be shown, words. */
export function checkReports(reports: readonly ReportDeclaration[], names: Names, say: Say): void {
  const file = 'reports.json'
  reports.forEach(({ subject, sections }, i) => {
    if (!names.registers.has(subject))
      say(file, `/reports/${i}/subject`, `没有台账“${subject}”`, `there is no register "${subject}"`)
    sections.forEach((section, j) => {
      const at = `/reports/${i}/sections/${j}`
      if (section.type === 'text')
        for (const [, word] of `${section.text.zh} ${section.text.en}`.matchAll(/\{(\w+)\}/g))
          if (!(REPORT_WORDS as readonly string[]).includes(word!))
            say(file, at, `文字里没有“{${word}}”可填`, `a sentence of a report has no "{${word}}"`)
      const register = section.type === 'points' ? section.register : subject
      const relations = names.registers.get(register)?.relations ?? []
      if (section.type === 'points' && !relations.some((r) => r.key === section.relation && r.to === subject))
        say(
          file,
          at,
          `“${register}”没有指向“${subject}”的关系“${section.relation}”`,
          `"${register}" has no relation "${section.relation}" to "${subject}"`
        )
      const streams = 'streams' in section ? section.streams : 'stream' in section ? [section.stream] : []
      for (const key of streams) {
        const stream = names.streams.get(`${register}/${key}`)
        if (!stream) say(file, at, `没有感知流“${register}/${key}”`, `there is no stream "${register}/${key}"`)
        else if (stream.hidden)
          say(file, at, `感知流“${key}”是隐藏的，不能写进报告`, `the stream "${key}" is hidden: no report shows it`)
        else if (!['number', 'count', 'truth'].includes(stream.kind))
          say(file, at, `感知流“${key}”不是数值`, `the stream "${key}" is no number`)
      }
    })
  })
}
