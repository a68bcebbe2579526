import type { CaseListView } from '@chengyun/contract/cases'
import type { LayerView } from '@chengyun/contract/geo'
import type { ItemCard, ItemHistory, TypeDetail } from '@chengyun/contract/registry'
import { useQuery } from '@tanstack/react-query'
import { api, query } from '../../api/client.ts'

const HOUR = 3_600_000

/** The register a layer shows: `reg-component` is that of `component`, that of a pack says it; null of other layers. */
export function registerOf(layer: string, layers: readonly LayerView[]): string | null {
  return layer.startsWith('reg-') ? layer.slice(4) : (layers.find((l) => l.id === layer)?.live?.register ?? null)
}

/** The declaration of a register, with its classes. */
export function useRegister(type: string | null) {
  return useQuery({
    queryKey: ['registry', 'type', type],
    queryFn: ({ signal }) => api<TypeDetail>(`/registry/types/${type}`, { signal }),
    enabled: type !== null,
    staleTime: HOUR
  })
}

const path = (type: string, code: string) => `/registry/items/${type}/${encodeURIComponent(code)}`

/** The card of an item. */
export function useItem(type: string, code: string) {
  return useQuery({
    queryKey: ['registry', 'item', type, code],
    queryFn: ({ signal }) => api<ItemCard>(path(type, code), { signal })
  })
}

/** What was changed of an item, newest first. */
export function useItemHistory(type: string, code: string) {
  return useQuery({
    queryKey: ['registry', 'history', type, code],
    queryFn: ({ signal }) => api<ItemHistory>(`${path(type, code)}/history`, { signal })
  })
}

/** The cases about a component, newest first. */
export function useItemCases(code: string, enabled: boolean) {
  return useQuery({
    queryKey: ['cases', 'component', code],
    queryFn: ({ signal }) => api<CaseListView>(`/cases${query({ component: code, sort: '-reportedAt', limit: 20 })}`, { signal }),
    enabled
  })
}
