import { readDataFile } from './codes.ts'
import { IMPORT_ERRORS, ImportMap } from './map.ts'
import { readRows } from './read.ts'
import { mapRow, missingColumns, type ReportDraft, type RowContext, type RowReject } from './row.ts'

/** A row of a foreign file: either an order of ours or a coded refusal, never nothing. `number` counts data rows from 1. */
export type ReadOrder =
  | { number: number; draft: ReportDraft }
  | { number: number; reject: RowReject; raw: Readonly<Record<string, string>> | null }

/** A file that lacks columns its map needs: refused before its first row. */
export class ColumnsMissingError extends Error {
  readonly code = 'IMPORT_COLUMNS_MISSING'
  readonly columns: readonly string[]
  constructor(columns: readonly string[]) {
    super(IMPORT_ERRORS.IMPORT_COLUMNS_MISSING.en.replace('{columns}', columns.join(', ')))
    this.name = 'ColumnsMissingError'
    this.columns = columns
  }
}

/** Reads a map file and checks it against its schema. @throws DataFileError naming the faults with their places. */
export const readMap = (path: string): Promise<ImportMap> => readDataFile(path, ImportMap)

/** Rows of a file as orders, in file order, each exactly once. @throws ReadFileError, ColumnsMissingError */
export async function* readOrders(path: string, map: ImportMap, context: RowContext): AsyncGenerator<ReadOrder> {
  let checked = false
  for await (const read of readRows(path)) {
    const { number } = read
    if ('broken' in read) {
      const details = { reason: read.broken }
      const message = IMPORT_ERRORS.IMPORT_ROW_BROKEN.en.replace('{reason}', read.broken)
      yield { number, reject: { code: 'IMPORT_ROW_BROKEN', field: 'row', message, details }, raw: null }
      continue
    }
    if (!checked) {
      const missing = missingColumns(Object.keys(read.row), map)
      if (missing.length > 0) throw new ColumnsMissingError(missing)
      checked = true
    }
    const result = mapRow(read.row, map, context)
    if ('ok' in result) yield { number, draft: result.ok }
    else yield { number, reject: result.reject, raw: read.row }
  }
}
