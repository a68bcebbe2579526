import { expect, test } from 'vitest'
import { backoffMs, blockers, chainOf, ready } from './queue.ts'
import type { StoredOperation } from './types.ts'

let seq = 0
const op = (key: string, chain: string | null, over: Partial<StoredOperation> = {}): StoredOperation => {
  seq += 1
  return {
    seq,
    key,
    kind: 'move',
    input: {},
    capturedAt: '',
    place: null,
    accuracyM: null,
    version: null,
    chain,
    follows: null,
    photoIds: [],
    state: 'queued',
    attempts: 0,
    reuploads: 0,
    notBefore: 0,
    error: null,
    result: null,
    current: null,
    doneAt: null,
    ...over
  }
}

test('one of each case at a time, free ones as they come, at most so many', () => {
  const all = [op('a', 'case:1'), op('b', 'case:1'), op('c', null), op('d', 'case:2'), op('e', null)]
  expect(ready(all, 0, 10).map((o) => o.key)).toEqual(['a', 'c', 'd', 'e'])
  expect(ready(all, 0, 2).map((o) => o.key)).toEqual(['a', 'c'])
})

test('a conflict holds up the later steps of its case and nothing else; a refused clock-in holds up nothing', () => {
  const all = [
    op('a', 'case:1', { state: 'conflict' }),
    op('b', 'case:1'),
    op('c', 'attendance', { state: 'refused' }),
    op('d', 'attendance')
  ]
  expect(ready(all, 0, 10).map((o) => o.key)).toEqual(['d'])
  expect([...blockers(all)]).toEqual([['b', 'a']])
})

test('what is done frees the next; what shall wait waits, and holds up its own case', () => {
  const all = [op('a', 'case:1', { state: 'done' }), op('b', 'case:1', { notBefore: 50 }), op('c', 'case:1')]
  expect(ready(all, 10, 10)).toEqual([])
  expect(ready(all, 60, 10).map((o) => o.key)).toEqual(['b'])
})

test('a step of a report not sent yet is in the chain of the report', () => {
  expect(chainOf('report', 'k', {})).toBe(chainOf('move', 'm', { caseId: 'k' }))
  expect(chainOf('track', 'k', {})).toBe(chainOf('attendance', 'm', {}))
  expect(chainOf('proposal', 'k', {})).toBeNull()
})

test('waits double up to five minutes', () => {
  expect([1, 2, 3, 20].map((n) => backoffMs(n, () => 0.5))).toEqual([1000, 2000, 4000, 300_000])
})
