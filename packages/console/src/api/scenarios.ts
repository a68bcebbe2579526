import type {
  DataOf,
  FigureRows,
  PackHistory,
  PackList,
  PackPage,
  PackPages,
  PackPlan,
  SparksView,
  WidgetData,
  WidgetQuery,
  WidgetType
} from '@chengyun/contract/scenarios'
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Static } from 'typebox'
import { api, query } from './client.ts'
import { useLiveNamed } from './live.ts'

const path = (pack: string, page: string): string => `/scenarios/${encodeURIComponent(pack)}/pages/${encodeURIComponent(page)}`

/** How often the data of a widget is read again, ms. Alarms come by themselves in between. */
const AGAIN: Record<WidgetType, number> = {
  kpi: 30_000,
  trend: 60_000,
  stations: 10_000,
  alarms: 30_000,
  map: 10_000,
  topology: 15_000,
  heatCalendar: 300_000,
  ranking: 60_000,
  beforeAfter: 300_000,
  correlation: 120_000
}

/** Pages of the packs that are on, for navigation. */
export function usePackPages(enabled = true) {
  return useQuery({
    queryKey: ['scenarios', 'pages'],
    queryFn: async ({ signal }) => (await api<PackPages>('/scenarios/pages', { signal })).items,
    staleTime: 30_000,
    refetchInterval: 60_000,
    enabled
  })
}

export function usePackPage(pack: string, page: string) {
  return useQuery({
    queryKey: ['scenarios', 'page', pack, page],
    queryFn: ({ signal }) => api<PackPage>(path(pack, page), { signal }),
    staleTime: 60_000
  })
}

/** Which widget of which page is meant, and what of it. */
export interface WidgetAsked {
  pack: string
  page: string
  n: number
  type: WidgetType
  ask: Pick<WidgetQuery, 'subject' | 'during' | 'pixels'>
}

/**
 * The data of a widget. What stands still (names, places) is asked for once: the answer to what is known already leaves it out, and it is
 * taken over from before.
 */
export function useWidget<T extends WidgetType>({ pack, page, n, type, ask }: WidgetAsked) {
  const client = useQueryClient()
  const key = ['widget', pack, page, n, ask] as const
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }): Promise<DataOf<T>> => {
      const before = client.getQueryData<WidgetData>(key)
      const known = before && 'rev' in before ? before.rev : undefined
      const read = (more: { known?: string | undefined }) =>
        api<WidgetData>(`${path(pack, page)}/widgets/${n}${query({ ...ask, ...more })}`, { signal })
      const answer = await read({ known })
      const whole = known && before ? (takenOver(before, answer) ?? (await read({}))) : answer
      return whole as DataOf<T>
    },
    refetchInterval: AGAIN[type],
    staleTime: AGAIN[type] / 2,
    // Comparing ten thousand rows with ten thousand others costs more than drawing the few that are in sight.
    structuralSharing: false,
    placeholderData: keepPreviousData
  })
}

/** The answer with what it left out filled in; null when that cannot be had from before. */
export function takenOver(before: WidgetData, now: WidgetData): WidgetData | null {
  if (!('rev' in now) || !('rev' in before)) return now
  const same = before.rev === now.rev
  if (now.type === 'stations') {
    if (now.things) return now
    return same && before.type === 'stations' && before.things ? { ...now, things: before.things } : null
  }
  if (now.type === 'topology') {
    if (now.net) return now
    return same && before.type === 'topology' && before.net ? { ...now, net: before.net } : null
  }
  if (now.layers.every((l) => l.things)) return now
  if (!same || before.type !== 'map') return null
  const there = new Map(before.layers.map((l) => [l.key, l.things]))
  const layers = now.layers.map((l) => {
    const things = l.things ?? there.get(l.key)
    return things ? { ...l, things } : l
  })
  return layers.every((l) => l.things) ? { ...now, layers } : null
}

/** Small curves of the rows in sight. */
export function useSparks(asked: Pick<WidgetAsked, 'pack' | 'page' | 'n'>, codes: readonly string[]) {
  const { pack, page, n } = asked
  return useQuery({
    queryKey: ['widget', pack, page, n, 'sparks', codes],
    queryFn: ({ signal }) =>
      api<SparksView>(`${path(pack, page)}/widgets/${n}/sparks${query({ codes: codes.join(',') })}`, { signal }),
    enabled: codes.length > 0,
    staleTime: 300_000,
    placeholderData: keepPreviousData
  })
}

/** The rows behind a figure. */
export function useFigureRows(pack: string, key: string, whole: boolean) {
  return useInfiniteQuery({
    queryKey: ['figure-rows', pack, key, whole],
    queryFn: ({ pageParam, signal }) =>
      api<FigureRows>(
        `/scenarios/${encodeURIComponent(pack)}/figures/${encodeURIComponent(key)}/rows${query({ whole: whole || null, cursor: pageParam, limit: 500 })}`,
        { signal }
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next
  })
}

/** How long alarms are gathered into one refresh of the page, ms. */
const GATHER_MS = 600

/** Figures, lists and maps of a pack follow its alarms; a storm of them is one refresh. */
export function useLivePack(pack: string): void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  useLiveNamed(['alarms.moved'], (payload) => {
    const alarm = payload['alarm'] as { pack?: string } | undefined
    if (alarm?.pack !== undefined && alarm.pack !== pack) return
    timer.current ??= setTimeout(() => {
      timer.current = null
      void client.invalidateQueries({ queryKey: ['widget', pack], predicate: (q) => !q.queryKey.includes('sparks') })
    }, GATHER_MS)
  })
}

/** Every list of packs is read again when one was installed, changed or removed. */
export function useLivePacks(): void {
  const client = useQueryClient()
  // A plan that is being carried out is not one any more when the word of it comes.
  useLiveNamed(
    ['scenarios.changed'],
    () => void client.invalidateQueries({ queryKey: ['scenarios'], predicate: (q) => q.queryKey[1] !== 'plan' })
  )
}

export function usePacks() {
  return useQuery({
    queryKey: ['scenarios', 'packs'],
    queryFn: async ({ signal }) => (await api<Static<typeof PackList>>('/scenarios', { signal })).items,
    staleTime: 30_000
  })
}

export type PackAct = 'install' | 'upgrade' | 'disable' | 'enable' | 'uninstall'
export type Held = 'keep' | 'purge'

/** What an act would do, before it is done; read anew each time it is looked at. */
export function usePackPlan(pack: string, act: PackAct | null, held: Held | null) {
  return useQuery({
    queryKey: ['scenarios', 'plan', pack, act, held],
    queryFn: ({ signal }) => api<PackPlan>(`/scenarios/${encodeURIComponent(pack)}/plan${query({ act, held })}`, { signal }),
    enabled: act !== null,
    staleTime: 0,
    gcTime: 0,
    retry: false
  })
}

export interface ActAsked {
  token: string
  held?: Held
  demo?: boolean
  confirm?: string
}

/** Carries out a plan that was looked at. */
export function actOnPack(pack: string, act: PackAct, body: ActAsked): Promise<PackPlan> {
  return api(`/scenarios/${encodeURIComponent(pack)}/${act}`, { method: 'POST', body })
}

export function usePackHistory(pack: string) {
  return useQuery({
    queryKey: ['scenarios', 'history', pack],
    queryFn: async ({ signal }) => (await api<PackHistory>(`/scenarios/${encodeURIComponent(pack)}/history`, { signal })).items
  })
}
