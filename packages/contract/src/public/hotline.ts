import { type Static, Type } from 'typebox'
import { CRS } from '../cases/schemas.ts'
import { Day, Id, Instant, Nullable, Words } from '../common/index.ts'

const closed = { additionalProperties: false } as const
const Text = (max: number) => Type.String({ minLength: 1, maxLength: max, pattern: '\\S' })

/** 诉求类型 as a hotline sends it, and our word for it (standards §7.2). */
export const APPEAL_TYPES = {
  咨询: 'consultation',
  求助: 'help',
  投诉: 'complaint',
  举报: 'tipOff',
  建议: 'suggestion',
  表扬: 'praise',
  其他: 'other'
} as const
export type AppealType = keyof typeof APPEAL_TYPES

/** 紧急程度: what it makes of the case. */
export const URGENCY_LEVELS = {
  一般: {},
  紧急: { urgent: true },
  特急: { urgent: true, severity: 'serious' }
} as const satisfies Record<string, { urgent?: boolean; severity?: 'serious' }>
export type UrgencyLevel = keyof typeof URGENCY_LEVELS

/** 办理状态 on the wire, by our word for it. */
export const ORDER_STATES = {
  waiting: '待签收',
  signed: '已签收',
  processing: '办理中',
  returned: '退单',
  extended: '延期',
  closed: '已办结',
  visited: '回访',
  withdrawn: '已撤单'
} as const
export type OrderState = keyof typeof ORDER_STATES
/** What goes out by itself; the others only answer questions. */
export const SENT_STATES = ['signed', 'processing', 'returned', 'extended', 'closed'] as const
export type SentState = (typeof SENT_STATES)[number]
const OrderStateZh = Words(Object.values(ORDER_STATES))

/** 满意度 of a visit as sent, and the choice of the flow. */
export const SATISFACTIONS = { 满意: 'satisfied', 基本满意: 'basically', 不满意: 'unsatisfied' } as const
export type Satisfaction = keyof typeof SATISFACTIONS

/** Headers of the signature, the same in both directions: seconds, a text used once, HMAC-SHA256 in hex. */
export const HOTLINE_HEADERS = {
  timestamp: 'x-exchange-timestamp',
  nonce: 'x-exchange-nonce',
  signature: 'x-exchange-signature'
} as const

const OrderNo = Type.String({ pattern: '^[A-Za-z0-9_./-]{1,80}$', description: '工单编号' })
const Seq = Type.Integer({ minimum: 1, maximum: 2_000_000_000, description: 'Grows with every message about the order' })
const Attachment = Type.Object(
  { name: Type.Optional(Text(200)), url: Type.String({ pattern: '^https?://\\S+$', maxLength: 1000 }) },
  closed
)
const Attachments = Type.Array(Attachment, { maxItems: 30 })

/** receiveOrder: a work order of a hotline (standards §7.2, names of the standard fields). */
export const HotlineOrder = Type.Object(
  {
    orderNo: OrderNo,
    seq: Seq,
    appealType: Words(Object.keys(APPEAL_TYPES) as AppealType[]),
    appealSource: Type.Optional(Text(40)),
    appealSubject: Text(200),
    content: Text(4000),
    callerName: Type.Optional(Type.String({ maxLength: 40 })),
    contactPhone: Type.Optional(Type.String({ maxLength: 40 })),
    confidential: Type.Optional(Type.Boolean({ description: '是否保密' })),
    incidentAddress: Type.Optional(Type.String({ maxLength: 256 })),
    lon: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
    lat: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
    crs: Type.Optional(Words(CRS)),
    areaCode: Type.Optional(Type.String({ pattern: '^[0-9]{6}([0-9]{3}){0,2}$', description: '区划: 6, 9 or 12 digits' })),
    appealCategory: Type.Optional(Type.Array(Text(60), { minItems: 1, maxItems: 3, description: '诉求分类, level one first' })),
    urgencyLevel: Type.Optional(Words(Object.keys(URGENCY_LEVELS) as UrgencyLevel[])),
    acceptTime: Type.Optional(Instant),
    dispatchTime: Type.Optional(Instant),
    expectedDeadline: Type.Optional(Instant),
    assignedDept: Type.Optional(Type.String({ maxLength: 100 })),
    remark: Type.Optional(Type.String({ maxLength: 500 })),
    attachments: Type.Optional(Attachments),
    repeatOf: Type.Optional(OrderNo),
    groupId: Type.Optional(Text(80))
  },
  closed
)
export type HotlineOrder = Static<typeof HotlineOrder>

const about = { orderNo: OrderNo, seq: Seq }
export const HotlineSupplement = Type.Object({ ...about, content: Text(2000), attachments: Type.Optional(Attachments) }, closed)
export const HotlineUrge = Type.Object({ ...about, content: Type.Optional(Text(500)) }, closed)
export const HotlineWithdrawal = Type.Object({ ...about, reason: Text(450) }, closed)
/** pushVisit: unsatisfied asks for 二次办理. */
export const HotlineVisit = Type.Object(
  { ...about, satisfaction: Words(Object.keys(SATISFACTIONS) as Satisfaction[]), opinion: Type.Optional(Text(450)) },
  closed
)
export type HotlineSupplement = Static<typeof HotlineSupplement>
export type HotlineUrge = Static<typeof HotlineUrge>
export type HotlineWithdrawal = Static<typeof HotlineWithdrawal>
export type HotlineVisit = Static<typeof HotlineVisit>

/**
 * What became of a message. `applied`: it changed the case; `noted`: it is kept, but the case stands where it cannot be applied (an
 * urging after the end, a withdrawal after registration); `ignored`: a newer message about the order had come before.
 */
