import { Skeleton } from '@chengyun/ui'
import type { MapViewProps } from '@chengyun/ui/map/MapView.tsx'
import { lazy, Suspense } from 'react'
import { useBaseLayers } from '../api/reference.ts'
import { usePreferences } from '../preferences.tsx'
import { QueryError } from './states.tsx'
import { useBaseMap } from './useBaseMap.ts'

const MapView = lazy(() => import('@chengyun/ui/map/MapView.tsx'))

/** The city's map with land, sea, outlines and roads laid under whatever the page draws on it. */
export function CityMap(props: Omit<MapViewProps, 'mode' | 'outlines' | 'roads' | 'ground' | 'grids' | 'bases'>) {
  const { mode } = usePreferences()
  const base = useBaseMap()
  const bases = useBaseLayers()
  if (base.pending) return <Skeleton lines={3} />
  if (base.fault) return <QueryError of={{ error: base.fault, refetch: base.again }} />
  return (
    <Suspense fallback={<Skeleton lines={3} />}>
      <MapView
        {...props}
        mode={mode}
        outlines={base.outlines}
        ground={base.ground}
        {...(bases ? { bases } : {})}
        {...(base.roads ? { roads: base.roads } : {})}
        {...(base.grids ? { grids: base.grids } : {})}
        onView={(view, zoom) => {
          base.see(view, zoom)
          props.onView?.(view, zoom)
        }}
      />
    </Suspense>
  )
}
