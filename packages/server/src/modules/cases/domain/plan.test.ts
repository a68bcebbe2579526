import { CASE_STATUSES, type CaseInput, isOpen, OPERATION_KEYS, type OperationKey, operationOf } from '@chengyun/contract/cases'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../../platform/errors.ts'
import { aRecord, Desk, OTHER_UNIT, PEOPLE, UNIT } from './flow.testing.ts'

// Tuesday 2026-09-01, 09:00 in the city.
const TUESDAY_9 = '2026-09-01T01:00:00.000Z'
const refusal = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'done'
}

describe('the closed loop', () => {
  test('report → accept → register → dispatch → assign → handle → confirm → forward → check → close', () => {
    const desk = new Desk(TUESDAY_9).dispatched()
    expect(desk.record).toMatchObject({
      status: 'pending_handle',
      unitId: UNIT,
      unitIds: [UNIT],
      dueStage: 'handle',
      handleDeadlineAt: '2026-09-01T07:06:00.000Z'
    })
    desk.finished()
    expect(desk.record.status).toBe('pending_feedback_review')
    expect(desk.record.clocks.handle).toMatchObject({ status: 'finished', overdue: false, usedS: 35 * 60 })
    desk.act('forward').act('sendCheck').wait(10).act('submitCheck', { result: 'pass' }).wait(3).act('close')
    expect(desk.record).toMatchObject({ status: 'closed', isOpen: false, wakeAt: null, dueAt: null, version: 11 })
    expect(desk.record.closedAt).not.toBeNull()
  })

  test('the handle clock stops when the department confirms, not when the handler photographs (pitfall 5)', () => {
    const desk = new Desk(TUESDAY_9)
      .dispatched()
      .act('assign', { handlerId: PEOPLE.handler })
      .wait(30)
      .act('submitHandle', { opinion: '好', evidenceIds: ['e1'] })
    expect(desk.record.clocks.handle?.status).toBe('running')
    desk.wait(8 * 60).act('deptConfirm')
    expect(desk.record.clocks.handle).toMatchObject({ status: 'finished', overdue: true })
    expect(desk.outcomes.at(-1)!.step).toMatchObject({ stage: 'handle', overdue: true })
  })

  test('a failed check goes back to the same unit with a new clock, and the data of the first round stays', () => {
    const desk = new Desk(TUESDAY_9)
      .dispatched()
      .finished()
      .act('forward')
      .act('sendCheck')
      .wait(5)
      .act('submitCheck', { result: 'fail' })
    expect(refusal(() => desk.act('close'))).toBe('CASE_CHECK_NOT_PASSED')
    desk.act('checkFailRework', { opinion: '仍有垃圾' })
    expect(desk.record).toMatchObject({
      status: 'pending_handle',
      unitId: UNIT,
      reworkCount: 1,
      registeredAt: expect.any(String)
    })
    expect(desk.record.clocks.handle).toMatchObject({ status: 'running', restarts: 1 })
  })

  test('closing straight from "pending check" needs a class that may be checked from pictures', () => {
    const desk = new Desk(TUESDAY_9).dispatched().finished().act('forward')
    expect(refusal(() => desk.act('close'))).toBe('CASE_CHECK_NOT_PASSED')
    expect(desk.act('close', {}, { remoteCheck: true }).record.status).toBe('closed')
  })
})

