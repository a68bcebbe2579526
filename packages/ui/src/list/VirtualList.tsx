import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'

export interface VirtualListProps<T> {
  items: readonly T[]
  rowHeight: number
  keyOf: (item: T) => string
  render: (item: T, index: number) => React.ReactNode
  /** Index kept in view; -1 for none. */
  current: number
  label: string
  /** Called when the end comes near, to load more. */
  onEnd?: () => void
  /** Scroll offset to start from, and the place to tell it. */
  offset?: number
  onScroll?: (offset: number) => void
}

/** Thousands of rows at a fixed height; the current row is always brought into view, nothing else scrolls by itself. */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, rowHeight, keyOf, render, current, label, onEnd, offset, onScroll } = props
  const box = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    initialOffset: offset ?? 0
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights change only by the density switch
  useEffect(() => rows.measure(), [rowHeight])
  // biome-ignore lint/correctness/useExhaustiveDependencies: scroll only when the current row changes, not when data does
  useEffect(() => {
    if (current >= 0) rows.scrollToIndex(current, { align: 'auto' })
  }, [current])
  const visible = rows.getVirtualItems()
  const last = visible.at(-1)?.index ?? 0
  useEffect(() => {
    if (items.length > 0 && last >= items.length - 12) onEnd?.()
  }, [last, items.length, onEnd])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual list cannot be a select element
    <div
      ref={box}
      className="cy-vlist"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      onScroll={(e) => onScroll?.(e.currentTarget.scrollTop)}
    >
      <div className="cy-vlist-inner" style={{ height: rows.getTotalSize() }}>
        {visible.map((v) => {
          const item = items[v.index]
          return item === undefined ? null : (
            <div key={keyOf(item)} className="cy-vlist-row" style={{ height: rowHeight, transform: `translateY(${v.start}px)` }}>
              {render(item, v.index)}
            </div>
          )
        })}
      </div>
    </div>
  )
}
