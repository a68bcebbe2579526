import { useSyncExternalStore } from 'react'

let words: string | null = null
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()
const SHOWN_MS = 5000

function set(next: string | null): void {
  words = next
  for (const l of listeners) l()
}

/** Says something once at the foot of whatever page is open. */
export function say(text: string): void {
  clearTimeout(timer)
  set(text)
  timer = setTimeout(() => set(null), SHOWN_MS)
}

/** What is being said. */
export function useSaid(): string | null {
  return useSyncExternalStore(
    (l) => {
      listeners.add(l)
      return () => listeners.delete(l)
    },
    () => words
  )
}
