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

/** The promise of a report, as long as it is one: `承诺 6月3日 18:00 前处置`. */
export function sayPromise(promisedAt: string | null, progress: ProgressKey): string | null {
  const isOver = progress === 'done' || progress === 'notTaken' || progress === 'merged'
  return promisedAt && !isOver ? t('promise.by', { at: sayMoment(promisedAt) }) : null
}
