import type { AlarmView } from '@chengyun/contract/alarms'
import type { MapPoint } from '@chengyun/ui'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ListMap } from '../../parts/ListMap.tsx'

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
  const points = useMemo(
    () =>
      rows.flatMap((r): MapPoint[] =>
        r.place ? [{ id: r.id, location: [r.place[0], r.place[1]], lamp: `level${r.level}` }] : []
      ),
    [rows]
  )
  return (
    <ListMap
      points={points}
      openId={alarmId}
      note={t('alarms.mapRows', { count: points.length })}
      bbox={bbox}
      onPick={onPick}
      onBox={onBox}
    />
  )
}
