/**
 * The readings of one stream and one day in few bytes, exactly: instants as distances of distances, values as scaled integers where every one of them is
 * one, as XORed doubles otherwise, qualities as runs; the whole deflated where that helps.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ReadingExtra } from '@chengyun/contract/streams'
import { ByteReader, Bytes } from './bytes.ts'

/** Readings of one stream in the order of their instants. NaN is no value. */
export interface Series {
  length: number
  at: Float64Array
  values: Float64Array
  values2: Float64Array | null
  quality: Uint8Array
  extra: Map<number, ReadingExtra> | null
}

const FORMAT = 1
const DEFLATED = 1
const HAS_VALUES2 = 2
const HAS_QUALITY = 4
const HAS_EXTRA = 8
/** Ways of writing values. */
const NONE = 0
const SCALED = 1
const XORED = 2
const MOST_DECIMALS = 6

export function emptySeries(length: number): Series {
  return {
    length: 0,
    at: new Float64Array(length),
    values: new Float64Array(length),
    values2: null,
    quality: new Uint8Array(length),
    extra: null
  }
}

/** The bytes of a series. Instants must be whole milliseconds that rise. */
export function packSeries(s: Series): Buffer {
  const body = new Bytes(64 + s.length * 6)
  writeInstants(body, s)
  writeValues(body, s.values, s.length)
  const with2 = s.values2 !== null && hasValue(s.values2, s.length)
  if (with2) writeValues(body, s.values2!, s.length)
  const withQuality = s.quality.subarray(0, s.length).some((q) => q !== 0)
  if (withQuality) writeRuns(body, s)
  const withExtra = s.extra !== null && s.extra.size > 0
  if (withExtra) {
    const text = Buffer.from(JSON.stringify([...s.extra!]))
    body.unsigned(text.length)
    body.raw(text)
  }
  const plain = body.take()
  const deflated = plain.length > 48 ? deflateRawSync(plain, { level: 6 }) : plain
  const isSmaller = deflated.length < plain.length
  const flags =
    (isSmaller ? DEFLATED : 0) | (with2 ? HAS_VALUES2 : 0) | (withQuality ? HAS_QUALITY : 0) | (withExtra ? HAS_EXTRA : 0)
  const head = new Bytes(16)
  head.byte(FORMAT)
  head.byte(flags)
  head.unsigned(s.length)
  return Buffer.concat([head.take(), isSmaller ? deflated : plain])
}

/** The series of these bytes. Throws when they are no pack of ours. */
export function unpackSeries(bytes: Uint8Array): Series {
  const head = new ByteReader(bytes)
  if (head.byte() !== FORMAT) throw new Error('not a pack of readings')
  const flags = head.byte()
  const length = head.unsigned()
  const rest = bytes.subarray(head.at)
  const reader = new ByteReader(flags & DEFLATED ? inflateRawSync(rest) : rest)
  const at = readInstants(reader, length)
  const values = readValues(reader, length)
  const values2 = flags & HAS_VALUES2 ? readValues(reader, length) : null
  const quality = flags & HAS_QUALITY ? readRuns(reader, length) : new Uint8Array(length)
  let extra: Series['extra'] = null
  if (flags & HAS_EXTRA)
    extra = new Map(JSON.parse(Buffer.from(reader.raw(reader.unsigned())).toString('utf8')) as [number, ReadingExtra][])
  return { length, at, values, values2, quality, extra }
}

/** Both series in the order of their instants; of the same instant the one of `first` stays. Answers which of `second` were repeated. */
export function mergeSeries(first: Series, second: Series): { merged: Series; repeated: number[] } {
  const n = first.length + second.length
  const merged = emptySeries(n)
  if (first.values2 !== null || second.values2 !== null) merged.values2 = new Float64Array(n).fill(Number.NaN)
  const extra = new Map<number, ReadingExtra>()
  const repeated: number[] = []
  let [i, k, to] = [0, 0, 0]
  const put = (s: Series, from: number): void => {
    merged.at[to] = s.at[from]!
    merged.values[to] = s.values[from]!
    if (merged.values2 !== null && s.values2 !== null) merged.values2[to] = s.values2[from]!
    merged.quality[to] = s.quality[from]!
    const more = s.extra?.get(from)
    if (more !== undefined) extra.set(to, more)
    to += 1
  }
  while (i < first.length || k < second.length) {
    if (k >= second.length || (i < first.length && first.at[i]! <= second.at[k]!)) put(first, i++)
    else if (to > 0 && merged.at[to - 1] === second.at[k]) repeated.push(k++)
    else put(second, k++)
  }
  merged.length = to
  if (extra.size > 0) merged.extra = extra
  return { merged, repeated }
}

function writeInstants(to: Bytes, s: Series): void {
  let [before, step] = [0, 0]
  for (let i = 0; i < s.length; i++) {
    const at = s.at[i]!
    const next = at - before
    to.signed(i === 0 ? at : next - step)
    if (i > 0) step = next
    before = at
  }
}

