import type {
  ChartLine as ChartLineSchema,
  ChartView,
  LatestColumns,
  ReadingsPage,
  StreamPage,
  StreamState,
  StreamView,
  TemplateList
} from '@chengyun/contract/streams'
import { keepPreviousData, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Static } from 'typebox'
import type { Span } from './alarms.ts'
import { api, query } from './client.ts'

/** The filters of a list of streams that the address keeps; the server knows the same names. */
export const STREAM_FILTERS = ['type', 'key', 'item', 'state', 'within', 'q'] as const
export type StreamFilters = Partial<Record<(typeof STREAM_FILTERS)[number], string>>

const PAGE = 200
type ChartLine = Static<typeof ChartLineSchema>
type TemplateAnswer = Static<typeof TemplateList>

/** Streams with their latest readings, by pages. */
export function useStreams(filters: StreamFilters, enabled = true) {
  return useInfiniteQuery({
    queryKey: ['streams', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      api<StreamPage>(`/streams${query({ ...filters, limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    enabled
  })
}

/** One stream with its latest reading. */
export function useStream(id: number | null) {
  return useQuery({
    queryKey: ['streams', 'one', id],
    queryFn: ({ signal }) => api<StreamView>(`/streams/${id}`, { signal }),
    enabled: id !== null
  })
}

/** Streams over time, thinned to pixels. Those nobody may see singly are refused. */
export function useChart(ids: readonly number[], { from, to }: Span, pixels: number, enabled = true) {
  return useQuery({
    queryKey: ['streams', 'chart', ids, from, to, pixels],
    queryFn: ({ signal }) => api<ChartView>(`/streams/chart${query({ streams: ids.join(','), from, to, pixels })}`, { signal }),
    enabled: enabled && ids.length > 0,
    placeholderData: keepPreviousData,
    retry: false
  })
}

/** Single readings, the newest first. */
export function useReadings(id: number, { from, to }: Span) {
  return useInfiniteQuery({
    queryKey: ['streams', 'readings', id, from, to],
    queryFn: ({ pageParam, signal }) =>
      api<ReadingsPage>(`/streams/${id}/readings${query({ from, to, limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next
  })
}

/** What things of registers are observed for. */
export function useTemplates() {
  return useQuery({
    queryKey: ['streams', 'templates'],
    queryFn: async ({ signal }) => (await api<TemplateAnswer>('/streams/templates', { signal })).items,
    staleTime: 60_000
  })
}

/** How many streams of each register are in each state. */
export function useStreamStates(types: readonly string[]) {
  return useQueries({
    queries: types.map((type) => ({
      queryKey: ['streams', 'states', type],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const { total, states } = await api<StreamPage>(`/streams${query({ type, limit: 1 })}`, { signal })
        return { type, total, states }
      },
      refetchInterval: 60_000
    })),
    combine: (found) => ({
      rows: found.flatMap((f) => (f.data ? [f.data] : [])),
      isPending: found.some((f) => f.isPending),
      error: found.find((f) => f.error)?.error ?? null,
      refetch: () => found.forEach((f) => void f.refetch())
    })
  })
}

export interface LatestOf {
  at: number | null
  value: number | null
  state: StreamState
}

/** Latest readings as they come, at most once a second; empty until the first message. */
export function useLatestLive(asked: Record<string, string> | null): ReadonlyMap<number, LatestOf> {
  const [latest, setLatest] = useState<ReadonlyMap<number, LatestOf>>(NONE)
  const address = asked ? `/api/streams/live${query(asked)}` : null
  useEffect(() => {
    setLatest(NONE)
    if (!address) return
    const source = new EventSource(address)
    source.addEventListener('readings', (message: MessageEvent<string>) => {
      const c = JSON.parse(message.data) as LatestColumns
      setLatest((old) => {
        const next = new Map(old)
        c.streams.forEach((id, i) => {
          const state = c.states[c.state[i] ?? 0] as StreamState
          next.set(id, { at: c.at[i] ?? null, value: c.values[i] ?? null, state })
        })
        return next
      })
    })
    return () => source.close()
  }, [address])
  return latest
}
const NONE: ReadonlyMap<number, LatestOf> = new Map()

const TOGETHER = 20
const WAIT_MS = 30
let asking: { ids: Set<number>; done: Promise<Map<number, ChartLine>> } | null = null

/** The last day of one stream, thinned to a spark line; rows that come into view together are asked for together. */
export function useSpark(id: number | null) {
  return useQuery({
    queryKey: ['streams', 'spark', id],
    queryFn: async () => (await gathered(id!)).get(id!) ?? null,
    enabled: id !== null,
    staleTime: 300_000,
    retry: false
  })
}

function gathered(id: number): Promise<Map<number, ChartLine>> {
  if (!asking || asking.ids.size >= TOGETHER) {
    const ids = new Set<number>()
    const mine = {
      ids,
      done: new Promise<void>((go) => setTimeout(go, WAIT_MS)).then(async () => {
        if (asking === mine) asking = null
        const to = new Date()
        const from = new Date(to.getTime() - 86_400_000)
        const span = { from: from.toISOString(), to: to.toISOString() }
        const { lines } = await api<ChartView>(`/streams/chart${query({ streams: [...ids].join(','), ...span, pixels: 80 })}`)
        return new Map(lines.map((l) => [l.streamId, l]))
      })
    }
    asking = mine
  }
  asking.ids.add(id)
  return asking.done
}
