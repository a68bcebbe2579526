import { useQuery } from '@tanstack/react-query'
import { api, query } from './client.ts'

/** A figure and the list filter that opens exactly its rows. */
export interface Figure {
  count: number
  filter: string
}

export interface Overview {
  asOf: string
  from: string
  to: string
  funnel: (Figure & { key: string })[]
  open: Figure
  late: Figure
  soon: Figure
  onTimeRate: number | null
  onTimeBase: number
  byDistrict: { code: string; name: string; registered: Figure; open: Figure; late: Figure }[]
  byUnit: { unitId: string; name: string; open: Figure; late: Figure; closed: Figure }[]
  trend: { at: string; reported: number; closed: number; filter: string }[]
}

export const PERIODS = ['today', '7d', '30d', 'year'] as const
export type Period = (typeof PERIODS)[number]

/** The figures of a period, for the whole scope of the reader or one district. */
export function useOverview(period: Period, district: string | null) {
  return useQuery({
    queryKey: ['overview', period, district],
    queryFn: ({ signal }) => api<Overview>(`/indicators/overview${query({ period, district })}`, { signal }),
    refetchInterval: 60_000
  })
}
