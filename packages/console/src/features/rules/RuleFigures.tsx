import { dayAt, spanOf } from '@chengyun/contract/indicators'
import { formatNumber, formatPercent, serverNow } from '@chengyun/ui'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useAlarmStatistics } from '../../api/alarms.ts'
import { useCity } from '../../api/reference.ts'
import { useMay } from '../../api/session.ts'
import { filtersOf, isNoisy, listAddress } from '../alarms/statistics.ts'

/** How often the rule raised an alarm in the last thirty days and how often it was wrong; both open the alarms. */
export function RuleFigures({ id }: { id: string }) {
  const zone = useCity().data?.timeZone
  const may = useMay()
  return zone && may('alarms:read') ? <Figures id={id} zone={zone} today={dayAt(serverNow(), zone)} /> : null
}

function Figures({ id, zone, today }: { id: string; zone: string; today: string }) {
  const { t } = useTranslation()
  const filters = useMemo(() => filtersOf({ ...spanOf('30d', today), zone, filters: { rule: id } }), [id, zone, today])
  const total = useAlarmStatistics('rule', filters).data?.total
  if (!total) return null
  const wrong = total.rejected > 0
  return (
    <Link
      href={listAddress(filters, wrong ? { state: 'rejected' } : {})}
      className={`rule-figures${isNoisy(total) ? ' late' : ''}`}
    >
      {t(wrong ? 'arules.lastMonthFalse' : 'arules.lastMonth', {
        n: formatNumber(total.raised),
        share: formatPercent(total.falseShare, 0)
      })}
    </Link>
  )
}
