import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual
} from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../../platform/settings.ts'

/** Keys for stored personal data, derived from one secret that lives outside the database (GB/T 22239-2019 8.1.4.8). */
export interface Keyring {
  /** AES-256-GCM with a fresh nonce; `context` binds the text to its place, so that cells cannot be swapped. */
  encrypt(text: string, context: string): string
  /** @throws when the text was altered, moved or encrypted with another key. */
  decrypt(sealed: string, context: string): string
  /** Blind index: the same text gives the same digest, and only with the key. */
  index(text: string): string
  /** The CSRF token that belongs to a session token. */
  csrf(sessionToken: string): string
}

const FORMAT = 'v1'

/** The secret of the settings, or the one kept in the data directory, made there the first time. */
export function openKeyring(settings: Pick<Settings, 'CHENGYUN_SECRET' | 'CHENGYUN_DATA'>): Keyring {
  return keyringFrom(settings.CHENGYUN_SECRET ?? secretFile(settings.CHENGYUN_DATA))
}

/** @param secret at least 32 characters of key material. */
export function keyringFrom(secret: string): Keyring {
  const derive = (use: string): Buffer => Buffer.from(hkdfSync('sha256', secret, 'chengyun', use, 32))
  const dataKey = derive('personal data')
  const indexKey = derive('blind index')
  const csrfKey = derive('csrf')
  return {
    encrypt(text, context) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', dataKey, nonce).setAAD(Buffer.from(context))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `${FORMAT}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`
    },
    decrypt(sealed, context) {
      const [format, body] = sealed.split('.')
      if (format !== FORMAT || body === undefined) throw new Error('not sealed by this keyring')
      const bytes = Buffer.from(body, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', dataKey, bytes.subarray(0, 12)).setAAD(Buffer.from(context))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
    index: (text) => createHmac('sha256', indexKey).update(text).digest('base64url'),
    csrf: (sessionToken) => createHmac('sha256', csrfKey).update(sessionToken).digest('base64url')
  }
}

/** What is stored of a session or API token: the token itself never is. */
export const tokenHash = (token: string): string => hash('sha256', token, 'base64url')

/** 256 random bits, URL-safe. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** Equal without saying by its duration where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest()
  const right = createHash('sha256').update(b).digest()
  return timingSafeEqual(left, right)
}

function secretFile(dataDir: string): string {
  const file = join(dataDir, 'secret.key')
  mkdirSync(dataDir, { recursive: true })
  try {
    // 'wx': of two processes that start together one writes, both read the same.
    writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8').trim()
}
