import { Skeleton } from '@chengyun/ui'
import { useLayers } from '../../api/map.ts'
import { QueryError } from '../../parts/states.tsx'
import { useBaseMap } from '../../parts/useBaseMap.ts'
import { MapDesk } from './MapDesk.tsx'
import './map.css'

/** 一张图: everything the city keeps and everything it works on, on one map. */
export default function MapPage() {
  const layers = useLayers()
  const base = useBaseMap()
  const error = layers.data ? base.fault : layers.error
  const refetch = () => {
    void layers.refetch()
    base.again()
  }
  if (error) return <QueryError of={{ error, refetch }} />
  if (!layers.data || base.pending) return <Skeleton lines={12} />
  return <MapDesk layers={layers.data} base={base} />
}
