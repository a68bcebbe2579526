import { createHmac, timingSafeEqual } from 'node:crypto'

/** How far a sender's clock may be off, in seconds, either way. */
export const PUSH_WINDOW_S = 300
export const PUSH_NONCE = /^[A-Za-z0-9_-]{16,64}$/

/** HMAC-SHA256 over timestamp, nonce and body, one below the other; hex. The way of the hotline exchange. */
export const pushSignature = (secret: string, signed: { timestamp: string; nonce: string; body: string }): string =>
  createHmac('sha256', secret).update(`${signed.timestamp}\n${signed.nonce}\n${signed.body}`, 'utf8').digest('hex')

/** Compared without saying by its duration where they differ. */
export function pushSignatureFits(
  secret: string,
  signed: { timestamp: string; nonce: string; body: string },
  given: string
): boolean {
  const wanted = Buffer.from(pushSignature(secret, signed))
  const got = Buffer.from(given.toLowerCase())
  return wanted.length === got.length && timingSafeEqual(wanted, got)
}

/** @param now seconds since 1970 here. */
export const pushClockFits = (timestamp: string, now: number): boolean =>
  /^[0-9]{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) - now) <= PUSH_WINDOW_S
