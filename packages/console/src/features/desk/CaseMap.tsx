import type { CaseView } from '@chengyun/contract/cases'
import type { MapPoint } from '@chengyun/ui'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { CityMap } from '../../parts/CityMap.tsx'

const ZOOM = { exact: 15, street: 13, district: 11, city: 9 }

/** Where the case is; an approximate place is said and shown from further away. */
export function CaseMap({ view }: { view: CaseView }) {
  const { t } = useTranslation()
  const { location, precision, clock, id } = view
  const [lng, lat] = location
  const lamp = clock?.lamp ?? 'done'
  const point = useMemo<MapPoint>(() => ({ id, location: [lng, lat], lamp }), [id, lng, lat, lamp])
  const focus = useMemo(() => ({ center: [lng, lat] as [number, number], zoom: ZOOM[precision] }), [lng, lat, precision])
  return (
    <div className="case-map">
      <CityMap
        selected={point}
        focus={focus}
        note={precision === 'exact' ? (view.streetName ?? view.districtName ?? '') : t(`precision.${precision}`)}
      />
    </div>
  )
}
