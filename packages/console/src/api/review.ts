import type { MaskRequest, ReviewDecision, ReviewItem, ReviewKind, ReviewList } from '@chengyun/contract/public'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, query } from './client.ts'

/** What waits for a decision, the longest waiting first; with the counts of all kinds. */
export function useReview(kind: ReviewKind | null) {
  return useQuery({
    queryKey: ['review', kind],
    queryFn: ({ signal }) => api<ReviewList>(`/public/review${query({ kind, limit: 100 })}`, { signal }),
    placeholderData: (old) => old,
    refetchInterval: 30_000
  })
}

/** Decide an item: a photo is released (masked or as it is) or withheld, everything else approved or rejected. */
export function useDecide() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ item, body }: { item: ReviewItem; body: MaskRequest | ReviewDecision }) =>
      api<unknown>(item.kind === 'photo' ? `/public/review/photos/${item.id}/mask` : `/public/review/${item.kind}/${item.id}`, {
        method: 'POST',
        body
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['review'] })
  })
}
