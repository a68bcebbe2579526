import { expect, test } from 'vitest'
import { type Preference, wantsSms } from './told.ts'

const NIGHT = { day: 1, minute: 23 * 60 }
const NOON = { day: 1, minute: 12 * 60 }
const person = (more: Partial<Preference> = {}): Preference => ({
  sms: true,
  phone_kinds: ['raised', 'caseEnded'],
  levels: [1, 2, 3, 4],
  on_duty_only: false,
  quiet_from: '22:00',
  quiet_to: '07:00',
  ...more
})

test('what comes to the telephone: kinds asked for, outside quiet hours, at wanted levels', () => {
  expect(wantsSms(person(), { kind: 'raised', level: 3 }, NOON, false)).toBe(true)
  expect(wantsSms(person(), { kind: 'ladder', level: 3 }, NOON, false)).toBe(false)
  expect(wantsSms(person(), { kind: 'raised', level: 3 }, NIGHT, false)).toBe(false)
  expect(wantsSms(person({ levels: [2] }), { kind: 'raised', level: 3 }, NOON, false)).toBe(false)
  expect(wantsSms(person({ on_duty_only: true }), { kind: 'raised', level: 3 }, NOON, false)).toBe(false)
})

test('at level 1 what presses comes in any case, unless the telephone is off; what only informs stays as it was chosen', () => {
  expect(wantsSms(person({ on_duty_only: true, levels: [] }), { kind: 'ladder', level: 1 }, NIGHT, false)).toBe(true)
  expect(wantsSms(person({ sms: false }), { kind: 'ladder', level: 1 }, NOON, true)).toBe(false)
  expect(wantsSms(person(), { kind: 'caseEnded', level: 1 }, NIGHT, true)).toBe(false)
  expect(wantsSms(person(), { kind: 'taskFailed', level: 1 }, NOON, true)).toBe(false)
})

test('who never said so hears on the telephone what presses', () => {
  expect(wantsSms(undefined, { kind: 'assigned', level: 4 }, NIGHT, false)).toBe(true)
  expect(wantsSms(undefined, { kind: 'report', level: 4 }, NOON, false)).toBe(false)
})
