import { Readable } from 'node:stream'
import type { Db } from '../../platform/db.ts'
import { csvLine } from './formats/write-csv.ts'
import { listRejects } from './queries/batch-lists.ts'

const PAGE = 2000

/** The report of the refused rows: file, row, why, and the row as it stood there, to be corrected and read again. */
export function rejectsCsv(db: Db, batchId: string, english: boolean): Readable {
  return Readable.from(lines(db, batchId, english))
}

async function* lines(db: Db, batchId: string, english: boolean): AsyncGenerator<string> {
  let columns: string[] | null = null
  for (let after = '-1'; ; ) {
    const rows = await listRejects(db, batchId, undefined, after, PAGE)
    if (columns === null) {
      columns = [...new Set(rows.flatMap((r) => Object.keys(r.fields)))]
      yield `\uFEFF${csvLine([...(english ? ['File', 'Row', 'Why'] : ['文件', '行', '原因']), ...columns])}`
    }
    for (const r of rows) {
      const why = r.reasons.map((x) => (english ? x.en : x.zh)).join('；')
      yield csvLine([String(r.file_no), String(r.file_row), why, ...columns.map((c) => r.fields[c] ?? '')])
    }
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.row_no
  }
}
