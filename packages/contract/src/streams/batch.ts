/** How good a reading is, in the order of the numbers they are stored as. `good` is 0. */
export const QUALITIES = ['good', 'stale', 'outOfRange', 'stuck', 'maintenance', 'fault', 'calibration', 'manual'] as const
export type Quality = (typeof QUALITIES)[number]

/** The number a quality is stored as. */
export const qualityCode = (quality: Quality): number => QUALITIES.indexOf(quality)

/**
 * How a stream is at this moment: the quality of its latest reading; `stuck` where it said the same for too long; `stale` where it was silent for longer
 * than it may; `noData` where it never spoke or was silent for ten times that.
 */
export type StreamState = Quality | 'noData'
export const STREAM_STATES: readonly StreamState[] = [...QUALITIES, 'noData']

/**
 * Readings on their way from a gateway to the table, the latest values and the rules: columns, not rows, because 300,000 of them pass a core in
 * a second. Entry `i` of every column belongs to the same reading.
 */
export interface ReadingBatch {
  /** Readings in use; columns may be longer. */
  length: number
  /** Number of the stream. */
  streams: Int32Array
  /** When it was observed, epoch ms. */
  at: Float64Array
  /** The result as a number: yes is 1, no 0; longitude of a position; NaN of a result that is no number. */
  values: Float64Array
  /** Latitude of a position; NaN otherwise. Null where no stream of the batch has positions. */
  values2: Float64Array | null
  /** {@link QUALITIES} by number. */
  quality: Uint8Array
  /** What is said beyond a number, by entry: text results and the rest of an Observation (SensorThings 1.1, 8.2.7). */
  extra: Map<number, ReadingExtra> | null
}

/** What few readings say besides their value. Instants are ISO-8601 in UTC. */
export interface ReadingExtra {
  /** A result that is no number: text of a category, any JSON of a complex observation. */
  result?: unknown
  /** End of a phenomenon interval; its beginning is the reading's instant. */
  until?: string
  resultTime?: string
  validTime?: string
  parameters?: Record<string, unknown>
  resultQuality?: unknown
  /** FeatureOfInterest other than the Thing's place. */
  featureId?: number
}

/** A batch as followers get it: `seq` has no order but that of the commits, and `receivedAt` never falls. */
export interface JournalBatch {
  seq: number
  /** When the platform took it, epoch ms. */
  receivedAt: number
  readings: ReadingBatch
}
