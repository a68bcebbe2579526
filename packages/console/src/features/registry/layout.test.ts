import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { expect, test } from 'vitest'
import { columnsFor, filterable, sectionsOf, tracksOf } from './layout.ts'

const name = { zh: 'n', en: 'n' }
const d = {
  geometry: 'point',
  code: { rule: 'given', pattern: '.' },
  units: ['owner'],
  columns: ['code', 'depth', 'address'],
  attributes: [
    { key: 'depth', name, type: 'number' },
    { key: 'kind', name, type: 'choice', choices: [] },
    { key: 'holder', name, type: 'choice', mask: 'name' }
  ],
  form: [{ name, fields: ['code', 'depth'] }]
} as unknown as RegisterDeclaration

test('the last columns give way to the width', () => {
  expect(columnsFor(d, 900).map((c) => c.key)).toEqual(['code', 'depth', 'address'])
  expect(columnsFor(d, 300).map((c) => c.key)).toEqual(['code', 'depth'])
  expect(columnsFor(d, 10).map((c) => c.key)).toEqual(['code'])
  expect(tracksOf(columnsFor(d, 300))).toBe('minmax(148px, 1fr) minmax(92px, 0.6fr)')
})

test('what the form names nowhere stands in a last section', () => {
  expect(sectionsOf(d)).toEqual([
    { name, fields: ['code', 'depth'] },
    { name: null, fields: ['name', 'status', 'place', 'address', 'owner', 'kind', 'holder'] }
  ])
})

test('personal attributes narrow nothing', () => {
  expect(filterable(d).map((a) => a.key)).toEqual(['kind'])
})
