import type { AlarmView, IncidentView } from '@chengyun/contract/alarms'
import { EmptyState, formatDateTime, KeyHint, LevelLamp, Skeleton } from '@chengyun/ui'
import { Button } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useAlarmList, useIncident } from '../../api/alarms.ts'
import { ApiError } from '../../api/client.ts'
import { CityMap } from '../../parts/CityMap.tsx'
import { LoadMore, QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { AlarmBulk } from './AlarmBulk.tsx'
import { MergeForm } from './IncidentForms.tsx'
import { IncidentTimes } from './IncidentTimes.tsx'
import { useLasting } from './words.ts'

export interface IncidentPaneProps {
  id: string | null
  onAlarm: (id: string) => void
  /** Another incident takes its place: the one this was merged into. */
  onIncident: (id: string) => void
}

/** Nearer than this the ground says nothing more. */
const NEAREST = 15
/** Pixels of the map that are sure to be there, those of the whole world at zoom 0, and the room left around. */
const [WIDTH, HEIGHT, WORLD, ROOM] = [420, 220, 512, 0.6]

/** Where to look to see all of some places. */
function wholeOf(places: readonly [number, number][]): { center: [number, number]; zoom: number } | null {
  if (places.length === 0) return null
  const [lngs, lats] = [places.map((p) => p[0]), places.map((p) => p[1])]
  const [w, e, s, n] = [Math.min(...lngs), Math.max(...lngs), Math.min(...lats), Math.max(...lats)]
  const lat = (s + n) / 2
  // Mercator stretches the way north.
  const high = (n - s) / Math.cos((lat * Math.PI) / 180)
  const share = Math.max((e - w) / WIDTH, high / HEIGHT) / 360
  return { center: [(w + e) / 2, lat], zoom: Math.min(NEAREST, Math.log2(1 / (share * WORLD)) - ROOM) }
}

/** One incident: its alarms on the map and over time, and what can be done to some of them or to the whole. */
export function IncidentPane({ id, onAlarm, onIncident }: IncidentPaneProps) {
  const { t } = useTranslation()
  const found = useIncident(id)
  const list = useAlarmList({ incident: id ?? '' }, id !== null)
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data])
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set())
  // biome-ignore lint/correctness/useExhaustiveDependencies: marks belong to one incident
  useEffect(() => setMarked(new Set()), [id])
  if (id === null) return <EmptyState title={t('alarms.noIncident')} hint={t('alarms.noIncidentHint')} />
  if (found.error instanceof ApiError && found.error.code === 'ALARMS_INCIDENT_NOT_FOUND')
    return <EmptyState title={t('alarms.incidentGone')} hint={t('alarms.incidentGoneHint')} />
  if (found.isPending || (list.isPending && !found.isError)) return <Skeleton lines={14} />
  if (found.isError && !found.data) return <QueryError of={found} />
  const incident = found.data
  const waiting = incident.id !== id || list.isPlaceholderData
  const toggle = (alarm: string) =>
    setMarked((old) => {
      const next = new Set(old)
      if (!next.delete(alarm)) next.add(alarm)
      return next
    })
  return (
    <article className={`case alarm incident${waiting ? ' waiting' : ''}`} aria-busy={waiting}>
      <Head incident={incident} />
      <div className="incident-body">
        <Places incident={incident} rows={rows} onAlarm={onAlarm} />
        <IncidentTimes rows={rows} marked={marked} onAlarm={onAlarm} onMark={toggle} />
        <LoadMore list={list} />
      </div>
      {marked.size === 0 && !waiting ? (
        <Acts incident={incident} rows={rows} onIncident={onIncident} onAll={() => setMarked(new Set(rows.map((r) => r.id)))} />
      ) : null}
      <AlarmBulk
        rows={rows.filter((r) => marked.has(r.id))}
        all={rows.length}
        incident={incident}
        onAll={() => setMarked(new Set(rows.map((r) => r.id)))}
        onClear={() => setMarked(new Set())}
      />
    </article>
  )
}

function Head({ incident }: { incident: IncidentView }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const lasting = useLasting()
  return (
    <header className="case-head">
      <div className="case-no">
        <LevelLamp level={incident.level} named over={incident.open === 0} />
        <span>{t('alarms.incidentNo', { no: incident.no })}</span>
        {incident.byHand ? <em className="flag">{t('alarms.byHand')}</em> : null}
        <span className="case-status">{t(incident.open > 0 ? 'alarms.incidentStands' : 'alarms.incidentOver')}</span>
      </div>
      <h1 translate="no">{incident.title[language]}</h1>
      <p className="case-place">
        {t('alarms.incidentCount', { open: incident.open, count: incident.count })}
        {' · '}
        {formatDateTime(incident.firstAt, true)}
        {incident.lastAt > incident.firstAt
          ? ` · ${t('alarms.incidentSpread', { text: lasting(incident.firstAt, incident.lastAt) })}`
          : ''}
        {incident.case ? (
          <>
            {' · '}
            <Link href={`/cases/${incident.case.id}`}>{incident.case.no}</Link>
          </>
        ) : null}
        {' · '}
        <Link href={`/alarms?incident=${incident.id}`}>{t('alarms.incidentList')}</Link>
      </p>
    </header>
  )
}

function Places({
  incident,
  rows,
  onAlarm
}: {
  incident: IncidentView
  rows: readonly AlarmView[]
  onAlarm: (id: string) => void
}) {
  const { t } = useTranslation()
  const points = useMemo(
    () =>
      rows.flatMap((r) =>
        r.place ? [{ id: r.id, location: [r.place[0], r.place[1]] as [number, number], lamp: `level${r.level}` as const }] : []
      ),
    [rows]
  )
  // Seen once as a whole; what comes later does not move the map under the reader.
  const known = points.length > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: the incident and its first alarms say where to look
  const focus = useMemo(() => wholeOf(points.map((p) => p.location)), [incident.id, known])
  if (!focus) return <p className="case-nophoto">{t('alarms.noPlaces')}</p>
  return (
    <div className="incident-map">
      <CityMap points={points} focus={focus} note={t('alarms.mapRows', { count: points.length })} onPick={onAlarm} />
    </div>
  )
}

interface ActsProps {
  incident: IncidentView
  rows: readonly AlarmView[]
  onIncident: (id: string) => void
  onAll: () => void
}

/** What can be done to the whole; parts of it are marked first. */
function Acts({ incident, rows, onIncident, onAll }: ActsProps) {
  const { t } = useTranslation()
  const [merging, setMerging] = useState(false)
  const can = incident.can.includes('merge')
  useShortcut('1', () => setMerging(true), { enabled: can && !merging })
  useShortcut('2', onAll, { enabled: can && !merging })
  useShortcut('Escape', () => setMerging(false), { enabled: merging, always: true })
  if (!can) return null
  return (
    <>
      {merging ? (
        <section className="case-panel" aria-label={t('alarms.mergeInto')}>
          <h3>{t('alarms.mergeInto')}</h3>
          <MergeForm incident={incident} rows={rows} onClose={() => setMerging(false)} onDone={onIncident} />
        </section>
      ) : null}
      <footer className="case-acts">
        <Button type={merging ? 'primary' : 'default'} aria-pressed={merging} onClick={() => setMerging(!merging)}>
          {t('alarms.mergeInto')} <KeyHint>1</KeyHint>
        </Button>
        <Button onClick={onAll}>
          {t('alarms.markWhole', { count: rows.length })} <KeyHint>2</KeyHint>
        </Button>
        <span className="case-acts-none">{t('alarms.splitHint')}</span>
      </footer>
    </>
  )
}
