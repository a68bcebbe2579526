/**
 * The one description of how a case moves (GB/T 30428.8, CJJ/T 106; operations numbered as in docs/generated/case-flow.md). The server
 * enforces it, the consoles draw their buttons from it, the documentation is written from it. To change the flow, change a row
 * here; never write an `if` about states anywhere else.
 */

// biome-ignore format: in the order of the life of a case
export const CASE_STATUSES = [
  'reported', 'pending_verify', 'pending_register', 'not_registered', 'pending_dispatch', 'pending_handle', 'handling',
  'handle_finished', 'suspended', 'returned', 'pending_feedback_review', 'pending_check', 'checking', 'pending_close',
  'closed', 'forced_close', 'cancelled'
] as const
export type CaseStatus = (typeof CASE_STATUSES)[number]

/** A case in one of these is over; every other one is somebody's to-do. */
export const FINAL_STATUSES = ['not_registered', 'closed', 'forced_close', 'cancelled'] as const satisfies readonly CaseStatus[]
export const OPEN_STATUSES = CASE_STATUSES.filter((s) => !(FINAL_STATUSES as readonly string[]).includes(s))
export const isOpen = (status: CaseStatus): boolean => !(FINAL_STATUSES as readonly string[]).includes(status)

/** The seven official stages, for the stage bar and the case form. */
// biome-ignore format: a table
export const STAGE_OF: Record<CaseStatus, 'collect' | 'establish' | 'dispatch' | 'handle' | 'feedback' | 'check' | 'end'> = {
  reported: 'collect', pending_verify: 'collect', pending_register: 'establish', not_registered: 'end', pending_dispatch: 'dispatch',
  pending_handle: 'handle', handling: 'handle', handle_finished: 'feedback', suspended: 'handle', returned: 'dispatch',
  pending_feedback_review: 'feedback', pending_check: 'check', checking: 'check', pending_close: 'check', closed: 'end',
  forced_close: 'end', cancelled: 'end'
}

export const SOURCE_TYPES = [
  'collector',
  'video',
  'videoPatrol',
  'vehicle',
  'uav',
  'satellite',
  'iot',
  'hotline',
  'public',
  'app',
  'media',
  'leader',
  'transfer',
  'superior',
  'inspection'
] as const
export type SourceType = (typeof SOURCE_TYPES)[number]
export const SEVERITIES = ['daily', 'general', 'serious', 'major'] as const
export type Severity = (typeof SEVERITIES)[number]
/** What was found of the component when its case was closed: there is a new one, it stands elsewhere (at the place of the case), it is gone. */
export const COMPONENT_FEEDBACK = ['added', 'moved', 'removed'] as const
export type ComponentFeedbackKind = (typeof COMPONENT_FEEDBACK)[number]
export const CLOCK_STAGES = ['accept', 'verify', 'register', 'dispatch', 'handle', 'check', 'close'] as const
export type ClockStage = (typeof CLOCK_STAGES)[number]

/** What an operation asks for. The console builds its form from it; the server refuses when a required one is missing. */
export const OPERATION_FIELDS = {
  opinion: 'text',
  conditionId: 'condition',
  unitId: 'unit',
  handlerId: 'handler',
  collectorId: 'collector',
  result: 'choice',
  evidenceIds: 'photos',
  until: 'day',
  reason: 'text',
  limit: 'limit',
  severity: 'choice',
  mergeInto: 'case',
  relation: 'choice',
  linkTo: 'case',
  approve: 'choice',
  needReply: 'flag',
  level: 'choice',
  kind: 'choice',
  satisfaction: 'choice',
  componentFeedback: 'choice',
  target: 'choice',
  requestId: 'hidden',
  classCode: 'class'
} as const
export type OperationField = keyof typeof OPERATION_FIELDS
export interface Need {
  field: OperationField
  required: boolean
  options?: readonly string[]
}

/** Who, beyond holding the permission in scope: the row must be theirs in this sense. */
export type Holder = 'scope' | 'task' | 'unit' | 'handler' | 'reporter'