describe('returns', () => {
  test('the same unit again resumes the paused clock, another unit starts anew (§2.12 row 11)', () => {
    const back = () => new Desk(TUESDAY_9).dispatched().wait(30).act('returnToDispatcher', { opinion: '非本单位' })
    const paused = back()
    expect(paused.record.clocks.handle).toMatchObject({ status: 'paused', remainingS: 3.5 * 3600 })
    const same = back().wait(10).act('dispatch', { unitId: UNIT })
    expect(same.record.clocks.handle).toMatchObject({ status: 'running', pausedS: 600 })
    const other = back()
      .wait(10)
      .act('dispatch', { unitId: OTHER_UNIT }, { unit: { id: OTHER_UNIT, ancestorIds: [] } })
    expect(other.record.clocks.handle).toMatchObject({ status: 'running', pausedS: 0, startAt: other.now.toISOString() })
    expect(other.record.unitIds).toEqual([UNIT, OTHER_UNIT])
  })

  test('whoever got it back may not push it on (guard of returns)', () => {
    const desk = new Desk(TUESDAY_9).dispatched().act('returnToDispatcher', { opinion: '非本单位' })
    expect(desk.record.status).toBe('returned')
    desk.act('returnToAcceptor', { opinion: '非我局' })
    expect(desk.record).toMatchObject({ status: 'pending_register', unitId: null, returnCount: 2 })
    expect(refusal(() => desk.act('accept'))).toBe('CASE_OPERATION_NOT_ALLOWED')
    expect(desk.act('register', { conditionId: 'cond-1' }).record.status).toBe('pending_dispatch')
  })

  test('after two working hours a unit can no longer say "not ours"', () => {
    const desk = new Desk(TUESDAY_9).dispatched().wait(121)
    expect(refusal(() => desk.act('returnToDispatcher', { opinion: '非本单位' }))).toBe('CASE_RETURN_TOO_LATE')
  })
})

describe('requests', () => {
  test('two extensions at most, each on the current deadline; a rejection does not count', () => {
    const desk = new Desk(TUESDAY_9).dispatched()
    const first = desk.record.handleDeadlineAt!
    const extend = (approve: 'yes' | 'no') => desk.act('applyExtend', { opinion: '需吊车' }).act('approveExtend', { approve })
    extend('no')
    expect(desk.record).toMatchObject({ extendCount: 0, handleDeadlineAt: first, requestKind: null })
    extend('yes')
    extend('yes')
    // 15:06 + 4 h + 4 h of work: 2 h 54 left on Tuesday, the rest on Wednesday.
    expect(desk.record).toMatchObject({ extendCount: 2, handleDeadlineAt: '2026-09-02T07:06:00.000Z' })
    expect(refusal(() => desk.act('applyExtend', { opinion: '再延' }))).toBe('CASE_EXTEND_LIMIT')
  })

  test('no extension once overdue, none while another request waits', () => {
    const late = new Desk(TUESDAY_9).dispatched().wait(24 * 60)
    expect(refusal(() => late.act('applyExtend', { opinion: '晚了' }))).toBe('CASE_OVERDUE')
    const busy = new Desk(TUESDAY_9).dispatched().act('applySuspend', { opinion: '缺料', until: '2026-09-10' })
    expect(refusal(() => busy.act('applyExtend', { opinion: '同时' }))).toBe('CASE_REQUEST_PENDING')
  })

  test('a suspension stops the clock and resumes where it was', () => {
    const desk = new Desk(TUESDAY_9)
      .dispatched()
      .wait(60)
      .act('applySuspend', { opinion: '缺料', until: '2026-09-10' })
      .act('approveSuspend', { approve: 'yes' })
    expect(desk.record).toMatchObject({ status: 'suspended', dueAt: null })
    expect(refusal(() => desk.act('assign', { handlerId: PEOPLE.handler }))).toBe('CASE_OPERATION_NOT_ALLOWED')
    desk.wait(3 * 24 * 60).act('resume')
    expect(desk.record.status).toBe('pending_handle')
    expect(desk.record.clocks.handle).toMatchObject({ status: 'running' })
  })

  test('more than a year ahead or in the past is no date for a suspension', () => {
    const desk = new Desk(TUESDAY_9).dispatched()
    for (const until of ['2026-09-01', '2028-01-01', '2026-13-45']) {
      expect(refusal(() => desk.act('applySuspend', { opinion: 'x', until }))).toBe('CASE_UNTIL_INVALID')
    }
  })

  test('a forced close takes two people', () => {
    const desk = new Desk(TUESDAY_9).dispatched().act('applyForceClose', { reason: '权属不清' }, {}, 'boss')
    expect(refusal(() => desk.act('approveForceClose', { approve: 'yes' }, {}, 'boss'))).toBe('CASE_SECOND_PERSON')
    expect(desk.act('approveForceClose', { approve: 'yes' }, {}, 'other').record).toMatchObject({
      status: 'forced_close',
      forced: true,
      isOpen: false
    })
  })

  test('an appeal exempts from the statistics and keeps the raw fact (pitfall 10)', () => {
    const desk = new Desk(TUESDAY_9)
      .dispatched()
      .wait(2 * 24 * 60)
      .finished()
      .act('forward')
      .act('sendCheck')
      .act('submitCheck', { result: 'pass' })
      .act('close')
    expect(desk.record.clocks.handle?.overdue).toBe(true)
    desk.act('appeal', { opinion: '暴雨' }).act('reviewAppeal', { approve: 'yes', opinion: '属实' })
    expect(desk.record).toMatchObject({ timeoutExempt: true })
    expect(desk.record.clocks.handle?.overdue).toBe(true)
    expect(refusal(() => desk.act('appeal', { opinion: '再来' }))).toBe('CASE_NOT_APPEALABLE')
  })
})

