import { ErrorState, Skeleton } from '@chengyun/ui'
import { ApiError } from '../../api/client.ts'
import { useLayers } from '../../api/map.ts'
import { useOutlines } from '../../api/reference.ts'
import { useBaseMap } from '../../parts/useBaseMap.ts'
import { MapDesk } from './MapDesk.tsx'
import './map.css'

/** 一张图: everything the city keeps and everything it works on, on one map. */
export default function MapPage() {
  const layers = useLayers()
  const outlines = useOutlines()
  const base = useBaseMap()
  const failed = [layers, outlines].find((q) => q.isError && !q.data)
  if (failed?.error)
    return (
      <ErrorState
        message={failed.error.message}
        requestId={failed.error instanceof ApiError ? failed.error.requestId : null}
        onRetry={() => void failed.refetch()}
      />
    )
  if (!layers.data || !outlines.data || base.pending) return <Skeleton lines={12} />
  return <MapDesk layers={layers.data} outlines={outlines.data} base={base} />
}
