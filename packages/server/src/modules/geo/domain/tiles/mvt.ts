/**
 * Writes one layer of a vector tile (Mapbox Vector Tile 2.1). By hand: the wire is five message kinds, and a writer that knows them puts a
 * point into the tile in a tenth of the time that general protobuf writers take. Decoded back with @mapbox/vector-tile in the tests.
 */
import { TILE_EXTENT } from '@chengyun/contract/geo'
import { writeDigits } from './keys.ts'

/** Head room before the features: layer tag and length, version, name. */
const HEAD = 96

let scratch = new Uint8Array(1 << 18)
let values = new Uint8Array(1 << 18)

const zigzag = (v: number): number => ((v << 1) ^ (v >> 31)) >>> 0

/** One at a time: all writers share the buffers for features and values, and `finish` copies out of them. */
export class MvtLayer {
  readonly #name: Uint8Array
  readonly #keys: string[] = []
  readonly #values = new Map<string | number, number>()
  /** Encoded values stand in the value buffer one after another. */
  #valueEnd = 0
  #valueCount = 0
  #small: Int32Array | null = null
  #at = HEAD
  #tagsAt = 0
  #featureAt = 0
  features = 0

  constructor(name: string) {
    this.#name = Buffer.from(name)
  }

  /** Number of a property name. */
  key(name: string): number {
    const known = this.#keys.indexOf(name)
    if (known >= 0) return known
    this.#keys.push(name)
    return this.#keys.length - 1
  }

  #roomForValue(bytes: number): void {
    if (this.#valueEnd + bytes + 16 <= values.length) return
    const wider = new Uint8Array(values.length * 2 + bytes)
    wider.set(values)
    values = wider
  }

  /** Number of a count: a whole number from 0 on. */
  count(value: number): number {
    if (value < 1024) {
      this.#small ??= new Int32Array(1024)
      const known = this.#small[value]!
      if (known > 0) return known - 1
      const index = this.#addUint(value)
      this.#small[value] = index + 1
      return index
    }
    const known = this.#values.get(value)
    if (known !== undefined) return known
    const index = this.#addUint(value)
    this.#values.set(value, index)
    return index
  }

