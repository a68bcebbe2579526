import type { AttributeDeclaration } from '@chengyun/contract/registry'

/** What people write for yes and no. */
const YES = new Set(['是', '有', 'y', 'yes', 'true', 't', '1', 'x', '√', '✓'])
const NO = new Set(['否', '无', '没有', 'n', 'no', 'false', 'f', '0', '×'])
/** What stands for nothing in other people's tables. */
const NOTHING = new Set(['', '-', '--', '/', 'null', 'NULL', '<Null>', '<NULL>', 'NaN', 'nan', 'None', '#N/A'])

/** Whether a cell says nothing. */
export const isBlank = (cell: string): boolean => cell.length < 7 && NOTHING.has(cell)

/** A number as people write it (1,234.5 · 12.5m · ３．５); NaN when it is none. */
export function readNumber(cell: string, unit?: string): number {
  const quick = Number(cell)
  if (!Number.isNaN(quick)) return quick
  let text = cell.normalize('NFKC').trim()
  if (unit && text.toLowerCase().endsWith(unit.toLowerCase())) text = text.slice(0, -unit.length).trim()
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) text = text.replaceAll(',', '')
  return text === '' ? Number.NaN : Number(text)
}

/** A day as YYYY-MM-DD: ISO, 20260501, 2026/5/1, 2026.5.1, 2026年5月1日, with or without a time. The text itself when it is none of them. */
export function readDay(cell: string): string {
  const m =
    /^(\d{4})(\d{2})(\d{2})$/.exec(cell) ??
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]\d{1,2}:\d{2}.*)?$/.exec(cell.trim())
  return m ? `${m[1]}-${(m[2] as string).padStart(2, '0')}-${(m[3] as string).padStart(2, '0')}` : cell.trim()
}

/** A moment with offset; times without one are of the city (`offset`, like +08:00). */
export function readInstant(cell: string, offset: string): string {
  const text = cell.trim()
  if (/[Zz]$|[+-]\d{2}:\d{2}$/.test(text)) return text.replace(' ', 'T')
  const m = /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?.*)?$/.exec(text)
  if (!m) return text
  const [, day = '', h = '00', min = '00', s = '00'] = m
  return `${readDay(day)}T${h.padStart(2, '0')}:${min}:${s}${offset}`
}

/** Reads a cell as an attribute; the value is then held against the declaration, so that a wrong one stays what it was. */
export type CellReader = (cell: string) => unknown

/** The reader of an attribute: words of the file first, then names of choices in both languages. */
export function cellReader(
  a: AttributeDeclaration,
  offset: string,
  words: ReadonlyMap<string, string>,
  factor?: number
): CellReader {
  const choices = choiceWords(a, words)
  switch (a.type) {
    case 'integer':
    case 'number':
      return (cell) => {
        const value = readNumber(words.get(cell) ?? cell, a.unit)
        if (Number.isNaN(value)) return cell
        if (factor === undefined) return value
        const scaled = value * factor
        return a.type === 'integer' ? Math.round(scaled) : Number(scaled.toPrecision(6))
      }
    case 'boolean':
      return (cell) => {
        const word = (words.get(cell) ?? cell).trim().toLowerCase()
        return YES.has(word) ? true : NO.has(word) ? false : cell
      }
    case 'date':
      return (cell) => readDay(words.get(cell) ?? cell)
    case 'instant':
      return (cell) => readInstant(words.get(cell) ?? cell, offset)
    case 'choice':
      return (cell) => choices.get(fold(cell)) ?? cell
    case 'choices':
      return (cell) =>
        cell
          .split(/[,，、;；|]/)
          .map((one) => one.trim())
          .filter((one) => one !== '')
          .map((one) => choices.get(fold(one)) ?? one)
    default:
      return words.size === 0 ? (cell) => cell : (cell) => words.get(cell) ?? cell
  }
}

const FOLDED = 5000
const folded = new Map<string, string>()

/** Letters as they are compared: width, case and blanks do not count. The words of a column are few: they are folded once. */
export function fold(text: string): string {
  const known = folded.get(text)
  if (known !== undefined) return known
  const made = text.normalize('NFKC').trim().toLowerCase()
  if (folded.size < FOLDED && text.length <= 24) folded.set(text, made)
  return made
}

function choiceWords(a: AttributeDeclaration, words: ReadonlyMap<string, string>): Map<string, string> {
  const out = new Map<string, string>()
  for (const { value, name } of a.choices ?? []) {
    out.set(fold(name.en), value)
    out.set(fold(name.zh), value)
    out.set(fold(value), value)
  }
  for (const [word, value] of words) out.set(fold(word), value)
  return out
}
