import type { DeviceLogPage, DevicePage, DeviceView, MappingView } from '@chengyun/contract/streams'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, query } from '../../api/client.ts'

export const DEVICE_FILTERS = ['q', 'protocol', 'state', 'area', 'calibrationDueBy', 'faulty'] as const
export type DeviceFilters = Partial<Record<(typeof DEVICE_FILTERS)[number], string>>

const PAGE = 200

/** Devices by code, in pages. */
export function useDevices(filters: DeviceFilters) {
  return useInfiniteQuery({
    queryKey: ['devices', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      api<DevicePage>(`/streams/devices${query({ ...filters, limit: PAGE, after: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: 60_000
  })
}

/** One device. */
export function useDevice(id: string) {
  return useQuery({
    queryKey: ['devices', 'one', id],
    queryFn: ({ signal }) => api<DeviceView>(`/streams/devices/${id}`, { signal }),
    refetchInterval: 30_000
  })
}

/** The history of a device, newest first, of some kinds. */
export function useDeviceLog(id: string, kinds: string) {
  return useInfiniteQuery({
    queryKey: ['devices', 'one', id, 'log', kinds],
    queryFn: ({ pageParam, signal }) =>
      api<DeviceLogPage>(`/streams/devices/${id}/log${query({ kinds, limit: PAGE, before: pageParam })}`, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
    refetchInterval: 30_000
  })
}

/** How payloads become readings. */
export function useMappings() {
  return useQuery({
    queryKey: ['mappings'],
    queryFn: async ({ signal }) => (await api<{ items: MappingView[] }>('/streams/mappings', { signal })).items
  })
}
