import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let skewMs = 0
let nowMs = Date.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMs = Date.now() + skewMs
    for (const l of listeners) l()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0 && timer) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** Tells the screen what time the server has, so that a wrong desk clock cannot make a case look late. */
export function setServerTime(asOf: Date): void {
  const skew = asOf.getTime() - Date.now()
  if (Math.abs(skew - skewMs) > 1500) skewMs = skew
}

/** The server's time now, in ms. */
export function serverNow(): number {
  return Date.now() + skewMs
}

/** The server's time, renewed every `stepS` seconds (one timer for the whole page). */
export function useNow(stepS = 1): Date {
  const step = stepS * 1000
  const at = useSyncExternalStore(subscribe, () => Math.floor(nowMs / step) * step)
  return new Date(at)
}