function readInstants(from: ByteReader, length: number): Float64Array {
  const out = new Float64Array(length)
  let [before, step] = [0, 0]
  for (let i = 0; i < length; i++) {
    const said = from.signed()
    if (i === 0) before = said
    else {
      step += said
      before += step
    }
    out[i] = before
  }
  return out
}

const hasValue = (values: Float64Array, length: number): boolean => {
  for (let i = 0; i < length; i++) if (!Number.isNaN(values[i])) return true
  return false
}

/** Decimals with which every value is an exact integer; −1 where there are none. */
function decimalsOf(values: Float64Array, length: number): number {
  for (let decimals = 0, scale = 1; decimals <= MOST_DECIMALS; decimals++, scale *= 10) {
    let i = 0
    for (; i < length; i++) {
      const value = values[i]!
      if (Number.isNaN(value)) continue
      const whole = Math.round(value * scale)
      if (!(Math.abs(whole) < 1e15) || whole / scale !== value || Object.is(value, -0)) break
    }
    if (i === length) return decimals
  }
  return -1
}

function writeValues(to: Bytes, values: Float64Array, length: number): void {
  if (!hasValue(values, length)) {
    to.byte(NONE)
    return
  }
  const decimals = decimalsOf(values, length)
  to.byte(decimals >= 0 ? SCALED : XORED)
  writeAbsent(to, values, length)
  if (decimals < 0) {
    writeXored(to, values, length)
    return
  }
  to.byte(decimals)
  const scale = 10 ** decimals
  let before = 0
  for (let i = 0; i < length; i++) {
    const value = values[i]!
    if (Number.isNaN(value)) continue
    const whole = Math.round(value * scale)
    to.signed(whole - before)
    before = whole
  }
}

function readValues(from: ByteReader, length: number): Float64Array {
  const out = new Float64Array(length)
  const way = from.byte()
  if (way === NONE) return out.fill(Number.NaN)
  for (const i of readAbsent(from)) out[i] = Number.NaN
  if (way === XORED) return readXored(from, out, length)
  const scale = 10 ** from.byte()
  let before = 0
  for (let i = 0; i < length; i++) {
    if (Number.isNaN(out[i])) continue
    before += from.signed()
    out[i] = before / scale
  }
  return out
}

/** Places without a value, as distances. */
function writeAbsent(to: Bytes, values: Float64Array, length: number): void {
  const places: number[] = []
  for (let i = 0; i < length; i++) if (Number.isNaN(values[i])) places.push(i)
  to.unsigned(places.length)
  let before = 0
  for (const place of places) {
    to.unsigned(place - before)
    before = place
  }
}

function readAbsent(from: ByteReader): number[] {
  const count = from.unsigned()
  const out: number[] = []
  let before = 0
  for (let k = 0; k < count; k++) {
    before += from.unsigned()
    out.push(before)
  }
  return out
}

/** Each double XORed with the one before, byte planes one after another: what hardly changes becomes runs of zeros. */
function writeXored(to: Bytes, values: Float64Array, length: number): void {
  const present = values.subarray(0, length).filter((v) => !Number.isNaN(v))
  const bytes = new Uint8Array(present.buffer, present.byteOffset, present.length * 8)
  const plane = new Uint8Array(present.length)
  for (let b = 7; b >= 0; b--) {
    for (let i = 0; i < present.length; i++) plane[i] = bytes[i * 8 + b]! ^ (i === 0 ? 0 : bytes[(i - 1) * 8 + b]!)
    to.raw(plane)
  }
}

function readXored(from: ByteReader, out: Float64Array, length: number): Float64Array {
  let count = 0
  for (let i = 0; i < length; i++) if (!Number.isNaN(out[i])) count += 1
  const present = new Float64Array(count)
  const bytes = new Uint8Array(present.buffer)
  for (let b = 7; b >= 0; b--) {
    const plane = from.raw(count)
    for (let i = 0; i < count; i++) bytes[i * 8 + b] = plane[i]! ^ (i === 0 ? 0 : bytes[(i - 1) * 8 + b]!)
  }
  for (let i = 0, k = 0; i < length; i++) if (!Number.isNaN(out[i])) out[i] = present[k++]!
  return out
}

function writeRuns(to: Bytes, s: Series): void {
  for (let i = 0; i < s.length; ) {
    let end = i + 1
    while (end < s.length && s.quality[end] === s.quality[i]) end += 1
    to.byte(s.quality[i]!)
    to.unsigned(end - i)
    i = end
  }
}

function readRuns(from: ByteReader, length: number): Uint8Array {
  const out = new Uint8Array(length)
  for (let i = 0; i < length; ) {
    const quality = from.byte()
    const end = i + from.unsigned()
    out.fill(quality, i, end)
    i = end
  }
  return out
}
