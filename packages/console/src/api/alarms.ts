import type {
  AlarmCard,
  AlarmCounts,
  AlarmMarks,
  AlarmPage,
  AlarmQuery,
  AlarmStatistics,
  AlarmsMoved,
  BandView,
  ExplainView,
  IncidentPage,
  IncidentView,
  StatisticsBy
} from '@chengyun/contract/alarms'
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Static } from 'typebox'
import { api, query } from './client.ts'
import { useLiveNamed } from './live.ts'

/** The queues of the alarm desk and what each asks the server for. */
export const ALARM_QUEUES = {
  open: { state: 'open' },
  unacknowledged: { state: 'open', acknowledged: 'false' },
  mine: { state: 'open', assignee: 'me' },
  asksVerdict: { asksVerdict: 'true' },
  level1: { state: 'open', level: '1' },
  level2: { state: 'open', level: '2' },
  level3: { state: 'open', level: '3' },
  level4: { state: 'open', level: '4' },
  sensorFault: { state: 'open', sensorFault: 'true' },
  suppressed: { state: 'open', suppressed: 'true' },
  false: { verdict: 'false,test' },
  done: { state: 'done' },
  all: {}
} as const satisfies Record<string, Partial<Record<keyof AlarmQuery, string>>>
export type AlarmQueue = keyof typeof ALARM_QUEUES

/** The filters of a list that the address keeps; the server knows the same names, `queue` stands for those of a queue. */
export const ALARM_FILTERS = [
  'queue',
  'state',
  'level',
  'worst',
  'rule',
  'pack',
  'type',
  'item',
  'stream',
  'incident',
  'case',
  'unit',
  'holder',
  'assignee',
  'within',
  'bbox',
  'q',
  'from',
  'to',
  'standing',
  'acknowledged',
  'verdict',
  'sensorFault',
  'asksVerdict',
  'suppressed',
  'sort'
] as const
export type AlarmFilters = Partial<Record<(typeof ALARM_FILTERS)[number], string>>

/** The filters an address holds; anything else in it is left alone. */
export function alarmFilters(params: URLSearchParams): AlarmFilters {
  const out: AlarmFilters = {}
  for (const key of ALARM_FILTERS) {
    const value = params.get(key)
    if (value) out[key] = value
  }
  return out
}

/** Whether a word of an address names a queue. */
export const isAlarmQueue = (word: string | undefined): word is AlarmQueue => word !== undefined && word in ALARM_QUEUES

/** What a filter asks the server for: its queue first, what is said beside it on top. */
export function askedOf({ queue, ...filters }: AlarmFilters): Record<string, string> {
  const base: Record<string, string> = isAlarmQueue(queue) ? ALARM_QUEUES[queue] : {}
  const open = base['state'] === 'open'
  return { sort: open ? 'level' : '-raisedAt', ...base, ...filters }
}

const PAGE = 100

