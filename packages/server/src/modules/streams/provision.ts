import type { ProvisionReport, ProvisionRow } from '@chengyun/contract/streams'
import { DEVICE_ERRORS } from '@chengyun/contract/streams'
import { stringify } from 'csv-stringify/sync'
import { thrower } from '../../platform/errors.ts'
import { BrokenFile, readTable } from '../registry/index.ts'
import { type ProvisionParts, provisionRows } from './commands/provision.ts'

const fail = thrower(DEVICE_ERRORS)

/** Rows of a CSV file (UTF-8 or GBK) or of the first sheet of an XLSX file, by the names of the first line. Throws STREAMS_PROVISION_FILE. */
export async function readDeviceRows(bytes: Buffer): Promise<Record<string, string>[]> {
  try {
    return await readTable(bytes)
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error
    throw fail('STREAMS_PROVISION_FILE', { why: error.message.slice(0, 200) })
  }
}

/** Rows in one commit: enough that a commit costs nothing, few enough that others are not kept waiting for the next number of a series. */
const TOGETHER = 500

/** Judge or make rows of a file, some at a time; `from` others stand before them. */
export async function provisionDevices(
  parts: ProvisionParts,
  rows: readonly Record<string, string>[],
  isRehearsal: boolean,
  { from = 0, progress = () => undefined }: { from?: number; progress?: (done: number) => void } = {}
): Promise<ProvisionReport> {
  const report: ProvisionReport = {
    dryRun: isRehearsal,
    total: rows.length,
    read: rows.length,
    made: 0,
    existing: 0,
    refused: 0,
    rows: []
  }
  for (let i = 0; i < rows.length; i += TOGETHER) {
    // The first line of a file names the columns.
    for (const row of await provisionRows(parts, from + i + 2, rows.slice(i, i + TOGETHER), isRehearsal)) {
      report.rows.push(row)
      if (row.outcome === 'refused') report.refused += 1
      else if (row.outcome === 'exists') report.existing += 1
      else report.made += 1
    }
    progress(report.rows.length)
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
