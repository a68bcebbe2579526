import type { CaseInput, OperationKey } from '@chengyun/contract/cases'
import { calendarBook, compileCalendar, type WorkCalendar } from '@chengyun/contract/clock'
import { DEFAULT_FLOW_CONFIG, type FlowConfig } from './config.ts'
import { type Outcome, plan, type Resolved } from './plan.ts'
import type { CaseRecord } from './record.ts'

const SLOTS: [string, string][] = [
  ['08:00', '12:00'],
  ['14:00', '18:00']
]
export const WEEK: WorkCalendar = {
  id: 'test',
  version: 1,
  timeZone: 'Asia/Shanghai',
  weekly: { mon: SLOTS, tue: SLOTS, wed: SLOTS, thu: SLOTS, fri: SLOTS, sat: [], sun: [] },
  days: {},
  hoursPerDay: 8
} as unknown as WorkCalendar
export const CALENDAR = compileCalendar(WEEK)

export const PEOPLE = { acceptor: 'a1', dispatcher: 'd1', dept: 'u1', handler: 'h1', collector: 'c1', leader: 'l1' }
export const UNIT = '00000000-0000-7000-8000-00000000aaaa'
export const OTHER_UNIT = '00000000-0000-7000-8000-00000000bbbb'

export const aRecord = (over: Partial<CaseRecord> = {}): CaseRecord => ({
  id: '00000000-0000-7000-8000-000000000001',
  caseNo: '3702032026090100001',
  version: 1,
  status: 'reported',
  isOpen: true,
  standardRef: 'GB/T 47678.5-2026',
  kind: 'matter',
  classCode: '06010',
  majorCode: '06',
  componentId: null,
  conditionId: null,
  sourceType: 'collector',
  description: '路边垃圾',
  severity: 'general',
  urgent: false,
  reporterId: 'c1',
  lng: 120.38,
  lat: 36.07,
  origin: null,
  precision: 'exact',
  address: '辽宁路',
  districtCode: '370203',
  streetCode: '370203010',
  communityCode: '370203010001',
  gridCode: '370203010001001',
  dutyGridCode: null,
  unitId: null,
  unitIds: [],
  handlerId: null,
  collectorId: null,
  acceptorId: null,
  registrarId: null,
  caseLimit: null,
  foundAt: null,
  reportedAt: '2026-09-01T01:00:00.000Z',
  acceptedAt: null,
  registeredAt: null,
  dispatchedAt: null,
  receivedAt: null,
  handledAt: null,
  disposedAt: null,
  checkedAt: null,
  closedAt: null,
  cancelledAt: null,
  dueAt: null,
  soonAt: null,
  dueStage: null,
  handleDeadlineAt: null,
  totalDeadlineAt: null,
  wakeAt: null,
  supervised: false,
  selfHandled: false,
  forced: false,
  timeoutExempt: false,
  requestKind: null,
  extendCount: 0,
  reworkCount: 0,
  returnCount: 0,
  mergedInto: null,
  needVisit: false,
  externalSystem: null,
  externalNo: null,
  thumbId: null,
  clocks: {},
  state: {},
  lastHash: 'x',
  reportKey: null,
  ...over
})

/** Everything an operation may name, already looked up. */
export const RESOLVED: Resolved = {
  condition: { id: 'cond-1', limit: { kind: 'work_hour', value: 4 } },
  unit: { id: UNIT, ancestorIds: [UNIT] },
  handler: { id: PEOPLE.handler, name: '王处置' },
  collector: { id: PEOPLE.collector, name: '刘监督', distanceM: 120 },
  evidence: [{ id: 'e1', sha256: 'f'.repeat(64), phase: 'after' }]
}

/** A case worked by hand: each act moves the clock on by `minutes`. */
export class Desk {
  record: CaseRecord
  now: Date
  readonly outcomes: Outcome[] = []
  readonly config: FlowConfig

  constructor(start: string, record: CaseRecord = aRecord(), config: Partial<FlowConfig> = {}) {
    this.now = new Date(start)
    this.record = record
    this.config = { ...DEFAULT_FLOW_CONFIG, ...config }
  }

  wait(minutes: number): this {
    this.now = new Date(this.now.getTime() + minutes * 60_000)
    return this
  }

  act(op: OperationKey, input: Omit<CaseInput, 'version'> = {}, resolved: Resolved = {}, by = 'x1'): this {
    const outcome = plan(this.record, op, input, {
      now: this.now,
      actor: { id: by, name: by, unitId: null, role: null },
      current: CALENDAR,
      book: calendarBook([CALENDAR]),
      config: this.config,
      resolved: { ...RESOLVED, ...resolved }
    })
    this.outcomes.push(outcome)
    this.record = outcome.next
    return this
  }

  /** From report to the unit's hands. */
  dispatched(): this {
    return this.act('accept').wait(5).act('register', { conditionId: 'cond-1' }).wait(1).act('dispatch', { unitId: UNIT })
  }
  finished(): this {
    return this.act('assign', { handlerId: PEOPLE.handler })
      .wait(30)
      .act('submitHandle', { opinion: '已清理', evidenceIds: ['e1'] })
      .wait(5)
      .act('deptConfirm')
  }
}
