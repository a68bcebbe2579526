import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { expect, test } from 'vitest'
import { changesBetween } from './versions.ts'

const d = (attributes: { key: string; required?: boolean }[]) =>
  ({ name: { zh: 'a', en: 'b' }, columns: ['code'], attributes }) as unknown as RegisterDeclaration

test('changes stand by the key of their row; a moved row is none', () => {
  const before = d([{ key: 'x' }, { key: 'y' }])
  expect(changesBetween(before, d([{ key: 'y' }, { key: 'x', required: true }]))).toEqual([
    { path: 'attributes.x.required', before: '–', after: 'true' }
  ])
  expect(changesBetween(before, { ...before, columns: ['code', 'name'] })).toEqual([
    { path: 'columns', before: '["code"]', after: '["code","name"]' }
  ])
})
