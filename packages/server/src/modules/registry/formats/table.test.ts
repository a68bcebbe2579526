import exceljs from 'exceljs'
import { expect, test } from 'vitest'
import { readTable } from './table.ts'
import { BrokenFile } from './types.ts'

const ROWS = [
  { 编码: 'D-1', 名称: '井, 一号' },
  { 编码: 'D-2', 名称: '' }
]

test('CSV in any of its ways: mark, quotes, semicolons, a last line that is not ended', async () => {
  expect(await readTable(Buffer.from('\uFEFF"编码",名称\r\nD-1,"井, 一号"\r\n\r\n , \r\nD-2'))).toEqual(ROWS)
  expect(await readTable(Buffer.from('编码;名称\nD-1;井, 一号\nD-2;\n'))).toEqual(ROWS)
  expect(await readTable(Buffer.from('a,a\n1,2'))).toEqual([{ a: '1', 'a (2)': '2' }])
  expect(await readTable(Buffer.alloc(0))).toEqual([])
})

test('GBK', async () => {
  const gbk = Buffer.concat([Buffer.from([0xb1, 0xe0, 0xc2, 0xeb]), Buffer.from('\nD-1\n')])
  expect(await readTable(gbk)).toEqual([{ 编码: 'D-1' }])
})

test('the first sheet of a workbook', async () => {
  const book = new exceljs.Workbook()
  const sheet = book.addWorksheet('a')
  sheet.addRows([['编码', '名称'], ['D-1', { richText: [{ text: '井, ' }, { text: '一号' }] }], [], ['D-2']])
  book.addWorksheet('b').addRow(['x'])
  expect(await readTable(Buffer.from(await book.xlsx.writeBuffer()))).toEqual(ROWS)
})

test('what is no table is said to be none', async () => {
  await expect(readTable(Buffer.from([1, 0, 2]))).rejects.toThrow(BrokenFile)
  await expect(readTable(Buffer.from('PK\u0003\u0004 and nothing of a zip'))).rejects.toThrow(BrokenFile)
})
