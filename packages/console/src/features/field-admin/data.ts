import type { GridCoverageList, ProposalPage, ProposalQuery, StaffList } from '@chengyun/contract/field'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, query } from '../../api/client.ts'

/** Who is on shift now and where, within one's scope. */
export function useStaff() {
  return useQuery({
    queryKey: ['fieldStaff'],
    queryFn: ({ signal }) => api<StaffList>('/field/staff', { signal }),
    refetchInterval: 30_000
  })
}

/** How much of each duty grid was walked today. */
export function useGridCoverage() {
  return useQuery({
    queryKey: ['gridCoverage'],
    queryFn: ({ signal }) => api<GridCoverageList>('/field/coverage/grids', { signal }),
    refetchInterval: 60_000
  })
}

/** Corrections of components of one state, in pages. */
export function useProposals(status: NonNullable<ProposalQuery['status']>) {
  return useInfiniteQuery({
    queryKey: ['fieldProposals', status],
    queryFn: ({ pageParam, signal }) =>
      api<ProposalPage>(`/field/proposals${query({ status, after: pageParam, limit: 50 })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextAfter,
    placeholderData: keepPreviousData,
    refetchInterval: 60_000
  })
}
