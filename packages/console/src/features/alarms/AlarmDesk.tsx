import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Redirect, useLocation, useSearchParams } from 'wouter'
import { alarmFilters, useAlarmsLive } from '../../api/alarms.ts'
import { ListWithMap } from '../../parts/ListWithMap.tsx'
import { useListKeys } from '../../parts/useListKeys.ts'
import { useShortcut } from '../../shell/shortcuts.ts'
import { AlarmBulk } from './AlarmBulk.tsx'
import { AlarmFilterBar } from './AlarmFilterBar.tsx'
import { AlarmList } from './AlarmList.tsx'
import { AlarmMap } from './AlarmMap.tsx'
import { AlarmPane } from './AlarmPane.tsx'
import { AlarmQueues } from './AlarmQueues.tsx'
import { Incidents } from './Incidents.tsx'
import { ring, useSound } from './sound.ts'
import { useSteadyAlarms } from './useSteadyAlarms.ts'
import '../desk/desk.css'
import './alarms.css'

const FIRST = 'queue=open'
const LOUD_FROM = 2

/** The alarm desk (报警台): queues, list, alarm. Queue, filter, map and the open alarm live in the address. */
export default function AlarmDesk({ alarmId }: { alarmId: string | null }) {
  const [params] = useSearchParams()
  const search = params.toString()
  if (!search) return <Redirect to={`/alarms${alarmId ? `/${alarmId}` : ''}?${FIRST}`} replace />
  return <Desk alarmId={alarmId} search={search} />
}

function Desk({ alarmId, search }: { alarmId: string | null; search: string }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const filters = useMemo(() => alarmFilters(new URLSearchParams(search)), [search])
  const params = useMemo(() => new URLSearchParams(search), [search])
  const incidents = params.get('view') === 'incidents'
  const withMap = params.get('map') === 'on'
  const list = useSteadyAlarms(filters, !incidents)
  const { rows } = list
  const pane = useRef<HTMLDivElement>(null)
  const [sound, setSound] = useSound()
  useAlarmsLive(({ act, alarm }) => {
    if (sound && (act === 'raise' || act === 'level') && alarm.level <= LOUD_FROM) ring()
  })

  const open = useCallback(
    (id: string | null, replace = true) => navigate(`/alarms${id ? `/${id}` : ''}?${search}`, { replace }),
    [navigate, search]
  )
  const keys = useMemo(() => (incidents ? [] : rows.map((r) => r.row.id)), [rows, incidents])
  const { marked, setMarked, toggle } = useListKeys({
    keys,
    open: incidents ? null : alarmId,
    onOpen: open,
    pane,
    marks: true
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: marks belong to one filter
  useEffect(() => setMarked(new Set()), [filters])

  const setParam = useCallback(
    (changes: Record<string, string | null>) => {
      const next = new URLSearchParams(search)
      for (const [key, value] of Object.entries(changes)) {
        if (value) next.set(key, value)
        else next.delete(key)
      }
      navigate(`/alarms${alarmId ? `/${alarmId}` : ''}?${next.toString() || FIRST}`)
    },
    [navigate, search, alarmId]
  )
  useShortcut('m', () => setParam({ map: withMap ? null : 'on' }))
  useShortcut('n', list.showNew)
  useShortcut('s', () => navigate('/alarms/statistics'))

  const listPart = (
    <section className="desk-list">
      <AlarmFilterBar
        filters={filters}
        onChange={setParam}
        arrived={list.arrived}
        onShowNew={list.showNew}
        withMap={withMap}
        sound={sound}
        onSound={setSound}
      />
      <AlarmList list={list} alarmId={alarmId} marked={marked} filters={filters} onOpen={(id) => open(id)} onMark={toggle} />
      <AlarmBulk
        rows={rows.map((r) => r.row).filter((r) => marked.has(r.id))}
        all={rows.length}
        onAll={() => setMarked(new Set(keys))}
        onClear={() => setMarked(new Set())}
      />
    </section>
  )
  return (
    <div className="desk alarms">
      <h1 className="cy-visually-hidden">{t('nav.alarms')}</h1>
      <AlarmQueues
        filters={filters}
        incidents={incidents}
        onChoose={(query) => navigate(`/alarms?${query}${withMap ? '&map=on' : ''}`)}
      />
      {incidents ? (
        <Incidents incidentId={filters.incident ?? null} alarmId={alarmId} over={params.get('over') === 'true'} />
      ) : (
        <ListWithMap
          id="alarms"
          initial={640}
          max={1100}
          list={listPart}
          map={
            withMap ? (
              <AlarmMap
                rows={rows.map((r) => r.row)}
                alarmId={alarmId}
                bbox={filters.bbox ?? null}
                onPick={(id) => open(id)}
                onBox={(bbox) => setParam({ bbox })}
              />
            ) : null
          }
          card={<AlarmPane id={alarmId} />}
          pane={pane}
          onBack={alarmId ? () => open(null) : null}
        />
      )}
    </div>
  )
}
