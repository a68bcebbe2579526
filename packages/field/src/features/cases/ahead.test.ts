import type { CanView, OperationKey } from '@chengyun/contract/cases'
import { expect, test } from 'vitest'
import type { Outgoing } from '../../app/work.ts'
import { canAhead } from './ahead.ts'
import { mainSteps, otherSteps } from './steps.ts'

const can = (...ops: OperationKey[]): CanView[] => ops.map((op) => ({ op, primary: true, needs: [] }))
const done = (op: OperationKey, more: object = {}, state: Outgoing['state'] = 'waiting') =>
  ({ kind: 'move', state, input: { caseId: 'c', op, ...more } }) as unknown as Outgoing
const ops = (list: readonly CanView[]) => list.map((c) => c.op)

test('what I have received without a network I may finish without one', () => {
  const ahead = canAhead({ can: can('assign') }, [done('assign', { handlerId: 'me' })], 'me')
  expect(ops(ahead)).toContain('submitHandle')
  expect(mainSteps({ can: ahead }).map((s) => s.op)).toEqual(['submitHandle'])
  expect(otherSteps({ can: ahead }).find((s) => s.op === 'applySuspend')).toMatchObject({ until: true, words: 'required' })
  const finished = [done('assign', { handlerId: 'me' }), done('submitHandle')]
  expect(canAhead({ can: can('assign') }, finished, 'me')).toEqual([])
})

test('what I have given to a colleague is no longer mine', () =>
  expect(canAhead({ can: can('assign') }, [done('assign', { handlerId: 'she' })], 'me')).toEqual([]))

test('a request does not keep from finishing, but from another request', () => {
  const now = can('submitHandle', 'handlerReturn', 'applyExtend', 'applySuspend')
  expect(ops(canAhead({ can: now }, [done('applyExtend')], 'me'))).toEqual(['submitHandle', 'handlerReturn'])
})

test('nothing goes on top of a step that waits for a decision', () =>
  expect(canAhead({ can: can('submitHandle') }, [done('applyExtend', {}, 'conflict')], 'me')).toEqual([]))
