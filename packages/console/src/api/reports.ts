import type {
  KeptReportPage,
  KeptReportQuery,
  ReportFormat,
  ReportKinds,
  ReportMade,
  ReportRun
} from '@chengyun/contract/scenarios'
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, query } from './client.ts'
import { useLiveNamed } from './live.ts'

const of = (pack: string): string => `/scenarios/${encodeURIComponent(pack)}`
export type ReportFilters = Pick<KeptReportQuery, 'report' | 'state' | 'day' | 'q'>

/** Kinds of reports of a pack, with when the next comes. */
export function useReportKinds(pack: string) {
  return useQuery({
    queryKey: ['reports', pack, 'kinds'],
    queryFn: ({ signal }) => api<ReportKinds>(`${of(pack)}/reports`, { signal }),
    staleTime: 60_000
  })
}

/** Reports that are kept, the newest period first. */
export function useKeptReports(pack: string, filters: ReportFilters) {
  return useInfiniteQuery({
    queryKey: ['reports', pack, 'kept', filters],
    queryFn: ({ pageParam, signal }) =>
      api<KeptReportPage>(`${of(pack)}/kept-reports${query({ ...filters, cursor: pageParam, limit: 100 })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData
  })
}

/** What is being made. Read again while it is. */
export function useReportRuns(pack: string) {
  return useQuery({
    queryKey: ['reports', pack, 'runs'],
    queryFn: async ({ signal }) => (await api<{ items: ReportRun[] }>(`${of(pack)}/report-runs`, { signal })).items,
    refetchInterval: (q) => (q.state.data?.some((r) => r.endedAt === null) ? 3_000 : 60_000)
  })
}

/** Lists are read again when reports were made. */
export function useLiveReports(pack: string): void {
  const client = useQueryClient()
  useLiveNamed(['scenarios.reported'], (payload) => {
    if (payload['pack'] === pack) void client.invalidateQueries({ queryKey: ['reports', pack] })
  })
}

export const makeReports = (pack: string, report: string, day: string): Promise<ReportMade> =>
  api(`${of(pack)}/reports/${encodeURIComponent(report)}/make`, { body: { day } })
export const cancelRun = (pack: string, run: string): Promise<unknown> =>
  api(`${of(pack)}/report-runs/${run}/cancel`, { method: 'POST' })

/** Address of a kept report as a file. */
export const fileAddress = (id: string, format: ReportFormat, lang: 'zh' | 'en'): string =>
  `/api/scenarios/kept-reports/${id}/file${query({ format, lang })}`
/** Address of a report on an item as it is now, which is not kept. */
export const soFarAddress = (pack: string, report: string, code: string, format: ReportFormat, lang: 'zh' | 'en'): string =>
  `/api${of(pack)}/reports/${encodeURIComponent(report)}/${encodeURIComponent(code)}${query({ format, lang })}`
