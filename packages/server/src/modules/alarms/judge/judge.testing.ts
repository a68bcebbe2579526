import { emptyBatch } from '../../streams/index.ts'

/** A reading: stream, instant (epoch ms), value. */
export type Row = readonly [stream: number, at: number, value: number]

export function rowsBatch(rows: readonly Row[]) {
  const out = emptyBatch(rows.length)
  out.length = rows.length
  for (const [i, [stream, at, value]] of rows.entries()) {
    out.streams[i] = stream
    out.at[i] = at
    out.values[i] = value
  }
  return out
}
