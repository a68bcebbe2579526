import { useSyncExternalStore } from 'react'
import type { Place } from '../map/project.ts'

/** Where the phone is. `problem` says why it does not know; the last fix stays beside it, with its time. */
export interface Fix {
  place: Place | null
  accuracyM: number
  /** Device time of the fix, ms; 0 when there is none. */
  at: number
  problem: 'denied' | 'none' | null
}

let fix: Fix = { place: null, accuracyM: 0, at: 0, problem: null }
const listeners = new Set<(fix: Fix) => void>()
let watch: number | null = null

function set(next: Fix): void {
  fix = next
  for (const l of listeners) l(fix)
}

/** Listens to the phone's position while anyone is interested; the receiver is switched off with the last one. */
export function watchPosition(listener: (fix: Fix) => void): () => void {
  listeners.add(listener)
  if (watch === null) {
    if (!('geolocation' in navigator)) set({ ...fix, problem: 'none' })
    else
      watch = navigator.geolocation.watchPosition(
        ({ coords, timestamp }) =>
          set({
            place: [coords.longitude, coords.latitude],
            accuracyM: Math.round(coords.accuracy),
            at: timestamp,
            problem: null
          }),
        (error) => set({ ...fix, problem: error.code === error.PERMISSION_DENIED ? 'denied' : 'none' }),
        { enableHighAccuracy: true, maximumAge: 5000, timeout: 30_000 }
      )
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || watch === null) return
    navigator.geolocation.clearWatch(watch)
    watch = null
  }
}

/** The position for a page. */
export function usePosition(): Fix {
  return useSyncExternalStore(
    (l) => watchPosition(l),
    () => fix
  )
}

/** The last fix, when it is not older than two minutes: what is put beside a photo at the moment of capture. */
export function freshFix(now = Date.now()): { place: Place; accuracyM: number } | null {
  return fix.place && now - fix.at < 120_000 ? { place: fix.place, accuracyM: fix.accuracyM } : null
}
