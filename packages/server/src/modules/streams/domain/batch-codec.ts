/** A batch of readings as the bytes of a journal row: its columns one after another, little-endian, instants as distances from the first. */
import type { ReadingBatch, ReadingExtra } from '@chengyun/contract/streams'

const FORMAT = 1
const HAS_VALUES2 = 1
const HAS_QUALITY = 2
const HAS_EXTRA = 4
const WIDE_INSTANTS = 8
const HEAD = 24

/** Room for `length` readings. */
export function emptyBatch(length: number): ReadingBatch {
  return {
    length: 0,
    streams: new Int32Array(length),
    at: new Float64Array(length),
    values: new Float64Array(length),
    values2: null,
    quality: new Uint8Array(length),
    extra: null
  }
}

const bytesOf = (a: Int32Array | Uint32Array | Float64Array | Uint8Array, length: number): Uint8Array =>
  new Uint8Array(a.buffer, a.byteOffset, length * a.BYTES_PER_ELEMENT)

/** The bytes of a batch. What it does not use (second values, qualities other than good, extras) costs nothing. */
export function packBatch(batch: ReadingBatch): Buffer {
  const n = batch.length
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let [anyQuality, anyValues2] = [false, false]
  for (let i = 0; i < n; i++) {
    const at = batch.at[i]!
    if (at < lowest) lowest = at
    if (at > highest) highest = at
    if (batch.quality[i] !== 0) anyQuality = true
    if (batch.values2 !== null && !Number.isNaN(batch.values2[i])) anyValues2 = true
  }
  const isWide = n > 0 && !(highest - lowest <= 0xffff_ffff && Number.isInteger(lowest))
  const extra = batch.extra && batch.extra.size > 0 ? Buffer.from(JSON.stringify([...batch.extra])) : null
  const flags =
    (anyValues2 ? HAS_VALUES2 : 0) | (anyQuality ? HAS_QUALITY : 0) | (extra ? HAS_EXTRA : 0) | (isWide ? WIDE_INSTANTS : 0)
  const size = HEAD + n * (4 + (isWide ? 8 : 4) + 8 + (anyValues2 ? 8 : 0) + (anyQuality ? 1 : 0)) + (extra?.length ?? 0)
  const out = Buffer.allocUnsafe(size)
  out[0] = FORMAT
  out[1] = flags
  out.writeUInt16LE(0, 2)
  out.writeUInt32LE(n, 4)
  out.writeDoubleLE(n === 0 ? 0 : lowest, 8)
  out.writeUInt32LE(extra?.length ?? 0, 16)
  out.writeUInt32LE(0, 20)
  let to = HEAD
  const put = (bytes: Uint8Array): void => {
    out.set(bytes, to)
    to += bytes.length
  }
  put(bytesOf(batch.values, n))
  if (anyValues2) put(bytesOf(batch.values2!, n))
  if (isWide) put(bytesOf(batch.at, n))
  put(bytesOf(batch.streams, n))
  if (!isWide) {
    const since = new Uint32Array(n)
    for (let i = 0; i < n; i++) since[i] = batch.at[i]! - lowest
    put(bytesOf(since, n))
  }
  if (anyQuality) put(bytesOf(batch.quality, n))
  if (extra) put(extra)
  return out
}

/** The batch of these bytes. Throws when they are no batch of ours. */
export function unpackBatch(bytes: Uint8Array): ReadingBatch {
  if (bytes[0] !== FORMAT || bytes.length < HEAD) throw new Error('not a batch of the journal')
  // A copy of its own: columns are views of it, and views must begin at multiples of their width.
  const own = new Uint8Array(bytes.length)
  own.set(bytes)
  const head = new DataView(own.buffer)
  const flags = own[1]!
  const n = head.getUint32(4, true)
  const lowest = head.getFloat64(8, true)
  const extraLength = head.getUint32(16, true)
  let from = HEAD
  const span = (width: number): number => {
    const at = from
    from += n * width
    return at
  }
  const values = new Float64Array(own.buffer, span(8), n)
  const values2 = flags & HAS_VALUES2 ? new Float64Array(own.buffer, span(8), n) : null
  const wide = flags & WIDE_INSTANTS ? new Float64Array(own.buffer, span(8), n) : null
  const streams = new Int32Array(own.buffer, span(4), n)
  let at = wide
  if (at === null) {
    const since = new Uint32Array(own.buffer, span(4), n)
    at = new Float64Array(n)
    for (let i = 0; i < n; i++) at[i] = lowest + since[i]!
  }
  const quality = flags & HAS_QUALITY ? new Uint8Array(own.buffer, span(1), n) : new Uint8Array(n)
  const extra =
    flags & HAS_EXTRA
      ? new Map(JSON.parse(Buffer.from(own.buffer, from, extraLength).toString('utf8')) as [number, ReadingExtra][])
      : null
  return { length: n, streams, at, values, values2, quality, extra }
}
