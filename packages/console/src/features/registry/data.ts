import type { ItemCard, ItemPage, PlateSheet, RequestPage, TypeList, TypeVersions } from '@chengyun/contract/registry'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, query } from '../../api/client.ts'
import type { ItemFilters } from './address.ts'

export { useItemCases, useItemHistory, useRegister } from '../map/itemData.ts'

// What the pages of the registers read. Every key begins with `registry`, so that one act makes all of them fresh.

const PAGE = 100
const MINUTE = 60_000

/** Every register there is for this person, with its counts. */
export function useTypes() {
  return useQuery({
    queryKey: ['registry', 'types'],
    queryFn: async ({ signal }) => (await api<TypeList>('/registry/types', { signal })).items,
    staleTime: MINUTE
  })
}

/** Earlier forms of a declaration, newest first. */
export function useTypeVersions(type: string | null) {
  return useQuery({
    queryKey: ['registry', 'versions', type],
    queryFn: async ({ signal }) => (await api<TypeVersions>(`/registry/types/${type}/versions`, { signal })).items,
    enabled: type !== null
  })
}

/** The items of a register under a filter, by keyset pages. */
export function useItems(type: string | null, filters: ItemFilters, enabled = true) {
  return useInfiniteQuery({
    queryKey: ['registry', 'items', type, filters],
    queryFn: ({ pageParam, signal }) =>
      api<ItemPage>(`/registry/items${query({ type, ...filters, limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    enabled
  })
}

/** The address of an item at the API; codes may hold any characters. */
export const itemPath = (type: string, code: string): string => `/registry/items/${type}/${encodeURIComponent(code)}`

/** The card of an item. */
export function useItem(type: string, code: string | null) {
  return useQuery({
    queryKey: ['registry', 'item', type, code],
    queryFn: ({ signal }) => api<ItemCard>(itemPath(type, code ?? ''), { signal }),
    enabled: code !== null,
    // The pane keeps its place: the last card stands dimmed until the next is there.
    placeholderData: keepPreviousData
  })
}

/** Changes wanted of the registers. */
export function useRequests(filters: { type?: string; state?: string; code?: string }, enabled = true) {
  return useInfiniteQuery({
    queryKey: ['registry', 'requests', filters],
    queryFn: ({ pageParam, signal }) =>
      api<RequestPage>(`/registry/requests${query({ ...filters, limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    enabled
  })
}

/** What stands on the plates of items. */
export function usePlates(filters: Record<string, string>) {
  return useQuery({
    queryKey: ['registry', 'plates', filters],
    queryFn: ({ signal }) => api<PlateSheet>(`/registry/plates${query(filters)}`, { signal })
  })
}
