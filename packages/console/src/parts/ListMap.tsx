import type { MapPoint } from '@chengyun/ui'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CityMap } from './CityMap.tsx'

export interface ListMapProps {
  points: MapPoint[]
  /** Id of the row that is open. */
  openId: string | null
  /** How many rows are shown, in a sentence. */
  note: string
  bbox: string | null
  onPick: (id: string) => void
  onBox: (bbox: string | null) => void
}

/** The rows of a list on the map; picking a sign opens its row, the box in view can become the filter. */
export function ListMap({ points, openId, note, bbox, onPick, onBox }: ListMapProps) {
  const { t } = useTranslation()
  const [view, setView] = useState<string | null>(null)
  const selected = useMemo(() => points.find((p) => p.id === openId) ?? null, [points, openId])
  return (
    <div className="desk-map">
      <CityMap
        points={points}
        selected={selected}
        note={note}
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
