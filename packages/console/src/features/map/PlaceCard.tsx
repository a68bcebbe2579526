import { Skeleton } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { addressOf } from '../../api/reference.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { reportAddress } from './CaseCard.tsx'

/** A bare place: what it is called, whose grid it lies in, and the way to report something there. */
export function PlaceCard({ at }: { at: [number, number] }) {
  const { t } = useTranslation()
  const may = useMay()
  const found = useQuery({ queryKey: ['address', at], queryFn: () => addressOf(at), staleTime: 600_000, retry: false })
  if (found.isPending) return <Skeleton lines={4} />
  if (found.isError) return <QueryError of={found} />
  const { text, located } = found.data
  return (
    <article className="om-card">
      <h2>{text || t('onemap.place.nameless')}</h2>
      {located ? (
        <dl className="om-facts">
          <div>
            <dt>{t('onemap.place.street')}</dt>
            <dd>
              {located.districtName} {located.streetName}
            </dd>
          </div>
          <div>
            <dt>{t('onemap.place.community')}</dt>
            <dd>{located.communityName}</dd>
          </div>
          <div>
            <dt>{t('onemap.place.grid')}</dt>
            <dd>{located.gridCode}</dd>
          </div>
          {located.dutyGridCode ? (
            <div>
              <dt>{t('onemap.place.duty')}</dt>
              <dd>{located.dutyGridCode}</dd>
            </div>
          ) : null}
        </dl>
      ) : (
        <p className="om-card-place">{t('onemap.place.outside')}</p>
      )}
      {located && may('cases:report') ? (
        <p className="om-card-acts">
          <Link href={reportAddress(at, null)}>{t('onemap.card.report')}</Link>
        </p>
      ) : null}
    </article>
  )
}
