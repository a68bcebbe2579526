import { formatNumber } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'

/** A figure that opens its rows on the desk; without a filter it is only a figure. */
export function Door({ count, filter }: { count: number; filter: string | null | undefined }) {
  const { t } = useTranslation()
  const text = formatNumber(count)
  if (count === 0 || !filter) return <span className="door-none">{text}</span>
  return (
    <Link href={`/cases?${filter}`} className="door" title={t('overview.openRows', { count: text })}>
      {text}
    </Link>
  )
}