/** Checked by name in `cases/domain/guards.ts`; each refusal has its own error code. */
export type Guard =
  | 'placed'
  | 'notOverdue'
  | 'noRequest'
  | 'extendLeft'
  | 'requestExtend'
  | 'requestAtUnit'
  | 'requestSuspend'
  | 'notAfterReturn'
  | 'withinReturnLimit'
  | 'unassigned'
  | 'checkPassed'
  | 'checkFailed'
  | 'remoteOrPassed'
  | 'untilWithinYear'
  | 'appealable'
  | 'appealPending'
  | 'reopenable'
  | 'mergeable'
  | 'secondPerson'
  | 'requestForce'
  | 'visitable'
  | 'supervised'
  | 'notMerged'
  | 'linkable'

/** Effects on clocks, in order. `handle` takes its limit from the registering condition, the others from the stage limits. */
export type ClockEffect =
  | `start:${ClockStage}`
  | `stop:${ClockStage}`
  | `pause:${ClockStage}`
  | `resume:${ClockStage}`
  | `restart:${ClockStage}`
  | `extend:${ClockStage}`
  | 'cancel:all'

export interface Operation {
  /** Row of the transition table. */
  no: number
  zh: string
  en: string
  from: readonly CaseStatus[] | 'open' | 'none'
  /** The next status; 'same' keeps it; 'back' returns to where the side step began (verify, suspend). */
  to: CaseStatus | 'same' | 'back'
  holder: Holder
  needs?: readonly Need[]
  guards?: readonly Guard[]
  clocks?: readonly ClockEffect[]
  /** Type of the flow record. */
  record:
    | 'forward'
    | 'return'
    | 'cancel'
    | 'close'
    | 'assign'
    | 'revoke_assign'
    | 'extend'
    | 'suspend'
    | 'supervise'
    | 'urge'
    | 'visit'
    | 'note'
  /** The step that pushes the case on: barred to whoever just received a return. */
  push?: boolean
  primary?: boolean
  /** May be done to many cases at once with one input. */
  bulk?: boolean
  /** Only the platform itself does it. */
  system?: boolean
}

const O: Need = { field: 'opinion', required: true }
const o: Need = { field: 'opinion', required: false }
const PHOTOS: Need = { field: 'evidenceIds', required: true }
const photos: Need = { field: 'evidenceIds', required: false }
const UNREGISTERED = ['reported', 'pending_register'] as const
const WORKING = ['pending_handle', 'handling'] as const

