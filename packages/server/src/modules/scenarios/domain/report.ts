/** The pages of a report: words, tables and curves from figures. Pure. */
/** Part of a page, as the printer takes it. */
type PdfPart = string | { readonly [key: string]: unknown } | readonly PdfPart[]

export type Language = 'zh' | 'en'

export interface ReportFigures {
  name: string
  unit: string
  decimals: number
  min: number
  mean: number
  max: number
  last: number
}
export interface CoursePoint {
  at: number
  min: number
  mean: number
  max: number
}
/** A chapter with everything it shows. */
export type Chapter =
  | { type: 'text'; title: string; text: string }
  | { type: 'figures'; title: string; rows: readonly ReportFigures[] }
  | { type: 'trend'; title: string; unit: string; decimals: number; points: readonly CoursePoint[]; from: number; to: number }
  | { type: 'points'; title: string; rows: readonly (ReportFigures & { point: string })[] }
  | {
      type: 'alarms'
      title: string
      rows: readonly { no: string; level: number; rule: string; thing: string; raised: string; cleared: string }[]
    }

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
    no: '编号',
    level: '级别',
    rule: '报警',
    raised: '发生',
    cleared: '解除',
    band: '实线为平均，色带为最小至最大'
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
    no: 'No.',
    level: 'Level',
    rule: 'Alarm',
    raised: 'Raised',
    cleared: 'Cleared',
    band: 'Line: mean; band: least to greatest'
  }
} as const

const GRAPH = { width: 499, height: 110 }

/** Words in braces put in; what is not known stays as it is written. */
export const filled = (text: string, words: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (all, word: string) => (word in words ? String(words[word]) : all))

/** The content of the document, chapter by chapter. */
export function reportPages(title: string, under: string, chapters: readonly Chapter[], language: Language): PdfPart[] {
  return [
    { text: title, fontSize: 18, bold: true },
    { text: under, fontSize: 9, margin: [0, 2, 0, 8] },
    ...chapters.flatMap((chapter): PdfPart[] => [
      { text: chapter.title, fontSize: 12, bold: true, margin: [0, 10, 0, 4], headlineLevel: 1 },
      bodyOf(chapter, language)
    ])
  ]
}

function bodyOf(chapter: Chapter, language: Language): PdfPart {
  const w = WORDS[language]
  switch (chapter.type) {
    case 'text':
      return { text: chapter.text }
    case 'figures':
      return chapter.rows.length === 0
        ? w.none
        : table([w.stream, w.min, w.mean, w.max, w.last], chapter.rows.map(figuresRow), ['*', 70, 70, 70, 70])
    case 'points':
      return chapter.rows.length === 0
        ? w.none
        : table(
            [w.point, w.stream, w.min, w.mean, w.max, w.last],
            chapter.rows.map((r) => [r.point, ...figuresRow(r)]),
            ['*', 110, 55, 55, 55, 55]
          )
    case 'alarms':
      return chapter.rows.length === 0
        ? w.noAlarms
        : table(
            [w.no, w.level, w.rule, w.point, w.raised, w.cleared],
            chapter.rows.map((r) => [r.no, String(r.level), r.rule, r.thing, r.raised, r.cleared]),
            [40, 30, '*', '*', 80, 80]
          )
    case 'trend':
      return chapter.points.length < 2 ? w.none : trend(chapter, w.band)
  }
}

const figuresRow = (r: ReportFigures): string[] => [
  r.unit === '' ? r.name : `${r.name} (${r.unit})`,
  ...[r.min, r.mean, r.max, r.last].map((v) => v.toFixed(r.decimals))
]

const table = (head: readonly string[], rows: readonly (readonly string[])[], widths: readonly (string | number)[]): PdfPart => ({
  layout: 'lightHorizontalLines',
  fontSize: 8.5,
  table: {
    headerRows: 1,
    widths,
    body: [head.map((text) => ({ text, bold: true })), ...rows]
  }
})

/** Curve and band; the numbers stand as text beside it, so that the picture needs no font. */
function trend({ points, from, to, unit, decimals }: Extract<Chapter, { type: 'trend' }>, band: string): PdfPart {
  const low = Math.min(...points.map((p) => p.min))
  const high = Math.max(...points.map((p) => p.max))
  const room = high - low || 1
  const x = (at: number) => (((at - from) / (to - from)) * GRAPH.width).toFixed(1)
  const y = (value: number) => (GRAPH.height - 4 - ((value - low) / room) * (GRAPH.height - 8)).toFixed(1)
  const edge = [...points.map((p) => `${x(p.at)},${y(p.max)}`), ...[...points].reverse().map((p) => `${x(p.at)},${y(p.min)}`)]
  const line = points.map((p) => `${x(p.at)},${y(p.mean)}`)
  const svg = `<svg width="${GRAPH.width}" height="${GRAPH.height}" viewBox="0 0 ${GRAPH.width} ${GRAPH.height}"><rect x="0" y="0" width="${GRAPH.width}" height="${GRAPH.height}" fill="none" stroke="#bfbfbf" stroke-width="0.5"/><polygon points="${edge.join(' ')}" fill="#d6e4ff"/><polyline points="${line.join(' ')}" fill="none" stroke="#1677ff" stroke-width="1"/></svg>`
  return {
    unbreakable: true,
    stack: [
      { svg },
      { text: `${low.toFixed(decimals)} – ${high.toFixed(decimals)} ${unit} · ${band}`, fontSize: 8, margin: [0, 2, 0, 0] }
    ]
  }
}
