import type { IncidentView } from '@chengyun/contract/alarms'
import { EmptyState, ErrorState, formatShort, LevelLamp, Skeleton, useNow } from '@chengyun/ui'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useIncidents } from '../../api/alarms.ts'
import { usePreferences } from '../../preferences.tsx'

/** Bursts that are one happening: how many alarms each has and how many are open. */
export function Incidents({ onOpen }: { onOpen: (id: string) => void }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(true)
  const found = useIncidents(open)
  const rows = found.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <section className="desk-list">
      <div className="desk-filter">
        <div className="desk-filter-row">
          <Segmented
            size="small"
            value={open}
            options={[
              { value: true, label: t('alarms.incidentsOpen') },
              { value: false, label: t('alarms.incidentsOver') }
            ]}
            onChange={setOpen}
          />
        </div>
      </div>
      <div className="desk-rows alarm-incidents">
        {found.isPending ? <Skeleton lines={8} /> : null}
        {found.isError && rows.length === 0 ? (
          <ErrorState message={found.error.message} onRetry={() => void found.refetch()} />
        ) : null}
        {found.isSuccess && rows.length === 0 ? (
          <EmptyState title={t('alarms.noIncidents')} hint={t('alarms.noIncidentsHint')} />
        ) : null}
        {rows.map((r) => (
          <Incident key={r.id} row={r} onOpen={() => onOpen(r.id)} />
        ))}
        {found.hasNextPage ? (
          <Button block type="text" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('list.more')}
          </Button>
        ) : null}
      </div>
    </section>
  )
}

function Incident({ row, onOpen }: { row: IncidentView; onOpen: () => void }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const now = useNow(60)
  return (
    <button type="button" className="alarm-incident" onClick={onOpen}>
      <LevelLamp level={row.level} over={row.open === 0} />
      <span>
        <b>{row.title[language]}</b>
        <small>
          {t('alarms.incidentNo', { no: row.no })} · {formatShort(row.firstAt, now)} – {formatShort(row.lastAt, now)}
          {row.case ? ` · ${row.case.no}` : ''}
        </small>
      </span>
      <span className="alarm-incident-n">{t('alarms.incidentCount', { open: row.open, count: row.count })}</span>
    </button>
  )
}