export const HOTLINE_OUTCOMES = ['applied', 'noted', 'ignored'] as const
export const HotlineReceipt = Type.Object({
  orderNo: Type.String(),
  seq: Type.Integer(),
  outcome: Words(HOTLINE_OUTCOMES),
  reason: Type.Optional(Type.String()),
  caseNo: Nullable(Type.String()),
  at: Instant
})
export type HotlineReceipt = Static<typeof HotlineReceipt>

/** A status message as it goes out (signOrder, returnOrder, applyExtension, submitResult). The same again has the same orderNo and seq. */
export const HotlineStatus = Type.Object({
  orderNo: Type.String(),
  seq: Type.Integer(),
  status: OrderStateZh,
  at: Instant,
  caseNo: Type.String(),
  reason: Type.Optional(Type.String()),
  result: Type.Optional(Type.String()),
  deadline: Type.Optional(Instant),
  repeatOf: Type.Optional(Type.String()),
  attachments: Type.Optional(Type.Array(Type.Object({ url: Type.String() })))
})
export type HotlineStatus = Static<typeof HotlineStatus>

/** queryOrder. */
export const HotlineOrderView = Type.Object({
  orderNo: Type.String(),
  caseNo: Nullable(Type.String()),
  status: OrderStateZh,
  receivedAt: Instant,
  lastSeq: Type.Integer(),
  deadline: Nullable(Instant),
  satisfaction: Nullable(Words(Object.keys(SATISFACTIONS) as Satisfaction[])),
  result: Nullable(Type.String()),
  attachments: Type.Array(Type.Object({ url: Type.String() }))
})
export type HotlineOrderView = Static<typeof HotlineOrderView>
/** Orders of one day by their numbers: what both sides compare. */
export const HotlineDayList = Type.Object({
  day: Day,
  count: Type.Integer(),
  orders: Type.Array(Type.Object({ orderNo: Type.String() }))
})
export type HotlineDayList = Static<typeof HotlineDayList>

const Url = Type.String({ pattern: '^https?://\\S+$', maxLength: 500 })
const systemFields = {
  name: Text(80),
  webhookUrl: Nullable(Url),
  listUrl: Nullable(Url),
  crs: Words(CRS),
  enabled: Type.Boolean()
}
export const HotlineSystemCreate = Type.Object(
  { key: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,38}$' }), ...systemFields },
  closed
)
export const HotlineSystemChange = Type.Object(systemFields, closed)
export type HotlineSystemCreate = Static<typeof HotlineSystemCreate>
export type HotlineSystemChange = Static<typeof HotlineSystemChange>
export const HotlineSystemView = Type.Object({
  id: Id,
  key: Type.String(),
  ...systemFields,
  createdAt: Instant,
  createdBy: Type.String(),
  secretAt: Instant,
  orders: Type.Integer(),
  waiting: Type.Integer(),
  dead: Type.Integer(),
  secret: Type.Optional(Type.String({ description: 'Only in the answer that made it' }))
})
export type HotlineSystemView = Static<typeof HotlineSystemView>

/** `waiting`: not yet taken by the other side; `dead`: given up, those after it of the same order wait; `skipped`: left out by a person. */
export const MESSAGE_STATES = ['waiting', 'delivered', 'dead', 'skipped'] as const
export type MessageState = (typeof MESSAGE_STATES)[number]
export const HotlineMessageQuery = Type.Object(
  {
    systemId: Type.Optional(Id),
    state: Type.Optional(Words(MESSAGE_STATES)),
    orderNo: Type.Optional(OrderNo),
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)
export type HotlineMessageQuery = Static<typeof HotlineMessageQuery>
export const HotlineMessageView = Type.Object({
  id: Id,
  systemId: Id,
  orderNo: Type.String(),
  seq: Type.Integer(),
  status: OrderStateZh,
  caseNo: Type.String(),
  state: Words(MESSAGE_STATES),
  blocked: Type.Boolean({ description: 'Waits behind a message of the same order that was given up' }),
  attempts: Type.Integer(),
  queuedAt: Instant,
  nextAt: Nullable(Instant),
  deliveredAt: Nullable(Instant),
  lastError: Nullable(Type.String())
})
export type HotlineMessageView = Static<typeof HotlineMessageView>
/** Messages, the newest first; `next` is the `after` of the page that follows. */
export const HotlineMessagePage = Type.Object({ items: Type.Array(HotlineMessageView), next: Nullable(Id) })
export type HotlineMessagePage = Static<typeof HotlineMessagePage>

export const ReconciliationView = Type.Object({
  systemId: Id,
  day: Day,
  at: Instant,
  state: Words(['same', 'different', 'failed'] as const),
  ours: Type.Integer(),
  theirs: Nullable(Type.Integer()),
  /** Orders the hotline sent and we do not have. */
  missingHere: Type.Array(Type.String()),
  /** Orders we have of that day which the hotline does not list. */
  missingThere: Type.Array(Type.String()),
  error: Nullable(Type.String())
})
export type ReconciliationView = Static<typeof ReconciliationView>

/** A row of the table hotline category → class of GB/T 47678.5-2026. The deepest level that has a row decides. */
export const HotlineCategory = Type.Object({ category: Text(60), classCode: Type.String({ pattern: '^[0-9]{5}$' }) }, closed)
export type HotlineCategory = Static<typeof HotlineCategory>
export const HotlineCategories = Type.Object({ items: Type.Array(HotlineCategory, { maxItems: 5000 }) }, closed)
