import type { Door } from '@chengyun/contract/scenarios'
import { formatNumber } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { usePage } from './context.ts'
import { doorAddress } from './doors.ts'

export interface FigureProps {
  value: number | null
  decimals: number
  door: Door | null
  className?: string
}

/** A number that opens its rows; on a wall, where nobody can click, and without rows it is only a number. */
export function Figure({ value, decimals, door, className = '' }: FigureProps) {
  const { t } = useTranslation()
  const { pack, wall } = usePage()
  const text = formatNumber(value, decimals)
  if (value === null || !door || wall) return <span className={className}>{text}</span>
  return (
    <Link
      href={doorAddress(pack, door)}
      className={`door ${className}`}
      title={t('scenarios.openRows', { n: formatNumber(door.count) })}
    >
      {text}
    </Link>
  )
}
