import { formatNumber } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'

/**
 * A figure that opens its rows on the desk; without a filter it is only a figure. `sum` says that it counts times and not cases: its list
 * holds the cases concerned, which may be fewer.
 */
export function Door({ count, filter, sum = false }: { count: number; filter: string | null | undefined; sum?: boolean }) {
  const { t } = useTranslation()
  const text = formatNumber(count)
  if (count === 0 || !filter) return <span className="door-none">{text}</span>
  return (
    <Link href={`/cases?${filter}`} className="door" title={t(sum ? 'overview.openSum' : 'overview.openRows', { count: text })}>
      {text}
    </Link>
  )
}
