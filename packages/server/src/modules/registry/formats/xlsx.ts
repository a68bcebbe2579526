import type { Readable } from 'node:stream'
import { type SheetRows, sheetsOf } from '../../../platform/xlsx.ts'
import { columnNames } from './csv.ts'
import { BLOCK_ROWS, BrokenFile, cellOf, type FileFacts, type ReadOptions, type RowBlock, SAMPLE_ROWS } from './types.ts'

async function* sheets(source: string | Readable): AsyncGenerator<SheetRows> {
  try {
    yield* sheetsOf(source)
  } catch (error) {
    throw new BrokenFile(error instanceof Error ? error.message : String(error))
  }
}

async function* rowsOf({ rows }: SheetRows): AsyncGenerator<string[]> {
  for await (const row of rows) {
    const cells = row.map(cellOf)
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
