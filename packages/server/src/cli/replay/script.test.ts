import { type CaseStatus, OPERATIONS, type Operation, type OperationKey } from '@chengyun/contract/cases'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { differences, missingAcks } from './audit.ts'
import { quantile, reachedBy } from './funnel.ts'
import { delayBefore, nextAct, type Script, type Standing, scriptFor } from './script.ts'

const NOW = new Date('2026-09-01T08:00:00Z')
const RULES = { twoStep: false, needVisit: true }

/** Walks a script over the flow table alone: every act must start where the case stands. */
function walk(script: Script): { steps: { op: OperationKey; toStatus: CaseStatus }[]; end: CaseStatus } {
  let at: Standing & { suspendedFrom: CaseStatus } = {
    status: 'reported',
    requestKind: null,
    done: ['report'],
    checkFailed: false,
    suspendedFrom: 'handling'
  }
  const steps: { op: OperationKey; toStatus: CaseStatus }[] = [{ op: 'report', toStatus: 'reported' }]
  for (let i = 0; i < 60; i += 1) {
    const act = nextAct(at, script, RULES, NOW)
    if (!act) return { steps, end: at.status }
    const operation: Operation = OPERATIONS[act.op]
    expect(
      operation.from === 'open' || (operation.from as readonly string[]).includes(at.status),
      `${act.op} from ${at.status}`
    ).toBe(true)
    const declined = act.input.approve === 'no'
    const to = declined || operation.to === 'same' ? at.status : operation.to === 'back' ? at.suspendedFrom : operation.to
    const asked =
      act.op === 'applyExtend'
        ? 'extend'
        : act.op === 'applySuspend'
          ? 'suspend'
          : act.op.startsWith('approve')
            ? null
            : at.requestKind
    at = {
      status: to,
      requestKind: asked,
      done: [...at.done, act.op],
      checkFailed: act.op === 'submitCheck' ? act.input.result === 'fail' : at.checkFailed,
      suspendedFrom: at.status
    }
    steps.push({ op: act.op, toStatus: to })
  }
  throw new Error(`endless: ${steps.map((s) => s.op).join(' ')}`)
}

const anyScript: fc.Arbitrary<Script> = fc.record({
  answer: fc.constantFrom(null, '不予立案'),
  verify: fc.boolean(),
  unitReturns: fc.boolean(),
  extend: fc.constantFrom('no', 'approved', 'declined'),
  suspend: fc.boolean(),
  deptRejects: fc.boolean(),
  rework: fc.boolean(),
  checkFails: fc.boolean(),
  visit: fc.constantFrom(null, 'satisfied', 'unsatisfied')
})

it('every script ends closed or answered, by steps the flow table has', () => {
  fc.assert(
    fc.property(anyScript, (script) => {
      const { steps, end } = walk(script)
      expect(end).toBe(script.answer === null ? 'closed' : 'not_registered')
      const reached = reachedBy(steps)
      expect(reached).toMatchObject(
        script.answer === null
          ? { accept: true, register: true, dispatch: true, dispose: true, close: true, notRegister: false }
          : { register: false, dispatch: false, close: false, notRegister: true }
      )
    })
  )
})

it('the same seed takes the same turns, another one others; an order without a place is looked for and answered', () => {
  const orders = Array.from({ length: 2000 }, (_, i) => ({ no: `N${i}`, answer: null, unplaced: false }))
  const first = orders.map((o) => scriptFor(o, 'a'))
  expect(orders.map((o) => scriptFor(o, 'a'))).toEqual(first)
  expect(orders.map((o) => scriptFor(o, 'b'))).not.toEqual(first)
  expect(first.filter((s) => s.rework).length / 2000).toBeCloseTo(0.03, 1)
  expect(scriptFor({ no: '1', answer: null, unplaced: true }, 'a')).toMatchObject({
    verify: true,
    answer: expect.stringContaining('无法确定')
  })
  expect(scriptFor({ no: '1', answer: '咨询', unplaced: true }, 'a')).toMatchObject({ verify: false, answer: '咨询' })
})

it('delays are positive and finite, half of them below the typical time', () => {
  const delays = Array.from({ length: 2000 }, (_, i) => delayBefore('accept', `N${i}`, 0, 's'))
  expect(delays.every((d) => d > 0 && Number.isFinite(d))).toBe(true)
  expect(quantile(delays, 0.5)).toBeGreaterThan(240)
  expect(quantile(delays, 0.5)).toBeLessThan(360)
})

it('an acknowledged step that is not in the history is named; one followed by the automatic dispatch is found', () => {
  const steps = [
    { seq: 1, op: 'report' },
    { seq: 2, op: 'accept' },
    { seq: 3, op: 'register' },
    { seq: 4, op: 'dispatch' }
  ] as never
  const acks = [
    { op: 'report', version: 1 },
    { op: 'accept', version: 2 },
    { op: 'register', version: 4 }
  ] as const
  expect(missingAcks({ steps }, acks)).toEqual([])
  expect(missingAcks({ steps }, [...acks, { op: 'assign', version: 5 }])).toEqual([{ op: 'assign', version: 5 }])
  expect(missingAcks({ steps }, [{ op: 'accept', version: 3 }])).toEqual([{ op: 'accept', version: 3 }])
})

it('a funnel that the overview does not confirm is told stage by stage', () => {
  const counts = { report: 10, accept: 8, register: 7, dispatch: 7, dispose: 7, close: 7, notRegister: 3, cancel: 0 }
  const after = { report: 15, accept: 8, register: 7, dispatch: 7, dispose: 7, close: 6, notRegister: 3, cancel: 0 }
  expect(differences(counts, { report: 5 }, after)).toEqual([{ key: 'close', replay: 7, overview: 6 }])
})
