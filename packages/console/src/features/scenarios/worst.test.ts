import type { DataOf } from '@chengyun/contract/scenarios'
import { expect, test } from 'vitest'
import { isSilent, orderOf } from './worst.ts'

const name = (zh: string) => ({ zh, en: zh })
const data: DataOf<'stations'> = {
  type: 'stations',
  at: '2026-11-22T08:00:00Z',
  headline: null,
  rev: '1',
  register: { type: 'heat-station', name: name('换热站') },
  columns: [{ key: 'supply', name: name('供水温度'), unit: '℃', decimals: 1, kind: 'number' }],
  attributes: [{ key: 'company', name: name('企业'), type: 'text' }],
  spark: null,
  silent: 1,
  states: ['good', 'noData', 'stuck'],
  things: {
    codes: ['A', 'B', 'C', 'D', 'E'],
    names: ['10 号站', '2 号站', '3 号站', '4 号站', '5 号站'],
    attributes: [['甲', null, '乙', '甲', '甲']],
    streamIds: [[1, 2, 3, 4, 0]]
  },
  levels: [0, 0, 1, 3, 0],
  values: [[50, null, 30, 70, null]],
  state: [[2, 1, 0, 0, 0]],
  heard: [5, null, 3, 4, null]
}
const codes = (order: number[]) => order.map((i) => data.things?.codes[i]).join('')

test('worst first: alarms by level, silence, doubtful readings, the rest', () => {
  expect(codes(orderOf(data, { key: 'worst', down: false }))).toBe('CDBEA')
  expect([0, 1, 4].map((i) => isSilent(data, i))).toEqual([false, true, true])
})

test('what is not known comes last both ways', () => {
  expect(codes(orderOf(data, { key: 'supply', down: false }))).toBe('CADBE')
  expect(codes(orderOf(data, { key: 'supply', down: true }))).toBe('DACBE')
  expect(codes(orderOf(data, { key: '@company', down: false })).at(-1)).toBe('B')
})

test('names go by their numbers, and rows can be left out', () => {
  expect(codes(orderOf(data, { key: 'name', down: false }))).toBe('BCDEA')
  expect(codes(orderOf(data, { key: 'heard', down: false }, (i) => i > 1))).toBe('CDE')
})
