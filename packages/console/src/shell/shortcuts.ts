import { useEffect, useRef } from 'react'

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Whether something above the page (a drawer, a dialog, a list of choices) has the keyboard. A dialog that is closing no longer does. */
const covered = (): boolean =>
  document.querySelector(
    '.ant-modal-wrap:not([style*="display: none"]) .ant-modal:not([style*="display: none"], .ant-zoom-leave), .cy-lightbox, .ant-drawer-open .ant-drawer-content-wrapper'
  ) !== null

/**
 * Calls `act` on a key pressed outside any text field; `shift+j` names the modifier.
 * `Escape` is also heard while typing when `always` is set.
 */
export function useShortcut(
  key: string,
  act: (event: KeyboardEvent) => void,
  options: { enabled?: boolean; always?: boolean } = {}
): void {
  const latest = useRef(act)
  latest.current = act
  const { enabled = true, always = false } = options
  useEffect(() => {
    if (!enabled) return
    const [name, shift] = key.startsWith('shift+') ? [key.slice(6), true] : [key, false]
    const heard = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented) return
      if (e.key.toLowerCase() !== name.toLowerCase()) return
      if (/^[a-z]$/i.test(name) && e.shiftKey !== shift) return
      // A button or link that has the focus is what Enter is for.
      if (name === 'Enter' && e.target instanceof Element && e.target.closest('button, a')) return
      if (!always && (typing(e.target) || covered())) return
      e.preventDefault()
      latest.current(e)
    }
    // What lies above the page hears first; the page then sees that it was taken.
    addEventListener('keydown', heard, { capture: always })
    return () => removeEventListener('keydown', heard, { capture: always })
  }, [key, enabled, always])
}
