/** What the intake makes of one reading before it is stored: taken, with which quality, or refused. */
import type { ReadingBatch, ReadingExtra } from '@chengyun/contract/streams'
import type { Catalogue } from './catalogue.ts'

/** A code of STREAMS_ERRORS. */
export type Refusal = 'STREAMS_NOT_FOUND' | 'STREAMS_VALUE_INVALID' | 'STREAMS_TOO_OLD' | 'STREAMS_IN_FUTURE'

/** How far the clock of a device may be ahead. */
export const AHEAD_MS = 600_000
const OUT_OF_RANGE = 2
const MAINTENANCE = 4
const QUALITY_COUNT = 8
const EXTRA_BYTES = 65_536

export interface Bounds {
  /** Instants before this one are too old, after that one in the future. */
  oldest: number
  newest: number
}

/** Why entry `i` is not taken; null when it is. */
export function refusalOf(batch: ReadingBatch, i: number, catalogue: Catalogue, bounds: Bounds): Refusal | null {
  const stream = batch.streams[i]!
  if (!catalogue.has(stream)) return 'STREAMS_NOT_FOUND'
  const at = batch.at[i]!
  if (!(at >= bounds.oldest)) return 'STREAMS_TOO_OLD'
  if (at > bounds.newest) return 'STREAMS_IN_FUTURE'
  const value = batch.values[i]!
  const quality = batch.quality[i]!
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY || quality >= QUALITY_COUNT)
    return 'STREAMS_VALUE_INVALID'
  const value2 = batch.values2 === null ? Number.NaN : batch.values2[i]!
  if (Math.abs(value2) === Number.POSITIVE_INFINITY) return 'STREAMS_VALUE_INVALID'
  if (Number.isNaN(value)) {
    // Without a number it must say something else, or that something is wrong with it.
    const isSaid = batch.extra?.get(i)?.result !== undefined
    return isSaid || quality !== 0 ? null : 'STREAMS_VALUE_INVALID'
  }
  if (catalogue.kindOf(stream) === 'position' && !(Math.abs(value) <= 180 && Math.abs(value2) <= 90))
    return 'STREAMS_VALUE_INVALID'
  return null
}

/** The quality a reading is stored with: what its sender says; good ones are held against the range and the work at the stream. */
export function qualityOf(batch: ReadingBatch, i: number, catalogue: Catalogue): number {
  const said = batch.quality[i]!
  if (said !== 0) return said
  const stream = batch.streams[i]!
  if (batch.at[i]! < catalogue.maintenanceUntil[stream]!) return MAINTENANCE
  const value = batch.values[i]!
  return value < catalogue.low[stream]! || value > catalogue.high[stream]! ? OUT_OF_RANGE : 0
}

/** Texts that no database takes in JSON: the NUL character and halves of characters. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i

/** The JSON of an extra; null when it cannot be stored. */
export function extraText(extra: ReadingExtra): string | null {
  const text = JSON.stringify(extra)
  return text.length > EXTRA_BYTES || UNSTORABLE.test(text) ? null : text
}
