import type {
  DutyCollector,
  DutyGrid,
  DutyGridDraft,
  DutyGridPreview,
  RegridEntry,
  RegridPreview,
  RegridState,
  RegridStep
} from '@chengyun/contract/geo'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { FeatureCollection } from 'geojson'
import { api, query } from '../../api/client.ts'

/** A community on the table. */
export function useRegridState(community: string) {
  return useQuery({
    queryKey: ['regrid', community],
    queryFn: ({ signal }) => api<RegridState>(`/geo/regrid/${community}`, { signal }),
    // What is being drawn on must not change underneath; it is read anew when it is applied or asked for.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false
  })
}

export const previewSteps = (community: string, steps: readonly RegridStep[], effects: boolean, signal?: AbortSignal) =>
  api<RegridPreview>(`/geo/regrid/${community}/preview`, { body: { steps, effects }, ...(signal ? { signal } : {}) })

/** What comes of the steps; the last good answer stays while the next one is worked out. */
export function useRegridPreview(community: string, state: string | undefined, steps: readonly RegridStep[]) {
  return useQuery({
    queryKey: ['regrid-preview', community, state, steps],
    queryFn: ({ signal }) => previewSteps(community, steps, false, signal),
    enabled: steps.length > 0,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false
  })
}

/** What was changed in a community; asked again while rows are still being located. */
export function useRegridHistory(community: string) {
  return useQuery({
    queryKey: ['regrid-history', community],
    queryFn: ({ signal }) => api<RegridEntry[]>(`/geo/regrid/${community}/history`, { signal }),
    refetchInterval: (q) => (q.state.data?.some((e) => e.progress.some((p) => !p.finished)) ? 1500 : false)
  })
}

export const applySteps = (community: string, body: { steps: readonly RegridStep[]; state: string; note: string }) =>
  api<{ id: string; retired: string[]; created: string[]; altered: string[] }>(`/geo/regrid/${community}`, { body })
export const undoChange = (id: string, note: string) => api(`/geo/regrids/${id}/undo`, { body: { note } })

/** Duty grids of a street. */
export function useDutyGrids(street: string) {
  return useQuery({
    queryKey: ['duty-grids', street],
    queryFn: ({ signal }) => api<DutyGrid[]>(`/geo/duty-grids${query({ within: street })}`, { signal })
  })
}

/** Unit grids of a street with their shapes. */
export function useStreetGrids(street: string, bbox: string | null) {
  return useQuery({
    queryKey: ['street-grids', street, bbox],
    queryFn: ({ signal }) =>
      api<FeatureCollection & { truncated?: boolean }>(`/geo/grids${query({ bbox, within: street })}`, { signal }),
    enabled: bbox !== null
  })
}

/** Unit grids of one duty grid. */
export function useMembers(code: string | null) {
  return useQuery({
    queryKey: ['duty-members', code],
    queryFn: async ({ signal }) =>
      (await api<FeatureCollection>(`/geo/duty-grids/${code}`, { signal })).features.map((f) => String(f.properties?.['code'])),
    enabled: code !== null
  })
}

export function useDutyPreview(draft: DutyGridDraft | null) {
  return useQuery({
    queryKey: ['duty-preview', draft],
    queryFn: ({ signal }) => api<DutyGridPreview>('/geo/duty-grids/preview', { body: draft, signal }),
    enabled: draft !== null,
    placeholderData: keepPreviousData
  })
}
export const saveDutyGrid = (
  code: string,
  body: { name: string; shift: string; gridCodes: readonly string[]; acceptUncovered?: boolean }
) => api(`/geo/duty-grids/${code}`, { method: 'PUT', body })
/** Ends it; that its unit grids are nobody's then was confirmed. */
export const endDutyGrid = (code: string) => api(`/geo/duty-grids/${code}?acceptUncovered=true`, { method: 'DELETE' })

/** Collectors of a duty grid, now and to come. */
export function useCollectors(code: string, enabled: boolean) {
  return useQuery({
    queryKey: ['duty-collectors', code],
    queryFn: ({ signal }) => api<DutyCollector[]>(`/geo/duty-grids/${code}/collectors`, { signal }),
    enabled
  })
}
