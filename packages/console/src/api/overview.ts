import type { OverviewView } from '@chengyun/contract/indicators'
import { useQuery } from '@tanstack/react-query'
import { api, query } from './client.ts'

export const PERIODS = ['today', '7d', '30d', 'year'] as const
export type Period = (typeof PERIODS)[number]

/** The figures of a period, for the whole scope of the reader or one district. */
export function useOverview(period: Period, district: string | null) {
  return useQuery({
    queryKey: ['overview', period, district],
    queryFn: ({ signal }) => api<OverviewView>(`/indicators/overview${query({ period, district, top: 30 })}`, { signal }),
    // Nothing is kept while another district or period is asked for: the city's numbers under a district's name would be a lie.
    refetchInterval: 60_000
  })
}
