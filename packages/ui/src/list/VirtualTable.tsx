// biome-ignore-all lint/a11y/useSemanticElements: rows that are placed one by one cannot be rows of a table element
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows are read; what can be acted on in them has the focus
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'
import './virtual-table.css'

export interface TableColumn {
  key: string
  title: ReactNode
  /** A track of a CSS grid, as `minmax(120px, 1fr)` or `84px`. */
  track: string
  align?: 'left' | 'right'
  sortable?: boolean
}

export interface VirtualTableProps {
  label: string
  columns: readonly TableColumn[]
  count: number
  rowHeight: number
  keyOf: (index: number) => string
  cell: (index: number, column: string) => ReactNode
  sort: { key: string; down: boolean } | null
  onSort?: (key: string) => void
  /** The chosen row; it is not scrolled to. */
  chosen?: number
  onChoose?: (index: number) => void
  /** Rows in sight, first and one beyond the last, when they change. */
  onSight?: (from: number, to: number) => void
}

/** A table of any number of rows of one height: only those in sight are drawn. Nothing scrolls but rows, and only downwards. */
export function VirtualTable(props: VirtualTableProps) {
  const { label, columns, count, rowHeight, keyOf, cell, sort, onSort, chosen, onChoose, onSight } = props
  const box = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({ count, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 6 })
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again only when the height changes
  useEffect(() => rows.measure(), [rowHeight])
  const visible = rows.getVirtualItems()
  const from = visible[0]?.index ?? 0
  const to = (visible.at(-1)?.index ?? -1) + 1
  useEffect(() => onSight?.(from, to), [from, to, onSight])
  const tracks = { gridTemplateColumns: columns.map((c) => c.track).join(' ') }
  return (
    <div className="cy-vtable" role="table" aria-label={label} aria-rowcount={count + 1}>
      <div className="cy-vtable-head" role="row" style={tracks}>
        {columns.map((c) => (
          <div
            key={c.key}
            role="columnheader"
            className={c.align === 'right' ? 'right' : ''}
            aria-sort={sort?.key === c.key ? (sort.down ? 'descending' : 'ascending') : undefined}
          >
            {c.sortable && onSort ? (
              <button type="button" onClick={() => onSort(c.key)}>
                {c.title}
                <i aria-hidden="true">{sort?.key === c.key ? (sort.down ? '↓' : '↑') : ''}</i>
              </button>
            ) : (
              c.title
            )}
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <div className="cy-vtable-body" ref={box} role="rowgroup" tabIndex={0}>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {visible.map((v) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the name in the row is a link or button of its own
            <div
              key={keyOf(v.index)}
              role="row"
              aria-rowindex={v.index + 2}
              className={`cy-vtable-row${v.index === chosen ? ' on' : ''}${onChoose ? ' pick' : ''}`}
              style={{ ...tracks, height: rowHeight, transform: `translateY(${v.start}px)` }}
              onClick={() => onChoose?.(v.index)}
            >
              {columns.map((c) => (
                <div key={c.key} role="cell" className={c.align === 'right' ? 'right' : ''}>
                  {cell(v.index, c.key)}
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}
