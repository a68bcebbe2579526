import { ErrorState, Skeleton } from '@chengyun/ui'
import type { MapViewProps } from '@chengyun/ui/map/MapView.tsx'
import { lazy, Suspense, useState } from 'react'
import { useOutlines, useRoads } from '../api/reference.ts'
import { usePreferences } from '../preferences.tsx'

const MapView = lazy(() => import('@chengyun/ui/map/MapView.tsx'))

/** Above this width of the view, in degrees, roads would be a carpet. */
const ROADS_WITHIN_DEG = 0.12
/** Roads are asked for in boxes of this size, so that a small move asks nothing. */
const CELL_DEG = 0.05

/** The city's map with its own outlines and roads laid under whatever the page draws on it. */
export function CityMap(props: Omit<MapViewProps, 'mode' | 'outlines' | 'roads'>) {
  const { mode } = usePreferences()
  const outlines = useOutlines()
  const [box, setBox] = useState<string | null>(null)
  const roads = useRoads(box)
  if (outlines.isPending) return <Skeleton lines={3} />
  if (outlines.isError) return <ErrorState message={outlines.error.message} onRetry={() => void outlines.refetch()} />
  return (
    <Suspense fallback={<Skeleton lines={3} />}>
      <MapView
        {...props}
        mode={mode}
        outlines={outlines.data}
        {...(roads.data ? { roads: roads.data } : {})}
        onView={(view) => {
          setBox(view[2] - view[0] > ROADS_WITHIN_DEG ? null : snap(view))
          props.onView?.(view)
        }}
      />
    </Suspense>
  )
}

function snap([w, s, e, n]: [number, number, number, number]): string {
  const down = (v: number) => Math.floor(v / CELL_DEG) * CELL_DEG
  const up = (v: number) => Math.ceil(v / CELL_DEG) * CELL_DEG
  return [down(w), down(s), up(e), up(n)].map((v) => v.toFixed(3)).join(',')
}
