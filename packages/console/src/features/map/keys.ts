import { useEffect, useRef } from 'react'

/** What a key does; returns false when it does not concern this page now. */
export type KeyActs = Readonly<Record<string, (event: KeyboardEvent) => boolean | undefined>>

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.tagName === 'TEXTAREA' ||
    target.tagName === 'SELECT' ||
    (target.tagName === 'INPUT' && !['checkbox', 'radio', 'range', 'button'].includes((target as HTMLInputElement).type)))

/** Parts with a use of their own for arrows and Space. */
const ownArrows = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, [role=slider], [role=separator], [role=option], .om-legend-body') !== null
const ownPress = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button, a, input, [role=slider]') !== null

const above = (): boolean =>
  document.querySelector(
    '.ant-modal-wrap:not([style*="display: none"]), .cy-lightbox, .ant-dropdown:not(.ant-dropdown-hidden)'
  ) !== null

/**
 * The keys of the map. Heard before the frame of the console, whose `/` searches cases; never while typing or under a dialog, and a
 * focused control keeps the keys it lives by.
 */
export function useKeys(acts: KeyActs): void {
  const latest = useRef(acts)
  useEffect(() => {
    latest.current = acts
  })
  useEffect(() => {
    const heard = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || above()) return
      const { key, target } = e
      if (typing(target)) return
      if (key.startsWith('Arrow') && ownArrows(target)) return
      if ((key === ' ' || key === 'Enter') && ownPress(target)) return
      const name = key.length === 1 ? key.toLowerCase() : key
      const act = latest.current[e.shiftKey ? `shift+${name}` : name] ?? latest.current[name]
      if (!act || act(e) === false) return
      e.preventDefault()
      e.stopImmediatePropagation()
    }
    addEventListener('keydown', heard, { capture: true })
    return () => removeEventListener('keydown', heard, { capture: true })
  }, [])
}
