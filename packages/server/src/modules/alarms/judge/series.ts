import type { ReadingBatch } from '@chengyun/contract/streams'
import type { Series } from '../../streams/index.ts'

/** Series of several streams as one batch; the engine puts it in the order of instants. */
export function batchOfSeries(parts: readonly { stream: number; series: Series }[]): ReadingBatch {
  const length = parts.reduce((sum, p) => sum + p.series.length, 0)
  const batch: ReadingBatch = {
    length,
    streams: new Int32Array(length),
    at: new Float64Array(length),
    values: new Float64Array(length),
    values2: parts.some((p) => p.series.values2 !== null) ? new Float64Array(length).fill(Number.NaN) : null,
    quality: new Uint8Array(length),
    extra: null
  }
  let n = 0
  for (const { stream, series } of parts) {
    const { length: l } = series
    batch.streams.fill(stream, n, n + l)
    batch.at.set(series.at.subarray(0, l), n)
    batch.values.set(series.values.subarray(0, l), n)
    if (series.values2) batch.values2?.set(series.values2.subarray(0, l), n)
    batch.quality.set(series.quality.subarray(0, l), n)
    n += l
  }
  return batch
}
