import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { separatorOf } from '../domain/batch/csv.ts'
import { columnNames, recordsOf } from './csv.ts'
import { BrokenFile } from './types.ts'
import { firstSheet } from './xlsx.ts'

const ZIP = 'PK\u0003\u0004'
const BOM = Buffer.from('\uFEFF')

/** Rows of a file that is small enough to be in memory, by the names of its first line: CSV in UTF-8 or GBK, or the first sheet of a workbook. Throws BrokenFile. */
export async function readTable(bytes: Buffer): Promise<Record<string, string>[]> {
  const isBook = bytes.subarray(0, 4).toString('latin1') === ZIP
  const [header = [], ...rows] = isBook ? await firstSheet(Readable.from(bytes)) : textRows(bytes)
  const names = columnNames(header)
  return rows.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])))
}

function textRows(file: Buffer): string[][] {
  const bytes = file.subarray(0, 3).equals(BOM) ? file.subarray(3) : file
  if (bytes.includes(0)) throw new BrokenFile('neither text nor a workbook')
  const end = bytes.indexOf(10)
  const separator = separatorOf(bytes.subarray(0, end < 0 ? bytes.length : end).toString('latin1'))
  const rows = recordsOf({ bytes, separator }, isUtf8(bytes) ? 'utf-8' : 'gbk')
  return rows.filter((cells) => cells.some((cell) => cell.trim() !== ''))
}
