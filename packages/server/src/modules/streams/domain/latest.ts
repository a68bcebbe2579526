/** The latest reading of every stream in typed arrays, indexed by its number: found at once, never asked of history. */
import { type JournalBatch, QUALITIES, type Quality, type ReadingExtra, type StreamState } from '@chengyun/contract/streams'
import { grown, roomFor } from './columns.ts'

/** One latest reading, as a row. */
export interface LatestRow {
  streamId: number
  at: number
  receivedAt: number
  /** Since when the value is what it is. */
  changedAt: number
  value: number
  value2: number
  quality: number
  extra: ReadingExtra | null
}

/** What of a stream its state depends on; seconds, 0 where nothing is said. */
export interface StateLimits {
  staleAfterS: number
  stuckAfterS: number
}

const STUCK = QUALITIES.indexOf('stuck')
/** So many times the silence that makes a value stale means that there is no data. */
export const SILENT_TIMES = 10

export class LatestValues {
  at = new Float64Array(0)
  receivedAt = new Float64Array(0)
  changedAt = new Float64Array(0)
  values = new Float64Array(0)
  values2 = new Float64Array(0)
  quality = new Uint8Array(0)
  /** Grows with every reading taken: whoever remembers it sees what is new since. */
  versions = new Float64Array(0)
  readonly extra = new Map<number, ReadingExtra>()
  version = 0

  /** Streams there is room for. */
  get size(): number {
    return this.at.length
  }

  /** Makes room for stream numbers up to this one. */
  reserve(streamId: number): void {
    if (streamId < this.at.length) return
    const size = roomFor(streamId)
    const since = this.at.length
    this.at = grown(this.at, new Float64Array(size))
    this.at.fill(Number.NEGATIVE_INFINITY, since)
    this.receivedAt = grown(this.receivedAt, new Float64Array(size))
    this.changedAt = grown(this.changedAt, new Float64Array(size))
    this.values = grown(this.values, new Float64Array(size))
    this.values2 = grown(this.values2, new Float64Array(size))
    this.quality = grown(this.quality, new Uint8Array(size))
    this.versions = grown(this.versions, new Float64Array(size))
  }

  /** Takes what is newer than it has; the same batch again changes nothing. */
  take({ receivedAt, readings: r }: Pick<JournalBatch, 'receivedAt' | 'readings'>): void {
    for (let i = 0; i < r.length; i++) {
      const id = r.streams[i]!
      if (id >= this.at.length) this.reserve(id)
      const at = r.at[i]!
      if (at <= this.at[id]!) continue
      const value = r.values[i]!
      const value2 = r.values2 === null ? Number.NaN : r.values2[i]!
      const extra = r.extra?.get(i)
      if (this.at[id] === Number.NEGATIVE_INFINITY || !this.#same(id, value, value2, extra)) this.changedAt[id] = at
      this.at[id] = at
      this.receivedAt[id] = receivedAt
      this.values[id] = value
      this.values2[id] = value2
      this.quality[id] = r.quality[i]!
      if (extra !== undefined) this.extra.set(id, extra)
      else if (this.extra.size > 0) this.extra.delete(id)
      this.versions[id] = ++this.version
    }
  }

  #same(id: number, value: number, value2: number, extra: ReadingExtra | undefined): boolean {
    if (!Object.is(this.values[id], value) || !Object.is(this.values2[id], value2)) return false
    // A result that is no number is compared as what it says.
    if (!Number.isNaN(value)) return true
    return JSON.stringify(this.extra.get(id)?.result) === JSON.stringify(extra?.result)
  }

  /** A row of the checkpoint. */
  restore(row: LatestRow): void {
    this.reserve(row.streamId)
    if (row.at <= this.at[row.streamId]!) return
    const id = row.streamId
    this.at[id] = row.at
    this.receivedAt[id] = row.receivedAt
    this.changedAt[id] = row.changedAt
    this.values[id] = row.value
    this.values2[id] = row.value2
    this.quality[id] = row.quality
    if (row.extra) this.extra.set(id, row.extra)
    this.versions[id] = ++this.version
  }

  /** A stored reading was put right; where it is the latest, so is this. */
  correct(streamId: number, at: number, value: number, quality: number): void {
    if (streamId >= this.at.length || this.at[streamId] !== at) return
    this.values[streamId] = value
    this.quality[streamId] = quality
    this.versions[streamId] = ++this.version
  }

  /** The latest reading of a stream; undefined of one that never spoke. */
  get(streamId: number): LatestRow | undefined {
    if (streamId >= this.at.length || this.at[streamId] === Number.NEGATIVE_INFINITY) return undefined
    return {
      streamId,
      at: this.at[streamId]!,
      receivedAt: this.receivedAt[streamId]!,
      changedAt: this.changedAt[streamId]!,
      value: this.values[streamId]!,
      value2: this.values2[streamId]!,
      quality: this.quality[streamId]!,
      extra: this.extra.get(streamId) ?? null
    }
  }

  /** How the stream is at `now` (epoch ms): silence first, then a value that does not move, then the quality of the reading. */
  stateOf(streamId: number, limits: StateLimits, now: number): StreamState {
    if (streamId >= this.at.length) return 'noData'
    const at = this.at[streamId]!
    if (at === Number.NEGATIVE_INFINITY) return 'noData'
    const { staleAfterS, stuckAfterS } = limits
    if (staleAfterS > 0 && now - at > staleAfterS * 1000) return now - at > staleAfterS * 1000 * SILENT_TIMES ? 'noData' : 'stale'
    const quality = this.quality[streamId]!
    if (quality === 0 && stuckAfterS > 0 && at - this.changedAt[streamId]! > stuckAfterS * 1000)
      return QUALITIES[STUCK] as Quality
    return QUALITIES[quality] ?? 'good'
  }
}
