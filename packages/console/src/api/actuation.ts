import type { ItemActuators, PermitView, TaskPage, TaskState } from '@chengyun/contract/alarms'
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Static } from 'typebox'
import { api, query } from './client.ts'
import { useLiveNamed } from './live.ts'

type Page = Static<typeof TaskPage>

/** What can be done to an item from afar, and what rules may do to it by themselves. */
export function useActuators(itemId: string) {
  return useQuery({
    queryKey: ['actuation', 'item', itemId],
    queryFn: ({ signal }) => api<Static<typeof ItemActuators>>(`/alarms/actuators/${itemId}`, { signal }),
    retry: false
  })
}

/** Commands, the latest first: of one item, or of everything the reader reaches. */
export function useTasks(of: { item?: string; state?: TaskState | null }, limit: number) {
  return useInfiniteQuery({
    queryKey: ['actuation', 'tasks', of, limit],
    queryFn: ({ pageParam, signal }) => api<Page>(`/alarms/tasks${query({ ...of, limit, before: pageParam })}`, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData
  })
}

/** Actuators rules may use without a person. */
export function usePermits() {
  return useQuery({
    queryKey: ['actuation', 'permits'],
    queryFn: async ({ signal }) => (await api<{ items: PermitView[] }>('/alarms/permits', { signal })).items
  })
}

/** Commands are followed until they are confirmed, refused or out of time. */
export function useActuationLive(): void {
  const client = useQueryClient()
  useLiveNamed(['alarms.tasked'], () => void client.invalidateQueries({ queryKey: ['actuation'] }))
}

/** Allows or forbids rules to use an actuator of an item without a person. */
export const setPermit = (itemId: string, actuator: string, body: { allowed: boolean; reason: string }) =>
  api(`/alarms/actuators/${itemId}/${actuator}/permit`, { method: 'PUT', body })
