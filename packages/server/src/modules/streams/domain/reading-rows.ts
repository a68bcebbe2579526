/** Rows of `streams.reading` for COPY … (format binary), written straight from the columns of a batch. */
import type { ReadingBatch } from '@chengyun/contract/streams'

/** Microseconds between 1970 and 2000, where PostgreSQL begins to count. */
const PG_EPOCH_US = 946_684_800_000_000
const HEAD = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0]
/** A row whose every column is there, without its extra: 2 + 12 + 12 + 12 + 8 + 6 + 4. */
const WIDEST = 56

/** Columns in the order they are written. */
export const COPIED = 'at, value, value2, stream_id, quality, extra'

/** The whole stream of a COPY: head, the rows `take` says (all of them without), end. `extras` are JSON texts by entry. */
export function copyBytes(batch: ReadingBatch, extras: ReadonlyMap<number, string> | null, take?: Uint8Array): Buffer {
  const n = batch.length
  let texts = 0
  if (extras) for (const text of extras.values()) texts += text.length * 3 + 1
  const out = Buffer.allocUnsafe(HEAD.length + n * WIDEST + texts + 2)
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength)
  out.set(HEAD, 0)
  let p = HEAD.length
  for (let i = 0; i < n; i++) {
    if (take !== undefined && take[i] === 0) continue
    view.setInt16(p, 6)
    view.setInt32(p + 2, 8)
    const us = batch.at[i]! * 1000 - PG_EPOCH_US
    const high = Math.floor(us / 4_294_967_296)
    view.setInt32(p + 6, high)
    view.setUint32(p + 10, us - high * 4_294_967_296)
    p = float8(view, p + 14, batch.values[i]!)
    p = float8(view, p, batch.values2 === null ? Number.NaN : batch.values2[i]!)
    view.setInt32(p, 4)
    view.setInt32(p + 4, batch.streams[i]!)
    view.setInt32(p + 8, 2)
    view.setInt16(p + 12, batch.quality[i]!)
    p += 14
    const text = extras?.get(i)
    if (text === undefined) {
      view.setInt32(p, -1)
      p += 4
      continue
    }
    const written = out.write(text, p + 5)
    view.setInt32(p, written + 1)
    out[p + 4] = 1
    p += 5 + written
  }
  view.setInt16(p, -1)
  return out.subarray(0, p + 2)
}

/** No number is no value. */
function float8(view: DataView, p: number, value: number): number {
  if (Number.isNaN(value)) {
    view.setInt32(p, -1)
    return p + 4
  }
  view.setInt32(p, 8)
  view.setFloat64(p + 4, value)
  return p + 12
}
