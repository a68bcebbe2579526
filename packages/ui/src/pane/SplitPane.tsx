import { useRef, useState } from 'react'
import { useUiText } from '../i18n.ts'

export interface SplitPaneProps {
  /** Key under which the size is remembered on this machine. */
  id: string
  direction?: 'row' | 'col'
  /** Size of the first part in px before the person moved it. */
  initial: number
  min: number
  max: number
  first: React.ReactNode
  second: React.ReactNode
}

/** Two parts with a bar between them: drag, arrow keys, double-click to reset; the size is remembered. */
export function SplitPane({ id, direction = 'row', initial, min, max, first, second }: SplitPaneProps) {
  const key = `chengyun.split.${id}`
  const text = useUiText()
  const [size, setSize] = useState(() => {
    const stored = Number(localStorage.getItem(key))
    return stored >= min && stored <= max ? stored : initial
  })
  const [dragging, setDragging] = useState(false)
  const origin = useRef({ at: 0, size })
  const clamp = (v: number) => Math.min(max, Math.max(min, Math.round(v)))
  const keep = (v: number) => {
    setSize(v)
    localStorage.setItem(key, String(v))
  }
  const axis = (e: React.PointerEvent) => (direction === 'row' ? e.clientX : e.clientY)
  const back = direction === 'row' ? 'ArrowLeft' : 'ArrowUp'
  const forth = direction === 'row' ? 'ArrowRight' : 'ArrowDown'
  return (
    <div className={`cy-split cy-split-${direction}`}>
      <div className="cy-split-part" style={{ flex: `0 0 ${size}px` }}>
        {first}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a window splitter is a separator that takes the keyboard */}
      <div
        className="cy-split-bar"
        role="separator"
        tabIndex={0}
        aria-orientation={direction === 'row' ? 'vertical' : 'horizontal'}
        aria-valuenow={size}
        aria-valuemin={min}
        aria-valuemax={max}
        aria-label={text('split.resize')}
        title={text('split.resize')}
        data-dragging={dragging}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId)
          origin.current = { at: axis(e), size }
          setDragging(true)
        }}
        onPointerMove={(e) => dragging && setSize(clamp(origin.current.size + axis(e) - origin.current.at))}
        onPointerUp={() => {
          setDragging(false)
          keep(size)
        }}
        onDoubleClick={() => keep(initial)}
        onKeyDown={(e) => {
          if (e.key === back) keep(clamp(size - 16))
          if (e.key === forth) keep(clamp(size + 16))
        }}
      />
      <div className="cy-split-part cy-split-last">{second}</div>
    </div>
  )
}
