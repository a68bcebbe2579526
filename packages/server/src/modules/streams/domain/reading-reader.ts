/** Rows of COPY … to stdout (format binary) of (stream_id, at, value, value2, quality, extra), ordered by stream and instant, as series. */
import type { ReadingExtra } from '@chengyun/contract/streams'
import { emptySeries, type Series } from './pack-codec.ts'

/** Signature, flags and length of the extension. */
const HEAD = 19
const PG_EPOCH_MS = 946_684_800_000

export class ReadingReader {
  readonly #each: (streamId: number, series: Series) => void
  #rest: Buffer | null = null
  #begun = false
  #ended = false
  #stream = 0
  #series = emptySeries(1024)
  #extra = new Map<number, ReadingExtra>()

  constructor(each: (streamId: number, series: Series) => void) {
    this.#each = each
  }

  /** Takes the stream in whatever pieces it comes. */
  take(chunk: Buffer): void {
    let bytes = chunk
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, chunk])
      this.#rest = null
    }
    let at = 0
    if (!this.#begun) {
      if (bytes.length < HEAD) {
        this.#rest = bytes
        return
      }
      at = HEAD + bytes.readInt32BE(HEAD - 4)
      this.#begun = true
    }
    while (at < bytes.length && !this.#ended) {
      const end = this.#row(bytes, at)
      if (end < 0) break
      at = end
    }
    if (at < bytes.length && !this.#ended) this.#rest = Buffer.from(bytes.subarray(at))
  }

  /** Gives away the last series. Throws when the rows ended in the middle. */
  finish(): void {
    if (!this.#ended) throw new Error('the stream of rows ended in the middle')
    this.#give()
  }

  /** One row from `from`; answers where it ends, −1 when it is not all there yet. */
  #row(bytes: Buffer, from: number): number {
    if (from + 2 > bytes.length) return -1
    if (bytes.readInt16BE(from) === -1) {
      this.#ended = true
      return bytes.length
    }
    // Where each of the six fields begins; nothing is taken before all are there.
    let at = from + 2
    const begins = this.#begins
    for (let f = 0; f < 6; f++) {
      if (at + 4 > bytes.length) return -1
      const length = bytes.readInt32BE(at)
      begins[f] = length < 0 ? -1 : at + 4
      at += 4 + Math.max(0, length)
      if (at > bytes.length) return -1
    }
    const stream = bytes.readInt32BE(begins[0]!)
    if (stream !== this.#stream) {
      this.#give()
      this.#stream = stream
    }
    const s = this.#room()
    const i = s.length++
    const us = bytes.readInt32BE(begins[1]!) * 4_294_967_296 + bytes.readUInt32BE(begins[1]! + 4)
    s.at[i] = Math.floor(us / 1000) + PG_EPOCH_MS
    s.values[i] = begins[2]! < 0 ? Number.NaN : bytes.readDoubleBE(begins[2]!)
    if (begins[3]! >= 0) {
      s.values2 ??= new Float64Array(s.at.length).fill(Number.NaN)
      s.values2[i] = bytes.readDoubleBE(begins[3]!)
    }
    s.quality[i] = bytes.readInt16BE(begins[4]!)
    // The first byte of jsonb in binary is its version.
    if (begins[5]! >= 0) this.#extra.set(i, JSON.parse(bytes.toString('utf8', begins[5]! + 1, at)) as ReadingExtra)
    return at
  }
  readonly #begins = [0, 0, 0, 0, 0, 0]

  #room(): Series {
    const s = this.#series
    if (s.length < s.at.length) return s
    const wider = emptySeries(s.at.length * 2)
    wider.length = s.length
    wider.at.set(s.at)
    wider.values.set(s.values)
    wider.quality.set(s.quality)
    if (s.values2) {
      wider.values2 = new Float64Array(wider.at.length).fill(Number.NaN)
      wider.values2.set(s.values2)
    }
    this.#series = wider
    return wider
  }

  #give(): void {
    const s = this.#series
    if (s.length === 0) return
    const n = s.length
    this.#each(this.#stream, {
      length: n,
      at: s.at.slice(0, n),
      values: s.values.slice(0, n),
      values2: s.values2?.slice(0, n) ?? null,
      quality: s.quality.slice(0, n),
      extra: this.#extra.size > 0 ? this.#extra : null
    })
    this.#extra = new Map()
    s.length = 0
    s.values2 = null
  }
}
