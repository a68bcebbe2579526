import { ClockBar, formatDateTime, Skeleton } from '@chengyun/ui'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useCase } from '../../api/cases.ts'
import { QueryError } from '../../parts/states.tsx'
import { CasePhotos } from '../desk/CasePhotos.tsx'
import { Timeline } from '../desk/Timeline.tsx'
import '../desk/desk.css'

export interface CardProps {
  id: string
  /** Tells where the object lies, to ring it and to bring it into view. */
  onPlace: (at: [number, number]) => void
}

/** A case on the map: what, where, how it stands, whose it is, what happened. */
export function CaseCard({ id, onPlace }: CardProps) {
  const { t } = useTranslation()
  const found = useCase(id)
  const view = found.data
  const lng = view?.location[0]
  const lat = view?.location[1]
  useEffect(() => {
    if (lng !== undefined && lat !== undefined && !found.isPlaceholderData) onPlace([lng, lat])
  }, [lng, lat, onPlace, found.isPlaceholderData])
  if (found.isError) return <QueryError of={found} />
  if (!view) return <Skeleton lines={8} />
  return (
    <article className="om-card">
      <p className="om-card-code">
        {view.caseNo} <span>{t(`status.${view.status}`)}</span>
      </p>
      <h2>{view.description.length > 40 ? view.className : view.description || view.className}</h2>
      <p className="om-card-place">
        {[view.districtName, view.streetName, view.communityName].filter(Boolean).join(' ')}
        <br />
        {view.address || t('case.noAddress')}
      </p>
      {view.clock ? <ClockBar clock={view.clock} inline /> : null}
      <dl className="om-facts">
        <div>
          <dt>{t('onemap.card.class')}</dt>
          <dd>
            {view.majorName} / {view.className}
          </dd>
        </div>
        <div>
          <dt>{t('onemap.card.unit')}</dt>
          <dd>{view.unitName ?? '–'}</dd>
        </div>
        <div>
          <dt>{t('onemap.card.source')}</dt>
          <dd>{t(`source.${view.sourceType}`)}</dd>
        </div>
        <div>
          <dt>{t('onemap.card.reported')}</dt>
          <dd>{formatDateTime(view.reportedAt)}</dd>
        </div>
        {view.componentId ? (
          <div>
            <dt>{t('onemap.card.component')}</dt>
            <dd>{view.componentId}</dd>
          </div>
        ) : null}
      </dl>
      {view.evidence.length > 0 ? <CasePhotos evidence={view.evidence} /> : null}
      <p className="om-card-acts">
        <Link href={`/cases/${view.id}`}>{t('onemap.card.openCase')}</Link>
        <Link href={reportAddress(view.location, view.componentId)}>{t('onemap.card.report')}</Link>
      </p>
      <Timeline view={view} />
    </article>
  )
}

/** The address of a report that begins with a place and, where one is meant, a component. */
export function reportAddress([lng, lat]: readonly [number, number], component: string | null): string {
  const at = new URLSearchParams({ lng: lng.toFixed(6), lat: lat.toFixed(6) })
  if (component) at.set('component', component)
  return `/report?${at}`
}
