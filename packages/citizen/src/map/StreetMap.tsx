import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { readStreets } from '../api/places.ts'
import { t } from '../i18n.ts'
import { Icon } from '../parts/Icon.tsx'
import { draw, type Mark, type Piece } from './draw.ts'
import { boundsOf, moved, type View, zoomed } from './project.ts'

/** Below this zoom the streets of a whole city would be a tangle. */
const STREETS_FROM = 12.2
const STEP_PX = 60

interface Props {
  view: View
  onView: (view: View) => void
  /** After fingers, wheel or keys have come to rest. */
  onSettled?: (view: View, bounds: [number, number, number, number]) => void
  marks?: readonly Mark[]
  here?: { lng: number; lat: number; accuracyM: number } | null
  onMark?: (index: number) => void
  /** Names the map for a screen reader, with what the arrow keys do. */
  label: string
  children?: ReactNode
}

/**
 * A light map on one canvas: streets of this city's own data, marks on them. Moved by finger, mouse and arrow keys, `+` and `−`. What it
 * shows is always also said in words beside it.
 */
export function StreetMap({ view, onView, onSettled, marks = [], here = null, onMark, label, children }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [size, setSize] = useState<[number, number]>([0, 0])
  const [streets, setStreets] = useState<Piece>({ box: [0, 0, 0, 0], items: [], land: null })
  const latest = useRef(view)
  latest.current = view
  const [width, height] = size

  useEffect(() => {
    const element = frame.current
    if (!element) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize([Math.round(entry.contentRect.width), Math.round(entry.contentRect.height)])
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useEffect(() => {
    if (width === 0) return
    const abort = new AbortController()
    const settle = setTimeout(() => {
      const bounds = boundsOf(view, width, height)
      onSettled?.(view, bounds)
      const [w, s, e, n] = bounds
      const box = streets.box as [number, number, number, number]
      const isKnown = w >= box[0] && s >= box[1] && e <= box[2] && n <= box[3]
      if (view.zoom < STREETS_FROM || isKnown) return
      // A margin around the window, so that small moves ask for nothing.
      const wide: [number, number, number, number] = [w - (e - w) / 3, s - (n - s) / 3, e + (e - w) / 3, n + (n - s) / 3]
      readStreets(wide, abort.signal).then(
        (piece) => setStreets(piece),
        () => undefined
      )
    }, 250)
    return () => {
      clearTimeout(settle)
      abort.abort()
    }
  }, [view, width, height, streets.box, onSettled])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the view is painted from its latest value and starts the painting
  useEffect(() => {
    const paint = () => {
      if (canvas.current && width > 0) draw(canvas.current, latest.current, size, streets, marks, here)
    }
    const request = requestAnimationFrame(paint)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', paint)
    return () => {
      cancelAnimationFrame(request)
      dark.removeEventListener('change', paint)
    }
  }, [view, size, width, streets, marks, here])

  const pointers = useRef(new Map<number, [number, number]>())
  const travelled = useRef(0)
  const move = useCallback(
    (event: React.PointerEvent) => {
      const before = pointers.current.get(event.pointerId)
      if (!before) return
      const others = [...pointers.current.entries()].filter(([id]) => id !== event.pointerId).map(([, at]) => at)
      const now: [number, number] = [event.clientX, event.clientY]
      pointers.current.set(event.pointerId, now)
      const [other] = others
      const box = frame.current?.getBoundingClientRect()
      if (other && box) {
        const apart = Math.hypot(now[0] - other[0], now[1] - other[1])
        const wasApart = Math.hypot(before[0] - other[0], before[1] - other[1])
        const px = (now[0] + other[0]) / 2 - box.left - box.width / 2
        const py = (now[1] + other[1]) / 2 - box.top - box.height / 2
        if (wasApart > 0 && apart > 0) onView(zoomed(latest.current, Math.log2(apart / wasApart), px, py))
        travelled.current += 10
      } else {
        travelled.current += Math.hypot(now[0] - before[0], now[1] - before[1])
        onView(moved(latest.current, before[0] - now[0], before[1] - now[1]))
      }
    },
    [onView]
  )
  const release = (event: React.PointerEvent) => {
    const isPress = pointers.current.delete(event.pointerId) && travelled.current < 6
    const box = frame.current?.getBoundingClientRect()
    if (!isPress || !onMark || !box) return
    const at = pick(latest.current, size, marks, event.clientX - box.left, event.clientY - box.top)
    if (at >= 0) onMark(at)
  }
  const keys: Record<string, (v: View) => View> = {
    ArrowLeft: (v) => moved(v, -STEP_PX, 0),
    ArrowRight: (v) => moved(v, STEP_PX, 0),
    ArrowUp: (v) => moved(v, 0, -STEP_PX),
    ArrowDown: (v) => moved(v, 0, STEP_PX),
    '+': (v) => zoomed(v, 1, 0, 0),
    '=': (v) => zoomed(v, 1, 0, 0),
    '-': (v) => zoomed(v, -1, 0, 0)
  }
  return (
    <div className="map" ref={frame}>
      <div
        className="map-ground"
        role="application"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is moved by arrow keys, so it must be reachable by them
        tabIndex={0}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          if (pointers.current.size === 0) travelled.current = 0
          pointers.current.set(event.pointerId, [event.clientX, event.clientY])
        }}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={(event) => pointers.current.delete(event.pointerId)}
        onKeyDown={(event) => {
          const step = keys[event.key]
          if (!step) return
          event.preventDefault()
          onView(step(latest.current))
        }}
      >
        <canvas ref={canvas} style={{ width, height }} />
      </div>
      {children}
      <div className="map-tools">
        <button type="button" className="button" aria-label={t('map.nearer')} onClick={() => onView(zoomed(view, 1, 0, 0))}>
          <Icon name="plus" />
        </button>
        <button type="button" className="button" aria-label={t('map.farther')} onClick={() => onView(zoomed(view, -1, 0, 0))}>
          <Icon name="minus" />
        </button>
      </div>
    </div>
  )
}

/** The index of the mark under a point of the screen, −1 for none. */
function pick(view: View, [width, height]: [number, number], marks: readonly Mark[], px: number, py: number): number {
  const reach = 24
  let best = -1
  let nearest = reach
  marks.forEach((mark, index) => {
    const [w, s, e, n] = boundsOf(view, width, height)
    const x = ((mark.lng - w) / (e - w)) * width
    const y = ((n - mark.lat) / (n - s)) * height
    const apart = Math.hypot(x - px, y - py)
    if (apart < nearest) {
      nearest = apart
      best = index
    }
  })
  return best
}
