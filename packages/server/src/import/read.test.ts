import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import exceljs from 'exceljs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DataFileError, readDataFile } from './codes.ts'
import { ImportMap } from './map.ts'
import { ReadFileError, type ReadRow, readRows } from './read.ts'

const nyc = JSON.parse(readFileSync(new URL('../../../../cities/maps/nyc311.json', import.meta.url), 'utf8')) as ImportMap

describe('readRows', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'import-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const all = async (name: string, body?: string | Buffer): Promise<ReadRow[]> => {
    const path = join(folder, name)
    if (body !== undefined) await writeFile(path, body)
    const list: ReadRow[] = []
    for await (const row of readRows(path)) list.push(row)
    return list
  }
  const rows = [
    { number: 1, row: { 编号: '001', 内容: '第一行\n第二行，"引号"' } },
    { number: 2, row: { 编号: '002', 内容: '' } }
  ]

  it('reads CSV with BOM, quotes and line breaks, plain and gzipped', async () => {
    const csv = '\uFEFF编号,内容\r\n001,"第一行\n第二行，""引号"""\r\n\r\n002,\r\n'
    expect(await all('a.csv', csv)).toEqual(rows)
    expect(await all('a.csv.gz', gzipSync(csv))).toEqual(rows)
    expect(await all('a.tsv', '编号\t内容\n002\t\n')).toEqual([{ ...rows[1], number: 1 }])
  })

  it('reads JSON and NDJSON, and yields broken rows instead of losing them', async () => {
    expect(await all('a.json', JSON.stringify(rows.map((r) => r.row)))).toEqual(rows)
    const lines = await all('a.ndjson', `${JSON.stringify({ a: 1, b: null, c: [1] })}\n{oops\n[1]\n\n{"a":2}\n`)
    expect(lines.map((l) => ('row' in l ? l.row : 'broken'))).toEqual([
      { a: '1', b: '', c: '[1]' },
      'broken',
      'broken',
      { a: '2' }
    ])
    expect(lines.map((l) => l.number)).toEqual([1, 2, 3, 4])
    expect(await all('b.csv', 'a,b\n1\n1,2\n1,2,3\n')).toMatchObject([
      { broken: '1 cells, 2 columns' },
      { row: { b: '2' } },
      { number: 3 }
    ])
  })

  it('reads the first sheet of XLSX: numbers, dates, formulas, rich text, holes', async () => {
    const book = new exceljs.Workbook()
    const sheet = book.addWorksheet('工单')
    sheet.addRow(['编号', '时间', '内容', '和'])
    sheet.addRow([
      7,
      new Date(Date.UTC(2026, 3, 1, 8, 5)),
      { richText: [{ text: '暴露' }, { text: '垃圾' }] },
      { formula: '1+1', result: 2 }
    ])
    sheet.addRow(['8', undefined, '空'])
    book.addWorksheet('说明').addRow(['不读'])
    await book.xlsx.writeFile(join(folder, 'a.xlsx'))
    expect(await all('a.xlsx')).toEqual([
      { number: 1, row: { 编号: '7', 时间: '2026-04-01T08:05:00', 内容: '暴露垃圾', 和: '2' } },
      { number: 2, row: { 编号: '8', 时间: '', 内容: '空', 和: '' } }
    ])
  })

  it('refuses other files and says why', async () => {
    await expect(all('a.pdf', 'x')).rejects.toThrow(ReadFileError)
    await expect(all('b.json', '{}')).rejects.toThrow(ReadFileError)
    await expect(all('c.json', '{')).rejects.toThrow(ReadFileError)
    await expect(all('missing.csv')).rejects.toThrow(/ENOENT/)
    await expect(all('broken.csv.gz', 'not gzip')).rejects.toThrow()
  })

  it('names the place of a fault in a data file', async () => {
    const path = join(folder, 'map.json')
    await writeFile(path, JSON.stringify({ ...nyc, sourceType: 'pigeon', extra: 1 }))
    await expect(readDataFile(path, ImportMap)).rejects.toThrow(DataFileError)
    await expect(readDataFile(path, ImportMap)).rejects.toThrow(/sourceType/)
  })
})
