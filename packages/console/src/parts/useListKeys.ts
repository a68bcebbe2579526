import { type RefObject, useState } from 'react'
import { useShortcut } from '../shell/shortcuts.ts'

export interface ListKeysOptions {
  /** Keys of the rows in the order shown. */
  keys: readonly string[]
  /** The open row; null when none is. */
  open: string | null
  onOpen: (key: string | null) => void
  /** What Enter moves the focus to. */
  pane?: RefObject<HTMLElement | null>
  /** Whether rows are marked by X and Shift. */
  marks?: boolean
}

export interface ListKeys {
  marked: ReadonlySet<string>
  setMarked: (marked: ReadonlySet<string>) => void
  toggle: (key: string) => void
}

/**
 * A list by keyboard, the same on every desk: J, K and the arrows move, Shift marks on the way, X marks, Enter goes into the open row,
 * Escape takes back one thing after the other: marks, focus, the open row.
 */
export function useListKeys({ keys, open, onOpen, pane, marks = false }: ListKeysOptions): ListKeys {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set())
  const toggle = (key: string) =>
    setMarked((old) => {
      const next = new Set(old)
      if (!next.delete(key)) next.add(key)
      return next
    })
  const step = (by: number, mark = false) => {
    const at = open === null ? -1 : keys.indexOf(open)
    const next = keys[Math.min(keys.length - 1, Math.max(0, at + by))]
    if (next === undefined) return
    if (mark) setMarked((old) => new Set([...old, ...(open === null ? [] : [open]), next]))
    onOpen(next)
  }
  useShortcut('j', () => step(1))
  useShortcut('k', () => step(-1))
  useShortcut('ArrowDown', () => step(1))
  useShortcut('ArrowUp', () => step(-1))
  useShortcut('shift+j', () => step(1, true), { enabled: marks })
  useShortcut('shift+k', () => step(-1, true), { enabled: marks })
  useShortcut('x', () => open !== null && toggle(open), { enabled: marks })
  useShortcut('Enter', () => (open === null ? step(1) : pane?.current?.focus()))
  useShortcut('Escape', () => {
    if (marked.size > 0) setMarked(new Set())
    else if (pane?.current?.contains(document.activeElement)) pane.current.blur()
    else if (open !== null) onOpen(null)
  })
  return { marked, setMarked, toggle }
}
