import type { ChartView, ReadingsPage, StreamPage, StreamView } from '@chengyun/contract/streams'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Span } from './alarms.ts'
import { api, query } from './client.ts'

/** The filters of a list of streams that the address keeps; the server knows the same names. */
export const STREAM_FILTERS = ['type', 'key', 'item', 'state', 'within', 'q'] as const
export type StreamFilters = Partial<Record<(typeof STREAM_FILTERS)[number], string>>

const PAGE = 200

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
