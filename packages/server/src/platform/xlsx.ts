/** Reading of workbooks, sheet by sheet and row by row: the one way in for every import. */
import type { Readable } from 'node:stream'
import exceljs from 'exceljs'

export interface SheetRows {
  name: string
  /** Values of a row from the first column on; holes are null. Must be read to its end before the next sheet. */
  rows: AsyncIterable<unknown[]>
}

/** The sheets of a workbook in their order. Throws whatever the reader says of a file that is none. */
export async function* sheetsOf(source: string | Readable): AsyncGenerator<SheetRows> {
  const book = new exceljs.stream.xlsx.WorkbookReader(source, {
    worksheets: 'emit',
    sharedStrings: 'cache',
    hyperlinks: 'ignore',
    styles: 'cache'
  })
  for await (const sheet of book) yield { name: (sheet as unknown as { name: string }).name, rows: valuesOf(sheet) }
}

async function* valuesOf(rows: AsyncIterable<exceljs.Row>): AsyncGenerator<unknown[]> {
  // exceljs counts cells from 1 and leaves holes for empty ones.
  for await (const row of rows) yield Array.from({ length: row.cellCount }, (_, i) => plain(row.getCell(i + 1).value))
}

/** Formula cells count with their result, rich text with its letters, links with their text; a formula that failed says nothing. */
function plain(value: exceljs.CellValue): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if ('richText' in value) return value.richText.map((r) => r.text).join('')
  if ('result' in value) return plain(value.result as exceljs.CellValue)
  if ('text' in value) return plain(value.text as exceljs.CellValue)
  return null
}
