/**
 * The keys of a layer's objects: codes of up to 19 digits as 64-bit numbers in two halves, anything else as text. A code that begins with
 * 0 or is longer makes the whole layer keep texts. Objects are found by key through a hash table over positions.
 */
import { type ColumnArray, Growing, type Layout } from './columns.ts'

const NUMERIC = /^[1-9]\d{0,18}$/
const E9 = 1e9
/** From this upper half on a code has at least 16 digits. */
const SIXTEEN_HI = Math.ceil(1e15 / 4_294_967_296)

/** The two 32-bit halves of a code. */
export function halvesOf(code: string): [hi: number, lo: number] {
  const head = code.length > 9 ? Number(code.slice(0, -9)) : 0
  const tail = Number(code.slice(-9))
  // head · 1e9 + tail, in steps that stay below 2^53.
  const low = (head % 65_536) * E9 + tail
  const middle = Math.floor(head / 65_536) * E9 + Math.floor(low / 65_536)
  return [Math.floor(middle / 65_536), ((middle % 65_536) * 65_536 + (low % 65_536)) >>> 0]
}

/** Head (all but nine digits) and the last nine digits of a code given by its halves. */
function headAndTail(hi: number, lo: number): [head: number, tail: number] {
  const upper = (hi % E9) * 65_536 + (lo >>> 16)
  const upperQ = Math.floor(upper / E9)
  const lower = (upper - upperQ * E9) * 65_536 + (lo & 0xffff)
  const lowerQ = Math.floor(lower / E9)
  return [Math.floor(hi / E9) * 4_294_967_296 + upperQ * 65_536 + lowerQ, lower - lowerQ * E9]
}

export function codeOf(hi: number, lo: number): string {
  const [head, tail] = headAndTail(hi, lo)
  return head === 0 ? String(tail) : `${head}${String(tail).padStart(9, '0')}`
}

/** The digits of 0 … 9999, four bytes each. */
const FOURS = Uint8Array.from({ length: 40_000 }, (_, i) => 48 + (Math.floor((i >> 2) / 10 ** (3 - (i & 3))) % 10))

function writeFour(to: Uint8Array, at: number, value: number): void {
  const from = value << 2
  to[at] = FOURS[from]!
  to[at + 1] = FOURS[from + 1]!
  to[at + 2] = FOURS[from + 2]!
  to[at + 3] = FOURS[from + 3]!
}

/**
 * A code of 16 to 19 digits, as components have them. The quotient by 1e8 is estimated in floating point and is wrong by one at most; the
 * remainder is then taken modulo 2^32, where it is exact, and says by how much.
 */
function writeLong(to: Uint8Array, at: number, hi: number, lo: number): number {
  let head = Math.floor((hi * 4_294_967_296 + lo) / 1e8)
  let tail = (lo - Math.imul(head | 0, 100_000_000)) | 0
  if (tail < 0) {
    head--
    tail += 100_000_000
  } else if (tail >= 100_000_000) {
    head++
    tail -= 100_000_000
  }
  const upper = Math.floor(head / 1e4)
  const first = Math.floor(upper / 1e4)
  let end = at
  if (first >= 100) to[end++] = 48 + ((first / 100) | 0)
  if (first >= 10) to[end++] = 48 + (((first / 10) | 0) % 10)
  if (first >= 1) to[end++] = 48 + (first % 10)
  const middle = (tail / 10_000) | 0
  writeFour(to, end, upper - first * 10_000)
  writeFour(to, end + 4, head - upper * 10_000)
  writeFour(to, end + 8, middle)
  writeFour(to, end + 12, tail - middle * 10_000)
  return end + 16 - at
}

/** Writes the digits of a code at `at`; answers how many. */
export function writeDigits(to: Uint8Array, at: number, hi: number, lo: number): number {
  if (hi >= SIXTEEN_HI) return writeLong(to, at, hi, lo)
  let [head, tail] = headAndTail(hi, lo)
  let digits = 0
  if (head > 0) for (let v = head; v >= 1; v = Math.floor(v / 10)) digits++
  let short = 1
  for (let v = tail; v >= 10; v = Math.floor(v / 10)) short++
  const total = head > 0 ? digits + 9 : short
  let end = at + total
  const tailDigits = head > 0 ? 9 : total
  for (let i = 0; i < tailDigits; i++) {
    const q = Math.floor(tail / 10)
    to[--end] = 48 + tail - q * 10
    tail = q
  }
  for (let i = 0; i < digits; i++) {
    const q = Math.floor(head / 10)
    to[--end] = 48 + head - q * 10
    head = q
  }
  return total
}

