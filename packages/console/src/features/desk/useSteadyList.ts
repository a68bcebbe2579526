import type { CaseRowView } from '@chengyun/contract/cases'
import { useMemo, useRef, useState } from 'react'
import { type Filters, useCaseList } from '../../api/cases.ts'
import { type Steady, steady } from './steady.ts'

/** The case list of a filter that never moves under the reader; `showNew` lets the arrivals in. */
export function useSteadyList(filters: Filters) {
  const list = useCaseList(filters)
  const key = JSON.stringify(filters)
  const held = useRef<{ key: string; rows: CaseRowView[]; last: Steady<CaseRowView> }>({
    key: '',
    rows: [],
    last: { rows: [], arrived: 0 }
  })
  const [epoch, setEpoch] = useState(0)
  const fresh = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data])
  const { isPlaceholderData, hasNextPage } = list
  const waiting = isPlaceholderData || !list.data
  // biome-ignore lint/correctness/useExhaustiveDependencies: epoch stands for changes made to `held` by hand
  const merged = useMemo(() => {
    const h = held.current
    if (waiting) return h.last
    if (h.key !== key) {
      h.key = key
      h.rows = []
    }
    h.last = steady(h.rows, fresh, hasNextPage)
    h.rows = h.last.rows.map((r) => r.row)
    return h.last
  }, [fresh, key, epoch, waiting, hasNextPage])
  return {
    ...list,
    rows: merged.rows,
    arrived: merged.arrived,
    showNew: () => {
      held.current.rows = []
      setEpoch((n) => n + 1)
    },
    /** Takes out rows the reader himself moved on. */
    drop: (ids: readonly string[]) => {
      held.current.rows = held.current.rows.filter((r) => !ids.includes(r.id))
      setEpoch((n) => n + 1)
    }
  }
}
