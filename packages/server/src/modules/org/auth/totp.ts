import { Secret, TOTP } from 'otpauth'

const PERIOD_S = 30

const totpOf = (secret: string, username: string): TOTP =>
  new TOTP({ issuer: '城运', label: username, algorithm: 'SHA1', digits: 6, period: PERIOD_S, secret: Secret.fromBase32(secret) })

/** A new secret, base32 (160 bits). */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

/** What authenticator apps read from the picture. */
export const totpUri = (secret: string, username: string): string => totpOf(secret, username).toString()

/** The time step a code belongs to, one step of tolerance either way; undefined when it is wrong (RFC 6238 §5.2). */
export function totpStep(secret: string, username: string, code: string, now: Date): number | undefined {
  const delta = totpOf(secret, username).validate({ token: code.replaceAll(' ', ''), window: 1, timestamp: now.getTime() })
  return delta === null ? undefined : Math.floor(now.getTime() / 1000 / PERIOD_S) + delta
}

/** The code of a moment; for tests and the command line. */
export const totpCode = (secret: string, username: string, now: Date): string =>
  totpOf(secret, username).generate({ timestamp: now.getTime() })
