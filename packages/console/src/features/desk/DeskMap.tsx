import type { CaseRowView } from '@chengyun/contract/cases'
import type { MapPoint } from '@chengyun/ui'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ListMap } from '../../parts/ListMap.tsx'

export interface DeskMapProps {
  rows: readonly CaseRowView[]
  caseId: string | null
  bbox: string | null
  onPick: (id: string) => void
  onBox: (bbox: string | null) => void
}

/** The rows of the list on the map; picking a lamp opens its case, the box in view can become the filter. */
export function DeskMap({ rows, caseId, bbox, onPick, onBox }: DeskMapProps) {
  const { t } = useTranslation()
  const points = useMemo<MapPoint[]>(
    () => rows.map((r) => ({ id: r.id, location: r.location, lamp: r.clock?.lamp ?? 'done' })),
    [rows]
  )
  return (
    <ListMap
      points={points}
      openId={caseId}
      note={t('map.rows', { count: rows.length })}
      bbox={bbox}
      onPick={onPick}
      onBox={onBox}
    />
  )
}
