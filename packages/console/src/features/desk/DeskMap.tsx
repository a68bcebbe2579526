import type { CaseRowView } from '@chengyun/contract/cases'
import type { MapPoint } from '@chengyun/ui'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CityMap } from '../../parts/CityMap.tsx'

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
  const [view, setView] = useState<string | null>(null)
  const points = useMemo<MapPoint[]>(
    () => rows.map((r) => ({ id: r.id, location: r.location, lamp: r.clock?.lamp ?? 'done' })),
    [rows]
  )
  const selected = useMemo(() => points.find((p) => p.id === caseId) ?? null, [points, caseId])
  return (
    <div className="desk-map">
      <CityMap
        points={points}
        selected={selected}
        note={t('map.rows', { count: rows.length })}
        onPick={onPick}
        onView={(b) => setView(b.map((v) => v.toFixed(5)).join(','))}
      />
      <div className="desk-map-acts">
        {bbox ? (
          <Button size="small" onClick={() => onBox(null)}>
            {t('map.clearBox')}
          </Button>
        ) : null}
        {view && view !== bbox ? (
          <Button size="small" onClick={() => onBox(view)}>
            {t('map.useBox')}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
