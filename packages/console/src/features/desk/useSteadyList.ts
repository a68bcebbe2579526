import { useMemo } from 'react'
import { type Filters, useCaseList } from '../../api/cases.ts'
import { useSteady } from '../../parts/useSteady.ts'

/** The case list of a filter that never moves under the reader; `showNew` lets the arrivals in. */
export function useSteadyList(filters: Filters) {
  const list = useCaseList(filters)
  const fresh = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data])
  const rows = useSteady({
    key: JSON.stringify(filters),
    fresh,
    waiting: list.isPlaceholderData || !list.data,
    partial: list.hasNextPage
  })
  return { ...list, ...rows }
}
