import { useMemo, useRef, useState } from 'react'
import { type Steady, steady } from './steady.ts'

export interface SteadyRows<T> extends Steady<T> {
  /** Lets the arrivals in. */
  showNew: () => void
  /** Takes out rows the reader himself moved on. */
  drop: (ids: readonly string[]) => void
}

export interface Laid<T> {
  /** What the list is of; another key is another list. */
  key: string
  fresh: readonly T[]
  /** Nothing of this list is there yet. */
  waiting: boolean
  /** More pages exist. */
  partial: boolean
}

/** Rows that never move under the reader; `showNew` lets the arrivals in. */
export function useSteady<T extends { id: string }>({ key, fresh, waiting, partial }: Laid<T>): SteadyRows<T> {
  const held = useRef<{ key: string; rows: readonly T[]; last: Steady<T> }>({
    key: '',
    rows: [],
    last: { rows: [], arrived: 0 }
  })
  const [epoch, setEpoch] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: epoch stands for changes made to `held` by hand
  const merged = useMemo(() => {
    const h = held.current
    if (waiting) return h.last
    if (h.key !== key) {
      h.key = key
      h.rows = []
    }
    h.last = steady(h.rows, fresh, partial)
    h.rows = h.last.rows.map((r) => r.row)
    return h.last
  }, [fresh, key, epoch, waiting, partial])
  return {
    ...merged,
    showNew: () => {
      held.current.rows = []
      setEpoch((n) => n + 1)
    },
    drop: (ids) => {
      held.current.rows = held.current.rows.filter((r) => !ids.includes(r.id))
      setEpoch((n) => n + 1)
    }
  }
}
