import type { MediaDoubt } from '@chengyun/contract/media'

const MINUTE = 60_000
/** A camera's clock may be off by this much before it is worth a word. */
const TIME_GAP_MS = 10 * MINUTE

/** What is known about a file when it arrives. */
export interface Claims {
  capturedAt: Date | null
  exifAt: Date | null
  uploadedAt: Date
  placeGapM: number | null
  hashedAtCapture: boolean
}

/** What does not fit together about a file (facts for the reader, no grounds for refusal). `maxGapM`: metres. */
export function doubtsAbout(claims: Claims, maxGapM: number): MediaDoubt[] {
  const { capturedAt, exifAt, uploadedAt, placeGapM } = claims
  const doubts: MediaDoubt[] = []
  if (placeGapM !== null && placeGapM > maxGapM) doubts.push('placeFar')
  if (capturedAt && exifAt && Math.abs(capturedAt.getTime() - exifAt.getTime()) > TIME_GAP_MS) doubts.push('timeFar')
  if (exifAt && exifAt.getTime() - uploadedAt.getTime() > TIME_GAP_MS) doubts.push('takenInFuture')
  if (!claims.hashedAtCapture) doubts.push('notHashedAtCapture')
  return doubts
}

/** A reported time may run ahead of the server's clock by this much. */
const AHEAD_MS = 5 * MINUTE

/** Does a reported time lie in the future? */
export const isInFuture = (at: Date, now: Date): boolean => at.getTime() - now.getTime() > AHEAD_MS
