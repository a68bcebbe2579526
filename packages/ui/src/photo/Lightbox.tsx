import { useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useUiText } from '../i18n.ts'
import type { Photo } from './Photos.tsx'

interface Zoom {
  scale: number
  x: number
  y: number
}
const WHOLE: Zoom = { scale: 1, x: 0, y: 0 }

/** A large look at the photos: one, or before beside after moving together. */
export function Lightbox(props: { photos: readonly Photo[]; start: number; pair: [Photo, Photo] | null; onClose: () => void }) {
  const { photos, start, pair, onClose } = props
  const text = useUiText()
  const [index, setIndex] = useState(start)
  const [both, setBoth] = useState(pair !== null && pair.includes(photos[start] as Photo))
  const [zoom, setZoom] = useState(WHOLE)
  const drag = useRef<{ x: number; y: number } | null>(null)
  const root = useRef<HTMLDivElement>(null)
  const go = (by: number) => {
    setBoth(false)
    setZoom(WHOLE)
    setIndex((i) => (i + by + photos.length) % photos.length)
  }
  useEffect(() => root.current?.focus(), [])
  const shown = both && pair ? pair : [photos[index] as Photo]
  return createPortal(
    <div
      ref={root}
      className="cy-lightbox"
      role="dialog"
      aria-modal="true"
      tabIndex={-1}
      onKeyDown={(e) => {
        e.stopPropagation()
        if (e.key === 'Escape') onClose()
        if (e.key === 'ArrowLeft') go(-1)
        if (e.key === 'ArrowRight') go(1)
      }}
    >
      <header>
        <span>{shown.map((p) => p.caption).join('　|　')}</span>
        {pair ? (
          <button type="button" onClick={() => setBoth(!both)}>
            {text(both ? 'photo.single' : 'photo.compare')}
          </button>
        ) : null}
        <button type="button" onClick={onClose}>
          {text('photo.close')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: wheel and drag are a second way; the keyboard has the arrows and the buttons */}
      <div
        className="cy-lightbox-stage"
        onWheel={(e) => setZoom((z) => ({ ...z, scale: Math.min(8, Math.max(1, z.scale * (e.deltaY < 0 ? 1.15 : 1 / 1.15))) }))}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId)
          drag.current = { x: e.clientX - zoom.x, y: e.clientY - zoom.y }
        }}
        onPointerMove={(e) => {
          const from = drag.current
          if (from) setZoom((z) => ({ ...z, x: e.clientX - from.x, y: e.clientY - from.y }))
        }}
        onPointerUp={() => {
          drag.current = null
        }}
        onDoubleClick={() => setZoom(WHOLE)}
      >
        {shown.map((p) => (
          <div key={p.id}>
            <img
              src={p.url}
              alt={p.caption}
              draggable={false}
              style={{ transform: `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})` }}
            />
          </div>
        ))}
      </div>
      <footer>
        <span>{text('photo.zoomHelp')}</span>
        <button type="button" onClick={() => go(-1)}>
          {text('photo.previous')}
        </button>
        <span>
          {index + 1} / {photos.length}
        </span>
        <button type="button" onClick={() => go(1)}>
          {text('photo.next')}
        </button>
      </footer>
    </div>,
    document.body
  )
}