// biome-ignore format: a table, one row a line
export const OPERATIONS = {
  report: { no: 1, zh: '上报', en: 'Report', from: 'none', to: 'reported', holder: 'scope', clocks: ['start:accept'], record: 'forward' },
  selfHandle: { no: 2, zh: '自行处置', en: 'Handled on the spot', from: 'none', to: 'closed', holder: 'scope', record: 'close' },
  accept: { no: 3, zh: '受理', en: 'Accept', from: ['reported'], to: 'pending_register', holder: 'scope', needs: [o], clocks: ['stop:accept', 'start:register'], record: 'forward', push: true, primary: true, bulk: true },
  sendVerify: { no: 4, zh: '下发核实', en: 'Send to verify', from: UNREGISTERED, to: 'pending_verify', holder: 'scope', needs: [O, { field: 'collectorId', required: false }], clocks: ['pause:accept', 'pause:register', 'start:verify'], record: 'forward' },
  submitVerify: { no: 5, zh: '核实反馈', en: 'Verification result', from: ['pending_verify'], to: 'pending_register', holder: 'task', needs: [{ field: 'result', required: true, options: ['exists', 'notExists', 'cannotFind'] }, o, photos], clocks: ['stop:verify', 'stop:accept', 'resume:register'], record: 'forward', primary: true },
  register: { no: 6, zh: '立案', en: 'Register', from: ['pending_register'], to: 'pending_dispatch', holder: 'scope', needs: [{ field: 'conditionId', required: true }, { field: 'severity', required: false, options: SEVERITIES }, { field: 'classCode', required: false }, o], guards: ['placed'], clocks: ['stop:register', 'start:dispatch'], record: 'forward', push: true, primary: true },
  notRegister: { no: 7, zh: '不予立案', en: 'Do not register', from: UNREGISTERED, to: 'not_registered', holder: 'scope', needs: [O], clocks: ['cancel:all'], record: 'cancel', bulk: true },
  cancel: { no: 7, zh: '作废', en: 'Cancel', from: UNREGISTERED, to: 'cancelled', holder: 'scope', needs: [O], clocks: ['cancel:all'], record: 'cancel', bulk: true },
  dispatch: { no: 8, zh: '派遣', en: 'Dispatch', from: ['pending_dispatch', 'returned'], to: 'pending_handle', holder: 'scope', needs: [{ field: 'unitId', required: true }, o], clocks: ['stop:dispatch', 'start:handle'], record: 'forward', primary: true, bulk: true },
  returnToAcceptor: { no: 9, zh: '退回受理', en: 'Return to acceptor', from: ['pending_dispatch', 'returned'], to: 'pending_register', holder: 'scope', needs: [O], clocks: ['stop:dispatch', 'cancel:all', 'start:register'], record: 'return' },
  assign: { no: 10, zh: '指派', en: 'Assign', from: ['pending_handle'], to: 'handling', holder: 'unit', needs: [{ field: 'handlerId', required: true }, o], record: 'assign', primary: true, bulk: true },
  revokeAssign: { no: 10, zh: '撤销指派', en: 'Revoke assignment', from: ['handling'], to: 'pending_handle', holder: 'unit', needs: [o], record: 'revoke_assign' },
  returnToDispatcher: { no: 11, zh: '部门回退', en: 'Return to dispatcher', from: ['pending_handle'], to: 'returned', holder: 'unit', needs: [O], guards: ['unassigned', 'withinReturnLimit'], clocks: ['pause:handle', 'start:dispatch'], record: 'return' },
  handlerReturn: { no: 12, zh: '处置人员退回', en: 'Handler returns', from: ['handling'], to: 'pending_handle', holder: 'handler', needs: [O], record: 'return' },
  submitHandle: { no: 13, zh: '处置反馈', en: 'Handling result', from: ['handling'], to: 'handle_finished', holder: 'handler', needs: [O, PHOTOS], record: 'forward', push: true, primary: true },
  deptReject: { no: 14, zh: '部门打回', en: 'Send back to handler', from: ['handle_finished'], to: 'handling', holder: 'unit', needs: [O], record: 'return' },
  deptConfirm: { no: 15, zh: '部门确认', en: 'Confirm handling', from: ['handle_finished'], to: 'pending_feedback_review', holder: 'unit', needs: [o], clocks: ['stop:handle'], record: 'forward', push: true, primary: true, bulk: true },
  rework: { no: 16, zh: '返工', en: 'Rework', from: ['pending_feedback_review'], to: 'pending_handle', holder: 'scope', needs: [O], clocks: ['restart:handle'], record: 'return' },
  forward: { no: 17, zh: '批转核查', en: 'Forward for checking', from: ['pending_feedback_review'], to: 'pending_check', holder: 'scope', needs: [o], guards: ['notAfterReturn'], clocks: ['start:check'], record: 'forward', push: true, primary: true, bulk: true },
  sendCheck: { no: 18, zh: '下发核查', en: 'Send to check', from: ['pending_check'], to: 'checking', holder: 'scope', needs: [o, { field: 'collectorId', required: false }], clocks: ['restart:check'], record: 'forward', primary: true, bulk: true },
  submitCheck: { no: 19, zh: '核查反馈', en: 'Check result', from: ['checking'], to: 'pending_close', holder: 'task', needs: [{ field: 'result', required: true, options: ['pass', 'fail'] }, o, photos], clocks: ['stop:check', 'start:close'], record: 'forward', primary: true },
  close: { no: 20, zh: '结案', en: 'Close', from: ['pending_check', 'pending_close'], to: 'closed', holder: 'scope', needs: [o, { field: 'componentFeedback', required: false, options: COMPONENT_FEEDBACK }], guards: ['remoteOrPassed'], clocks: ['cancel:all'], record: 'close', push: true, primary: true, bulk: true },
  checkFailRework: { no: 21, zh: '核查不通过返工', en: 'Failed check, rework', from: ['pending_check', 'pending_close'], to: 'pending_handle', holder: 'scope', needs: [O], clocks: ['stop:check', 'stop:close', 'restart:handle'], record: 'return' },
  applyExtend: { no: 22, zh: '申请延期', en: 'Ask for extension', from: WORKING, to: 'same', holder: 'unit', needs: [O], guards: ['notOverdue', 'noRequest', 'extendLeft'], record: 'extend' },
  endorse: { no: 22, zh: '部门审核申请', en: 'Endorse a request', from: WORKING, to: 'same', holder: 'unit', needs: [{ field: 'approve', required: true, options: ['yes', 'no'] }, o], guards: ['requestAtUnit'], record: 'extend' },
  approveExtend: { no: 22, zh: '审批延期', en: 'Decide on extension', from: WORKING, to: 'same', holder: 'scope', needs: [{ field: 'approve', required: true, options: ['yes', 'no'] }, o], guards: ['requestExtend'], clocks: ['extend:handle'], record: 'extend' },
  applySuspend: { no: 23, zh: '申请挂账', en: 'Ask to suspend', from: WORKING, to: 'same', holder: 'unit', needs: [O, { field: 'until', required: true }], guards: ['noRequest', 'untilWithinYear'], record: 'suspend' },
  approveSuspend: { no: 23, zh: '审批挂账', en: 'Decide on suspension', from: WORKING, to: 'suspended', holder: 'scope', needs: [{ field: 'approve', required: true, options: ['yes', 'no'] }, o], guards: ['requestSuspend'], clocks: ['pause:handle'], record: 'suspend' },
  resume: { no: 23, zh: '恢复处置', en: 'Resume', from: ['suspended'], to: 'back', holder: 'scope', needs: [o], clocks: ['resume:handle'], record: 'suspend', bulk: true },
  supervise: { no: 24, zh: '督办', en: 'Supervise', from: 'open', to: 'same', holder: 'scope', needs: [{ field: 'kind', required: true, options: ['timeout', 'leader', 'important'] }, { field: 'level', required: true, options: ['1', '2', '3'] }, O, { field: 'needReply', required: false }], record: 'supervise', bulk: true },
  replySupervise: { no: 24, zh: '督办回复', en: 'Reply to supervision', from: 'open', to: 'same', holder: 'unit', needs: [O, photos], guards: ['supervised'], record: 'supervise' },
  urge: { no: 25, zh: '催办', en: 'Urge', from: 'open', to: 'same', holder: 'scope', needs: [o], record: 'urge', bulk: true },
  applyForceClose: { no: 26, zh: '申请强制结案', en: 'Ask for forced close', from: 'open', to: 'same', holder: 'scope', needs: [{ field: 'reason', required: true }, photos], guards: ['noRequest'], record: 'close' },
  approveForceClose: { no: 26, zh: '审批强制结案', en: 'Decide on forced close', from: 'open', to: 'forced_close', holder: 'scope', needs: [{ field: 'approve', required: true, options: ['yes', 'no'] }, o], guards: ['requestForce', 'secondPerson'], clocks: ['cancel:all'], record: 'close' },
  appeal: { no: 28, zh: '超期申诉', en: 'Appeal', from: ['closed', 'forced_close'], to: 'same', holder: 'unit', needs: [O, photos], guards: ['appealable'], record: 'note' },
  reviewAppeal: { no: 28, zh: '申诉审核', en: 'Decide on appeal', from: ['closed', 'forced_close'], to: 'same', holder: 'scope', needs: [{ field: 'approve', required: true, options: ['yes', 'no'] }, O], guards: ['appealPending'], record: 'note' },
  reopen: { no: 29, zh: '重新立案', en: 'Reopen', from: ['closed', 'cancelled', 'not_registered'], to: 'pending_dispatch', holder: 'scope', needs: [{ field: 'reason', required: true }], guards: ['reopenable', 'notMerged'], clocks: ['start:dispatch'], record: 'forward' },
  merge: { no: 30, zh: '并案', en: 'Merge', from: ['reported', 'pending_register', 'pending_dispatch'], to: 'cancelled', holder: 'scope', needs: [{ field: 'mergeInto', required: true }, o], guards: ['mergeable'], clocks: ['cancel:all'], record: 'cancel' },
  link: { no: 30, zh: '关联', en: 'Link', from: 'open', to: 'same', holder: 'scope', needs: [{ field: 'linkTo', required: true }, o], guards: ['linkable'], record: 'note' },
  visit: { no: 31, zh: '回访', en: 'Visit', from: ['closed'], to: 'same', holder: 'scope', needs: [{ field: 'satisfaction', required: true, options: ['satisfied', 'basically', 'unsatisfied'] }, o], guards: ['visitable'], record: 'visit' }
} as const satisfies Record<string, Operation>

