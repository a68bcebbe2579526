import type { ProgressKey } from '@chengyun/contract/public'
import { currentLanguage, t } from '../i18n.ts'

/** The city's wall clock; every city this app serves so far keeps China's one time. */
const ZONE = 'Asia/Shanghai'

function format(at: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: ZONE,
    hourCycle: 'h23',
    ...options
  }).format(new Date(at))
}

/** `6月3日 18:00`, as a promise is spoken. */
export function sayMoment(at: string): string {
  return format(at, { month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' })
}

/** `6月3日`. */
export function sayDay(at: string): string {
  return format(at, { month: 'long', day: 'numeric' })
}

/** `刚刚`, `12 分钟前`, `3 小时前`, then the day. */
export function sayAgo(at: string, now = Date.now()): string {
  const minutes = Math.floor((now - new Date(at).getTime()) / 60_000)
  if (minutes < 1) return t('ago.now')
  if (minutes < 60) return t('ago.minutes', { n: minutes })
  if (minutes < 24 * 60) return t('ago.hours', { n: Math.floor(minutes / 60) })
  return sayDay(at)
}

/** `35 米`, `1.2 公里`. */
export function sayDistance(metres: number): string {
  return metres < 1000
    ? t('distance.m', { n: Math.max(5, Math.round(metres / 5) * 5) })
    : t('distance.km', { n: (metres / 1000).toFixed(1) })
}

/** The state of a report in the citizen's words. */
export function sayProgress(key: ProgressKey): string {
  return t(`progress.${key}`)
}

const OVER: readonly ProgressKey[] = ['done', 'notTaken', 'merged']
/** Until a report is registered the clock that runs is that of the answer, not that of the handling. */
const UNANSWERED: readonly ProgressKey[] = ['received', 'accepted']

/** The promise of a report, as long as it is one: until when it is answered, then until when it is handled. */
export function sayPromise(promisedAt: string | null, progress: ProgressKey): string | null {
  if (!promisedAt || OVER.includes(progress)) return null
  return t(UNANSWERED.includes(progress) ? 'promise.answer' : 'promise.by', { at: sayMoment(promisedAt) })
}
