import type { StageHit } from '@chengyun/ui/map/MapStage.tsx'
import type { LngLat } from '@chengyun/ui/map/measure.ts'
import { useSyncExternalStore } from 'react'

/** Where the pointer is on the map and what lies under it. */
export interface Pointed {
  at: LngLat
  hit: StageHit | null
  screen: { x: number; y: number }
}

/** The pointer moves sixty times a second: only those who watch it are drawn again, not the page. */
export class Pointer {
  #value: Pointed | null = null
  readonly #watchers = new Set<() => void>()

  get value(): Pointed | null {
    return this.#value
  }

  set(value: Pointed | null): void {
    if (value === null && this.#value === null) return
    this.#value = value
    for (const w of this.#watchers) w()
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }
}

/** What the pointer is at, kept up to date. */
export function usePointed(pointer: Pointer): Pointed | null {
  return useSyncExternalStore(pointer.subscribe, () => pointer.value)
}