describe('side steps', () => {
  test('verification before acceptance pauses the acceptor, its result starts his decision', () => {
    const desk = new Desk(TUESDAY_9, aRecord({ sourceType: 'public' }))
    desk.act('sendVerify', { opinion: '请核实' })
    expect(desk.record).toMatchObject({ status: 'pending_verify', collectorId: PEOPLE.collector, dueStage: 'verify' })
    desk.wait(10).act('submitVerify', { result: 'exists' })
    expect(desk.record).toMatchObject({ status: 'pending_register', collectorId: null, dueStage: 'register' })
  })

  test('merging asks for the same class within 50 m and 24 h', () => {
    const near = aRecord({ id: '00000000-0000-7000-8000-000000000002', lng: 120.3803, reportedAt: '2026-08-31T20:00:00.000Z' })
    const merge = (other: Partial<typeof near>) =>
      refusal(() => new Desk(TUESDAY_9).act('merge', { mergeInto: 'n' }, { other: { ...near, ...other } }))
    expect(merge({})).toBe('done')
    expect(merge({ lng: 120.39 })).toBe('CASE_NOT_MERGEABLE')
    expect(merge({ classCode: '06011' })).toBe('CASE_NOT_MERGEABLE')
    expect(merge({ reportedAt: '2026-08-30T00:00:00.000Z' })).toBe('CASE_NOT_MERGEABLE')
    expect(merge({ status: 'closed' })).toBe('CASE_NOT_MERGEABLE')
  })

  test('reopening within the days allowed gives new clocks; a merged case stays merged', () => {
    const closed = () =>
      new Desk(TUESDAY_9)
        .dispatched()
        .finished()
        .act('forward')
        .act('sendCheck')
        .act('submitCheck', { result: 'pass' })
        .act('close')
    expect(closed().wait(60).act('reopen', { reason: '反复' }).record).toMatchObject({
      status: 'pending_dispatch',
      isOpen: true,
      closedAt: null
    })
    expect(
      refusal(() =>
        closed()
          .wait(31 * 24 * 60)
          .act('reopen', { reason: '太久' })
      )
    ).toBe('CASE_NOT_REOPENABLE')
  })

  test('in two-step mode the acceptor proposes and the shift leader decides', () => {
    const desk = new Desk(TUESDAY_9, aRecord(), { twoStep: true }).act('accept').act('register', { conditionId: 'cond-1' })
    expect(desk.record).toMatchObject({ status: 'pending_register', state: { proposal: { op: 'register' } } })
    expect(desk.act('register', { conditionId: 'cond-1' }, { shiftLeader: true }).record.status).toBe('pending_dispatch')
  })
})

describe('input', () => {
  test('missing, superfluous and impossible fields are refused by name', () => {
    const desk = new Desk(TUESDAY_9)
    expect(refusal(() => desk.act('notRegister'))).toBe('CASE_FIELD_REQUIRED')
    expect(refusal(() => desk.act('accept', { unitId: UNIT }))).toBe('CASE_FIELD_UNEXPECTED')
    expect(refusal(() => new Desk(TUESDAY_9).act('sendVerify', { opinion: 'x' }).act('submitVerify', { result: 'pass' }))).toBe(
      'CASE_FIELD_INVALID'
    )
  })

  test('a case without a place cannot be registered', () => {
    const desk = new Desk(TUESDAY_9, aRecord({ districtCode: null, streetCode: null, communityCode: null, gridCode: null })).act(
      'accept'
    )
    expect(refusal(() => desk.act('register', { conditionId: 'cond-1' }))).toBe('CASE_NOT_PLACED')
  })
})

