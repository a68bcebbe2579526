import type * as GeoJSON from 'geojson'
import 'maplibre-gl/dist/maplibre-gl.css'
import { type GeoJSONSource, Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { useEffect, useRef, useState } from 'react'
import { uiText, useUiText } from '../i18n.ts'
import { FONT_FAMILY, type ThemeMode } from '../theme.ts'
import { AREA_SOURCES, areaLayers, NOTHING } from './area-style.ts'
import './area-stage.css'
import type { Ground } from './base.ts'
import { NorthMark } from './north.ts'
import { baseStyle, boundsOf, type Outline } from './style.ts'
import { type Grip, gripAt, heldBetween, type MapCorner, type MapEdge } from './topology.ts'

setWorkerUrl(workerUrl)

type At = [number, number]
export type Bounds = [number, number, number, number]

export interface AreaStageProps {
  mode: ThemeMode
  outlines: readonly Outline[]
  ground: Ground | null
  roads?: GeoJSON.FeatureCollection | undefined
  /** Areas that are worked on; properties `key`, `label`, `tone` (kept, changed, new, own, other, free), `on` when chosen,
   *  and a `color` where a tone has none of its own. */
  areas: GeoJSON.FeatureCollection
  /** Areas around, to be seen only. */
  around: GeoJSON.FeatureCollection
  /** Faulty pieces; `severity` error or warning. */
  faults: GeoJSON.FeatureCollection
  /** A line that is being drawn. */
  line: readonly At[]
  /** What may be gripped and moved; null when nothing may. */
  grips: { corners: readonly MapCorner[]; edges: readonly MapEdge[] } | null
  /** What to bring into view; a new object moves the map again. */
  view: { bounds: Bounds } | null
  cursor: 'default' | 'crosshair'
  /** A click, or Enter at the cross; `more` with Shift or Control. */
  onPoint: (at: At, more: boolean) => void
  onGrip: (grip: Grip, to: At) => void
  onStraighten: (at: At) => void
  onDouble?: () => void
  onMoved?: (box: Bounds, zoom: number) => void
}

/** A map on which areas are chosen, cut and bent: with the mouse, or with the keys, which act at the cross in the middle. */
export default function AreaStage(props: AreaStageProps) {
  const { mode, areas, around, faults, line, grips, view, cursor, roads } = props
  const box = useRef<HTMLDivElement>(null)
  const map = useRef<MapLibre | null>(null)
  const calls = useRef(props)
  calls.current = props
  const held = useRef<{ grip: Grip; from: { x: number; y: number }; moved: boolean } | null>(null)
  const [holding, setHolding] = useState(false)
  const [ready, setReady] = useState(0)
  const text = useUiText()

  useEffect(() => {
    if (!box.current) return
    const p = calls.current
    const style = baseStyle(mode, p.outlines, [], p.ground)
    const own = new Set(['points', 'marks', 'grids'])
    const bounds = p.view?.bounds ?? boundsOf(p.outlines)
    const made = new MapLibre({
      container: box.current,
      style: {
        ...style,
        sources: {
          ...Object.fromEntries(Object.entries(style.sources).filter(([id]) => !own.has(id))),
          ...AREA_SOURCES
        },
        layers: [...style.layers.filter((l) => !('source' in l && own.has(String(l.source)))), ...areaLayers(mode)]
      },
      ...(bounds ? { bounds, fitBoundsOptions: { padding: 40 } } : {}),
      ...(p.ground ? { maxBounds: p.ground.extent } : {}),
      maxZoom: 20,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      doubleClickZoom: false,
      fadeDuration: 0,
      localIdeographFontFamily: FONT_FAMILY,
      locale: { 'NavigationControl.ZoomIn': uiText('map.zoomIn'), 'NavigationControl.ZoomOut': uiText('map.zoomOut') }
    })
    map.current = made
    made.touchZoomRotate.disableRotation()
    made.keyboard.disableRotation()
    made.addControl(new NavigationControl({ showCompass: false }), 'bottom-right')
    made.addControl(new ScaleControl({ maxWidth: 80 }), 'bottom-left')
    made.addControl(new NorthMark(), 'bottom-left')
    made.getCanvas().setAttribute('aria-label', uiText('map.editLabel'))
    wire(made, calls, held, setHolding)
    const tell = () => {
      const b = made.getBounds()
      calls.current.onMoved?.([b.getWest(), b.getSouth(), b.getEast(), b.getNorth()], made.getZoom())
    }
    made.on('moveend', tell)
    made.on('load', () => {
      setReady((n) => n + 1)
      tell()
    })
    const sizes = new ResizeObserver(() => made.resize())
    sizes.observe(box.current)
    return () => {
      sizes.disconnect()
      made.remove()
      map.current = null
    }
  }, [mode])

  const set = (id: string, data: GeoJSON.FeatureCollection) => {
    if (ready) map.current?.getSource<GeoJSONSource>(id)?.setData(data)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: one source each; `ready` counts the maps made
  useEffect(() => set('areas', areas), [areas, ready])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => set('around', around), [around, ready])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => set('faults', faults), [faults, ready])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => set('draft', lineFeatures(line)), [line, ready])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => set('grips', cornerFeatures(grips?.corners ?? [])), [grips, ready])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => set('roads', roads ?? NOTHING), [roads, ready])
  useEffect(() => {
    if (ready && view) map.current?.fitBounds(view.bounds, { padding: 60, maxZoom: 18, duration: 160 })
  }, [view, ready])
  useEffect(() => {
    if (map.current) map.current.getCanvas().style.cursor = cursor === 'crosshair' ? 'crosshair' : ''
  }, [cursor])

  return (
    <section className="cy-map cy-areas" aria-label={text('map.label')} data-holding={holding}>
      <div ref={box} style={{ position: 'absolute', inset: 0 }} />
      <svg className="cy-cross" viewBox="0 0 40 40" aria-hidden="true">
        <path d="M20 2v14M20 24v14M2 20h14M24 20h14" stroke="currentColor" strokeWidth="2" fill="none" />
      </svg>
    </section>
  )
}

