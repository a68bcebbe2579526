/** What is taken of several batches as one flush, and whose each reading is. */
import type { ReadingBatch, ReadingExtra } from '@chengyun/contract/streams'
import type { Receipt } from '../ports.ts'
import { emptyBatch } from './batch-codec.ts'
import type { Catalogue } from './catalogue.ts'
import { type Bounds, extraText, qualityOf, refusalOf } from './judge-entry.ts'

/** Where each reading of a flush goes: newer than the latest of its stream, it cannot have come before. */
export const FRESH = 1
/** It may have come before: stored where it did not. */
export const LATE = 2
/** Older than the hot days: merged into the pack of its day. */
export const PACKED = 3

const DAY_MS = 86_400_000

export class Assembled {
  readings: ReadingBatch
  ways: Uint8Array
  isLate: Uint8Array
  extras: Map<number, string> | null = null
  readonly days = new Set<number>()
  readonly #owner: Int32Array
  readonly #refused: { index: number; code: string }[][]
  readonly #certain: number[]
  /** Place of each kept reading before the certain repetitions were dropped. */
  #places: Int32Array | null = null

  constructor(batches: readonly ReadingBatch[], catalogue: Catalogue, bounds: Bounds) {
    const total = batches.reduce((sum, b) => sum + b.length, 0)
    const out = emptyBatch(total)
    this.#owner = new Int32Array(total)
    this.#refused = batches.map(() => [])
    this.#certain = batches.map(() => 0)
    if (batches.some((b) => b.values2 !== null)) out.values2 = new Float64Array(total).fill(Number.NaN)
    const extra = new Map<number, ReadingExtra>()
    let [n, lastDay] = [0, Number.NaN]
    batches.forEach((b, owner) => {
      for (let i = 0; i < b.length; i++) {
        const more = b.extra?.get(i)
        const text = more === undefined ? undefined : extraText(more)
        const code = text === null ? 'STREAMS_VALUE_INVALID' : refusalOf(b, i, catalogue, bounds)
        if (code !== null) {
          this.#refused[owner]!.push({ index: i, code })
          continue
        }
        out.streams[n] = b.streams[i]!
        out.at[n] = Math.floor(b.at[i]!)
        out.values[n] = b.values[i]!
        if (out.values2 !== null && b.values2 !== null) out.values2[n] = b.values2[i]!
        out.quality[n] = qualityOf(b, i, catalogue)
        if (text !== undefined && text !== null) {
          this.extras ??= new Map()
          this.extras.set(n, text)
          extra.set(n, more!)
        }
        this.#owner[n] = owner
        const day = Math.floor(out.at[n]! / DAY_MS)
        if (day !== lastDay) {
          this.days.add(day)
          lastDay = day
        }
        n += 1
      }
    })
    out.length = n
    if (extra.size > 0) out.extra = extra
    this.readings = out
    this.ways = new Uint8Array(n)
    this.isLate = new Uint8Array(n)
  }

  /** Leaves out readings without a way: repetitions of the latest. */
  dropCertain(): void {
    const r = this.readings
    const places: number[] = []
    for (let i = 0; i < r.length; i++) {
      if (this.ways[i] === 0) this.#certain[this.#owner[i]!]! += 1
      else places.push(i)
    }
    if (places.length === r.length) return
    const old = this.extras
    this.#places = Int32Array.from(places)
    this.extras = old && new Map(places.flatMap((i, k) => (old.has(i) ? [[k, old.get(i)!] as const] : [])))
    const extra = r.extra && new Map(places.flatMap((i, k) => (r.extra!.has(i) ? [[k, r.extra!.get(i)!] as const] : [])))
    this.ways = Uint8Array.from(places, (i) => this.ways[i]!)
    this.isLate = Uint8Array.from(places, (i) => this.isLate[i]!)
    this.readings = {
      length: places.length,
      streams: Int32Array.from(places, (i) => r.streams[i]!),
      at: Float64Array.from(places, (i) => r.at[i]!),
      values: Float64Array.from(places, (i) => r.values[i]!),
      values2: r.values2 && Float64Array.from(places, (i) => r.values2![i]!),
      quality: Uint8Array.from(places, (i) => r.quality[i]!),
      extra: extra !== null && extra.size > 0 ? extra : null
    }
  }

  /** `stored` null: nothing of it was new. */
  receipts(stored: { repeated: Uint8Array | null } | null): Receipt[] {
    const out = this.#refused.map((refused, i): Receipt => ({ stored: 0, repeated: this.#certain[i]!, late: 0, refused }))
    for (let i = 0; i < this.readings.length; i++) {
      const receipt = out[this.#owner[this.#places?.[i] ?? i]!]!
      if (stored === null || stored.repeated?.[i] === 1) receipt.repeated += 1
      else {
        receipt.stored += 1
        if (this.isLate[i] === 1) receipt.late += 1
      }
    }
    return out
  }
}
