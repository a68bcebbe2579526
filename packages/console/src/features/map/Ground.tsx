import type { ThemeMode } from '@chengyun/ui'
import { BaseSwitch, useBaseChoice } from '@chengyun/ui/map/BaseSwitch.tsx'
import { type BaseLayer, layForeign } from '@chengyun/ui/map/foreign.ts'
import MapStage, { type StageHit } from '@chengyun/ui/map/MapStage.tsx'
import type { LngLat } from '@chengyun/ui/map/measure.ts'
import type { DataLayer } from '@chengyun/ui/map/overlay.ts'
import type { Camera, Stage } from '@chengyun/ui/map/stage.ts'
import type { Feature } from 'geojson'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBaseLayers } from '../../api/reference.ts'
import type { useBaseMap } from '../../parts/useBaseMap.ts'

export interface GroundProps {
  mode: ThemeMode
  base: ReturnType<typeof useBaseMap>
  camera: Camera | null
  layers: readonly DataLayer[]
  marks: readonly Feature[]
  drawing: boolean
  /** The layers of the right side; null when the map is not parted. */
  other: readonly DataLayer[] | null
  /** Where the sides meet, 0…1 of the width. */
  place: number
  onPlace: (place: number) => void
  onStages: (stages: Stage[]) => void
  onRest: (camera: Camera, bbox: [number, number, number, number]) => void
  /** `right` tells on which side it happened. */
  onClick: (at: LngLat, hit: StageHit | null, right: boolean) => void
  onDouble: () => void
  onPointer: (at: LngLat | null, hit: StageHit | null, screen: { x: number; y: number } | null) => void
  onBusy: (busy: boolean) => void
  onTileError: (layer: string | null) => void
}

/** One map, or two of the same place lying over each other, the upper one cut off at a line that can be moved. */
export default function Ground(props: GroundProps) {
  const { mode, base, layers, other, marks, drawing, place } = props
  const { t } = useTranslation()
  const [left, setLeft] = useState<Stage | null>(null)
  const [right, setRight] = useState<Stage | null>(null)
  const { onStages } = props
  useEffect(() => onStages([left, right].filter((s) => s !== null)), [left, right, onStages])
  useFollow(left, right)
  const bases = useBaseLayers() ?? NO_BASES
  const [foreign, choose] = useBaseChoice(bases)
  const refused = useForeign(left, right, mode, foreign)
  const shared = {
    mode,
    outlines: base.outlines,
    ground: base.ground,
    roads: base.roads,
    grids: base.grids,
    marks,
    cursor: drawing ? ('crosshair' as const) : ('default' as const),
    onDouble: props.onDouble,
    onPointer: props.onPointer,
    onTileError: props.onTileError
  }
  const rest = (camera: Camera, bbox: [number, number, number, number]) => {
    base.see(bbox, camera.zoom)
    props.onRest(camera, bbox)
  }
  const parted = other !== null
  const cut = `${place * 100}%`
  return (
    <div className="om-ground">
      <div className="om-half">
        <MapStage
          {...shared}
          label={t(parted ? 'onemap.left' : 'onemap.map')}
          camera={props.camera}
          layers={layers}
          onStage={setLeft}
          onRest={rest}
          onBusy={props.onBusy}
          onClick={(at, hit) => props.onClick(at, hit, false)}
        />
      </div>
      {parted ? (
        <>
          <div className="om-half" style={{ clipPath: `inset(0 0 0 ${cut})` }}>
            <MapStage
              {...shared}
              label={t('onemap.right')}
              camera={left?.camera ?? props.camera}
              layers={other}
              onStage={setRight}
              onClick={(at, hit) => props.onClick(at, hit, true)}
            />
          </div>
          <Swipe place={place} onPlace={props.onPlace} />
        </>
      ) : null}
      <BaseSwitch bases={bases} chosen={foreign} onChoose={choose} failed={refused} />
    </div>
  )
}

const NO_BASES: readonly BaseLayer[] = []

/** Lays the chosen base map of others under both sides; tells whether it could not be had. */
function useForeign(left: Stage | null, right: Stage | null, mode: ThemeMode, foreign: BaseLayer | null): boolean {
  const [refused, setRefused] = useState<string | null>(null)
  useEffect(() => {
    setRefused(null)
    const fail = () => setRefused(foreign?.id ?? null)
    for (const stage of [left, right]) if (stage) layForeign(stage.map, mode, foreign, fail).catch(fail)
  }, [left, right, mode, foreign])
  return foreign !== null && refused === foreign.id
}

/** Two stages look at the same place: whichever moves takes the other along. */
function useFollow(left: Stage | null, right: Stage | null): void {
  useEffect(() => {
    if (!left || !right) return
    let leading = false
    const lead = (from: Stage, to: Stage) => () => {
      if (leading) return
      leading = true
      to.map.jumpTo(from.camera)
      leading = false
    }
    const [a, b] = [lead(left, right), lead(right, left)]
    right.map.jumpTo(left.camera)
    left.map.on('move', a)
    right.map.on('move', b)
    return () => {
      left.map.off('move', a)
      right.map.off('move', b)
    }
  }, [left, right])
}

const LEAST = 0.05

/** The line between the sides: dragged, or moved with the arrows. */
function Swipe({ place, onPlace }: { place: number; onPlace: (place: number) => void }) {
  const { t } = useTranslation()
  const bar = useRef<HTMLDivElement>(null)
  const to = (value: number) => onPlace(Math.min(1 - LEAST, Math.max(LEAST, value)))
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      ref={bar}
      className="om-swipe"
      style={{ left: `${place * 100}%` }}
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('onemap.swipe')}
      aria-valuemin={5}
      aria-valuemax={95}
      aria-valuenow={Math.round(place * 100)}
      onPointerDown={(e) => e.currentTarget.setPointerCapture(e.pointerId)}
      onPointerMove={(e) => {
        const box = bar.current?.parentElement?.getBoundingClientRect()
        if (box && e.currentTarget.hasPointerCapture(e.pointerId)) to((e.clientX - box.left) / box.width)
      }}
      onKeyDown={(e) => {
        const by = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[e.key]
        if (by === undefined) return
        e.preventDefault()
        to(place + by)
      }}
    >
      <i aria-hidden="true" />
    </div>
  )
}
