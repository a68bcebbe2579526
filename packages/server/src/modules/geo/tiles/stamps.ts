/** Which tiles are older than the last change in them. A change raises seven stamps, one a zoom from 10 to 16, and nothing else. */
import type { Touched } from '../domain/tiles/layer.ts'
import { BITS } from '../domain/tiles/mercator.ts'

export const FIRST_STAMPED = 10
export const LAST_STAMPED = 16
/** The few tiles below are cheap: they have one stamp, raised at most this often. */
const LOW_MS = 1000
const MAX_STAMPS = 500_000

export class Stamps {
  #clock = 1
  #base = 1
  readonly #tiles = new Map<number, number>()
  #low = 1
  #lowAt = -Infinity
  #isLowOld = false

  /** Something changed at these places. Answers how many stamps were raised. */
  raise(places: readonly Touched[]): number {
    this.#clock++
    const raised = new Set<number>()
    for (const { x, y } of places)
      for (let z = FIRST_STAMPED; z <= LAST_STAMPED; z++) raised.add(keyOf(z, x >>> (BITS - z), y >>> (BITS - z)))
    for (const key of raised) this.#tiles.set(key, this.#clock)
    if (places.length > 0) this.#isLowOld = true
    if (this.#tiles.size > MAX_STAMPS) this.raiseAll()
    return raised.size
  }

  /** Everything may be different. */
  raiseAll(): void {
    this.#clock++
    this.#base = this.#clock
    this.#low = this.#clock
    this.#tiles.clear()
  }

  /** The stamp of a tile at a moment (milliseconds, any origin that only grows). Above zoom 16 it is that of the tile of zoom 16. */
  of(z: number, x: number, y: number, nowMs: number): number {
    if (z < FIRST_STAMPED) {
      if (this.#isLowOld && nowMs - this.#lowAt >= LOW_MS) {
        this.#low = ++this.#clock
        this.#lowAt = nowMs
        this.#isLowOld = false
      }
      return this.#low
    }
    const up = Math.max(0, z - LAST_STAMPED)
    return this.#tiles.get(keyOf(z - up, x >>> up, y >>> up)) ?? this.#base
  }
}

/** Zoom, row and column in one number below 2^37. */
const keyOf = (z: number, x: number, y: number): number => (z * 65_536 + y) * 65_536 + x
