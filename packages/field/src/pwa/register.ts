import { useSyncExternalStore } from 'react'

let waiting: ServiceWorker | null = null
const listeners = new Set<() => void>()
const HOUR_MS = 3_600_000

function offer(worker: ServiceWorker | null): void {
  waiting = worker
  for (const l of listeners) l()
}

/**
 * Keeps the app on the phone and listens for a new version. A version takes over only when the person says so; operations waiting to
 * be sent stand in the database and are none of the worker's business.
 */
export function startServiceWorker(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  let reloaded = false
  const hadOne = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (!hadOne || reloaded) return
    reloaded = true
    location.reload()
  })
  const registered = navigator.serviceWorker.register('/field/sw.js', { scope: '/field/', updateViaCache: 'none' })
  // Refused by a private window or a policy: the app works on, as long as there is a network.
  const none = () => undefined
  void registered.then((found) => {
    const look = () => {
      if (found.waiting && navigator.serviceWorker.controller) offer(found.waiting)
    }
    look()
    found.addEventListener('updatefound', () => found.installing?.addEventListener('statechange', look))
    setInterval(() => void found.update().catch(none), HOUR_MS)
  }, none)
}

/** Whether a new version waits, and the way to let it in. */
export function useNewVersion(): (() => void) | null {
  const worker = useSyncExternalStore(
    (l) => {
      listeners.add(l)
      return () => listeners.delete(l)
    },
    () => waiting
  )
  return worker ? () => worker.postMessage('takeOver') : null
}
