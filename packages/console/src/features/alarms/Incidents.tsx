import type { IncidentView } from '@chengyun/contract/alarms'
import { EmptyState, formatShort, LevelLamp, useNow } from '@chengyun/ui'
import { Segmented } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useAlarmList, useIncidents } from '../../api/alarms.ts'
import { ListWithMap } from '../../parts/ListWithMap.tsx'
import { ListState, LoadMore } from '../../parts/states.tsx'
import { useListKeys } from '../../parts/useListKeys.ts'
import { usePreferences } from '../../preferences.tsx'
import { AlarmPane } from './AlarmPane.tsx'
import { IncidentPane } from './IncidentPane.tsx'
import { incidentAddress } from './words.ts'
import './css/incidents.css'

export interface IncidentsProps {
  incidentId: string | null
  /** An alarm of the incident, opened from its card. */
  alarmId: string | null
  over: boolean
}

/** Bursts that are one happening (事件): the list, the chosen one beside it, one of its alarms in its place. */
export function Incidents({ incidentId, alarmId, over }: IncidentsProps) {
  const [, navigate] = useLocation()
  const pane = useRef<HTMLDivElement>(null)
  const found = useIncidents(!over)
  const rows = found.data?.pages.flatMap((p) => p.items) ?? []
  const within = useAlarmList({ incident: incidentId ?? '' }, incidentId !== null && alarmId !== null)
  const alarms = within.data?.pages.flatMap((p) => p.items) ?? []
  const go = (id: string | null, alarm: string | null = null) =>
    navigate(incidentAddress(id, { alarmId: alarm, over }), { replace: true })
  // J, K and Escape go through what is open: the alarms of an incident, or the incidents.
  useListKeys({
    keys: alarmId ? alarms.map((a) => a.id) : rows.map((r) => r.id),
    open: alarmId ?? incidentId,
    onOpen: (id) => (alarmId ? go(incidentId, id) : go(id)),
    pane
  })
  return (
    <ListWithMap
      id="incidents"
      initial={420}
      min={320}
      max={900}
      list={
        <section className="desk-list">
          <div className="desk-filter">
            <div className="desk-filter-row">
              <Over over={over} />
            </div>
          </div>
          <List found={found} rows={rows} incidentId={incidentId} onOpen={go} over={over} />
        </section>
      }
      card={
        alarmId ? (
          <AlarmPane id={alarmId} />
        ) : (
          <IncidentPane id={incidentId} onAlarm={(id) => go(incidentId, id)} onIncident={(id) => go(id)} />
        )
      }
      pane={pane}
      onBack={alarmId ? () => go(incidentId) : incidentId ? () => go(null) : null}
    />
  )
}

function Over({ over }: { over: boolean }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  return (
    <Segmented
      size="small"
      value={over}
      options={[
        { value: false, label: t('alarms.incidentsOpen') },
        { value: true, label: t('alarms.incidentsAll') }
      ]}
      onChange={(v) => navigate(incidentAddress(null, { over: v }))}
    />
  )
}

interface ListProps {
  found: ReturnType<typeof useIncidents>
  rows: readonly IncidentView[]
  incidentId: string | null
  over: boolean
  onOpen: (id: string) => void
}

function List({ found, rows, incidentId, over, onOpen }: ListProps) {
  const { t } = useTranslation()
  return (
    <div className="desk-rows alarm-incidents">
      <ListState
        of={found}
        rows={rows.length}
        lines={8}
        none={<EmptyState title={t(over ? 'alarms.noIncidentsEver' : 'alarms.noIncidents')} hint={t('alarms.noIncidentsHint')} />}
      />
      {rows.map((r) => (
        <Incident key={r.id} row={r} on={r.id === incidentId} onOpen={() => onOpen(r.id)} />
      ))}
      <LoadMore list={found} />
    </div>
  )
}

function Incident({ row, on, onOpen }: { row: IncidentView; on: boolean; onOpen: () => void }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const now = useNow(60)
  return (
    <button
      type="button"
      className={`alarm-incident${on ? ' on' : ''}`}
      aria-current={on ? 'true' : undefined}
      onClick={onOpen}
      ref={(b) => {
        if (on) b?.scrollIntoView({ block: 'nearest' })
      }}
    >
      <LevelLamp level={row.level} over={row.open === 0} />
      <span>
        <b translate="no">{row.title[language]}</b>
        <small>
          {t('alarms.incidentNo', { no: row.no })} · {formatShort(row.firstAt, now)} – {formatShort(row.lastAt, now)}
          {row.case ? ` · ${row.case.no}` : ''}
        </small>
      </span>
      <span className="alarm-incident-n">{t('alarms.incidentCount', { open: row.open, count: row.count })}</span>
    </button>
  )
}
