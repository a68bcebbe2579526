/** Below this a difference may as well be the way to us: the clock counts as right. */
const TOLERANCE_MS = 30_000

/** Clock of the device minus clock of the server in ms, from when a message says it was sent and when it came. */
export const driftOf = (sentAt: string, receivedAt: Date): number => Math.round(Date.parse(sentAt) - receivedAt.getTime())

/** A moment by the clock of the device as a moment by ours; never in the future. */
export function corrected(capturedAt: string, driftMs: number, receivedAt: Date): Date {
  const shift = Math.abs(driftMs) > TOLERANCE_MS ? driftMs : 0
  return new Date(Math.min(Date.parse(capturedAt) - shift, receivedAt.getTime()))
}
