/** Columns of numbers by the number of a stream, which are made longer as streams come. */
type Column = Float64Array | Int32Array | Uint8Array

/** Length a column is given so that this stream has its place: a quarter more than needed, so that not each new stream copies all. */
export const roomFor = (streamId: number): number => Math.max(1024, Math.ceil((streamId + 1) * 1.25))

/** `made`, which is longer, with what the old column says. */
export function grown<T extends Column>(old: T, made: T): T {
  made.set(old as never)
  return made
}
