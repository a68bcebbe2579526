import { formatNumber } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Figure } from '../../api/overview.ts'

/** A figure that opens its rows on the desk. */
export function Door({ figure }: { figure: Figure }) {
  const { t } = useTranslation()
  const text = formatNumber(figure.count)
  if (figure.count === 0) return <span className="door-none">{text}</span>
  return (
    <Link href={`/cases?${figure.filter}`} className="door" title={t('overview.open.rows', { count: text })}>
      {text}
    </Link>
  )
}
