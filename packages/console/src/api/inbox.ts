import type { AlarmLevel, AlarmsNoticed, MessageView, NoticeKind, NoticePage, PreferenceBody } from '@chengyun/contract/alarms'
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Static } from 'typebox'
import { api, query } from './client.ts'
import { useLiveNamed } from './live.ts'

export interface NoticeFilters {
  unread: boolean
  kind: NoticeKind | null
  level: AlarmLevel | null
}
type Page = Static<typeof NoticePage>
const PAGE = 100

/** A person's messages, the latest first. */
export function useNotices(filters: NoticeFilters) {
  const { unread, kind, level } = filters
  return useInfiniteQuery({
    queryKey: ['notices', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      api<Page>(`/alarms/notices${query({ unread: unread || null, kind, level, limit: PAGE, before: pageParam })}`, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData
  })
}

/** How many messages are unread, up to a thousand; every new one is told of as it comes. */
export function useUnread(onNotice?: (notice: AlarmsNoticed) => void): number | undefined {
  const client = useQueryClient()
  const found = useQuery({
    queryKey: ['notices', 'unread'],
    queryFn: async ({ signal }) => (await api<Page>('/alarms/notices?limit=1', { signal })).unread,
    refetchInterval: 60_000
  })
  useLiveNamed(['alarms.noticed'], (payload) => {
    onNotice?.(payload as unknown as AlarmsNoticed)
    void client.invalidateQueries({ queryKey: ['notices'] })
  })
  return found.data
}

/** Marks messages as read: some, or all up to one. */
export const readNotices = (which: { ids: number[] } | { upTo: number }) =>
  api<{ unread: number }>('/alarms/notices/read', { body: which })

/** How the reader wants to be told. */
export function usePreference() {
  return useQuery({
    queryKey: ['notices', 'preference'],
    queryFn: ({ signal }) => api<PreferenceBody>('/alarms/preference', { signal })
  })
}

/** Messages that were given up: a person decides whether they are sent again. */
export function useGivenUp() {
  return useQuery({
    queryKey: ['webhooks', 'given-up'],
    queryFn: async ({ signal }) => (await api<{ items: Static<typeof MessageView>[] }>('/alarms/messages', { signal })).items,
    refetchInterval: 30_000
  })
}
