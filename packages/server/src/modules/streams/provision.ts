import type { ProvisionReport, ProvisionRow } from '@chengyun/contract/streams'
import { DEVICE_ERRORS } from '@chengyun/contract/streams'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import ExcelJS from 'exceljs'
import { thrower } from '../../platform/errors.ts'
import { provisionRow } from './commands/provision.ts'

const fail = thrower(DEVICE_ERRORS)

/** Rows of a CSV file (UTF-8 or GBK) or of the first sheet of an XLSX file, by the names of the first line. Throws STREAMS_PROVISION_FILE. */
export async function readDeviceRows(bytes: Buffer): Promise<Record<string, string>[]> {
  try {
    if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') return await sheetRows(bytes)
    return parse(textOf(bytes), {
      columns: true,
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      trim: true
    }) as Record<string, string>[]
  } catch (error) {
    throw fail('STREAMS_PROVISION_FILE', { why: error instanceof Error ? error.message.slice(0, 200) : '' })
  }
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

async function sheetRows(bytes: Buffer): Promise<Record<string, string>[]> {
  const book = new ExcelJS.Workbook()
  await book.xlsx.load(bytes as never)
  const sheet = book.worksheets[0]
  if (!sheet) return []
  const heads: string[] = []
  sheet.getRow(1).eachCell((cell, column) => {
    heads[column] = cell.text.trim()
  })
  const out: Record<string, string>[] = []
  sheet.eachRow((row, number) => {
    if (number === 1) return
    const cells: Record<string, string> = {}
    heads.forEach((head, column) => {
      if (head !== '') cells[head] = row.getCell(column).text
    })
    if (Object.values(cells).some((text) => text !== '')) out.push(cells)
  })
  return out
}

/** Judge or make all rows of a file, one after another. */
export async function provisionDevices(
  parts: Parameters<typeof provisionRow>[0],
  rows: readonly Record<string, string>[],
  isRehearsal: boolean,
  progress: (done: number) => void = () => undefined
): Promise<ProvisionReport> {
  const report: ProvisionReport = { dryRun: isRehearsal, read: rows.length, made: 0, existing: 0, refused: 0, rows: [] }
  for (const [i, cells] of rows.entries()) {
    // The first line of a file names the columns.
    const row = await provisionRow(parts, i + 2, cells, isRehearsal)
    report.rows.push(row)
    if (row.outcome === 'refused') report.refused += 1
    else if (row.outcome === 'exists') report.existing += 1
    else report.made += 1
    progress(i + 1)
  }
  return report
}

/** The result as a file: what a device needs to sign in, and why others were not made. The only place where the secrets are. */
export const provisionCsv = (rows: readonly ProvisionRow[]): string =>
  `\uFEFF${stringify(
    rows.map((r) => [
      r.line,
      r.outcome,
      r.code,
      r.thing ?? '',
      r.streams.join('|'),
      r.account ?? '',
      r.secret ?? '',
      r.faults.map((f) => `${f.column} ${f.code} ${f.message}`.trim()).join('; ')
    ]),
    { header: true, columns: ['line', 'outcome', 'code', 'thing', 'streams', 'account', 'secret', 'faults'] }
  )}`
