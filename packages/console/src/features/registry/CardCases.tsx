import type { ItemCard } from '@chengyun/contract/registry'
import { formatShort, Skeleton, useNow } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useMay } from '../../api/session.ts'
import { useItemCases } from './data.ts'

/** The cases about the item; only codes of components stand in cases. */
export function CardCases({ card }: { card: ItemCard }) {
  const { t } = useTranslation()
  const may = useMay()
  const now = useNow(60)
  const asked = may('cases:read') && /^\d{16,17}$/.test(card.code)
  const found = useItemCases(card.code, asked)
  if (!asked) return null
  const rows = found.data?.items ?? []
  return (
    <section>
      <h3>{t('registry.cases')}</h3>
      {found.isPending ? <Skeleton lines={2} /> : null}
      {found.isError ? <p className="reg-hint">{found.error.message}</p> : null}
      {found.isSuccess && rows.length === 0 ? <p className="reg-hint">{t('registry.noCases')}</p> : null}
      <ul className="reg-cases">
        {rows.map((c) => (
          <li key={c.id}>
            <Link href={`/cases/${c.id}`}>
              <b>{c.description.slice(0, 40) || c.className}</b>
              <span>{t(`status.${c.status}`)}</span>
              <time>{formatShort(c.reportedAt, now)}</time>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
