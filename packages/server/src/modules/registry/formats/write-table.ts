import { PassThrough, Readable } from 'node:stream'
import { csvLine } from './write-csv.ts'

type Value = string | number | boolean | null

/** Rows of an export with their geometry, in pieces. */
export interface WrittenRow {
  cells: Value[]
  geometry: { type: string; coordinates: unknown } | null
}
export type WrittenRows = AsyncIterable<WrittenRow[]>

/** Rows a sheet of a workbook can hold. */
const SHEET_ROWS = 1_048_575

const yesNo = (value: Value): string => (value === null ? '' : value === true ? '是' : value === false ? '否' : String(value))
const position = (row: WrittenRow): Value[] => {
  const at = row.geometry?.type === 'Point' ? (row.geometry.coordinates as [number, number]) : null
  return [at?.[0] ?? null, at?.[1] ?? null]
}

/** CSV with a byte order mark, so that spreadsheets read Chinese; points in two columns, other shapes as WKT. */
export function writeCsv(header: readonly string[], rows: WrittenRows, place: 'none' | 'point' | 'any'): Readable {
  async function* lines(): AsyncGenerator<string> {
    const more = place === 'none' ? [] : place === 'point' ? ['lng', 'lat'] : ['lng', 'lat', 'wkt']
    yield `\uFEFF${csvLine([...header, ...more])}`
    for await (const some of rows) {
      yield some
        .map((row) => {
          const at = place === 'none' ? [] : position(row).map(yesNo)
          const wkt = place === 'any' ? [row.geometry && row.geometry.type !== 'Point' ? toWkt(row.geometry) : ''] : []
          return csvLine([...row.cells.map(yesNo), ...at, ...wkt])
        })
        .join('')
    }
  }
  return Readable.from(lines())
}

/** Well-known text of a geometry. */
export function toWkt({ type, coordinates }: { type: string; coordinates: unknown }): string {
  const list = (value: unknown): string => {
    const items = value as unknown[]
    return typeof items[0] === 'number' ? items.join(' ') : `(${items.map(list).join(',')})`
  }
  return `${type.toUpperCase()}${type === 'Point' ? `(${list(coordinates)})` : list(coordinates)}`
}

/** A workbook, written as it goes; a further sheet where one is full. */
export function writeXlsx(name: string, header: readonly string[], rows: WrittenRows, place: 'none' | 'point' | 'any'): Readable {
  const out = new PassThrough()
  const work = async (): Promise<void> => {
    const { default: ExcelJS } = await import('exceljs')
    const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true })
    const heads = [...header, ...(place === 'none' ? [] : place === 'point' ? ['lng', 'lat'] : ['lng', 'lat', 'wkt'])]
    const begin = (n: number) => {
      const sheet = book.addWorksheet(n === 1 ? name : `${name} ${n}`, { views: [{ state: 'frozen', ySplit: 1 }] })
      sheet.columns = heads.map((h) => ({ header: h, width: Math.min(40, Math.max(10, h.length * 2)) }))
      sheet.getRow(1).font = { bold: true }
      sheet.getRow(1).commit()
      return sheet
    }
    let sheet = begin(1)
    let [sheets, count] = [1, 0]
    for await (const some of rows) {
      for (const row of some) {
        if (count === SHEET_ROWS) {
          sheet.commit()
          sheet = begin(++sheets)
          count = 0
        }
        const wkt = place === 'any' ? [row.geometry && row.geometry.type !== 'Point' ? toWkt(row.geometry) : null] : []
        const cells = [...row.cells, ...(place === 'none' ? [] : position(row)), ...wkt]
        sheet.addRow(cells.map((c) => (typeof c === 'boolean' ? yesNo(c) : c))).commit()
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

/** A GeoJSON FeatureCollection (RFC 7946), written as it goes. */
export function writeGeoJson(keys: readonly string[], rows: WrittenRows): Readable {
  async function* pieces(): AsyncGenerator<string> {
    yield '{"type":"FeatureCollection","features":[\n'
    let first = true
    for await (const some of rows) {
      if (some.length === 0) continue
      const text = some.map(({ cells, geometry }) =>
        JSON.stringify({
          type: 'Feature',
          properties: Object.fromEntries(keys.map((k, i) => [k, cells[i]]).filter(([, v]) => v !== null)),
          geometry
        })
      )
      yield (first ? '' : ',\n') + text.join(',\n')
      first = false
    }
    yield '\n]}\n'
  }
  return Readable.from(pieces())
}
