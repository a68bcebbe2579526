import type { Readable } from 'node:stream'
import exceljs from 'exceljs'
import { columnNames } from './csv.ts'
import { BLOCK_ROWS, BrokenFile, cellOf, type FileFacts, type ReadOptions, type RowBlock, SAMPLE_ROWS } from './types.ts'

/** Formula cells count with their result, rich text with its letters, links with their text. */
function plain(value: exceljs.CellValue): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if ('richText' in value) return value.richText.map((r) => r.text).join('')
  if ('result' in value) return plain(value.result as exceljs.CellValue)
  if ('text' in value) return plain(value.text as exceljs.CellValue)
  return ''
}

interface Sheet {
  name: string
  rows: AsyncIterable<exceljs.Row>
}

async function* sheets(source: string | Readable): AsyncGenerator<Sheet> {
  const book = new exceljs.stream.xlsx.WorkbookReader(source, {
    worksheets: 'emit',
    sharedStrings: 'cache',
    hyperlinks: 'ignore',
    styles: 'cache'
  })
  try {
    for await (const sheet of book) yield { name: (sheet as unknown as { name: string }).name, rows: sheet }
  } catch (error) {
    throw new BrokenFile(error instanceof Error ? error.message : String(error))
  }
}

async function* rowsOf({ rows }: Sheet): AsyncGenerator<string[]> {
  for await (const row of rows) {
    // exceljs counts cells from 1 and leaves holes for empty ones.
    const cells = Array.from({ length: row.cellCount }, (_, i) => cellOf(plain(row.getCell(i + 1).value)))
    while (cells.length > 0 && (cells.at(-1) as string).trim() === '') cells.pop()
    if (cells.length > 0) yield cells
  }
}

/** Every row of the first sheet. Throws BrokenFile. */
export async function firstSheet(source: Readable): Promise<string[][]> {
  for await (const sheet of sheets(source)) {
    const rows: string[][] = []
    for await (const cells of rowsOf(sheet)) rows.push(cells)
    return rows
  }
  return []
}

export async function inspectXlsx(path: string, { layer }: ReadOptions): Promise<FileFacts> {
  const layers: string[] = []
  let found: string[][] = []
  for await (const sheet of sheets(path)) {
    const wanted = layer === undefined ? found.length === 0 : sheet.name === layer
    const rows: string[][] = []
    for await (const cells of rowsOf(sheet)) if (wanted && rows.length <= SAMPLE_ROWS) rows.push(cells)
    if (wanted && rows.length > 0) {
      found = rows
      layers.unshift(sheet.name)
    } else layers.push(sheet.name)
  }
  const [header, ...sample] = found
  if (!header) throw new BrokenFile('the workbook has no sheet with rows')
  return {
    format: 'xlsx',
    layers,
    encoding: 'utf-8',
    columns: columnNames(header),
    sample,
    geometry: null,
    points: [],
    crs: null
  }
}

export async function* readXlsx(path: string, { layer }: ReadOptions): AsyncGenerator<RowBlock> {
  for await (const sheet of sheets(path)) {
    if (layer !== undefined && sheet.name !== layer) {
      for await (const _ of rowsOf(sheet)) void _
      continue
    }
    let header = true
    let cells: string[][] = []
    for await (const row of rowsOf(sheet)) {
      if (header) {
        header = false
        continue
      }
      cells.push(row)
      if (cells.length < BLOCK_ROWS) continue
      // A workbook does not say how many rows it has before they are read.
      yield { cells, share: 0 }
      cells = []
    }
    if (cells.length > 0) yield { cells, share: 1 }
    return
  }
}
