import type { IndexDeclaration } from '@chengyun/scenario-kit/packs'
import { expect, test } from 'vitest'
import { indexOf, whyOf } from './health.ts'

const name = { zh: '级', en: 'class' }
const declared = {
  key: 'health',
  heard: 0.5,
  deduct: { '1': 50, '2': 30, '3': 15, '4': 5 },
  limit: { attribute: 'limit', from: 0.5, deduct: 30 },
  classes: [
    { from: 90, name },
    { from: 60, name },
    { from: 0, name }
  ]
} as unknown as IndexDeclaration
const facts = { streams: 10, spoken: 10, levels: [] as number[], nearest: null as { share: number; point: string } | null }

test('nothing wrong is 100, and says so', () => {
  const { value, class: at, parts } = indexOf(declared, { ...facts, nearest: { share: 0.4, point: 'P1' } })
  expect([value, at, whyOf(parts).zh]).toEqual([100, 0, '无'])
})

test('each thing takes off once by its gravest alarm; the nearest limit by how near it is', () => {
  const found = indexOf(declared, { ...facts, levels: [4, 4, 2], nearest: { share: 0.75, point: 'P1' } })
  expect(found.value).toBe(100 - 10 - 30 - 15)
  expect(found.class).toBe(2)
  expect(whyOf(found.parts)).toEqual({
    zh: '2 级报警 1 处（−30）；4 级报警 2 处（−10）；P1 达限值的 75%（−15）',
    en: 'level 2 at 1 (−30); level 4 at 2 (−10); P1 at 75 % of its limit (−15)'
  })
  expect(indexOf(declared, { ...facts, levels: [1, 1, 1] }).value).toBe(0)
  expect(indexOf(declared, { ...facts, nearest: { share: 3, point: 'P1' } }).value).toBe(70)
})

test('silence is no number', () => {
  expect(indexOf(declared, { ...facts, spoken: 4 })).toMatchObject({ value: null, class: null })
  expect(indexOf(declared, { ...facts, spoken: 5 }).value).toBe(100)
  expect(indexOf(declared, { ...facts, streams: 0, spoken: 0 }).value).toBeNull()
})
