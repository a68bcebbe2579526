import type { ItemCard, RegisterDeclaration } from '@chengyun/contract/registry'
import { expect, test } from 'vitest'
import { changedFields, draftOf, factsOf, filledFields } from './draft.ts'

const name = { zh: 'n', en: 'n' }
const d = {
  attributes: [
    { key: 'depth', name, type: 'number' },
    { key: 'holder', name, type: 'text', mask: 'name' }
  ],
  relations: [{ key: 'pipe', name, to: 'pipe' }]
} as unknown as RegisterDeclaration
const card = {
  name: '',
  status: 'inUse',
  address: 'A',
  place: [120, 36],
  class: { code: '01', name: 'c', nameEn: '' },
  owner: { id: 'u', name: 'U' },
  attributes: { depth: 3, holder: 'Z*' },
  masked: ['holder'],
  relations: [{ key: 'pipe', type: 'pipe', items: [{ code: 'P1', name: '' }] }]
} as unknown as ItemCard

test('what is masked is neither read nor written', () => {
  const before = draftOf(d, card)
  expect(before).toMatchObject({ class: '01', owner: 'u', maintainer: null, depth: 3, 'rel.pipe': ['P1'] })
  expect('holder' in before).toBe(false)
})

test('only what differs is sent, and emptied fields as null', () => {
  const before = draftOf(d, card)
  const after = { ...before, depth: undefined, address: ' B ', owner: null, 'rel.pipe': [], name: '' }
  const fields = changedFields(before, after)
  expect(fields.toSorted()).toEqual(['address', 'depth', 'owner', 'rel.pipe'])
  expect(factsOf(d, after, fields)).toEqual({ address: 'B', owner: null, attributes: { depth: null }, relations: { pipe: [] } })
})

test('a new item says what is filled', () => {
  expect(filledFields({ name: '', depth: 0, place: null, holder: 'x' })).toEqual(['depth', 'holder'])
})
