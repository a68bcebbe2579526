import type { LayerView } from '@chengyun/contract/geo'
import type { StageHit } from '@chengyun/ui/map/MapStage.tsx'
import type { LngLat } from '@chengyun/ui/map/measure.ts'
import type { Stage } from '@chengyun/ui/map/stage.ts'
import { useCallback, useRef, useState } from 'react'
import { type Found, identify } from '../../api/map.ts'
import type { Choice, MapState } from './state.ts'
import type { SetState } from './useMapState.ts'

/** A place that was asked about: what was found there; null while it is asked. */
export interface Spot {
  at: LngLat
  hits: Found[] | null
}

const NEARER = 2
const OBJECTS_FROM = 15

/** What the person reads: an object (in the address), or a place with what lies there. */
export function useSelection(
  state: MapState,
  set: SetState,
  layers: readonly LayerView[],
  choices: readonly Choice[],
  stage: Stage | null
) {
  const [spot, setSpot] = useState<Spot | null>(null)
  const [ring, setRing] = useState<LngLat | null>(null)
  const asking = useRef(0)

  const ask = async (at: LngLat, moment: string | null, shown: readonly string[]) => {
    const round = ++asking.current
    setSpot({ at, hits: null })
    setRing(at)
    set({ pick: null })
    const hits = await identify(at, stage?.camera.zoom ?? 12, shown, moment).catch(() => [])
    if (round !== asking.current) return
    const [only] = hits
    if (hits.length === 1 && only) set({ pick: { layer: only.layer, key: only.key } })
    setSpot({ at, hits })
  }

  /** A click: a cell comes nearer, an object is read, bare ground is asked about. */
  const click = (at: LngLat, hit: StageHit | null, moment: string | null) => {
    const view = layers.find((l) => l.id === hit?.layer)
    const n = Number(hit?.properties['n'] ?? 0)
    if (stage && hit?.geometry.type === 'Point' && n > 1 && stage.camera.zoom < OBJECTS_FROM) {
      const zoom = Math.min(OBJECTS_FROM + 0.5, stage.camera.zoom + NEARER)
      stage.map.easeTo({ center: hit.geometry.coordinates as LngLat, zoom, duration: 160 })
      return
    }
    const key = view && hit ? hit.properties[view.key] : null
    if (typeof key === 'string' && hit?.geometry.type === 'Point') {
      const place = hit.geometry.coordinates as LngLat
      void ask(
        place,
        moment,
        choices.map((c) => c.id)
      ).then(() => set({ pick: { layer: hit.layer, key } }))
    } else
      void ask(
        at,
        moment,
        choices.map((c) => c.id)
      )
  }

  const onPlace = useCallback(
    (at: LngLat) => {
      setRing(at)
      if (stage && !stage.map.getBounds().contains(at)) stage.map.easeTo({ center: at, duration: 160 })
    },
    [stage]
  )

  return {
    spot,
    ring: state.pick || spot ? ring : null,
    click,
    ask,
    onPlace,
    pick: (layer: string, key: string) => set({ pick: { layer, key } }),
    /** Back to the list of what lies there, or away with everything. */
    close: () => {
      asking.current++
      const listed = state.pick !== null && (spot?.hits?.length ?? 0) > 1
      set({ pick: null })
      if (!listed) setSpot(null)
    },
    goTo: (at: LngLat, pick: MapState['pick']) => {
      asking.current++
      setRing(at)
      setSpot(pick ? null : { at, hits: [] })
      set({ pick })
      if (!stage) return
      // From the field to the map: the keys that follow are meant for it.
      stage.map.getCanvas().focus({ preventScroll: true })
      const { zoom } = stage.camera
      stage.map.easeTo({ center: at, zoom: Math.max(zoom, 16.5), duration: 160 })
    }
  }
}
