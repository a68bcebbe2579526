import { CsvReader, separatorOf } from '../domain/batch/csv.ts'
import { readText } from './text.ts'
import { BLOCK_ROWS, BrokenFile, type FileFacts, type ReadOptions, type RowBlock, SAMPLE_ROWS } from './types.ts'

/** Column names: trimmed, a name for those without, the second of the same name told apart. */
export function columnNames(header: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return header.map((cell, i) => {
    const name = cell.trim() || `#${i + 1}`
    const n = (seen.get(name) ?? 0) + 1
    seen.set(name, n)
    return n === 1 ? name : `${name} (${n})`
  })
}

async function* records(path: string, encoding: 'utf-8' | 'gbk'): AsyncGenerator<{ rows: string[][]; share: number }> {
  let reader: CsvReader | null = null
  let head = ''
  for await (const { text, share } of readText(path, encoding)) {
    if (!reader) {
      head += text
      const end = head.indexOf('\n')
      if (end < 0) continue
      reader = new CsvReader(separatorOf(head.slice(0, end)))
      yield { rows: reader.push(head), share }
    } else yield { rows: reader.push(text), share }
  }
  reader ??= new CsvReader(separatorOf(head))
  yield { rows: [...reader.push(''), ...(head.includes('\n') ? [] : reader.push(head)), ...reader.end()], share: 1 }
}

export async function inspectCsv(path: string, { encoding }: ReadOptions): Promise<FileFacts> {
  const rows: string[][] = []
  for await (const { rows: more } of records(path, encoding)) {
    rows.push(...more.slice(0, SAMPLE_ROWS + 1))
    if (rows.length > SAMPLE_ROWS) break
  }
  const [header, ...sample] = rows
  if (!header) throw new BrokenFile('the file is empty')
  return {
    format: 'csv',
    layers: [],
    encoding,
    columns: columnNames(header),
    sample: sample.slice(0, SAMPLE_ROWS),
    geometry: null,
    points: [],
    crs: null
  }
}

/** A cell that begins like a formula was given an apostrophe by an export: it comes off again. */
function unguarded(rows: string[][]): string[][] {
  for (const row of rows)
    for (let i = 0; i < row.length; i++) {
      const cell = row[i] as string
      if (cell.charCodeAt(0) === 39 && /^'[=+\-@\t\r]/.test(cell)) row[i] = cell.slice(1)
    }
  return rows
}

export async function* readCsv(path: string, { encoding }: ReadOptions): AsyncGenerator<RowBlock> {
  let isHeader = true
  for await (const { rows, share } of records(path, encoding)) {
    const from = isHeader && rows.length > 0 ? 1 : 0
    if (rows.length > 0) isHeader = false
    for (let at = from; at < rows.length; at += BLOCK_ROWS) yield { cells: unguarded(rows.slice(at, at + BLOCK_ROWS)), share }
  }
}
