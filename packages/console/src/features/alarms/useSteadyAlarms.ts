import { useMemo } from 'react'
import { type AlarmFilters, useAlarmList } from '../../api/alarms.ts'
import { useSteady } from '../../parts/useSteady.ts'

/** The alarms of a filter that never move under the reader; `showNew` lets the arrivals in. */
export function useSteadyAlarms(filters: AlarmFilters, enabled = true) {
  const list = useAlarmList(filters, enabled)
  const fresh = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data])
  const rows = useSteady({
    key: JSON.stringify(filters),
    fresh,
    waiting: list.isPlaceholderData || !list.data,
    partial: list.hasNextPage
  })
  return { ...list, ...rows }
}