function lineFeatures(line: readonly At[]): GeoJSON.FeatureCollection {
  const points: GeoJSON.Feature[] = line.map((at) => ({
    type: 'Feature',
    properties: {},
    geometry: { type: 'Point', coordinates: at }
  }))
  if (line.length > 1)
    points.push({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: line.map((at) => [...at]) } })
  return { type: 'FeatureCollection', features: points }
}

const cornerFeatures = (corners: readonly MapCorner[]): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features: corners.map(({ at, fixed }) => ({
    type: 'Feature',
    properties: { fixed },
    geometry: { type: 'Point', coordinates: at }
  }))
})

/** A drag shorter than this is a click: it takes the grip up, and the next click or Enter puts it down. */
const CLICK_PX = 4

function wire(
  map: MapLibre,
  calls: { current: AreaStageProps },
  held: { current: { grip: Grip; from: { x: number; y: number }; moved: boolean } | null },
  setHolding: (holding: boolean) => void
): void {
  const project = (at: At) => map.project(at)
  const ghost = (to: At | null) => {
    const grip = held.current?.grip
    const features: GeoJSON.Feature[] =
      to && grip
        ? heldBetween(grip, calls.current.grips?.edges ?? []).map((from) => ({
            type: 'Feature',
            properties: {},
            geometry: { type: 'LineString', coordinates: [from, to] }
          }))
        : []
    map.getSource<GeoJSONSource>('ghost')?.setData({ type: 'FeatureCollection', features })
  }
  const letGo = () => {
    held.current = null
    setHolding(false)
    map.dragPan.enable()
    ghost(null)
  }
  const putDown = (to: At) => {
    const grip = held.current?.grip
    letGo()
    if (grip) calls.current.onGrip(grip, to)
  }
  const take = (point: { x: number; y: number }, reach: number): boolean => {
    const grip = calls.current.grips ? gripAt(point, calls.current.grips, project, reach) : null
    if (!grip) return false
    held.current = { grip, from: point, moved: false }
    setHolding(true)
    return true
  }

  map.on('mousedown', (e) => {
    if (e.originalEvent.button !== 0) return
    if (held.current) return
    if (take(e.point, 10)) {
      e.preventDefault()
      map.dragPan.disable()
    }
  })
  map.on('mousemove', (e) => {
    if (!held.current) return
    if (Math.hypot(e.point.x - held.current.from.x, e.point.y - held.current.from.y) > CLICK_PX) held.current.moved = true
    ghost([e.lngLat.lng, e.lngLat.lat])
  })
  map.on('mouseup', (e) => {
    if (held.current?.moved) putDown([e.lngLat.lng, e.lngLat.lat])
  })
  map.on('click', (e) => {
    const at: At = [e.lngLat.lng, e.lngLat.lat]
    // The click that took the grip up comes here too.
    if (held.current) return
    if (calls.current.grips && gripAt(e.point, calls.current.grips, project)) return
    calls.current.onPoint(at, e.originalEvent.shiftKey || e.originalEvent.ctrlKey || e.originalEvent.metaKey)
  })
  map.on('dblclick', () => calls.current.onDouble?.())
  map.on('move', () => {
    if (held.current && document.activeElement === map.getCanvas()) ghost(map.getCenter().toArray())
  })
  map.getCanvas().addEventListener('keydown', (e) => {
    const middle = map.project(map.getCenter())
    if (e.key === 'Enter' || e.key === ' ') {
      e.preventDefault()
      if (held.current) putDown(map.getCenter().toArray())
      else if (calls.current.grips) take(middle, 16)
      else calls.current.onPoint(map.getCenter().toArray(), e.shiftKey)
    } else if (e.key === 'Escape' && held.current) {
      e.stopPropagation()
      letGo()
    } else if (e.key === 'Delete' && held.current?.grip.kind === 'corner') {
      const { at } = held.current.grip
      letGo()
      calls.current.onStraighten(at)
    }
  })
}
