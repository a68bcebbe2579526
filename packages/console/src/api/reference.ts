import type { Address, BaseLayer, Division, Located, PlaceCandidate } from '@chengyun/contract/geo'
import type { UnitView } from '@chengyun/contract/org'
import { type Outline, setTimeZone } from '@chengyun/ui'
import type { Ground } from '@chengyun/ui/map/base.ts'
import { useQueries, useQuery } from '@tanstack/react-query'
import type { FeatureCollection, LineString, MultiPolygon, Polygon } from 'geojson'
import { api, query } from './client.ts'
import { useMay } from './session.ts'

const HOUR = 3_600_000

type Outlines = FeatureCollection<Polygon | MultiPolygon | null, { code: string; name: string }>

async function readOutlines(
  level: 'district' | 'street' | 'community',
  signal: AbortSignal,
  within?: string
): Promise<Outline[]> {
  const found = await api<Outlines>(`/geo/outlines${query({ level, within })}`, { signal })
  return found.features.flatMap((f) =>
    f.geometry ? [{ code: f.properties.code, name: f.properties.name, level, geometry: f.geometry }] : []
  )
}

/** The outlines the base map is drawn from; read once, then kept. */
export function useOutlines() {
  return useQuery({
    queryKey: ['outlines'],
    queryFn: async ({ signal }) => (await Promise.all([readOutlines('district', signal), readOutlines('street', signal)])).flat(),
    staleTime: HOUR,
    gcTime: HOUR
  })
}

/** Outlines of the communities of some districts, for close views. */
export function useCommunityOutlines(districtCodes: readonly string[]): readonly Outline[] {
  return useQueries({
    queries: districtCodes.map((code) => ({
      queryKey: ['outlines', 'community', code],
      queryFn: ({ signal }: { signal: AbortSignal }) => readOutlines('community', signal, code),
      staleTime: HOUR,
      gcTime: HOUR
    })),
    combine: (found) => found.flatMap((f) => f.data ?? NO_OUTLINES)
  })
}
const NO_OUTLINES: readonly Outline[] = []

/** Base maps of others that this installation offers. */
export function useBaseLayers() {
  return useQuery({
    queryKey: ['base-layers'],
    queryFn: async ({ signal }) => (await api<{ layers: BaseLayer[] }>('/map/base', { signal })).layers,
    staleTime: HOUR
  }).data
}

/** Land and sea around the city; null where the city knows nothing of them. */
export function useGround() {
  return useQuery({
    queryKey: ['ground'],
    queryFn: async ({ signal }): Promise<Ground | null> => {
      const { extent, land } = await api<{ extent: Ground['extent'] | null; land: Ground['land'] | null }>('/geo/surface', {
        signal
      })
      return extent && land ? { extent, land } : null
    },
    staleTime: HOUR,
    gcTime: HOUR
  })
}

/** Unit grids within a box of the map, for the closest views. */
export function useGridLines(bbox: string | null) {
  return useQuery({
    queryKey: ['grid-lines', bbox],
    queryFn: ({ signal }) => api<FeatureCollection>(`/geo/grids${query({ bbox })}`, { signal }),
    enabled: bbox !== null,
    staleTime: HOUR,
    placeholderData: (old) => old
  })
}

export type Roads = FeatureCollection<LineString, { code: string; name: string }>

/** Roads within a box of the map up to a rank: 1 main roads, 3 all. */
export function useRoads(bbox: string | null, rank = 3) {
  return useQuery({
    queryKey: ['roads', bbox, rank],
    queryFn: ({ signal }) => api<Roads>(`/geo/roads${query({ bbox, rank })}`, { signal }),
    enabled: bbox !== null,
    staleTime: HOUR,
    placeholderData: (old) => old
  })
}

/** All divisions in force, by code; nothing for those who may not read the map. */
export function useDivisions() {
  const may = useMay()
  return useQuery({
    enabled: may('geo:read'),
    queryKey: ['divisions'],
    queryFn: ({ signal }) => api<Division[]>('/geo/divisions', { signal }),
    staleTime: HOUR
  })
}

/** The districts, in the order of their codes. Who may not read the map (the separated administrators) knows them by their centres. */
export function useDistricts(): Pick<Division, 'code' | 'name'>[] {
  const may = useMay()
  const mapped = may('geo:read')
  const centres = useUnits({ kind: 'district_center', limit: 100 }, !mapped && may('org:read')).data?.items ?? []
  const divisions = useDivisions().data
  if (mapped) return divisions?.filter((d) => d.level === 'district') ?? []
  return centres.flatMap((u) => (u.districtCode ? [{ code: u.districtCode, name: u.shortName }] : []))
}

/** Places by name, best first. */
export function searchPlaces(q: string, signal?: AbortSignal): Promise<PlaceCandidate[]> {
  return api(`/geo/search${query({ q, limit: 8 })}`, signal ? { signal } : {})
}

/** Where a point lies: its grid and divisions. */
export function locate([lng, lat]: [number, number]): Promise<Located> {
  return api(`/geo/locate${query({ lng, lat })}`)
}

/** What a point is called: district, street, nearest road and number. */
export function addressOf([lng, lat]: [number, number]): Promise<Address> {
  return api(`/geo/reverse${query({ lng, lat })}`)
}

/** Units by name. */
export function useUnits(filter: { q?: string; kind?: string; parentId?: string; limit?: number }, enabled = true) {
  return useQuery({
    enabled,
    queryKey: ['units', filter],
    queryFn: ({ signal }) =>
      api<{ items: UnitView[]; next: string | null }>(`/org/units${query({ active: true, ...filter })}`, { signal }),
    staleTime: 60_000
  })
}

/** The city this installation serves. */
export interface City {
  id: string
  name: { zh: string; en: string }
  center: [number, number]
  extent: [number, number, number, number]
  timeZone: string
  demo: boolean
}

/** Facts of the city, readable before anyone signs in. */
export function useCity() {
  return useQuery({
    queryKey: ['city'],
    queryFn: async ({ signal }) => {
      const city = await api<City>('/city', { signal })
      setTimeZone(city.timeZone)
      return city
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1
  })
}
