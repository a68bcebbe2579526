import { createHmac, timingSafeEqual } from 'node:crypto'

/** How far a sender's clock may be off, in seconds, either way. */
export const WINDOW_S = 300
export const NONCE = /^[A-Za-z0-9_-]{16,64}$/

export interface Signed {
  /** Seconds since 1970, as text. */
  timestamp: string
  nonce: string
  /** The body to the letter; of a request without one, path and query. */
  body: string
}

/** HMAC-SHA256 over timestamp, nonce and body, one below the other; hex. */
export const signatureOf = (secret: string, { timestamp, nonce, body }: Signed): string =>
  createHmac('sha256', secret).update(`${timestamp}\n${nonce}\n${body}`, 'utf8').digest('hex')

/** Compared without saying by its duration where they differ. */
export function signatureFits(secret: string, signed: Signed, given: string): boolean {
  const wanted = Buffer.from(signatureOf(secret, signed))
  const got = Buffer.from(given.toLowerCase())
  return wanted.length === got.length && timingSafeEqual(wanted, got)
}

/** @param now seconds since 1970 here. */
export const clockFits = (timestamp: string, now: number): boolean =>
  /^[0-9]{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) - now) <= WINDOW_S
