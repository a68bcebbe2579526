import { ErrorState, Skeleton } from '@chengyun/ui'
import { ApiError } from '../../api/client.ts'
import { useLayers } from '../../api/map.ts'
import { useBaseMap } from '../../parts/useBaseMap.ts'
import { MapDesk } from './MapDesk.tsx'
import './map.css'

/** 一张图: everything the city keeps and everything it works on, on one map. */
export default function MapPage() {
  const layers = useLayers()
  const base = useBaseMap()
  const fault = layers.data ? base.fault : layers.error
  if (fault)
    return (
      <ErrorState
        message={fault.message}
        requestId={fault instanceof ApiError ? fault.requestId : null}
        onRetry={() => {
          void layers.refetch()
          base.again()
        }}
      />
    )
  if (!layers.data || base.pending) return <Skeleton lines={12} />
  return <MapDesk layers={layers.data} base={base} />
}