const mix = (hi: number, lo: number): number => {
  let h = Math.imul(hi ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(lo, 0xc2b2ae35)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  return (h ^ (h >>> 13)) >>> 0
}

function mixBytes(bytes: Uint8Array, from: number, to: number): number {
  let h = 0x811c9dc5
  for (let i = from; i < to; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193)
  return mix(h, to - from)
}

/** Keys in the order the objects came. */
export class KeysBuilder {
  #hi: Growing | null = new Growing()
  #lo: Growing | null = new Growing()
  #bytes = new Uint8Array(0)
  #end = 0
  #offsets: Growing | null = null

  push(key: string): void {
    if (this.#hi && this.#lo) {
      if (NUMERIC.test(key)) {
        const [hi, lo] = halvesOf(key)
        this.#hi.push(hi)
        this.#lo.push(lo)
        return
      }
      this.#toTexts(this.#hi, this.#lo)
    }
    this.#pushText(key)
  }

  #toTexts(hi: Growing, lo: Growing): void {
    this.#hi = null
    this.#lo = null
    for (let i = 0; i < hi.length; i++) this.#pushText(codeOf(hi.values[i]!, lo.values[i]!))
  }

  #pushText(key: string): void {
    this.#offsets ??= startingAtZero()
    if (this.#end + key.length * 3 > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.#end + key.length * 3, 1 << 12))
      wider.set(this.#bytes)
      this.#bytes = wider
    }
    this.#end += Buffer.from(this.#bytes.buffer).write(key, this.#end)
    this.#offsets.push(this.#end)
  }

  /** Put the columns into a block, in the given order of the objects, with the table that finds them. */
  layOut(layout: Layout, order: Uint32Array): void {
    const n = order.length
    const offsets = this.#offsets
    let keys: Keys
    if (offsets) {
      const from = offsets.values
      const sorted = new Uint32Array(n + 1)
      const bytes = new Uint8Array(this.#end)
      let at = 0
      for (let i = 0; i < n; i++) {
        const id = order[i]!
        bytes.set(this.#bytes.subarray(from[id]!, from[id + 1]!), at)
        at += from[id + 1]! - from[id]!
        sorted[i + 1] = at
      }
      keys = { kind: 'text', offsets: sorted, bytes }
      layout.add('keyOffsets', 'u32', n + 1, (to) => to.set(sorted))
      layout.add('keyBytes', 'u8', at, (to) => to.set(bytes))
    } else {
      const hi = gathered(this.#hi!, order)
      const lo = gathered(this.#lo!, order)
      keys = { kind: 'number', hi, lo }
      layout.add('keyHi', 'u32', n, (to) => to.set(hi))
      layout.add('keyLo', 'u32', n, (to) => to.set(lo))
    }
    const table = hashTable(keys, n)
    layout.add('keyTable', 'u32', table.length, (to) => to.set(table))
  }
}

function startingAtZero(): Growing {
  const offsets = new Growing()
  offsets.push(0)
  return offsets
}

export function gathered(column: Growing, order: Uint32Array): Uint32Array {
  const out = new Uint32Array(order.length)
  const { values } = column
  for (let i = 0; i < order.length; i++) out[i] = values[order[i]!]!
  return out
}

export type Keys =
  | { kind: 'number'; hi: ColumnArray; lo: ColumnArray }
  | { kind: 'text'; offsets: ColumnArray; bytes: ColumnArray }

const hashAt = (keys: Keys, i: number): number =>
  keys.kind === 'number'
    ? mix(keys.hi[i]!, keys.lo[i]!)
    : mixBytes(keys.bytes as Uint8Array, keys.offsets[i]!, keys.offsets[i + 1]!)

/** Positions plus one, by hash, open addressing; at most four fifths full. */
function hashTable(keys: Keys, n: number): Uint32Array {
  let size = 16
  while (size < n * 1.25) size *= 2
  const table = new Uint32Array(size)
  const mask = size - 1
  for (let i = 0; i < n; i++) {
    let slot = hashAt(keys, i) & mask
    while (table[slot] !== 0) slot = (slot + 1) & mask
    table[slot] = i + 1
  }
  return table
}

/** The key at a position. */
export const keyAt = (keys: Keys, i: number): string =>
  keys.kind === 'number'
    ? codeOf(keys.hi[i]!, keys.lo[i]!)
    : Buffer.from(keys.bytes.buffer, keys.bytes.byteOffset + keys.offsets[i]!, keys.offsets[i + 1]! - keys.offsets[i]!).toString()

/** Position of a key; -1 when no object has it. */
export function positionOf(keys: Keys, table: ColumnArray, key: string): number {
  const mask = table.length - 1
  if (keys.kind === 'number') {
    if (!NUMERIC.test(key)) return -1
    const [hi, lo] = halvesOf(key)
    for (let slot = mix(hi, lo) & mask; table[slot] !== 0; slot = (slot + 1) & mask) {
      const at = table[slot]! - 1
      if (keys.lo[at] === lo && keys.hi[at] === hi) return at
    }
    return -1
  }
  const wanted = Buffer.from(key)
  for (let slot = mixBytes(wanted, 0, wanted.length) & mask; table[slot] !== 0; slot = (slot + 1) & mask) {
    const at = table[slot]! - 1
    const from = keys.offsets[at]!
    if (
      keys.offsets[at + 1]! - from === wanted.length &&
      wanted.equals(keys.bytes.subarray(from, from + wanted.length) as Uint8Array)
    )
      return at
  }
  return -1
}
