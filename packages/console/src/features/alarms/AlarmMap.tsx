import type { AlarmView } from '@chengyun/contract/alarms'
import type { MapPoint } from '@chengyun/ui'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CityMap } from '../../parts/CityMap.tsx'

export interface AlarmMapProps {
  rows: readonly AlarmView[]
  alarmId: string | null
  bbox: string | null
  onPick: (id: string) => void
  onBox: (bbox: string | null) => void
}

/** The rows of the list on the map; picking a sign opens its alarm, the box in view can become the filter. */
export function AlarmMap({ rows, alarmId, bbox, onPick, onBox }: AlarmMapProps) {
  const { t } = useTranslation()
  const [view, setView] = useState<string | null>(null)
  const points = useMemo(
    () =>
      rows.flatMap((r): MapPoint[] =>
        r.place ? [{ id: r.id, location: [r.place[0], r.place[1]], lamp: `level${r.level}` }] : []
      ),
    [rows]
  )
  const selected = useMemo(() => points.find((p) => p.id === alarmId) ?? null, [points, alarmId])
  return (
    <div className="desk-map">
      <CityMap
        points={points}
        selected={selected}
        note={t('alarms.mapRows', { count: points.length })}
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
