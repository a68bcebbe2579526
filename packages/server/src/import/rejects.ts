import { appendFileSync, writeFileSync } from 'node:fs'
import { fillText } from '../platform/errors.ts'

/** What the report file says about one refused row. */
export interface Rejection {
  number: number
  code: string
  field: string
  zh: string
  en: string
  raw: Readonly<Record<string, string>> | null
}

/** Fills both texts of a catalogue entry. */
export const rejectionTexts = (
  entry: { zh: string; en: string } | undefined,
  details: Readonly<Record<string, unknown>> | undefined,
  fallback: string
): { zh: string; en: string } =>
  entry ? { zh: fillText(entry.zh, details), en: fillText(entry.en, details) } : { zh: fallback, en: fallback }

const cell = (value: string | number): string => `"${String(value).replaceAll('"', '""')}"`
const line = (cells: readonly (string | number)[]): string => `${cells.map(cell).join(',')}\r\n`

/** The report of refused rows: a CSV that Excel opens, one line a row with its reason and the row itself. Written as it goes. */
export class RejectReport {
  readonly path: string
  count = 0
  readonly byCode = new Map<string, number>()

  /** `resume` keeps the lines of an interrupted run. */
  constructor(path: string, resume = false) {
    this.path = path
    // The byte order mark lets Excel read the Chinese texts.
    if (!resume) writeFileSync(path, `\uFEFF${line(['row', 'code', 'field', '原因', 'reason', 'original'])}`)
  }

  add(rejection: Rejection): void {
    const { number, code, field, zh, en, raw } = rejection
    this.count += 1
    this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1)
    appendFileSync(this.path, line([number, code, field, zh, en, raw ? JSON.stringify(raw) : '']))
  }
}
