import type { LayerView } from '@chengyun/contract/geo'
import type { Stage } from '@chengyun/ui/map/stage.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useLive, useLiveNamed } from '../../api/live.ts'

/** How long changes are gathered before tiles are asked for again, in ms. */
const TILES_MS = 1_000
/** The counts of the tree are dearer and are read again at most so often. */
const COUNTS_MS = 10_000

/** Redraws the layers that changed: many changes at once are one redrawing. A map of a past moment stands still. */
export function useLiveTiles(stages: readonly Stage[], layers: readonly LayerView[]): void {
  const client = useQueryClient()
  const touched = useRef(new Set<string>())
  const timers = useRef<{ tiles?: ReturnType<typeof setTimeout>; counts?: ReturnType<typeof setTimeout> }>({})
  const latest = useRef(stages)
  useEffect(() => {
    latest.current = stages
  })
  useEffect(
    () => () => {
      clearTimeout(timers.current.tiles)
      clearTimeout(timers.current.counts)
    },
    []
  )
  const touch = (layer: string) => {
    touched.current.add(layer)
    timers.current.tiles ??= setTimeout(() => {
      delete timers.current.tiles
      const layers = [...touched.current]
      touched.current.clear()
      for (const stage of latest.current) stage.refresh(layers)
      if (layers.some((l) => l !== 'cases')) void client.invalidateQueries({ queryKey: ['registry', 'item'] })
    }, TILES_MS)
    timers.current.counts ??= setTimeout(() => {
      delete timers.current.counts
      void client.invalidateQueries({ queryKey: ['map', 'layers'] })
      void client.invalidateQueries({ queryKey: ['map', 'counts'] })
    }, COUNTS_MS)
  }
  useLive(() => touch('cases'))
  useLiveNamed(['registry.changed', 'registry.itemsChanged'], (payload) => {
    const type = payload['typeId']
    if (typeof type !== 'string') return
    touch(`reg-${type}`)
    for (const l of layers) if (l.live?.register === type) touch(l.id)
  })
  useLiveNamed(['alarms.moved'], () => touch('alarms'))
  // Layers come and go with their packs.
  useLiveNamed(['scenarios.changed'], () => void client.invalidateQueries({ queryKey: ['map', 'layers'] }))
}
