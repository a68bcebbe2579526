import type { Readable } from 'node:stream'

/** First and last byte, both included. */
export interface ByteRange {
  start: number
  end: number
}

/** Where originals lie, under the SHA-256 of their bytes. Two implementations stand under one test, store.test.ts. */
export interface MediaStore {
  readonly kind: 'disk' | 's3'
  /** Takes a copy of a local file; returns when it would survive a power cut. The same bytes again change nothing. */
  put(sha256: string, path: string): Promise<void>
  /** Size in bytes, `null` when it is not there. */
  size(sha256: string): Promise<number | null>
  /** The bytes, or a part of them. Rejects with NotStoredError when they are not there. */
  read(sha256: string, range?: ByteRange): Promise<Readable>
  /** Nothing happens when it is not there. */
  remove(sha256: string): Promise<void>
}

/** A row names bytes that the store does not have: a store restored without its database, or the other way round. */
export class NotStoredError extends Error {
  constructor(sha256: string) {
    super(`no stored file ${sha256}`)
    this.name = 'NotStoredError'
  }
}

/** `ab/cd/abcd…`: at most 65,536 folders, a few hundred files in each at ten million files. */
export function keyOf(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('not a SHA-256')
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`
}
