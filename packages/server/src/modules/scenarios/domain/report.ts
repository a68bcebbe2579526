/** What a report keeps. Pure. */

export type Language = 'zh' | 'en'
/** The same in both languages. */
export interface Said {
  zh: string
  en: string
}

export interface CurvePoint {
  at: number
  min: number
  mean: number
  max: number
}
export interface ReportFigures {
  name: Said
  unit: Said
  decimals: number
  min: number
  mean: number
  max: number
  last: number
}
export interface AlarmLine {
  no: string
  level: number
  rule: Said
  thing: string
  raised: string
  cleared: string
}
export interface IndexLine {
  at: string
  value: number
  class: Said
  why: Said
}
export interface ItemLine {
  code: string
  name: string
  alarms: number
  grave: number
  index: number | null
  class: Said | null
}
/** A chapter with everything it shows. `more`: rows there are beyond those that are listed. */
export type Chapter =
  | { type: 'text'; title: Said; text: Said }
  | { type: 'figures'; title: Said; rows: readonly ReportFigures[] }
  | { type: 'trend'; title: Said; unit: Said; decimals: number; points: readonly CurvePoint[]; from: number; to: number }
  | { type: 'points'; title: Said; rows: readonly (ReportFigures & { point: string })[] }
  | { type: 'alarms'; title: Said; rows: readonly AlarmLine[]; more: number }
  | { type: 'index'; title: Said; rows: readonly IndexLine[]; points: readonly CurvePoint[]; from: number; to: number }
  | { type: 'items'; title: Said; rows: readonly ItemLine[]; more: number; hasIndex: boolean }

/** A report as it is kept: the figures in both languages, and nothing that could change. */
export interface ReportDocument {
  /** How it is written down; another number when that changes. */
  form: 1
  pack: Said
  title: Said
  /** Code and days. */
  under: string
  chapters: readonly Chapter[]
}

/** Words in braces put in; what is not known stays as it is written. */
export const filled = (text: string, words: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (all, word: string) => (word in words ? String(words[word]) : all))
