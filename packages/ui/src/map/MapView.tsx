import type * as GeoJSON from 'geojson'
import 'maplibre-gl/dist/maplibre-gl.css'
import {
  AttributionControl,
  type GeoJSONSource,
  Map as MapLibre,
  type MapMouseEvent,
  NavigationControl,
  ScaleControl,
  setWorkerUrl
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { useEffect, useRef, useState } from 'react'
import { uiText, useUiText } from '../i18n.ts'
import { FONT_FAMILY, type ThemeMode, TOKENS } from '../theme.ts'
import { BaseSwitch, useBaseChoice } from './BaseSwitch.tsx'
import { type Ground, setGround } from './base.ts'
import { type BaseLayer, layForeign } from './foreign.ts'
import { NorthMark } from './north.ts'
import { smooth } from './smooth.ts'
import {
  baseStyle,
  boundsOf,
  labelFeatures,
  lampImage,
  type MapPoint,
  type Outline,
  outlineFeatures,
  POINT_LAMPS,
  pointFeatures
} from './style.ts'

// MapLibre 6 finds its worker only so under Vite; without it the map draws and no tile ever arrives.
setWorkerUrl(workerUrl)

export interface MapViewProps {
  mode: ThemeMode
  outlines: readonly Outline[]
  /** Land and sea around the city; without it nothing is claimed about what lies outside. */
  ground?: Ground | null
  /** Named roads of the part in view, drawn from close by. */
  roads?: GeoJSON.FeatureCollection
  /** Unit grids of the part in view. */
  grids?: GeoJSON.FeatureCollection
  points?: readonly MapPoint[]
  /** The point that is being read; ringed, and brought into view. */
  selected?: MapPoint | null
  /** A line under the top edge, such as what the points are. */
  note?: string
  /** Centre and zoom to keep on opening instead of the whole city. */
  focus?: { center: [number, number]; zoom: number }
  attribution?: string
  /** Base maps of others to choose from. */
  bases?: readonly BaseLayer[]
  onPick?: (id: string) => void
  /** A click on bare ground. */
  onGround?: (location: [number, number]) => void
  /** The map once it has been loaded, and null when it goes; for layers of a page's own (live-layers.ts). */
  onMap?: (map: MapLibre | null) => void
  /** The box in view after each move, [w, s, e, n], and the zoom. */
  onView?: (bbox: [number, number, number, number], zoom: number) => void
}

const NONE: readonly MapPoint[] = []
const NO_BASES: readonly BaseLayer[] = []

/** The one map: offline base from outlines, clustered lamps, selection. Fetches nothing. */
export default function MapView(props: MapViewProps) {
  const { mode, outlines, ground = null, roads, grids, points = NONE, selected, note, focus } = props
  const box = useRef<HTMLDivElement>(null)
  const map = useRef<MapLibre | null>(null)
  const calls = useRef(props)
  calls.current = props
  const [base, chooseBase] = useBaseChoice(props.bases ?? NO_BASES)
  const [baseFailed, setBaseFailed] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  const [ready, setReady] = useState(0)
  const text = useUiText()

  // biome-ignore lint/correctness/useExhaustiveDependencies: the map is made once per theme; data flows in below
  useEffect(() => {
    if (!box.current || outlines.length === 0) return
    let made: MapLibre
    try {
      made = create(box.current, calls.current)
    } catch {
      setFailed(true)
      return
    }
    map.current = made
    wire(made, () => calls.current)
    made.on('load', () => {
      setReady((n) => n + 1)
      calls.current.onMap?.(made)
      made.fire('moveend')
    })
    const sizes = new ResizeObserver(() => made.resize())
    sizes.observe(box.current)
    return () => {
      sizes.disconnect()
      calls.current.onMap?.(null)
      made.remove()
      map.current = null
    }
  }, [mode, outlines.length === 0])

  useEffect(() => {
    if (!ready) return
    source(map.current, 'outlines')?.setData(outlineFeatures(outlines))
    source(map.current, 'labels')?.setData(labelFeatures(outlines))
  }, [outlines, ready])
  useEffect(() => {
    if (ready && map.current) setGround(map.current, mode, ground, outlines)
  }, [ground, mode, outlines, ready])
  useEffect(() => {
    const now = map.current
    if (!ready || !now) return
    setBaseFailed(null)
    layForeign(now, mode, base, () => setBaseFailed(base?.id ?? null)).catch(() => setBaseFailed(base?.id ?? null))
  }, [base, mode, ready])
  useEffect(() => {
    if (ready && roads) source(map.current, 'roads')?.setData(roads)
  }, [roads, ready])
  useEffect(() => {
    if (ready && grids) source(map.current, 'grids')?.setData(grids)
  }, [grids, ready])
  useEffect(() => {
    if (ready) source(map.current, 'points')?.setData(pointFeatures(points))
  }, [points, ready])
  useEffect(() => {
    if (!ready || !map.current) return
    source(map.current, 'marks')?.setData(pointFeatures(selected ? [selected] : []))
    if (selected && !map.current.getBounds().contains(selected.location))
      map.current.easeTo({ center: selected.location, duration: 160 })
  }, [selected, ready])
  useEffect(() => {
    if (ready && focus) map.current?.easeTo({ center: focus.center, zoom: focus.zoom, duration: 0 })
  }, [focus, ready])

  return (
    <section className="cy-map" aria-label={text('map.label')}>
      {failed ? (
        <div className="cy-state">{text('map.failed')}</div>
      ) : (
        <div ref={box} style={{ position: 'absolute', inset: 0 }} />
      )}
      <BaseSwitch
        bases={props.bases ?? NO_BASES}
        chosen={base}
        onChoose={chooseBase}
        failed={base !== null && baseFailed === base.id}
      />
      {note ? <div className="cy-map-note">{note}</div> : null}
    </section>
  )
}

function source(map: MapLibre | null, id: string): GeoJSONSource | undefined {
  return map?.getSource(id) as GeoJSONSource | undefined
}

/** The world ends where nothing is known any more. */
function bound(ground: Ground | null | undefined): { maxBounds?: [number, number, number, number] } {
  return ground ? { maxBounds: ground.extent } : {}
}

function create(container: HTMLElement, p: MapViewProps): MapLibre {
  const bounds = boundsOf(p.outlines)
  const map = new MapLibre({
    container,
    style: baseStyle(p.mode, p.outlines, p.points ?? [], p.ground ?? null),
    ...bound(p.ground),
    ...(p.focus ? { center: p.focus.center, zoom: p.focus.zoom } : bounds ? { bounds, fitBoundsOptions: { padding: 24 } } : {}),
    maxZoom: 19,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    localIdeographFontFamily: FONT_FAMILY,
    locale: {
      'NavigationControl.ZoomIn': uiText('map.zoomIn'),
      'NavigationControl.ZoomOut': uiText('map.zoomOut'),
      'NavigationControl.ResetBearing': uiText('map.north')
    }
  })
  map.touchZoomRotate.disableRotation()
  smooth(map, p.ground ? TOKENS[p.mode].sea : TOKENS[p.mode].outside)
  for (const lamp of POINT_LAMPS) map.addImage(`lamp-${lamp}`, lampImage(lamp, p.mode), { pixelRatio: 2 })
  map.addControl(new NavigationControl({ showCompass: false }), 'bottom-right')
  map.addControl(new ScaleControl({ maxWidth: 80 }), 'bottom-left')
  map.addControl(new NorthMark(), 'bottom-left')
  if (p.attribution) map.addControl(new AttributionControl({ compact: true, customAttribution: p.attribution }), 'bottom-left')
  return map
}

/** Wires the clicks and moves of a map to its caller. */
function wire(map: MapLibre, calls: () => MapViewProps): void {
  map.on('click', (e: MapMouseEvent) => {
    const hit = map.queryRenderedFeatures(e.point, { layers: ['point', 'cluster'] })[0]
    const id = hit?.properties['id'] as string | undefined
    if (id) calls().onPick?.(id)
    else if (hit) {
      const clusterId = hit.properties['cluster_id'] as number
      void (map.getSource('points') as GeoJSONSource).getClusterExpansionZoom(clusterId).then((zoom) => {
        map.easeTo({ center: (hit.geometry as GeoJSON.Point).coordinates as [number, number], zoom: zoom + 0.2, duration: 160 })
      })
    } else calls().onGround?.([e.lngLat.lng, e.lngLat.lat])
  })
  for (const layer of ['point', 'cluster']) {
    map.on('mouseenter', layer, () => {
      map.getCanvas().style.cursor = 'pointer'
    })
    map.on('mouseleave', layer, () => {
      map.getCanvas().style.cursor = ''
    })
  }
  map.on('moveend', () => {
    const b = map.getBounds()
    calls().onView?.([b.getWest(), b.getSouth(), b.getEast(), b.getNorth()], map.getZoom())
  })
}
