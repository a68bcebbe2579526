import type * as GeoJSON from 'geojson'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { MapMouseEvent } from 'maplibre-gl'
import { useEffect, useRef, useState } from 'react'
import { useUiText } from '../i18n.ts'
import type { ThemeMode } from '../theme.ts'
import type { Ground } from './base.ts'
import { borderFeatures } from './borders.ts'
import type { LngLat } from './measure.ts'
import { type DataLayer, wholeOf } from './overlay.ts'
import { type Camera, Stage } from './stage.ts'
import { labelFeatures, type Outline, outlineFeatures } from './style.ts'

/** What lies under the pointer: the layer, its properties, and where it is. */
export type StageHit = NonNullable<ReturnType<Stage['hit']>>

export interface MapStageProps {
  /** What this map shows, where there are two; the common word without it. */
  label?: string
  mode: ThemeMode
  outlines: readonly Outline[]
  /** Land and sea around the city; the map is made with it. */
  ground?: Ground | null
  roads?: GeoJSON.FeatureCollection | undefined
  /** Unit grids of the part in view. */
  grids?: GeoJSON.FeatureCollection | undefined
  /** Where to look on opening; the whole city without it. Later moves go through the stage. */
  camera: Camera | null
  /** Bottom first. */
  layers: readonly DataLayer[]
  marks: readonly GeoJSON.Feature[]
  /** The shape of the pointer: to look, or to draw. */
  cursor?: 'default' | 'crosshair'
  onStage?: (stage: Stage | null) => void
  /** While the map moves. */
  onMove?: (camera: Camera) => void
  /** When it has come to rest; bbox is [w, s, e, n]. */
  onRest?: (camera: Camera, bbox: [number, number, number, number]) => void
  onClick?: (at: LngLat, hit: StageHit | null) => void
  onDouble?: (at: LngLat) => void
  onPointer?: (at: LngLat | null, hit: StageHit | null, screen: { x: number; y: number } | null) => void
  /** Whether tiles are on their way; and whether any could not be had. */
  onBusy?: (busy: boolean) => void
  onTileError?: (layer: string | null) => void
}

/** The stage as a React part; made once per theme, data flows in. */
export default function MapStage(props: MapStageProps) {
  const { mode, outlines, roads, grids, layers, marks, cursor = 'default' } = props
  const box = useRef<HTMLDivElement>(null)
  const stage = useRef<Stage | null>(null)
  const last = useRef<Camera | null>(props.camera)
  const calls = useRef(props)
  calls.current = props
  const [failed, setFailed] = useState(false)
  const [ready, setReady] = useState(0)
  const text = useUiText()

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once per theme; data flows in below
  useEffect(() => {
    if (!box.current || outlines.length === 0) return
    let made: Stage
    try {
      made = new Stage(box.current, mode, outlines, last.current, calls.current.ground ?? null)
    } catch {
      setFailed(true)
      return
    }
    stage.current = made
    wire(made, () => calls.current, last)
    made.map.on('load', () => {
      setReady((n) => n + 1)
      calls.current.onStage?.(made)
      made.map.fire('moveend')
    })
    const sizes = new ResizeObserver(() => made.map.resize())
    sizes.observe(box.current)
    return () => {
      sizes.disconnect()
      calls.current.onStage?.(null)
      stage.current = null
      setReady(0)
      made.remove()
    }
  }, [mode, outlines.length === 0])

  useEffect(() => {
    if (!ready) return
    stage.current?.setBase('outlines', outlineFeatures(outlines))
    stage.current?.setBase('labels', labelFeatures(outlines))
    stage.current?.setBase('borders', borderFeatures(outlines, calls.current.ground ?? null))
  }, [outlines, ready])
  useEffect(() => {
    if (ready && roads) stage.current?.setBase('roads', roads)
  }, [roads, ready])
  useEffect(() => {
    if (ready && grids) stage.current?.setBase('grids', grids)
  }, [grids, ready])
  useEffect(() => {
    if (ready) stage.current?.setLayers(layers)
  }, [layers, ready])
  useEffect(() => {
    if (ready) stage.current?.setMarks(marks)
  }, [marks, ready])
  useEffect(() => {
    if (!ready || !stage.current) return
    stage.current.map.getCanvas().style.cursor = cursor === 'crosshair' ? 'crosshair' : ''
    // A double click ends a drawing; without a drawing it comes nearer.
    if (cursor === 'crosshair') stage.current.map.doubleClickZoom.disable()
    else stage.current.map.doubleClickZoom.enable()
  }, [cursor, ready])

  return (
    <section className="cy-map" aria-label={props.label ?? text('map.label')}>
      {failed ? (
        <div className="cy-state">{text('map.failed')}</div>
      ) : (
        <div ref={box} style={{ position: 'absolute', inset: 0 }} />
      )}
    </section>
  )
}

function wire(stage: Stage, calls: () => MapStageProps, last: { current: Camera | null }): void {
  const { map } = stage
  const at = (e: MapMouseEvent): LngLat => [e.lngLat.lng, e.lngLat.lat]
  map.on('click', (e) => calls().onClick?.(at(e), stage.hit(e.point)))
  map.on('dblclick', (e) => calls().onDouble?.(at(e)))
  map.on('mousemove', (e) => {
    const { onPointer, cursor } = calls()
    // Nobody reads what passes under a map on its way.
    const hit = cursor === 'crosshair' || map.isMoving() ? null : stage.hit(e.point)
    if (cursor !== 'crosshair' && !map.isMoving()) map.getCanvas().style.cursor = hit ? 'pointer' : ''
    onPointer?.(at(e), hit, e.point)
  })
  map.on('mouseout', () => calls().onPointer?.(null, null, null))
  map.on('move', () => {
    last.current = stage.camera
    calls().onMove?.(last.current)
  })
  map.on('moveend', () => {
    const b = map.getBounds()
    last.current = stage.camera
    calls().onRest?.(last.current, [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()])
  })
  map.on('dataloading', (e) => {
    if (e.dataType === 'source') calls().onBusy?.(true)
  })
  map.on('idle', () => calls().onBusy?.(false))
  map.on('error', (e) => {
    const source = 'sourceId' in e ? String(e.sourceId) : ''
    calls().onTileError?.(source.startsWith('data-') ? wholeOf(source.slice(5)) : null)
  })
}
