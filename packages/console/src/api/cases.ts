import type { CaseListView, CaseView } from '@chengyun/contract/cases'
import { setServerTime } from '@chengyun/ui'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, query } from './client.ts'

/** The filters of a list that the address keeps; the server knows the same names. */
export const FILTER_KEYS = [
  'queue',
  'status',
  'open',
  'district',
  'street',
  'grid',
  'component',
  'unit',
  'classCode',
  'major',
  'source',
  'severity',
  'late',
  'supervised',
  'urgent',
  'request',
  'selfHandled',
  'measure',
  'q',
  'from',
  'to',
  'bbox',
  'sort'
] as const
export type FilterKey = (typeof FILTER_KEYS)[number]
export type Filters = Partial<Record<FilterKey, string>>

/** The filters an address holds; anything else in it is left alone. */
export function filtersOf(params: URLSearchParams): Filters {
  const out: Filters = {}
  for (const key of FILTER_KEYS) {
    const value = params.get(key)
    if (value) out[key] = value
  }
  return out
}

const PAGE = 100

/** A list by keyset pages. */
export function useCaseList(filters: Filters) {
  return useInfiniteQuery({
    queryKey: ['cases', filters],
    queryFn: async ({ pageParam, signal }) => {
      const page = await api<CaseListView>(`/cases${query({ ...filters, limit: PAGE, cursor: pageParam })}`, { signal })
      const asOf = page.items.find((row) => row.clock)?.clock?.asOf
      if (asOf) setServerTime(new Date(asOf))
      return page
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData
  })
}

/** One case whole. */
export function useCase(id: string | null) {
  return useQuery({
    queryKey: ['case', id],
    queryFn: ({ signal }) => api<CaseView>(`/cases/${id}`, { signal }),
    // The pane keeps its place: the last case stands dimmed until the next is there.
    placeholderData: keepPreviousData,
    enabled: id !== null
  })
}

/** The queues of this person with their counts. */
export function useQueues() {
  return useQuery({
    queryKey: ['queues'],
    queryFn: ({ signal }) => api<{ queues: { key: string; count: number; late: number }[] }>('/cases/queues', { signal }),
    refetchInterval: 60_000
  })
}

/** A filter kept under a name. */
export interface SavedFilter {
  id: string
  name: string
  query: Record<string, string>
}

/** The person's own filters. */
export function useSavedFilters() {
  return useQuery({
    queryKey: ['filters'],
    queryFn: ({ signal }) => api<{ filters: SavedFilter[] }>('/cases/filters', { signal }),
    staleTime: 600_000
  })
}
