import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { sheetsOf } from '../platform/xlsx.ts'

/** A row as text by column, with its number in the file (1 = first data row) — or why it cannot be read. */
export type ReadRow = { number: number; row: Record<string, string> } | { number: number; broken: string }

/** The kinds of file that can be read, by the end of their name (`.gz` may follow csv, json and ndjson). */
export type FileKind = 'csv' | 'tsv' | 'xlsx' | 'json' | 'ndjson'

/** A file whose kind is not known or whose body is not what its name says. */
export class ReadFileError extends Error {
  readonly code = 'IMPORT_FILE_KIND'
}

/** The kind of a file by its name. @throws ReadFileError for any other. */
export function fileKind(path: string): { kind: FileKind; gzip: boolean } {
  const lower = path.toLowerCase()
  const gzip = lower.endsWith('.gz')
  const kind = /\.(csv|tsv|xlsx|json|ndjson|jsonl)$/.exec(gzip ? lower.slice(0, -3) : lower)?.[1]
  if (!kind || (gzip && kind === 'xlsx')) throw new ReadFileError(`unsupported kind of file: ${path}`)
  return { kind: kind === 'jsonl' ? 'ndjson' : (kind as FileKind), gzip }
}

/**
 * Reads a file row by row without holding it whole (JSON arrays excepted: they are parsed at once).
 * Every data row is yielded exactly once, broken ones as such; numbers count data rows from 1. Encoding is UTF-8, a BOM is skipped.
 */
export async function* readRows(path: string): AsyncGenerator<ReadRow> {
  const { kind, gzip } = fileKind(path)
  if (kind === 'xlsx') {
    yield* readXlsx(path)
    return
  }
  const file = createReadStream(path)
  const body: Readable = gzip ? file.pipe(createGunzip()) : file
  file.on('error', (error) => body.destroy(error))
  try {
    if (kind === 'csv' || kind === 'tsv') yield* readCsv(body, kind === 'tsv' ? '\t' : ',')
    else if (kind === 'ndjson') yield* readNdjson(body)
    else yield* readJson(body)
  } finally {
    body.destroy()
    file.destroy()
  }
}

async function* readCsv(body: Readable, delimiter: string): AsyncGenerator<ReadRow> {
  const parser = parse({ bom: true, delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true })
  body.on('error', (error) => parser.destroy(error))
  body.pipe(parser)
  let header: string[] | null = null
  let number = 0
  for await (const record of parser as AsyncIterable<string[]>) {
    if (!header) {
      header = record.map((h) => h.trim())
      continue
    }
    number++
    if (record.length !== header.length) yield { number, broken: `${record.length} cells, ${header.length} columns` }
    else yield { number, row: Object.fromEntries(header.map((h, i) => [h, record[i] ?? ''])) }
  }
}

async function* readNdjson(body: Readable): AsyncGenerator<ReadRow> {
  let number = 0
  for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })) {
    const text = line.replace(/^\uFEFF/, '').trim()
    if (text === '') continue
    number++
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      yield { number, broken: error instanceof Error ? error.message : String(error) }
      continue
    }
    yield objectRow(number, value)
  }
}

async function* readJson(body: Readable): AsyncGenerator<ReadRow> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk as Buffer)
  let value: unknown
  try {
    value = JSON.parse(
      Buffer.concat(chunks)
        .toString('utf8')
        .replace(/^\uFEFF/, '')
    )
  } catch (error) {
    throw new ReadFileError(`not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!Array.isArray(value)) throw new ReadFileError('a JSON file must be an array of objects')
  for (const [i, item] of value.entries()) yield objectRow(i + 1, item)
}

function objectRow(number: number, value: unknown): ReadRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { number, broken: 'not an object' }
  return { number, row: Object.fromEntries(Object.entries(value).map(([k, v]) => [k.trim(), text(v)])) }
}

async function* readXlsx(path: string): AsyncGenerator<ReadRow> {
  for await (const sheet of sheetsOf(path)) {
    let header: string[] | null = null
    let number = 0
    for await (const values of sheet.rows) {
      const cells = values.map(text)
      if (cells.every((c) => c === '')) continue
      if (!header) {
        header = cells.map((h) => h.trim())
        continue
      }
      number++
      if (cells.length > header.length) yield { number, broken: `${cells.length} cells, ${header.length} columns` }
      else yield { number, row: Object.fromEntries(header.map((h, i) => [h, cells[i] ?? ''])) }
    }
    return
  }
}

function text(value: unknown): string {
  if (value === null || value === undefined) return ''
  // Excel keeps wall time; exceljs hands it over as if it were UTC, so it is written back without an offset.
  if (value instanceof Date) return value.toISOString().slice(0, 19)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
