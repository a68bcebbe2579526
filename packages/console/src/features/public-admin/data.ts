import type {
  HotlineCategory,
  HotlineMessagePage,
  HotlineMessageQuery,
  HotlineSystemView,
  Open311KeyView,
  ReconciliationView
} from '@chengyun/contract/public'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, query } from '../../api/client.ts'

/** Keys of other systems that file through Open311, the newest first. */
export function useOpen311Keys() {
  return useQuery({
    queryKey: ['open311Keys'],
    queryFn: ({ signal }) => api<{ items: Open311KeyView[] }>('/public/open311/keys', { signal })
  })
}

/** The hotlines, with how much waits for each. */
export function useHotlines() {
  return useQuery({
    queryKey: ['hotlines'],
    queryFn: ({ signal }) => api<{ items: HotlineSystemView[] }>('/public/hotline/systems', { signal }),
    refetchInterval: 30_000
  })
}

/** Status messages, the newest first, in pages. */
export function useHotlineMessages(filter: Pick<HotlineMessageQuery, 'state' | 'systemId' | 'orderNo'>) {
  return useInfiniteQuery({
    queryKey: ['hotlineMessages', filter],
    queryFn: ({ pageParam, signal }) =>
      api<HotlineMessagePage>(`/public/hotline/messages${query({ ...filter, after: pageParam, limit: 100 })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000
  })
}

/** Comparisons with a hotline, a day each, the latest first. */
export function useReconciliations(systemId: string | null) {
  return useQuery({
    enabled: systemId !== null,
    queryKey: ['reconciliations', systemId],
    queryFn: ({ signal }) =>
      api<{ items: ReconciliationView[] }>(`/public/hotline/systems/${systemId}/reconciliations`, { signal })
  })
}

export const readCategories = (signal?: AbortSignal) =>
  api<{ items: HotlineCategory[] }>('/public/hotline/categories', signal ? { signal } : {})

/** Categories of hotlines and the classes they stand for. */
export function useCategories() {
  return useQuery({ queryKey: ['hotlineCategories'], queryFn: ({ signal }) => readCategories(signal) })
}

export const readWords = (signal?: AbortSignal) => api<{ words: string[] }>('/public/blocked-words', signal ? { signal } : {})

/** Words that stop a citizen's text until somebody has looked at it. */
export function useBlockedWords() {
  return useQuery({ queryKey: ['blockedWords'], queryFn: ({ signal }) => readWords(signal) })
}
