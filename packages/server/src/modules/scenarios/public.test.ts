import { expect, test } from 'vitest'
import { saidBy } from './public.ts'

const modes = [{ value: 'auto', name: { zh: '自动', en: 'automatic' } }]
const row = (value: number | null, result?: string) =>
  ({ value: value ?? Number.NaN, extra: result === undefined ? null : { result } }) as never

test('readings in the words of their streams; nothing is not a zero', () => {
  expect(saidBy('number', undefined, row(0))).toBe(0)
  expect(saidBy('number', undefined, row(null))).toBeNull()
  expect(saidBy('truth', undefined, row(1))).toBe(true)
  expect(saidBy('category', modes, row(null, 'auto'))).toEqual(modes[0]!.name)
  expect(saidBy('category', modes, row(null, 'E07'))).toEqual({ zh: 'E07', en: 'E07' })
  expect(saidBy('category', modes, undefined)).toBeNull()
})
