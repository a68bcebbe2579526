import type { TrackPoint } from '@chengyun/contract/field'
import { formatDate } from '@chengyun/ui/format.ts'
import { useSyncExternalStore } from 'react'
import { distanceM, type Place } from '../map/project.ts'
import { watchPosition } from './position.ts'

const KEY = 'chengyun.field.track'
/** A point is worth keeping after so many metres, or so many seconds standing still. */
const STEP_M = 12
const STEP_S = 60
/** A worse fix says nothing about which unit grid one stands in. */
const WORST_M = 60
/** Points handed over in one operation. */
const HAND_OVER = 30

interface Kept {
  day: string
  onShift: boolean | null
  since: string | null
  /** Today's points; those from `sent` on have not been handed over. */
  points: { at: string; place: Place; accuracyM: number }[]
  sent: number
}

let kept = read()
const listeners = new Set<() => void>()
let stop: (() => void) | null = null
let handOver: ((points: TrackPoint[]) => Promise<void>) | null = null

function read(): Kept {
  const day = formatDate(new Date())
  const empty: Kept = { day, onShift: null, since: null, points: [], sent: 0 }
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Kept | null
    if (!found) return empty
    // A night shift goes on; its points of yesterday that were not handed over stay.
    return found.day === day
      ? found
      : { ...empty, onShift: found.onShift, since: found.since, points: found.points.slice(found.sent) }
  } catch {
    return empty
  }
}

function put(next: Kept): void {
  kept = next
  try {
    localStorage.setItem(KEY, JSON.stringify(kept))
  } catch {
    // The space for settings is full: the track goes on in memory.
  }
  for (const l of listeners) l()
}

async function flush(): Promise<void> {
  const fresh = kept.points.slice(kept.sent)
  if (fresh.length === 0 || !handOver) return
  const sent = kept.points.length
  await handOver(fresh.map((p) => ({ at: p.at, place: [p.place[0], p.place[1]], accuracyM: p.accuracyM })))
  put({ ...kept, sent })
}

function listen(): void {
  stop?.()
  stop = null
  if (kept.onShift !== true) return
  let flushing = false
  stop = watchPosition((fix) => {
    if (!fix.place || fix.accuracyM > WORST_M) return
    const last = kept.points.at(-1)
    const far = !last || distanceM(last.place, fix.place) >= STEP_M
    const long = !last || fix.at - Date.parse(last.at) >= STEP_S * 1000
    if (!far && !long) return
    put({
      ...kept,
      points: [...kept.points, { at: new Date(fix.at).toISOString(), place: fix.place, accuracyM: fix.accuracyM }]
    })
    if (kept.points.length - kept.sent < HAND_OVER || flushing) return
    flushing = true
    void flush()
      .catch(() => undefined)
      .finally(() => {
        flushing = false
      })
  })
}

/** Begins to keep the track of whoever is on shift, now and after every restart of the phone; `submit` takes it over piece by piece. */
export function startTrack(submit: (points: TrackPoint[]) => Promise<void>): () => void {
  handOver = submit
  listen()
  return () => {
    stop?.()
    stop = null
    handOver = null
  }
}

/** Today's track and whether it goes on. */
export function useTrack(): Pick<Kept, 'points' | 'onShift' | 'since'> & {
  set: (on: boolean) => void
  /** Hands over what has not been handed over yet. */
  flush: () => Promise<void>
} {
  const now = useSyncExternalStore(
    (l) => {
      listeners.add(l)
      return () => listeners.delete(l)
    },
    () => kept
  )
  return {
    points: now.points,
    onShift: now.onShift,
    since: now.since,
    flush,
    set: (on) => {
      put({ ...kept, onShift: on, since: on ? new Date().toISOString() : null })
      listen()
    }
  }
}

/** The track belongs to who walked it: gone when the person signs out. */
export function forgetTrack(): void {
  stop?.()
  stop = null
  put({ day: formatDate(new Date()), onShift: null, since: null, points: [], sent: 0 })
}
