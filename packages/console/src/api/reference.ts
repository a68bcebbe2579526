import type { Address, Division, Located, PlaceCandidate } from '@chengyun/contract/geo'
import type { UnitView } from '@chengyun/contract/org'
import { type Outline, setTimeZone } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import type { FeatureCollection, LineString, MultiPolygon, Polygon } from 'geojson'
import { api, query } from './client.ts'
import { useMay } from './session.ts'

const HOUR = 3_600_000

type Outlines = FeatureCollection<Polygon | MultiPolygon | null, { code: string; name: string }>

async function readOutlines(level: 'district' | 'street', signal: AbortSignal): Promise<Outline[]> {
  const found = await api<Outlines>(`/geo/outlines${query({ level })}`, { signal })
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

export type Roads = FeatureCollection<LineString, { code: string; name: string }>

/** Roads within a box of the map, for close views. */
export function useRoads(bbox: string | null) {
  return useQuery({
    queryKey: ['roads', bbox],
    queryFn: ({ signal }) => api<Roads>(`/geo/roads${query({ bbox })}`, { signal }),
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