export type OperationKey = keyof typeof OPERATIONS
export const OPERATION_KEYS = Object.keys(OPERATIONS) as OperationKey[]
export const operationOf = (key: OperationKey): Operation => OPERATIONS[key]

/** The permission of an operation, e.g. `cases:register`. Row 27 (授权) is not a step of a case: `org` delegates permissions for a time. */
export const permissionOf = (key: OperationKey): `cases:${OperationKey}` => `cases:${key}`

/** Operations whose `from` admits the status: the candidates the policy then narrows to what this person may do. */
export const operationsFrom = (status: CaseStatus): OperationKey[] =>
  OPERATION_KEYS.filter((key) => {
    const { from } = operationOf(key)
    return from === 'open' ? isOpen(status) : from !== 'none' && (from as readonly CaseStatus[]).includes(status)
  })

/**
 * After a return the receiver may not push the case straight on (§2.12): the dispatcher who got it back dispatches again or returns it
 * further; the acceptor who got it back decides anew; the handler resubmits.
 */
export const BARRED_AFTER: Partial<Record<OperationKey, readonly OperationKey[]>> = {
  returnToDispatcher: ['forward', 'rework'],
  returnToAcceptor: ['accept', 'close', 'sendCheck'],
  deptReject: ['handlerReturn']
}

