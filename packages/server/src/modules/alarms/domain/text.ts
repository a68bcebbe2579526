import { ALARM_LEVEL_NAMES, type AlarmLevel, type NoticeKind } from '@chengyun/contract/alarms'

interface Both {
  zh: string
  en: string
}

/** What the placeholders of a rule's texts stand for (RULE_PLACEHOLDERS). */
export interface TextFacts {
  item: string
  code: string
  value: number | null
  unit: string
  level: AlarmLevel
  signal: unknown
  place: string
}

const figure = (value: unknown): string =>
  typeof value === 'number' && Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : '–'

/** A text of a rule with its placeholders filled; unknown ones stay, so that a wrong text is noticed. */
export function fillRuleText(text: Both, facts: TextFacts): Both {
  const fill = (words: string, lang: 'zh' | 'en') =>
    words.replace(/\{(item|code|value|unit|level|signal|place)\}/g, (_, name: keyof TextFacts) => {
      if (name === 'level') return ALARM_LEVEL_NAMES[facts.level][lang]
      if (name === 'value' || name === 'signal') return figure(facts[name])
      return String(facts[name])
    })
  return { zh: fill(text.zh, 'zh'), en: fill(text.en, 'en') }
}

/** The words of what people are told. */
export const NOTICE_TEXTS: Record<NoticeKind, Both> = {
  raised: { zh: '{level}报警：{title}', en: '{level} alarm: {title}' },
  level: { zh: '报警升为{level}：{title}', en: 'Alarm rose to {level}: {title}' },
  ladder: { zh: '{level}报警逾时未确认：{title}', en: '{level} alarm not acknowledged in time: {title}' },
  incident: { zh: '{level}事件，{count} 条报警：{title}', en: '{level} incident of {count} alarms: {title}' },
  assigned: { zh: '{level}报警交由您处理：{title}', en: '{level} alarm assigned to you: {title}' },
  caseEnded: {
    zh: '案件 {caseNo} 已办结，报警仍未解除，请研判或解除：{title}',
    en: 'Case {caseNo} is closed and the alarm still stands; judge or clear it: {title}'
  },
  cleared: { zh: '报警已解除：{title}', en: 'Alarm cleared: {title}' },
  taskFailed: { zh: '远程指令未得到确认：{title}', en: 'A command was not confirmed: {title}' },
  // Of packs and devices: the words come with them.
  report: { zh: '{title}', en: '{title}' },
  index: { zh: '{title}', en: '{title}' },
  calibration: { zh: '{title}', en: '{title}' }
}

/** A message in both languages. */
export function noticeText(kind: NoticeKind, facts: { level: AlarmLevel; title: Both; count?: number; caseNo?: string }): Both {
  const fill = (words: string, lang: 'zh' | 'en') =>
    words
      .replace('{level}', ALARM_LEVEL_NAMES[facts.level][lang])
      .replace('{count}', String(facts.count ?? ''))
      .replace('{caseNo}', facts.caseNo ?? '')
      .replace('{title}', () => facts.title[lang])
  return { zh: fill(NOTICE_TEXTS[kind].zh, 'zh'), en: fill(NOTICE_TEXTS[kind].en, 'en') }
}
