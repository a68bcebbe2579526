import { expect, test } from 'vitest'
import { stepsOf } from './stages.ts'

const blank = {
  status: 'reported' as const,
  reportedAt: '2026-09-04T01:00:00Z',
  registeredAt: null,
  dispatchedAt: null,
  disposedAt: null,
  handledAt: null,
  checkedAt: null,
  closedAt: null,
  cancelledAt: null,
  steps: []
}

test('a new case stands at its first step', () => {
  expect(stepsOf(blank).map((s) => s.state)).toEqual(['now', 'next', 'next', 'next', 'next', 'next'])
})

test('a returned case shows only what still holds', () => {
  const s = stepsOf({
    ...blank,
    status: 'returned',
    registeredAt: '2026-09-04T01:10:00Z',
    dispatchedAt: '2026-09-04T01:20:00Z',
    disposedAt: '2026-09-04T02:00:00Z'
  })
  expect(s.map((x) => x.state)).toEqual(['done', 'done', 'now', 'next', 'next', 'next'])
  expect(s[3]?.at).toBeNull()
})

test('a case that was never registered stops where it stopped', () => {
  expect(stepsOf({ ...blank, status: 'not_registered', cancelledAt: '2026-09-04T01:10:00Z' }).map((s) => s.state)).toEqual([
    'done',
    'stopped',
    'stopped',
    'stopped',
    'stopped',
    'done'
  ])
})