/** The queues of the desk: who looks at which statuses. The server counts them; the console translates `queue.<key>`. */
export const QUEUES = {
  toAccept: { statuses: ['reported'], permission: 'cases:accept' },
  verifying: { statuses: ['pending_verify'], permission: 'cases:sendVerify' },
  toRegister: { statuses: ['pending_register'], permission: 'cases:register' },
  toDispatch: { statuses: ['pending_dispatch', 'returned'], permission: 'cases:dispatch' },
  toReceive: { statuses: ['pending_handle'], permission: 'cases:assign' },
  handling: { statuses: ['handling'], permission: 'cases:submitHandle' },
  toConfirm: { statuses: ['handle_finished'], permission: 'cases:deptConfirm' },
  feedbackReview: { statuses: ['pending_feedback_review'], permission: 'cases:forward' },
  toCheck: { statuses: ['pending_check'], permission: 'cases:sendCheck' },
  checking: { statuses: ['checking'], permission: 'cases:sendCheck' },
  toClose: { statuses: ['pending_close'], permission: 'cases:close' },
  myTasks: { statuses: ['pending_verify', 'checking'], permission: 'cases:submitCheck' }
} as const satisfies Record<string, { statuses: readonly CaseStatus[]; permission: string }>
export type QueueKey = keyof typeof QUEUES
