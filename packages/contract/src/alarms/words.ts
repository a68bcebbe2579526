import type { AlarmLevel } from './rule-parts.ts'

export const ALARM_LEVELS = [1, 2, 3, 4] as const satisfies readonly AlarmLevel[]

/** Names of the levels in both languages. */
export const ALARM_LEVEL_NAMES: Record<AlarmLevel, { zh: string; en: string }> = {
  1: { zh: '一级', en: 'Level 1' },
  2: { zh: '二级', en: 'Level 2' },
  3: { zh: '三级', en: 'Level 3' },
  4: { zh: '四级', en: 'Level 4' }
}

/**
 * Where an alarm stands, from its independent marks (GB/T 47678.7: 待处置, 处置中, 已办结, 已驳回): `pending` nobody has taken it up, `handling`
 * somebody has, `done` it is over and was seen, `rejected` judged false or a test.
 */
export const ALARM_STATES = ['pending', 'handling', 'done', 'rejected'] as const
export type AlarmState = (typeof ALARM_STATES)[number]

/** What people judge an alarm to be (研判). */
export const VERDICTS = ['true', 'false', 'test'] as const
export type Verdict = (typeof VERDICTS)[number]

/** Everything that can happen to an alarm; each is a row of its history. */
export const ALARM_ACTS = [
  'raise',
  'level',
  'clear',
  'acknowledge',
  'assign',
  'comment',
  'judge',
  'reopen',
  'escalate',
  'suppress',
  'group',
  'wantCase',
  'linkCase',
  'case',
  'actuate',
  'ladder'
] as const
export type AlarmAct = (typeof ALARM_ACTS)[number]

/** Acts a person can do to an alarm. */
export const HAND_ACTS = [
  'acknowledge',
  'assign',
  'comment',
  'judge',
  'clear',
  'level',
  'wantCase',
  'linkCase',
  'reopen'
] as const satisfies readonly AlarmAct[]
export type HandAct = (typeof HAND_ACTS)[number]

/** Acts that can be done to many alarms at once: a shift has hundreds of them in a storm. */
export const BULK_ACTS = ['acknowledge', 'assign', 'judge', 'clear', 'comment'] as const satisfies readonly HandAct[]
export type BulkAct = (typeof BULK_ACTS)[number]

/** The three who answer for what is watched (监测中枢, 行业监管, 权属处置): who judges, who guides, who puts right. */
export const PARTIES = ['hub', 'regulator', 'owner'] as const
export type Party = (typeof PARTIES)[number]

/** What a message in the inbox is about. */
export const NOTICE_KINDS = [
  'raised',
  'level',
  'ladder',
  'incident',
  'assigned',
  'caseEnded',
  'cleared',
  'taskFailed',
  'report',
  'index',
  'calibration'
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]
/** Kinds that ask a person to do something now: they come to the telephone unless he says otherwise, at level 1 in any case. */
export const PRESSING_KINDS = ['raised', 'level', 'ladder', 'incident', 'assigned'] as const satisfies readonly NoticeKind[]
/** Kinds a response sends to webhooks. */
export const WEBHOOK_KINDS = ['raised', 'level', 'ladder', 'incident'] as const satisfies readonly NoticeKind[]

export const CHANNELS = ['inApp', 'sms', 'webhook'] as const
export type Channel = (typeof CHANNELS)[number]
