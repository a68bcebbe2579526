import { type Static, Type } from 'typebox'
import { Id, Instant, Nullable, Words } from '../common/index.ts'
import { ResponseDeclaration } from './response.ts'
import { AlarmLevel, ClockTime } from './rule-parts.ts'
import { NOTICE_KINDS, WEBHOOK_KINDS } from './words.ts'

const closed = { additionalProperties: false }
const Levels = Type.Array(AlarmLevel, { maxItems: 4, uniqueItems: true })
const Both = Type.Object({ zh: Type.String(), en: Type.String() })

/** A message in a person's inbox. */
export const NoticeView = Type.Object({
  id: Type.Integer(),
  kind: Words(NOTICE_KINDS),
  level: AlarmLevel,
  text: Both,
  at: Instant,
  readAt: Nullable(Instant),
  /** Null: it is about no alarm; `link` says where it leads. */
  alarmId: Nullable(Id),
  incidentId: Nullable(Id),
  /** Address in the console, of what is no alarm. */
  link: Nullable(Type.String())
})
export type NoticeView = Static<typeof NoticeView>
export const NoticePage = Type.Object({ items: Type.Array(NoticeView), unread: Type.Integer(), next: Nullable(Type.Integer()) })
export type NoticePage = Static<typeof NoticePage>
export const NoticeQuery = Type.Object(
  {
    unread: Type.Optional(Type.Boolean()),
    kind: Type.Optional(Words(NOTICE_KINDS)),
    /** That grave, or graver. */
    level: Type.Optional(AlarmLevel),
    before: Type.Optional(Type.Integer()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)
/** Messages that were read: some, or all up to one. */
export const NoticeRead = Type.Object(
  { ids: Type.Optional(Type.Array(Type.Integer(), { minItems: 1, maxItems: 500 })), upTo: Type.Optional(Type.Integer()) },
  closed
)

/** How a person wants to be told. What presses at level 1 always comes through, to the telephone (SMS or WeChat, whatever the gateway is) unless that is off. */
export const PreferenceBody = Type.Object(
  {
    sms: Type.Boolean(),
    /** Kinds that come to the telephone; the inbox has all. */
    phoneKinds: Type.Array(Words(NOTICE_KINDS), { maxItems: NOTICE_KINDS.length, uniqueItems: true }),
    levels: Levels,
    onDutyOnly: Type.Boolean(),
    quiet: Nullable(Type.Object({ from: ClockTime, to: ClockTime }, closed))
  },
  closed
)
export type PreferenceBody = Static<typeof PreferenceBody>

export const ResponseView = Type.Object({
  pack: Type.String(),
  declaration: ResponseDeclaration,
  version: Type.Integer(),
  updatedAt: Nullable(Instant),
  updatedBy: Type.String()
})
export type ResponseView = Static<typeof ResponseView>
export const ResponseList = Type.Object({ items: Type.Array(ResponseView) })
export type ResponseList = Static<typeof ResponseList>
export const ResponseEdit = Type.Object({ version: Type.Integer({ minimum: 0 }), declaration: ResponseDeclaration }, closed)

const webhook = {
  name: Type.String({ minLength: 1, maxLength: 60 }),
  url: Type.String({ pattern: '^https?://', maxLength: 1000 }),
  levels: Levels,
  districts: Type.Array(Type.String({ pattern: '^\\d{4,12}$' }), { maxItems: 100 }),
  packs: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 100 }),
  /** Kinds of message it is told; empty: all. Levels, districts and packs likewise. */
  kinds: Type.Array(Words(WEBHOOK_KINDS), { maxItems: WEBHOOK_KINDS.length, uniqueItems: true }),
  enabled: Type.Boolean()
}
/** An address alarms are posted to: signed with its secret, tried again until it is taken. */
export const WebhookBody = Type.Object(webhook, closed)
export type WebhookBody = Static<typeof WebhookBody>
export const WebhookView = Type.Object({
  id: Id,
  ...webhook,
  version: Type.Integer(),
  waiting: Type.Integer(),
  givenUp: Type.Integer(),
  lastSentAt: Nullable(Instant),
  lastError: Nullable(Type.String())
})
export type WebhookView = Static<typeof WebhookView>
/** The secret is shown once. */
export const WebhookMade = Type.Interface([WebhookView], { secret: Type.Optional(Type.String()) })
export type WebhookMade = Static<typeof WebhookMade>
export const MessageView = Type.Object({
  id: Type.Integer(),
  channel: Words(['sms', 'webhook'] as const),
  alarmId: Nullable(Id),
  to: Type.String(),
  queuedAt: Instant,
  sentAt: Nullable(Instant),
  nextAt: Nullable(Instant),
  attempts: Type.Integer(),
  error: Nullable(Type.String())
})
export type MessageView = Static<typeof MessageView>

const figures = {
  raised: Type.Integer(),
  /** Judged false, and tests: 已驳回. */
  rejected: Type.Integer(),
  falseShare: Nullable(Type.Number()),
  done: Type.Integer(),
  /** 办结率 = 已办结 / (上报总数 − 已驳回), GB/T 47678.7. */
  doneRate: Nullable(Type.Number()),
  /** Mean seconds until somebody acknowledged it. */
  acknowledgeS: Nullable(Type.Number()),
  /** Mean seconds to the first thing a person did. */
  responseS: Nullable(Type.Number()),
  /** Mean seconds from the alarm to its end. */
  durationS: Nullable(Type.Number()),
  byLevel: Type.Record(Type.String(), Type.Integer())
}
/** Alarms of a time by rule, pack, level (the gravest it was), register, unit, district, day or month. */
export const AlarmStatistics = Type.Object({
  total: Type.Object(figures),
  groups: Type.Array(Type.Object({ key: Type.String(), name: Type.String(), ...figures }))
})
export type AlarmStatistics = Static<typeof AlarmStatistics>
export const STATISTICS_BY = [
  'rule',
  'pack',
  'level',
  'type',
  'unit',
  'district',
  'street',
  'day',
  'month',
  'quarter',
  'year'
] as const
export type StatisticsBy = (typeof STATISTICS_BY)[number]
export const AlarmStatisticsQuery = Type.Object(
  {
    from: Instant,
    to: Instant,
    by: Words(STATISTICS_BY),
    rule: Type.Optional(Type.String({ maxLength: 130 })),
    pack: Type.Optional(Type.String({ maxLength: 60 })),
    type: Type.Optional(Type.String({ maxLength: 60 })),
    within: Type.Optional(Type.String({ pattern: '^\\d{4,15}$' })),
    worst: Type.Optional(Type.String({ pattern: '^[1-4](,[1-4])*$' }))
  },
  closed
)
