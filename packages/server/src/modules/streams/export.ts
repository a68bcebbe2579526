/** Readings of a span as a table: CSV or a workbook, a few days at a time. */
import { PassThrough, Readable } from 'node:stream'
import type { Db } from '../../platform/db.ts'
import { DAY_MS } from './commands/days.ts'
import { presentReading } from './present.ts'
import type { StreamRecord } from './queries/catalogue.ts'
import { readSeries } from './queries/readings.ts'

export interface ReadingsFile {
  body: Readable
  contentType: string
  fileName: string
}

/** Rows a sheet of a workbook can hold. */
const SHEET_ROWS = 1_048_575
const STRETCH = 7 * DAY_MS

const HEADS = { zh: ['时间', '值', '纬度', '结果', '质量'], en: ['time', 'value', 'latitude', 'result', 'quality'] } as const
const QUALITY_ZH: Readonly<Record<string, string>> = {
  good: '正常',
  stale: '过期',
  outOfRange: '超量程',
  stuck: '不变',
  maintenance: '维护',
  fault: '故障',
  calibration: '校准',
  manual: '人工'
}
type Cell = string | number | null

/** The file of a stream's readings from `from` until before `to` (epoch ms), written as it goes. */
export function exportReadings(
  db: Db,
  record: StreamRecord,
  asked: { from: number; to: number; format: 'csv' | 'xlsx'; english: boolean }
): ReadingsFile {
  const name = `${record.key}-${record.id}-${new Date(asked.from).toISOString().slice(0, 10)}`
  const heads = [...HEADS[asked.english ? 'en' : 'zh']]
  heads[1] = `${heads[1]}${record.unit.symbol ? ` (${record.unit.symbol})` : ''}` as never
  const rows = rowsOf(db, record.id, asked)
  return asked.format === 'csv'
    ? { body: csv(heads, rows), contentType: 'text/csv; charset=utf-8', fileName: `${name}.csv` }
    : {
        body: workbook(record.name, heads, rows),
        contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        fileName: `${name}.xlsx`
      }
}

async function* rowsOf(
  db: Db,
  id: number,
  { from, to, english }: { from: number; to: number; english: boolean }
): AsyncGenerator<Cell[][]> {
  for (let since = from; since < to; since += STRETCH) {
    const series = await readSeries(db, id, since, Math.min(to, since + STRETCH))
    const page: Cell[][] = []
    for (let i = 0; i < series.length; i++) {
      const r = presentReading(series, i)
      const result = r.result === undefined ? null : typeof r.result === 'string' ? r.result : JSON.stringify(r.result)
      page.push([r.at, r.value, r.value2 ?? null, result, english ? r.quality : (QUALITY_ZH[r.quality] ?? r.quality)])
    }
    yield page
  }
}

/** A cell that begins like a formula is text and nothing else. */
const cell = (value: Cell): string => {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function csv(heads: readonly string[], rows: AsyncIterable<Cell[][]>): Readable {
  async function* lines(): AsyncGenerator<string> {
    yield `\uFEFF${heads.map(cell).join(',')}\r\n`
    for await (const page of rows) if (page.length > 0) yield `${page.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
  }
  return Readable.from(lines())
}

function workbook(name: string, heads: readonly string[], rows: AsyncIterable<Cell[][]>): Readable {
  const out = new PassThrough()
  const work = async (): Promise<void> => {
    const { default: ExcelJS } = await import('exceljs')
    const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true })
    const begin = (n: number) => {
      const title = name.replace(/[\\/*?:[\]]/g, ' ').slice(0, 25)
      const sheet = book.addWorksheet(n === 1 ? title : `${title} ${n}`, { views: [{ state: 'frozen', ySplit: 1 }] })
      sheet.columns = heads.map((h, i) => ({ header: h, width: i === 0 ? 26 : 14 }))
      return sheet
    }
    let sheet = begin(1)
    let [sheets, count] = [1, 0]
    for await (const page of rows) {
      for (const row of page) {
        if (count === SHEET_ROWS) {
          sheet.commit()
          sheet = begin(++sheets)
          count = 0
        }
        sheet.addRow(row).commit()
        count += 1
      }
      // The writer of the library knows no pressure: what the reader has not fetched yet is waited for here.
      while (out.writableLength > 1 << 22 && !out.destroyed) await new Promise((resolve) => setTimeout(resolve, 10))
      if (out.destroyed) return
    }
    sheet.commit()
    await book.commit()
  }
  work().catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))))
  return out
}