  #addUint(value: number): number {
    this.#roomForValue(12)
    const to = values
    let at = this.#valueEnd
    to[at++] = 0x22
    const lengthAt = at++
    to[at++] = 0x28
    at = putVarint(to, at, value)
    to[lengthAt] = at - lengthAt - 1
    this.#valueEnd = at
    return this.#valueCount++
  }

  /** Number of a text that other features have as well. */
  text(value: string): number {
    const known = this.#values.get(value)
    if (known !== undefined) return known
    const bytes = Buffer.from(value)
    const index = this.textBytes(bytes, 0, bytes.length)
    this.#values.set(value, index)
    return index
  }

  /** Number of a text no other feature has, or whose number the caller keeps. */
  textBytes(from: Uint8Array, start: number, length: number): number {
    this.#roomForValue(length)
    const to = values
    let at = this.#valueEnd
    to[at++] = 0x22
    at = putVarint(to, at, length + (length < 128 ? 2 : length < 16_384 ? 3 : 4))
    to[at++] = 0x0a
    at = putVarint(to, at, length)
    for (let i = 0; i < length; i++) to[at++] = from[start + i]!
    this.#valueEnd = at
    return this.#valueCount++
  }

  /** Number of a code given by its halves (see keys.ts), which no other feature has. The lower half may come signed: it is a small integer of the engine then. */
  code(hi: number, lo: number): number {
    this.#roomForValue(24)
    const at = this.#valueEnd
    const length = writeDigits(values, at + 4, hi, lo >>> 0)
    values[at] = 0x22
    values[at + 1] = length + 2
    values[at + 2] = 0x0a
    values[at + 3] = length
    this.#valueEnd = at + 4 + length
    return this.#valueCount++
  }

  /** Number of any other value. */
  value(value: string | number | boolean): number {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31) return this.count(value)
    const name = `${typeof value}:${value}`
    const known = this.#values.get(name)
    if (known !== undefined) return known
    this.#roomForValue(12)
    const to = values
    let at = this.#valueEnd
    to[at++] = 0x22
    if (typeof value === 'boolean') {
      to[at++] = 2
      to[at++] = 0x38
      to[at++] = value ? 1 : 0
    } else {
      to[at++] = 9
      to[at++] = 0x19
      new DataView(to.buffer, to.byteOffset + at, 8).setFloat64(0, value, true)
      at += 8
    }
    this.#valueEnd = at
    this.#values.set(name, this.#valueCount)
    return this.#valueCount++
  }

  /** Begins a feature; then `tag` for each property, then one of the geometries. */
  begin(): void {
    if (this.#at + 4096 > scratch.length) {
      const wider = new Uint8Array(scratch.length * 2)
      wider.set(scratch)
      scratch = wider
    }
    scratch[this.#at++] = 0x12
    // Lengths of one byte are assumed, and made longer where a feature needs it.
    this.#featureAt = this.#at++
    scratch[this.#at++] = 0x12
    this.#tagsAt = this.#at++
  }

  tag(key: number, value: number): void {
    this.#at = putVarint(scratch, putVarint(scratch, this.#at, key), value)
  }

  /** A whole point at once: the first `tagged` numbers of `tags` are property, value, property, value … */
  pointWith(tags: Int32Array, tagged: number, x: number, y: number): void {
    this.begin()
    const to = scratch
    let at = this.#at
    for (let i = 0; i < tagged; i++) {
      const v = tags[i]!
      if (v < 128) to[at++] = v
      else if (v < 16_384) {
        to[at] = (v & 127) | 128
        to[at + 1] = v >>> 7
        at += 2
      } else at = putVarint(to, at, v)
    }
    this.#at = at
    this.point(x, y)
  }

  #close(lengthAt: number): void {
    const length = this.#at - lengthAt - 1
    if (length < 128) scratch[lengthAt] = length
    else {
      const more = length < 16_384 ? 1 : 2
      scratch.copyWithin(lengthAt + 1 + more, lengthAt + 1, this.#at)
      putVarint(scratch, lengthAt, length)
      this.#at += more
    }
  }

  point(x: number, y: number): void {
    this.#close(this.#tagsAt)
    scratch[this.#at++] = 0x18
    scratch[this.#at++] = 1
    scratch[this.#at++] = 0x22
    const lengthAt = this.#at++
    scratch[this.#at++] = 9
    this.#at = putVarint(scratch, putVarint(scratch, this.#at, zigzag(x)), zigzag(y))
    this.#close(lengthAt)
    this.#close(this.#featureAt)
    this.features++
  }

  /** A polygon of one ring x0,y0,x1,y1,… clockwise on the screen, not closed. */
  polygon(ring: ArrayLike<number>): void {
    this.#close(this.#tagsAt)
    scratch[this.#at++] = 0x18
    scratch[this.#at++] = 3
    scratch[this.#at++] = 0x22
    const lengthAt = this.#at++
    let [px, py] = [0, 0]
    const corners = ring.length / 2
    for (let i = 0; i < corners; i++) {
      if (i === 0) scratch[this.#at++] = 9
      if (i === 1) this.#at = putVarint(scratch, this.#at, ((corners - 1) << 3) | 2)
      const [x, y] = [ring[2 * i]!, ring[2 * i + 1]!]
      this.#at = putVarint(scratch, putVarint(scratch, this.#at, zigzag(x - px)), zigzag(y - py))
      px = x
      py = y
    }
    scratch[this.#at++] = 15
    this.#close(lengthAt)
    this.#close(this.#featureAt)
    this.features++
  }

  /** The tile with this one layer; no bytes when it has no features. */
  finish(): Uint8Array {
    if (this.features === 0) return new Uint8Array(0)
    const keys = this.#keys.map((key) => Buffer.from(key))
    const keyBytes = keys.reduce((sum, key) => sum + 2 + key.length, 0)
    const body = this.#at - HEAD
    const end = putVarint(new Uint8Array(8), 0, TILE_EXTENT) + 1
    const length = 2 + 2 + this.#name.length + body + keyBytes + this.#valueEnd + end
    const out = Buffer.allocUnsafeSlow(1 + varintLength(length) + length)
    let at = 0
    out[at++] = 0x1a
    at = putVarint(out, at, length)
    out[at++] = 0x78
    out[at++] = 2
    out[at++] = 0x0a
    out[at++] = this.#name.length
    out.set(this.#name, at)
    at += this.#name.length
    out.set(scratch.subarray(HEAD, this.#at), at)
    at += body
    for (const key of keys) {
      out[at++] = 0x1a
      out[at++] = key.length
      out.set(key, at)
      at += key.length
    }
    out.set(values.subarray(0, this.#valueEnd), at)
    at += this.#valueEnd
    out[at++] = 0x28
    putVarint(out, at, TILE_EXTENT)
    return out
  }
}

const varintLength = (value: number): number =>
  value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : value < 268_435_456 ? 4 : 5

/** Writes an unsigned number below 2^32 and answers where it ends. */
function putVarint(to: Uint8Array, at: number, value: number): number {
  let v = value
  let end = at
  while (v > 127) {
    to[end++] = (v & 127) | 128
    v >>>= 7
  }
  to[end++] = v
  return end
}
