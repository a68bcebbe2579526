import { ALARM_LEVELS, type AlarmStatistics } from '@chengyun/contract/alarms'
import { formatNumber, formatPercent, LevelLamp } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { AlarmFilters } from '../../api/alarms.ts'
import { type Asked, filtersOf, listAddress } from './statistics.ts'
import { useSeconds } from './words.ts'

/** The figures of all the days together. */
export function Totals({ total, asked }: { total: AlarmStatistics['total']; asked: Asked }) {
  const { t } = useTranslation()
  const seconds = useSeconds()
  const filters = filtersOf(asked)
  const time = (s: number | null) => (s === null ? '–' : seconds(s))
  const figures: { key: string; text: string; more: AlarmFilters }[] = [
    { key: 'raised', text: formatNumber(total.raised), more: {} },
    { key: 'acknowledgeS', text: time(total.acknowledgeS), more: { acknowledged: 'true' } },
    { key: 'durationS', text: time(total.durationS), more: { standing: 'false' } },
    { key: 'falseShare', text: formatPercent(total.falseShare), more: { state: 'rejected' } },
    { key: 'doneRate', text: formatPercent(total.doneRate), more: { state: 'done' } }
  ]
  return (
    <dl className="alarm-totals">
      {figures.map(({ key, text, more }) => (
        <div key={key}>
          <dt title={t(`astats.hint.${key}`)}>{t(`astats.${key}`)}</dt>
          <dd>{total.raised > 0 ? <Link href={listAddress(filters, more)}>{text}</Link> : text}</dd>
        </div>
      ))}
      {ALARM_LEVELS.map((level) => (
        <div key={level}>
          <dt>
            <LevelLamp level={level} named />
          </dt>
          <dd>
            <Link href={listAddress(filters, { worst: String(level) })}>{formatNumber(total.byLevel[level] ?? 0)}</Link>
          </dd>
        </div>
      ))}
    </dl>
  )
}
