/** How a kept report is laid out, in one language. */
import type { Block, Column, PrintDocument } from '../../platform/print/blocks.ts'
import { type Chapter, type CurvePoint, filled, type Language, type ReportDocument, type ReportFigures } from './domain/report.ts'

const WORDS = {
  zh: {
    stream: '监测项',
    point: '测点',
    min: '最小',
    mean: '平均',
    max: '最大',
    last: '末值',
    none: '本期没有数据。',
    noAlarms: '本期没有报警。',
    noItems: '没有对象。',
    no: '编号',
    level: '级别',
    rule: '报警',
    raised: '发生',
    cleared: '解除',
    at: '时刻',
    index: '指数',
    class: '等级',
    why: '扣分原因',
    item: '对象',
    code: '编码',
    alarms: '报警',
    grave: '一、二级',
    more: '另有 {n} 条未列出。',
    band: '实线为平均，色带为最小至最大',
    course: '指数的变化'
  },
  en: {
    stream: 'Reading',
    point: 'Point',
    min: 'Least',
    mean: 'Mean',
    max: 'Greatest',
    last: 'Last',
    none: 'No readings in this time.',
    noAlarms: 'No alarms in this time.',
    noItems: 'No items.',
    no: 'No.',
    level: 'Level',
    rule: 'Alarm',
    raised: 'Raised',
    cleared: 'Cleared',
    at: 'At',
    index: 'Index',
    class: 'Class',
    why: 'Taken off for',
    item: 'Item',
    code: 'Code',
    alarms: 'Alarms',
    grave: 'Level 1–2',
    more: '{n} more are not listed.',
    band: 'Line: mean; band: least to greatest',
    course: 'Course of the index'
  }
} as const

/** Fewer values of an index are no course: the table says them all. */
const LEAST_COURSE = 4

/** The document in one language, ready for the printer. */
export function printed(document: ReportDocument, language: Language): PrintDocument {
  return {
    title: document.title[language],
    under: document.under,
    foot: `${document.pack[language]} · ${document.under}`,
    language,
    blocks: document.chapters.flatMap((chapter): Block[] => [
      { kind: 'heading', text: chapter.title[language] },
      ...bodyOf(chapter, language)
    ])
  }
}

const text = (words: string): Block[] => [{ kind: 'text', text: words }]
const right = (title: string, width: number): Column => ({ title, width, right: true })
const rest = (more: number, language: Language): Block[] => (more > 0 ? text(filled(WORDS[language].more, { n: more })) : [])

function bodyOf(chapter: Chapter, language: Language): Block[] {
  const w = WORDS[language]
  const four = (width: number) => [right(w.min, width), right(w.mean, width), right(w.max, width), right(w.last, width)]
  const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): Block => ({ kind: 'table', columns, rows })
  switch (chapter.type) {
    case 'text':
      return text(chapter.text[language])
    case 'figures':
      if (chapter.rows.length === 0) return text(w.none)
      return [
        table(
          [{ title: w.stream, width: 5 }, ...four(2)],
          chapter.rows.map((r) => figuresRow(r, language))
        )
      ]
    case 'points':
      if (chapter.rows.length === 0) return text(w.none)
      return [
        table(
          [{ title: w.point, width: 5 }, { title: w.stream, width: 4 }, ...four(2)],
          chapter.rows.map((r) => [r.point, ...figuresRow(r, language)])
        )
      ]
    case 'alarms':
      if (chapter.rows.length === 0) return text(w.noAlarms)
      return [
        table(
          [right(w.no, 2), right(w.level, 2), ...[w.rule, w.point, w.raised, w.cleared].map((title) => ({ title, width: 4 }))],
          chapter.rows.map((r) => [r.no, String(r.level), r.rule[language], r.thing, r.raised, r.cleared])
        ),
        ...rest(chapter.more, language)
      ]
    case 'trend':
      return chapter.points.length < 2
        ? text(w.none)
        : [curve(chapter, chapter.decimals, `${chapter.unit[language]} · ${w.band}`)]
    case 'index':
      if (chapter.rows.length === 0) return text(w.none)
      return [
        ...(chapter.points.length < LEAST_COURSE ? [] : [{ ...curve(chapter, 1, `· ${w.course}`), scale: [0, 100] as const }]),
        table(
          [{ title: w.at, width: 4 }, right(w.index, 2), { title: w.class, width: 2 }, { title: w.why, width: 9 }],
          chapter.rows.map((r) => [r.at, r.value.toFixed(1), r.class[language], r.why[language]])
        )
      ]
    case 'items':
      if (chapter.rows.length === 0) return text(w.noItems)
      return [
        table(
          [
            { title: w.code, width: 4 },
            { title: w.item, width: 6 },
            right(w.alarms, 2),
            right(w.grave, 2),
            ...(chapter.hasIndex ? [right(w.index, 2), { title: w.class, width: 2 }] : [])
          ],
          chapter.rows.map((r) => [
            r.code,
            r.name,
            String(r.alarms),
            String(r.grave),
            ...(chapter.hasIndex ? [r.index === null ? '–' : r.index.toFixed(1), r.class?.[language] ?? '–'] : [])
          ])
        ),
        ...rest(chapter.more, language)
      ]
  }
}

function figuresRow(r: ReportFigures, language: Language): string[] {
  const unit = r.unit[language]
  return [
    unit === '' ? r.name[language] : `${r.name[language]} (${unit})`,
    ...[r.min, r.mean, r.max, r.last].map((v) => v.toFixed(r.decimals))
  ]
}

function curve(
  { points, from, to }: { points: readonly CurvePoint[]; from: number; to: number },
  decimals: number,
  caption: string
): Extract<Block, { kind: 'curve' }> {
  const low = Math.min(...points.map((p) => p.min))
  const high = Math.max(...points.map((p) => p.max))
  return { kind: 'curve', points, from, to, caption: `${low.toFixed(decimals)} – ${high.toFixed(decimals)} ${caption}` }
}
