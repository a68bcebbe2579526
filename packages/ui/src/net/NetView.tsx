import { useEffect, useMemo, useRef, useState } from 'react'
import { useUiText } from '../i18n.ts'
import type { ThemeMode } from '../theme.ts'
import { drawNet } from './draw.ts'
import { fit, type Look, type Net, type NetState, nodeAt, planOf, zoomAt } from './net.ts'
import './net.css'

export interface NetViewProps {
  mode: ThemeMode
  label: string
  net: Net
  state: NetState
  /** Code of the chosen node. */
  chosen: string | null
  onChoose?: (index: number) => void
  /** What is said of a node under the pointer. */
  tell: (index: number) => React.ReactNode
}

const STEP = 1.25
const MOVE = 60

/** A net as it lies in the city: dragged, zoomed, pointed at; by keyboard arrows, + and −, 0 for the whole. */
export default function NetView({ mode, label, net, state, chosen, onChoose, tell }: NetViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [look, setLook] = useState<Look | null>(null)
  const [over, setOver] = useState(-1)
  const drag = useRef<{ x: number; y: number; moved: boolean; look: Look } | null>(null)
  const text = useUiText()
  const plan = useMemo(() => planOf(net), [net])
  const now = look ?? (size.width > 0 ? fit(plan, size.width, size.height) : null)
  const at = useMemo(() => (chosen === null ? -1 : net.codes.indexOf(chosen)), [net, chosen])

  useEffect(() => {
    const box = canvas.current?.parentElement
    if (!box) return
    const sizes = new ResizeObserver(() => setSize({ width: box.clientWidth, height: box.clientHeight }))
    sizes.observe(box)
    return () => sizes.disconnect()
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another net is seen whole
  useEffect(() => setLook(null), [plan])
  useEffect(() => {
    const g = canvas.current?.getContext('2d')
    if (!g || !now) return
    const frame = requestAnimationFrame(() => {
      const dense = devicePixelRatio
      g.canvas.width = size.width * dense
      g.canvas.height = size.height * dense
      g.setTransform(dense, 0, 0, dense, 0, 0)
      drawNet(g, { mode, net, plan, state, look: now, ...size, chosen: at, over })
    })
    return () => cancelAnimationFrame(frame)
  }, [mode, net, plan, state, now, size, at, over])
  // The wheel must not scroll the page under the net, which React's passive listener could not keep it from.
  useEffect(() => {
    const c = canvas.current
    if (!c) return
    const wheel = (e: WheelEvent) => {
      if (!e.ctrlKey && !e.metaKey && document.activeElement !== c) return
      e.preventDefault()
      const p = pointOf(e)
      setLook((old) => (old ?? now) && zoomAt((old ?? now) as Look, e.deltaY < 0 ? STEP : 1 / STEP, p))
    }
    c.addEventListener('wheel', wheel, { passive: false })
    return () => c.removeEventListener('wheel', wheel)
  })

  const zoom = (by: number) => now && setLook(zoomAt(now, by, { x: size.width / 2, y: size.height / 2 }))
  const move = (x: number, y: number) => now && setLook({ ...now, x: now.x + x, y: now.y + y })
  const keys: Record<string, () => unknown> = {
    ArrowLeft: () => move(MOVE, 0),
    ArrowRight: () => move(-MOVE, 0),
    ArrowUp: () => move(0, MOVE),
    ArrowDown: () => move(0, -MOVE),
    '+': () => zoom(STEP),
    '=': () => zoom(STEP),
    '-': () => zoom(1 / STEP),
    '0': () => setLook(null)
  }
  const tip =
    over >= 0 && now
      ? { left: plan.nodes[2 * over]! * now.scale + now.x, top: plan.nodes[2 * over + 1]! * now.scale + now.y }
      : null
  return (
    <div className="cy-net">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={label}
        onKeyDown={(e) => {
          const act = keys[e.key]
          if (!act || e.ctrlKey || e.metaKey || e.altKey) return
          e.preventDefault()
          act()
        }}
        onPointerDown={(e) => {
          if (!now) return
          e.currentTarget.focus({ preventScroll: true })
          e.currentTarget.setPointerCapture(e.pointerId)
          drag.current = { x: e.clientX, y: e.clientY, moved: false, look: now }
        }}
        onPointerMove={(e) => {
          const d = drag.current
          if (d) {
            const [dx, dy] = [e.clientX - d.x, e.clientY - d.y]
            if (Math.abs(dx) + Math.abs(dy) > 3) d.moved = true
            if (d.moved) setLook({ ...d.look, x: d.look.x + dx, y: d.look.y + dy })
          } else if (now) setOver(nodeAt(plan, now, pointOf(e.nativeEvent)))
        }}
        onPointerUp={(e) => {
          const clicked = drag.current && !drag.current.moved
          drag.current = null
          const hit = clicked && now ? nodeAt(plan, now, pointOf(e.nativeEvent)) : -1
          if (hit >= 0) onChoose?.(hit)
        }}
        onPointerLeave={() => setOver(-1)}
      />
      {tip ? (
        <div className="cy-net-tip" style={tip}>
          {tell(over)}
        </div>
      ) : null}
      <div className="cy-net-tools">
        <button type="button" aria-label={text('map.zoomIn')} onClick={() => zoom(STEP)}>
          +
        </button>
        <button type="button" aria-label={text('map.zoomOut')} onClick={() => zoom(1 / STEP)}>
          −
        </button>
        <button type="button" aria-label={text('net.whole')} title={text('net.whole')} onClick={() => setLook(null)}>
          <svg viewBox="0 0 12 12" aria-hidden="true" fill="none" stroke="currentcolor">
            <path d="M1 4V1h3M8 1h3v3M11 8v3H8M4 11H1V8" />
          </svg>
        </button>
      </div>
    </div>
  )
}

function pointOf(e: MouseEvent): { x: number; y: number } {
  return { x: e.offsetX, y: e.offsetY }
}
