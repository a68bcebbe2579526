/** Rows of COPY … to stdout (format binary) of (stream_id, at, value, value2, quality, extra), ordered by stream and instant, as series. */
import type { ReadingExtra } from '@chengyun/contract/streams'
import { bigintAt, CopyReader } from '../../../platform/db/copy-reader.ts'
import { emptySeries, type Series } from '../domain/pack-codec.ts'

const PG_EPOCH_MS = 946_684_800_000
const FIELDS = 6

export class ReadingReader {
  readonly #each: (streamId: number, series: Series) => void
  readonly #rows = new CopyReader(FIELDS, (bytes, begins, ends) => this.#take(bytes, begins, ends))
  #stream = 0
  #series = emptySeries(1024)
  #extra = new Map<number, ReadingExtra>()

  constructor(each: (streamId: number, series: Series) => void) {
    this.#each = each
  }

  /** Takes the stream in whatever pieces it comes. */
  take(chunk: Buffer): void {
    this.#rows.take(chunk)
  }

  /** Gives away the last series. Throws when the rows ended in the middle. */
  finish(): void {
    this.#rows.finish()
    this.#give()
  }

  #take(bytes: Buffer, begins: Int32Array, ends: Int32Array): void {
    const stream = bytes.readInt32BE(begins[0])
    if (stream !== this.#stream) {
      this.#give()
      this.#stream = stream
    }
    const s = this.#room()
    const i = s.length++
    s.at[i] = Math.floor(bigintAt(bytes, begins[1]!) / 1000) + PG_EPOCH_MS
    s.values[i] = begins[2]! < 0 ? Number.NaN : bytes.readDoubleBE(begins[2])
    if (begins[3]! >= 0) {
      s.values2 ??= new Float64Array(s.at.length).fill(Number.NaN)
      s.values2[i] = bytes.readDoubleBE(begins[3])
    }
    s.quality[i] = bytes.readInt16BE(begins[4])
    // The first byte of jsonb in binary is its version.
    if (begins[5]! >= 0) this.#extra.set(i, JSON.parse(bytes.toString('utf8', begins[5]! + 1, ends[5])) as ReadingExtra)
  }

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
