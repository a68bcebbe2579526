import {
  CASE_STATUSES,
  type CaseStatus,
  isOpen,
  type OperationKey,
  operationOf,
  operationsFrom,
  permissionOf
} from '@chengyun/contract/cases'
import { ROLE_PERMISSIONS } from '@chengyun/contract/org'
import { describe, expect, it } from 'vitest'
import { hurriedTo } from './backlog.ts'
import { MATTERS } from './matters.ts'
import { checkResult, delayOf, nextStep, PLAIN, type Standing, type Story, storyOf, verifyResult } from './people.ts'
import { chanceOf } from './random.ts'
import { labelOf } from './truth.ts'
import type { SimEvent } from './world.ts'

/** The flow as far as the simulator is concerned: one step on paper. */
function moveOn(s: Standing, op: OperationKey, story: Story): Standing {
  const done = [...s.done, op]
  const { to } = operationOf(op)
  const status: CaseStatus =
    op === 'applyExtend' || op === 'applySuspend' || op === 'applyForceClose' || (op === 'approveSuspend' && story.refused)
      ? s.status
      : to === 'same'
        ? s.status
        : to === 'back'
          ? 'pending_handle'
          : to
  const requestKind =
    op === 'applyExtend'
      ? 'extend'
      : op === 'applySuspend'
        ? 'suspend'
        : op === 'applyForceClose'
          ? 'force'
          : op.startsWith('approve')
            ? null
            : s.requestKind
  const result = op === 'submitVerify' ? verifyResult(story) : op === 'submitCheck' ? checkResult(story, s.done) : s.result
  return { ...s, status, done, requestKind, requestAtUnit: op === 'applyExtend', result }
}

const reported: Standing = {
  status: 'reported',
  done: ['report'],
  result: null,
  requestKind: null,
  requestAtUnit: false,
  original: null,
  needVisit: false,
  replyDue: false
}

describe('how people act', () => {
  it('brings every story to an end, by steps the flow has and roles that may', () => {
    const seen = new Set<CaseStatus>(['reported'])
    const ops = new Set<OperationKey>()
    for (let i = 0; i < 900; i++) {
      const chance = chanceOf(`story ${i}`)
      const story = {
        ...storyOf(chance, { source: chance.pick(['collector', 'public']), canBeMistaken: true, canSelfHandle: false }),
        merge: chance.hit(0.05)
      }
      let s: Standing = { ...reported, original: chance.hit(0.5) ? '3702020000000000001' : null, needVisit: chance.hit(0.5) }
      let steps = 0
      for (let next = nextStep(s, story); next !== null; next = nextStep(s, story)) {
        expect(operationsFrom(s.status)).toContain(next.op)
        expect(ROLE_PERMISSIONS[next.role]).toContain(permissionOf(next.op))
        ops.add(next.op)
        s = moveOn(s, next.op, story)
        seen.add(s.status)
        steps += 1
        expect(steps).toBeLessThan(60)
      }
      expect(isOpen(s.status)).toBe(false)
    }
    expect([...seen].sort()).toEqual([...CASE_STATUSES].sort())
    for (const op of [
      'merge',
      'returnToDispatcher',
      'handlerReturn',
      'deptReject',
      'rework',
      'checkFailRework',
      'approveExtend',
      'approveSuspend',
      'approveForceClose',
      'endorse',
      'visit',
      'reopen'
    ] as const)
      expect(ops).toContain(op)
  })

  it('treats what people reported plainly', () => {
    let s = reported
    const path: OperationKey[] = []
    for (let next = nextStep(s, PLAIN); next !== null; next = nextStep(s, PLAIN)) {
      path.push(next.op)
      s = moveOn(s, next.op, PLAIN)
    }
    expect(path).toEqual([
      'accept',
      'register',
      'dispatch',
      'assign',
      'submitHandle',
      'deptConfirm',
      'forward',
      'sendCheck',
      'submitCheck',
      'close'
    ])
  })

  it('answers a supervision first', () => {
    expect(nextStep({ ...reported, status: 'handling', replyDue: true }, PLAIN)?.op).toBe('replySupervise')
  })

  it('takes log-normal time and leaves about three in ten to people', () => {
    const step = { op: 'accept', role: 'acceptor', minutes: 4, spread: 0.7 } as const
    const delays = Array.from({ length: 4000 }, (_, i) => delayOf(chanceOf(`delay ${i}`), step, true))
    const left = delays.filter((d) => d.left)
    const own = delays
      .filter((d) => !d.left)
      .map((d) => d.minutes)
      .sort((a, b) => a - b)
    expect(left.length / delays.length).toBeGreaterThan(0.26)
    expect(left.length / delays.length).toBeLessThan(0.34)
    expect(Math.min(...left.map((d) => d.minutes))).toBeGreaterThan(19)
    expect(own[Math.floor(own.length / 2)]).toBeGreaterThan(3.6)
    expect(own[Math.floor(own.length / 2)]).toBeLessThan(4.4)
    expect(delays.every((d) => d.minutes > 0)).toBe(true)
    expect(delayOf(chanceOf('x'), step, false).left).toBe(false)
  })

  it('rushes the backlog no further than it should', () => {
    const at = (status: CaseStatus) => ({ status, requestKind: null })
    expect(hurriedTo(at('reported'), 'handling')).toBe(false)
    expect(hurriedTo(at('handling'), 'handling')).toBe(true)
    expect(hurriedTo(at('pending_check'), 'handling')).toBe(true)
    expect(hurriedTo(at('returned'), 'handling')).toBe(false)
    expect(hurriedTo(at('suspended'), 'closed')).toBe(true)
    expect(hurriedTo(at('cancelled'), 'handling')).toBe(true)
  })

  it('labels the truth', () => {
    const matter = MATTERS[0] as (typeof MATTERS)[number]
    const event: SimEvent = {
      id: '29000000.2',
      at: Date.UTC(2026, 8, 4),
      matter,
      reportedCode: '06011',
      source: 'collector',
      location: [120.38, 36.06],
      districtCode: '370202',
      street: '某路',
      description: '某路便道有人随意倾倒生活垃圾。',
      severity: 'general',
      urgent: false,
      reporter: null,
      accuracyM: 8,
      duplicateOf: null,
      story: { ...PLAIN, wrongClass: true, failedCheck: true, late: true, backToAcceptor: true }
    }
    expect(labelOf('1', event, { id: 'i', caseNo: 'n' }, { id: 'u', name: '某站' }, null)).toMatchObject({
      trueClass: '06010',
      reportedClass: '06011',
      trueUnitId: 'u',
      intendedLate: true,
      mistakes: ['wrongClass', 'failedCheck']
    })
  })
})
