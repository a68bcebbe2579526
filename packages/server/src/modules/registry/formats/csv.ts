import { open } from 'node:fs/promises'
import { CsvReader, separatorOf } from '../domain/batch/csv.ts'
import { decodeText, readText } from './text.ts'
import { BLOCK_ROWS, BrokenFile, type FileFacts, type LineBlock, type ReadOptions, type RowBlock, SAMPLE_ROWS } from './types.ts'

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

const LF = 10
const CR = 13
const QUOTE = 34
const PIECE = 1 << 20

/** Lines that are not blank, of text that ends with a line. */
function countLines(bytes: Buffer): number {
  let n = 0
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LF, at)
    if (end > at && (end > at + 1 || bytes[at] !== CR)) n += 1
    at = end + 1
  }
  return n
}

/** The records of a block of lines, the last of which need not be ended. */
export function recordsOf({ bytes, separator }: { bytes: Uint8Array; separator: string }, encoding: 'utf-8' | 'gbk'): string[][] {
  const reader = new CsvReader(separator)
  const rows = reader.push(decodeText(bytes, encoding))
  return unguarded([...rows, ...reader.end()])
}

/**
 * The records of a CSV file. Lines without quotes — nearly all of them — come as they lie in the file; where there are quotes, a line need not be a
 * record: such pieces are taken apart here.
 */
export async function* readCsv(path: string, { encoding }: ReadOptions): AsyncGenerator<RowBlock | LineBlock> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    let rest = Buffer.alloc(0)
    const state = { reader: null as CsvReader | null, separator: ',', isHeader: true }
    const apart = (bytes: Uint8Array, isLast: boolean): string[][] => {
      const piece = decodeText(bytes, encoding)
      const text = state.reader ? piece : piece.replace(/^\uFEFF/, '')
      state.separator = state.reader ? state.separator : separatorOf(/^[^\n]*/.exec(text)?.[0] ?? '')
      state.reader ??= new CsvReader(state.separator)
      const rows = state.reader.push(text)
      if (isLast) rows.push(...state.reader.end())
      if (!state.isHeader || rows.length === 0) return rows
      state.isHeader = false
      return rows.slice(1)
    }
    for (let read = 0; ; ) {
      // Of its own: a block is handed to another thread with its memory.
      const piece = Buffer.from(new ArrayBuffer(rest.length + PIECE))
      piece.set(rest)
      const { bytesRead } = await file.read(piece, rest.length, PIECE, read)
      read += bytesRead
      const bytes = piece.subarray(0, rest.length + bytesRead)
      const isLast = bytesRead === 0
      const end = isLast ? bytes.length : bytes.lastIndexOf(LF) + 1
      rest = Buffer.from(bytes.subarray(end))
      const lines = bytes.subarray(0, end)
      const share = size === 0 ? 1 : Math.min(1, read / size)
      const isPlain = state.reader?.isWhole === true && !state.isHeader && !lines.includes(QUOTE) && !lines.includes(0)
      if (isPlain && !isLast) {
        if (end > 0) yield { bytes: lines, rows: countLines(lines), separator: state.separator, share }
        continue
      }
      const rows = end > 0 || isLast ? apart(lines, isLast) : []
      for (let at = 0; at < rows.length; at += BLOCK_ROWS) yield { cells: unguarded(rows.slice(at, at + BLOCK_ROWS)), share }
      if (isLast) return
    }
  } finally {
    await file.close()
  }
}
