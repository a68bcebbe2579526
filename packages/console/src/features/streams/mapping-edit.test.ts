import type { PayloadMapping } from '@chengyun/contract/streams'
import { expect, test } from 'vitest'
import { keyFrom, pathText, readEach, timeFrom, withinEach } from './mapping-edit.ts'

test('places as mappings write them', () => {
  expect(pathText([])).toBe('$')
  expect(pathText(['data', 'list', 0, 't'])).toBe('data.list[0].t')
  expect(pathText(['a b', "it's", 2])).toBe("['a b'][\"it's\"][2]")
  expect(pathText([0, 'v'])).toBe('[0].v')
})

test('names of makers as keys', () => {
  expect(keyFrom(['data', 'Supply_Temp'])).toBe('supplyTemp')
  expect(keyFrom(['列表', 0])).toBe('value')
})

test('how a moment is written', () => {
  expect(timeFrom('ts', 1_782_880_200)).toMatchObject({ as: 's' })
  expect(timeFrom('ts', '1782880200000')).toMatchObject({ as: 'ms' })
  expect(timeFrom('ts', '2026-07-01T10:00:00+08:00')).toMatchObject({ as: 'iso' })
  expect(timeFrom('ts', '2026-07-01 10:00:00')).toMatchObject({ as: 'text', format: 'yyyy-MM-dd HH:mm:ss' })
  expect(timeFrom('ts', '20260701100000')).toMatchObject({ as: 'text', format: 'yyyyMMddHHmmss' })
})

test('a list read entry by entry', () => {
  const d: PayloadMapping = {
    key: 'maker',
    name: { zh: 'a', en: 'a' },
    device: { from: 'path', path: 'items[0].id' },
    time: { path: 'ts', as: 's' },
    values: [{ path: 'items[0].v.t', stream: 't' }]
  }
  expect(readEach(d, ['items'])).toMatchObject({
    each: 'items',
    device: { path: 'id' },
    time: { path: 'ts' },
    values: [{ path: 'v.t', stream: 't' }]
  })
  expect(withinEach(['items', 3, 'v', 'h'], 'items')).toBe('v.h')
  expect(readEach({ ...d, values: [{ path: '[0].t', stream: 't' }] }, [])).toMatchObject({ each: '$', values: [{ path: 't' }] })
})
