import { useTranslation } from 'react-i18next'
import { useSeconds, valueText } from './words.ts'

/** What was looked at when the alarm was raised, in sentences; facts it has no words for are left out. */
export function useWhy(): (facts: Record<string, unknown>, unit: string) => string[] {
  const { t } = useTranslation()
  const seconds = useSeconds()
  const num = (v: unknown): number | null => (typeof v === 'number' && Number.isFinite(v) ? v : null)
  return (f, unit) => {
    const out: string[] = []
    const kind = typeof f['kind'] === 'string' ? f['kind'] : ''
    if (kind) out.push(t(`alarms.kind.${kind}`))
    const timed = kind === 'noData' || kind === 'stuck'
    const say = (v: number) => (timed ? seconds(v) : valueText(v, kind === 'threshold' ? unit : ''))
    const threshold = num(f['threshold'])
    const signal = num(f['signal'])
    if (threshold !== null) out.push(t('alarms.why.threshold', { value: say(threshold) }))
    if (num(f['thresholdLow']) !== null) out.push(t('alarms.why.thresholdLow', { value: say(num(f['thresholdLow'])!) }))
    if (signal !== null) out.push(t('alarms.why.signal', { value: say(signal) }))
    if (num(f['expected']) !== null) out.push(t('alarms.why.expected', { value: valueText(num(f['expected']), unit) }))
    if (num(f['low']) !== null && num(f['high']) !== null)
      out.push(t('alarms.why.band', { low: valueText(num(f['low'])), high: valueText(num(f['high']), unit) }))
    if (num(f['other']) !== null) out.push(t('alarms.why.other', { value: valueText(num(f['other'])) }))
    if (num(f['samples']) !== null) out.push(t('alarms.why.samples', { n: num(f['samples']) }))
    if (num(f['forS']) !== null) out.push(t('alarms.why.forS', { text: seconds(num(f['forS'])!) }))
    if (num(f['overS']) !== null) out.push(t('alarms.why.overS', { text: seconds(num(f['overS'])!) }))
    const times = f['times'] as { count?: number; withinS?: number } | undefined
    if (times?.count !== undefined && times.withinS !== undefined)
      out.push(t('alarms.why.times', { count: times.count, text: seconds(times.withinS) }))
    return out
  }
}
