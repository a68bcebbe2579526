import type {
  BatchPage,
  BatchView,
  DiffKind,
  DiffPage,
  FindingKind,
  FindingPage,
  RejectPage,
  SamplePage,
  VersionPage
} from '@chengyun/contract/registry'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, query } from '../../api/client.ts'
import { useLiveNamed } from '../../api/live.ts'
import { useFresh } from './useFresh.ts'

// What the pages of imports and censuses read.

const PAGE = 100
/** A batch at work is asked for so often, in ms. */
const WATCH_MS = 1_000
const AT_WORK: readonly BatchView['state'][] = ['reading', 'read', 'checking', 'publishing']

/** Whether the platform works on a batch now. */
export const isAtWork = (state: BatchView['state']): boolean => AT_WORK.includes(state)

/** Imports and censuses, newest first. */
export function useBatches(filters: { type?: string; kind?: string }) {
  const fresh = useFresh()
  useLiveNamed(['registry.batchMoved'], fresh)
  return useInfiniteQuery({
    queryKey: ['registry', 'batches', filters],
    queryFn: ({ pageParam, signal }) =>
      api<BatchPage>(`/registry/batches${query({ ...filters, limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next
  })
}

/** One batch; watched while it works. */
export function useBatch(id: string) {
  return useQuery({
    queryKey: ['registry', 'batch', id],
    queryFn: ({ signal }) => api<BatchView>(`/registry/batches/${id}`, { signal }),
    refetchInterval: (q) => (q.state.data && isAtWork(q.state.data.state) ? WATCH_MS : false)
  })
}

function pagesOf<T extends { next: string | null }>(
  id: string,
  part: string,
  filters: Record<string, string | undefined>,
  on: boolean
) {
  return {
    queryKey: ['registry', 'batch', id, part, filters],
    queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
      api<T>(`/registry/batches/${id}/${part}${query({ ...filters, limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (last: T) => last.next,
    enabled: on
  }
}

/** Rows that were not taken. */
export const useRejects = (id: string, rule: string | null, on: boolean) =>
  useInfiniteQuery(pagesOf<RejectPage>(id, 'rejects', rule ? { rule } : {}, on))

/** What the quality check found. */
export const useFindings = (id: string, kind: FindingKind | null, on: boolean) =>
  useInfiniteQuery(pagesOf<FindingPage>(id, 'findings', kind ? { kind } : {}, on))

/** The rows drawn for a look. */
export const useSample = (id: string, on: boolean) => useInfiniteQuery(pagesOf<SamplePage>(id, 'sample', {}, on))

/** How the batch differs from the register. */
export const useDifferences = (id: string, kind: DiffKind, of: { class?: string; street?: string }, on: boolean) =>
  useInfiniteQuery(pagesOf<DiffPage>(id, 'comparison', { kind, ...of }, on))

/** Items of a published census as they were. */
export const useVersion = (id: string, filters: { q?: string; class?: string }) =>
  useInfiniteQuery(pagesOf<VersionPage>(id, 'items', filters, true))
