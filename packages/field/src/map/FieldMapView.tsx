import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../parts/Icon.tsx'
import { draw, type Scene } from './draw.ts'
import { type Camera, clampScale, fit, moved, type Place, toPlace } from './project.ts'
import './map.css'

interface Props extends Scene {
  label: string
  /** What is in sight at first; without places, all duty grids. */
  look: readonly Place[]
  /** Pixels a metre when only one place is looked at. */
  closePxPerM?: number
  /** The middle of the map chooses a place: told while the map moves; what comes back is where the middle may be. */
  onAim?: ((place: Place) => Place) | undefined
  /** A tap on the map. */
  onTap?: ((place: Place, pxPerM: number) => void) | undefined
  me?: Place | null | undefined
}

/** The map of the duty grid from the data on this phone: moved with one finger, sized with two or with its buttons. */
export function FieldMapView(props: Props) {
  const { t } = useTranslation()
  const canvas = useRef<HTMLCanvasElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const fingers = useRef(new Map<number, [number, number]>())
  const start = useRef<{ x: number; y: number; at: number } | null>(null)
  const [size, setSize] = useState<[number, number] | null>(null)
  const [camera, setCamera] = useState<Camera | null>(null)

  useLayoutEffect(() => {
    const el = box.current
    if (!el) return
    const watch = new ResizeObserver(() => setSize([el.clientWidth, el.clientHeight]))
    watch.observe(el)
    return () => watch.disconnect()
  }, [])

  const { look, base, closePxPerM = 0.9 } = props
  useEffect(() => {
    if (!size || camera) return
    const all = base?.dutyGrids.features.flatMap((f) => f.geometry.coordinates.flat(2) as Place[]) ?? []
    const [w, h] = size
    const [only] = look
    const found = look.length === 1 && only ? { center: only, pxPerM: closePxPerM } : fit(look.length > 0 ? look : all, w, h)
    if (found) setCamera(found)
  }, [size, camera, look, base, closePxPerM])

  useEffect(() => {
    const el = canvas.current
    const ctx = el?.getContext('2d')
    if (!el || !ctx || !size || !camera) return
    const scale = Math.min(3, devicePixelRatio)
    el.width = size[0] * scale
    el.height = size[1] * scale
    ctx.scale(scale, scale)
    draw(ctx, camera, size[0], size[1], props)
  })

  const set = (next: Camera) => setCamera(props.onAim ? { ...next, center: props.onAim(next.center) } : next)
  const zoom = (by: number) => camera && set({ ...camera, pxPerM: clampScale(camera.pxPerM * by) })

  const move = (e: React.PointerEvent) => {
    const before = fingers.current.get(e.pointerId)
    if (!before || !camera) return
    const others = [...fingers.current].filter(([id]) => id !== e.pointerId).map(([, p]) => p)
    fingers.current.set(e.pointerId, [e.clientX, e.clientY])
    const share = 1 / (others.length + 1)
    const center = moved(
      camera.center,
      (-(e.clientX - before[0]) * share) / camera.pxPerM,
      ((e.clientY - before[1]) * share) / camera.pxPerM
    )
    const [other] = others
    const grown = other
      ? Math.hypot(e.clientX - other[0], e.clientY - other[1]) /
        Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1]))
      : 1
    set({ center, pxPerM: clampScale(camera.pxPerM * grown) })
  }
  const lift = (e: React.PointerEvent) => {
    fingers.current.delete(e.pointerId)
    const s = start.current
    start.current = null
    if (!s || !props.onTap || !camera || !size || !box.current) return
    if (Math.hypot(e.clientX - s.x, e.clientY - s.y) > 10 || e.timeStamp - s.at > 600) return
    const r = box.current.getBoundingClientRect()
    props.onTap(toPlace(camera, size[0], size[1], e.clientX - r.left, e.clientY - r.top), camera.pxPerM)
  }

  return (
    <div className="f-map" ref={box} data-aim={Boolean(props.onAim)}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={props.label}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId)
          fingers.current.set(e.pointerId, [e.clientX, e.clientY])
          start.current = fingers.current.size === 1 ? { x: e.clientX, y: e.clientY, at: e.timeStamp } : null
        }}
        onPointerMove={move}
        onPointerUp={lift}
        onPointerCancel={(e) => fingers.current.delete(e.pointerId)}
      />
      {props.onAim ? (
        <svg className="f-map-aim" viewBox="0 0 44 60" aria-hidden="true">
          <path
            d="M22 58C20 46 3 38 3 21a19 19 0 0 1 38 0c0 17-17 25-19 37Z"
            fill="var(--cy-late)"
            stroke="#fff"
            strokeWidth="3"
          />
          <circle cx="22" cy="21" r="7" fill="#fff" />
        </svg>
      ) : null}
      <div className="f-map-tools">
        <button type="button" aria-label={t('map.in')} onClick={() => zoom(1.6)}>
          <Icon name="plus" />
        </button>
        <button type="button" aria-label={t('map.out')} onClick={() => zoom(1 / 1.6)}>
          <Icon name="minus" />
        </button>
        {props.me ? (
          <button
            type="button"
            aria-label={t('map.me')}
            onClick={() => props.me && camera && set({ center: props.me, pxPerM: Math.max(camera.pxPerM, 0.5) })}
          >
            <Icon name="aim" />
          </button>
        ) : null}
      </div>
    </div>
  )
}