const INPUTS: Partial<Record<OperationKey, Omit<CaseInput, 'version'>>> = {
  sendVerify: { opinion: 'o' },
  submitVerify: { result: 'exists' },
  register: { conditionId: 'cond-1' },
  notRegister: { opinion: 'o' },
  cancel: { opinion: 'o' },
  dispatch: { unitId: UNIT },
  returnToAcceptor: { opinion: 'o' },
  assign: { handlerId: 'h1' },
  returnToDispatcher: { opinion: 'o' },
  handlerReturn: { opinion: 'o' },
  submitHandle: { opinion: 'o', evidenceIds: ['e1'] },
  deptReject: { opinion: 'o' },
  rework: { opinion: 'o' },
  submitCheck: { result: 'pass' },
  checkFailRework: { opinion: 'o' },
  applyExtend: { opinion: 'o' },
  approveExtend: { approve: 'yes' },
  applySuspend: { opinion: 'o', until: '2026-09-20' },
  approveSuspend: { approve: 'yes' },
  supervise: { kind: 'leader', level: '1', opinion: 'o', needReply: true },
  replySupervise: { opinion: 'o' },
  applyForceClose: { reason: 'r' },
  approveForceClose: { approve: 'yes' },
  appeal: { opinion: 'o' },
  reviewAppeal: { approve: 'no', opinion: 'o' },
  reopen: { reason: 'r' },
  merge: { mergeInto: 'n' },
  link: { linkTo: 'n' },
  visit: { satisfaction: 'satisfied' }
}

test('whatever people do in whatever order, a case keeps its laws', () => {
  const other = aRecord({ id: '00000000-0000-7000-8000-000000000002' })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...OPERATION_KEYS), fc.integer({ min: 0, max: 2000 }), fc.constantFrom('p1', 'p2')), {
        maxLength: 60
      }),
      (acts) => {
        const desk = new Desk(TUESDAY_9, aRecord({ needVisit: true }))
        for (const [op, minutes, by] of acts) {
          const before = desk.record
          const told = refusal(() => desk.wait(minutes).act(op, INPUTS[op] ?? {}, { other }, by))
          const after = desk.record
          if (told !== 'done') {
            expect(told).toMatch(/^CASE_/)
            expect(after).toBe(before)
            continue
          }
          expect(after.version).toBe(before.version + 1)
          expect(CASE_STATUSES).toContain(after.status)
          expect(after.isOpen).toBe(isOpen(after.status))
          expect(operationOf(op).from === 'none').toBe(false)
          if (!after.isOpen) {
            expect(Object.values(after.clocks).every((t) => t.status !== 'running' && t.status !== 'paused')).toBe(true)
            expect(after.wakeAt).toBeNull()
          }
          if (after.dueAt) expect(after.clocks[after.dueStage!]?.status).toBe('running')
          expect(after.extendCount).toBeLessThanOrEqual(2 + after.reworkCount * 2 + 2)
          expect(new Set(after.unitIds).size).toBe(after.unitIds.length)
          for (const id of before.unitIds) expect(after.unitIds).toContain(id)
        }
      }
    ),
    { numRuns: 400 }
  )
})

test("a handler's request goes to his unit first, then to the dispatcher (§2.12 row 22)", () => {
  const desk = new Desk(TUESDAY_9).dispatched().act('assign', { handlerId: PEOPLE.handler })
  const before = desk.record.handleDeadlineAt
  desk.act('applyExtend', { opinion: '需吊车' }, { forUnit: false })
  expect(refusal(() => desk.act('approveExtend', { approve: 'yes' }))).toBe('CASE_NO_REQUEST')
  desk.act('endorse', { approve: 'yes' })
  expect(refusal(() => desk.act('endorse', { approve: 'yes' }))).toBe('CASE_NO_REQUEST')
  expect(desk.record.handleDeadlineAt).toBe(before)
  expect(desk.act('approveExtend', { approve: 'yes' }).record).toMatchObject({ extendCount: 1, requestKind: null })
})
