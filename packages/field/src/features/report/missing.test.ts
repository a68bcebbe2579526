import { expect, test } from 'vitest'
import type { Shot } from '../../camera/shot.ts'
import { missingOf, type ReportDraft } from './missing.ts'

const shot = { id: '1' } as Shot
const draft: ReportDraft = {
  self: false,
  classKey: null,
  place: [120.38, 36.06],
  fix: null,
  accuracyM: null,
  address: '',
  componentId: '',
  words: '',
  note: '',
  urgent: false,
  near: shot,
  far: shot,
  before: null,
  after: null,
  video: [],
  audio: []
}

test('a report needs a near and a far photo, a class and a place', () => {
  expect(missingOf(draft, true)).toBeNull()
  expect(missingOf({ ...draft, near: null }, true)).toBe('near')
  expect(missingOf({ ...draft, far: null }, false)).toBe('far')
  expect(missingOf(draft, false)).toBe('class')
  expect(missingOf({ ...draft, place: null }, true)).toBe('place')
})

test('what was put right on the spot shows before and after instead', () => {
  expect(missingOf({ ...draft, self: true }, true)).toBe('before')
  expect(missingOf({ ...draft, self: true, before: shot, after: shot }, true)).toBeNull()
})

test('half a component code is not handed in', () => {
  expect(missingOf({ ...draft, componentId: '37020' }, true)).toBe('component')
})