/** A list by keyset pages. */
export function useAlarmList(filters: AlarmFilters, enabled = true) {
  return useInfiniteQuery({
    queryKey: ['alarms', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      api<AlarmPage>(`/alarms${query({ ...askedOf(filters), limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    enabled
  })
}

/** How many alarms there are under some filters. */
export function useAlarmCounts(filters: AlarmFilters, enabled = true) {
  return useQuery({
    queryKey: ['alarms', 'counts', filters],
    queryFn: ({ signal }) => {
      const { sort: _sort, ...asked } = askedOf(filters)
      return api<AlarmCounts>(`/alarms/counts${query(asked)}`, { signal })
    },
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
    enabled
  })
}

/** Everything about one alarm. */
export function useAlarm(id: string | null) {
  return useQuery({
    queryKey: ['alarm', id],
    queryFn: ({ signal }) => api<AlarmCard>(`/alarms/${id}`, { signal }),
    // The pane keeps its place: the last alarm stands dimmed until the next is there.
    placeholderData: keepPreviousData,
    enabled: id !== null
  })
}

/** Incidents, the latest first. */
export function useIncidents(open: boolean, enabled = true) {
  return useInfiniteQuery({
    queryKey: ['alarms', 'incidents', open],
    queryFn: ({ pageParam, signal }) =>
      api<Static<typeof IncidentPage>>(`/alarms/incidents${query({ open, limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    enabled
  })
}

/** One incident as this reader sees it. */
export function useIncident(id: string | null) {
  return useQuery({
    queryKey: ['alarms', 'incident', id],
    queryFn: ({ signal }) => api<IncidentView>(`/alarms/incidents/${id}`, { signal }),
    placeholderData: keepPreviousData,
    enabled: id !== null
  })
}

/** Alarms leave an incident. */
export const splitAlarms = (incidentId: string, ids: readonly string[], note: string) =>
  api<{ ok: boolean }>(`/alarms/incidents/${incidentId}/split`, { body: { ids, note } })

/** Alarms join an incident, or become one. */
export const mergeAlarms = (ids: readonly string[], into: string | undefined, note: string) =>
  api<IncidentView>('/alarms/incidents', { body: { ids, ...(into && { into }), note } })

/** All alarms of an incident join another. */
export const mergeIncident = (incidentId: string, into: string, note: string) =>
  api<IncidentView>('/alarms/incidents', { body: { incidentId, into, note } })

/** Puts alarms back where they were before they joined an incident. */
export async function takeBackMerge(
  incidentId: string,
  before: readonly { id: string; incidentId: string | null }[],
  note: string
): Promise<void> {
  const alone = before.filter((a) => a.incidentId === null).map((a) => a.id)
  if (alone.length > 0) await splitAlarms(incidentId, alone, note)
  for (const was of new Set(before.flatMap((a) => a.incidentId ?? [])))
    if (was !== incidentId)
      await mergeAlarms(
        before.filter((a) => a.incidentId === was).map((a) => a.id),
        was,
        note
      )
}

/** What the alarms of a time come to, by something; the filters are those of a list. */
export function useAlarmStatistics(by: StatisticsBy, filters: AlarmFilters) {
  return useQuery({
    queryKey: ['alarm-statistics', by, filters],
    queryFn: ({ signal }) => api<AlarmStatistics>(`/alarms/statistics${query({ by, ...filters })}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 300_000
  })
}

export interface Span {
  from: string
  to: string
}

/** Alarms of streams within a time, for charts. */
export function useMarks(streams: readonly number[], { from, to }: Span, enabled = true) {
  return useQuery({
    queryKey: ['alarms', 'marks', streams, from, to],
    queryFn: ({ signal }) =>
      api<Static<typeof AlarmMarks>>(`/alarms/marks${query({ streams: streams.join(','), from, to })}`, { signal }),
    enabled: enabled && streams.length > 0,
    placeholderData: keepPreviousData
  })
}

/** What rules expect of a stream within a time. Streams nobody may see singly have none. */
export function useBand(stream: number | null, { from, to }: Span, rule?: string, enabled = true) {
  return useQuery({
    queryKey: ['alarms', 'band', stream, from, to, rule],
    queryFn: ({ signal }) => api<BandView>(`/alarms/band${query({ stream, from, to, rule, pixels: 200 })}`, { signal }),
    enabled: enabled && stream !== null,
    placeholderData: keepPreviousData,
    retry: false
  })
}

/** What every rule makes of a stream now. */
export function useExplain(stream: number | null, enabled = true) {
  return useQuery({
    queryKey: ['alarms', 'explain', stream],
    queryFn: ({ signal }) => api<ExplainView>(`/alarms/explain${query({ stream })}`, { signal }),
    enabled: enabled && stream !== null,
    retry: false
  })
}

const GATHER_MS = 400

/** Lists, counts and the open alarm follow what happens; many things at once are one refresh. */
export function useAlarmsLive(onMoved?: (moved: AlarmsMoved) => void): void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const touched = useRef(new Set<string>())
  const refresh = () => {
    timer.current ??= setTimeout(() => {
      timer.current = null
      for (const id of touched.current) void client.invalidateQueries({ queryKey: ['alarm', id] })
      touched.current.clear()
      void client.invalidateQueries({ queryKey: ['alarms'] })
    }, GATHER_MS)
  }
  useLiveNamed(['alarms.moved'], (payload) => {
    const moved = payload as unknown as AlarmsMoved
    touched.current.add(moved.alarm.id)
    onMoved?.(moved)
    refresh()
  })
  useLiveNamed(['alarms.incidentMoved', 'alarms.tasked'], (payload) => {
    if (typeof payload['alarmId'] === 'string') touched.current.add(payload['alarmId'])
    refresh()
  })
}
