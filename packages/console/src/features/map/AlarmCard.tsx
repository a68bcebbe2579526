import { ClockBar, formatDateTime, LevelLamp, Skeleton, useNow } from '@chengyun/ui'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useAlarm } from '../../api/alarms.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { acknowledgementClock, useLasting, valueText } from '../alarms/words.ts'
import { type CardProps, reportAddress } from './CaseCard.tsx'

/** An open alarm on the map: how grave, what, of which thing, since when, whose it is, and the ways to it. */
export function AlarmCard({ id, onPlace }: CardProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const may = useMay()
  const lasting = useLasting()
  const now = useNow(10)
  const found = useAlarm(id)
  const card = found.isPlaceholderData ? undefined : found.data
  const lng = card?.place?.[0]
  const lat = card?.place?.[1]
  useEffect(() => {
    if (lng !== undefined && lat !== undefined) onPlace([lng, lat])
  }, [lng, lat, onPlace])
  if (found.isError) return <QueryError of={found} />
  if (!card) return <Skeleton lines={8} />
  const rows: [string, string | undefined][] = [
    [t('alarms.stage.raised'), `${formatDateTime(card.raisedAt)} · ${lasting(card.raisedAt, card.clearedAt ?? now)}`],
    [t('alarms.fact.stream'), `${card.stream} · ${valueText(card.value, card.unit)}`],
    [t('alarms.fact.assignee'), card.assignee?.name],
    [t('alarms.fact.unit'), card.unitInCharge?.name]
  ]
  return (
    <article className="om-card">
      <p className="om-card-code">
        <LevelLamp level={card.level} named over={card.clearedAt !== null} /> {t('alarms.no', { no: card.no })}{' '}
        <span>{t(`alarms.state.${card.state}`)}</span>
      </p>
      <h2>{card.title[language]}</h2>
      <p className="om-card-place">
        <Link href={`/registers/list/${card.type}/${encodeURIComponent(card.item.code)}`}>
          {card.item.name || card.item.code}
        </Link>
        <small>{card.address || t('case.noAddress')}</small>
        {card.gridCode ? <small>{t('case.grid', { code: card.gridCode })}</small> : null}
      </p>
      {card.acknowledgedAt === null && card.dueAt ? <ClockBar clock={acknowledgementClock(card)} inline /> : null}
      <dl className="om-facts">
        {rows.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null
        )}
        {card.case ? (
          <div>
            <dt>{t('alarms.caseTitle')}</dt>
            <dd>
              <Link href={`/cases/${card.case.id}`}>{card.case.no}</Link>
            </dd>
          </div>
        ) : null}
      </dl>
      <p className="om-card-acts">
        <Link href={`/alarms/${card.id}`}>{t('onemap.card.openAlarm')}</Link>
        <Link href={`/streams/thing/${card.type}/${encodeURIComponent(card.item.code)}?stream=${card.streamId}`}>
          {t('onemap.card.openStream')}
        </Link>
        {may('cases:report') && card.place ? <Link href={reportAddress(card.place, null)}>{t('onemap.card.report')}</Link> : null}
      </p>
    </article>
  )
}
