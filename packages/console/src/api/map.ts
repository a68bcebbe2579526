import type { CountsView, LayerFilter, LayerHit, LayerView, MapArea, TimelineView } from '@chengyun/contract/geo'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import type { FeatureCollection } from 'geojson'
import { api, query } from './client.ts'

const LOADING_RETRY_MS = 3_000

/** The layers this person may see. While one is still being read by the server it is asked for again. */
export function useLayers() {
  return useQuery({
    queryKey: ['map', 'layers'],
    queryFn: async ({ signal }): Promise<LayerView[]> => (await api<{ layers: LayerView[] }>('/map/layers', { signal })).layers,
    staleTime: 60_000,
    refetchInterval: (q) => (q.state.data?.some((l) => l.state === 'loading') ? LOADING_RETRY_MS : false)
  })
}

export type Found = LayerHit

/** What lies under a point of the map, nearest first. */
export async function identify(
  [lng, lat]: [number, number],
  zoom: number,
  layers: readonly string[],
  at: string | null
): Promise<LayerHit[]> {
  if (layers.length === 0) return []
  const asked = { lng, lat, zoom: Number(zoom.toFixed(2)), layers: layers.join(','), limit: 20, at }
  return (await api<{ items: LayerHit[] }>(`/map/identify${query(asked)}`)).items
}

/** Counts of several layers within an area. */
export function useAreaCounts(asked: readonly { layer: string; filter: LayerFilter }[], area: MapArea | null) {
  return useQueries({
    queries: asked.map(({ layer, filter }) => ({
      queryKey: ['map', 'counts', layer, filter, area],
      queryFn: ({ signal }: { signal: AbortSignal }) => api<CountsView>('/map/counts', { body: { layer, area, filter }, signal }),
      enabled: area !== null,
      placeholderData: keepPreviousData,
      retry: false
    }))
  })
}

/**
 * How many objects of a layer were open at each of these moments, ascending; null stands for now. Within an area, or wherever the person
 * reaches. Asked again with the live counts, so that the last bar is that of now.
 */
export function useTimeline(
  layer: string | null,
  filter: Pick<LayerFilter, 'class' | 'status'>,
  area: MapArea | null,
  moments: readonly (string | null)[]
) {
  return useQuery({
    queryKey: ['map', 'counts', 'timeline', layer, filter, area, moments],
    queryFn: async ({ signal }) => {
      const asked = moments.map((m) => m ?? new Date().toISOString())
      const body = { layer, filter, ...(area && { area }), moments: asked }
      return (await api<TimelineView>('/map/timeline', { body, signal })).counts
    },
    enabled: layer !== null,
    placeholderData: keepPreviousData,
    retry: false
  })
}

export interface AreaFeatures extends FeatureCollection {
  truncated?: boolean
}

/** The objects of a layer within an area, as GeoJSON. */
export function areaFeatures(layer: string, filter: LayerFilter, area: MapArea): Promise<AreaFeatures> {
  return api('/map/features', { body: { layer, area, filter } })
}
