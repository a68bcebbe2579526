import type { PeerDefinition, PeerRequestQuery, PeerRequestView, PeerServiceView, PeerView } from '@chengyun/contract/public'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, query } from '../../api/client.ts'

const PAGE = 100

/** Other GeoReport servers, and how far the exchange with each came. */
export function usePeers() {
  return useQuery({
    queryKey: ['peers'],
    queryFn: ({ signal }) => api<{ items: PeerView[] }>('/public/open311/peers', { signal }),
    refetchInterval: 30_000
  })
}

/** What was exchanged, the newest first, in pages. */
export function usePeerRequests(filter: Pick<PeerRequestQuery, 'peerId' | 'direction' | 'state' | 'open' | 'number'>) {
  return useInfiniteQuery({
    queryKey: ['peerRequests', filter],
    queryFn: ({ pageParam, signal }) =>
      api<{ items: PeerRequestView[] }>(`/public/open311/peer-requests${query({ ...filter, before: pageParam, limit: PAGE })}`, {
        signal
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.items.length === PAGE ? (last.items.at(-1)?.id ?? null) : null),
    placeholderData: keepPreviousData,
    refetchInterval: 20_000
  })
}

/** Services of a peer and the classes they stand for here. */
export function usePeerServices(peerId: string | null) {
  return useQuery({
    enabled: peerId !== null,
    queryKey: ['peerServices', peerId],
    queryFn: ({ signal }) => api<{ items: PeerServiceView[] }>(`/public/open311/peers/${peerId}/services`, { signal })
  })
}

/** What a service of a peer asks for beside the case; asked there, and only of services that say they ask for something. */
export function usePeerDefinition(peerId: string, { serviceCode, metadata }: Pick<PeerServiceView, 'serviceCode' | 'metadata'>) {
  return useQuery({
    enabled: metadata,
    queryKey: ['peerDefinition', peerId, serviceCode],
    queryFn: ({ signal }) =>
      api<PeerDefinition>(`/public/open311/peers/${peerId}/services/${encodeURIComponent(serviceCode)}/definition`, { signal }),
    retry: false
  })
}
