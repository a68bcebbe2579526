import type { LiveHit, LiveLayer, LiveLayers } from '@chengyun/ui/map/live-layers.ts'
import type { MapViewProps } from '@chengyun/ui/map/MapView.tsx'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { CityMap } from '../../parts/CityMap.tsx'
import { usePreferences } from '../../preferences.tsx'

type MapLibre = Parameters<NonNullable<MapViewProps['onMap']>>[0]

export interface LiveMapProps {
  layers: readonly LiveLayer[]
  chosen: LiveHit | null
  onChoose?: (hit: LiveHit) => void
  /** What is said of a thing under the pointer. */
  tell: (hit: LiveHit) => ReactNode
}

interface Over {
  hit: LiveHit
  x: number
  y: number
}

/** The city's map with things whose states change while one looks. */
export function LiveMap({ layers, chosen, onChoose, tell }: LiveMapProps) {
  const { mode } = usePreferences()
  const [live, setLive] = useState<LiveLayers | null>(null)
  const [over, setOver] = useState<Over | null>(null)
  const calls = useRef(onChoose)
  calls.current = onChoose
  const fitted = useRef(false)
  const wire = (map: MapLibre) => {
    if (!map) {
      setLive((old) => {
        old?.end()
        return null
      })
      setOver(null)
      fitted.current = false
      return
    }
    void import('@chengyun/ui/map/live-layers.ts').then(({ LiveLayers }) => {
      // The page may have been left while the part was loading.
      if (!map.getContainer().isConnected) return
      const made = new LiveLayers(map, mode)
      map.on('mousemove', (e) => {
        const hit = made.hit(e.point)
        map.getCanvas().style.cursor = hit && calls.current ? 'pointer' : ''
        setOver(hit ? { hit, x: e.point.x, y: e.point.y } : null)
      })
      map.on('mouseout', () => setOver(null))
      map.on('movestart', () => setOver(null))
      map.on('click', (e) => {
        // A finger is wider than a pointer.
        const hit = made.hit(e.point, matchMedia('(pointer: coarse)').matches ? 14 : 4)
        if (!hit) return
        setOver({ hit, x: e.point.x, y: e.point.y })
        calls.current?.(hit)
      })
      setLive(made)
    })
  }
  useEffect(() => {
    if (!live) return
    live.set(layers)
    // The first look is at where the things are, not at the whole city.
    if (!fitted.current) fitted.current = live.fit(layers)
  }, [live, layers])
  // biome-ignore lint/correctness/useExhaustiveDependencies: ringed anew with other layers, since the thing may have moved
  useEffect(() => live?.choose(chosen), [live, chosen?.layer, chosen?.index, layers])
  const known = over && layers.find((l) => l.key === over.hit.layer)?.codes[over.hit.index] !== undefined
  return (
    <div className="sw-ground">
      <CityMap onMap={wire} />
      {over && known ? (
        <div className="sw-tip" style={{ left: over.x, top: over.y }}>
          {tell(over.hit)}
        </div>
      ) : null}
    </div>
  )
}
