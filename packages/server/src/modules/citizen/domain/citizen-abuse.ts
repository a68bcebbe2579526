/** Letters as a reader sees them: no spaces, no punctuation, half width, lower case, so that 加 微·信 is found as 加微信. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{P}\p{S}]/gu, '')

/** The blocked words that a text contains. */
export function blockedIn(text: string, words: readonly string[]): string[] {
  const letters = plain(text)
  return words.filter((word) => {
    const wanted = plain(word)
    return wanted !== '' && letters.includes(wanted)
  })
}

/**
 * Difference hash of a picture: 64 bits as text of 0 and 1, one for each of eight rows of nine grey values, left brighter than right.
 * Null for a picture without texture: it would look like every other one.
 */
export function differenceHash(grey: Uint8Array): string | null {
  let bits = ''
  for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) bits += grey[y * 9 + x]! > grey[y * 9 + x + 1]! ? '1' : '0'
  const ones = bits.replaceAll('0', '').length
  return ones < 4 || ones > 60 ? null : bits
}
/** Pictures that differ in so many bits or fewer count as (nearly) the same. */
export const SAME_LOOK_BITS = 6

/** How often an hour something may be done, and from when on a captcha is demanded. `contact` counts per phone number. */
export interface Limit {
  contact: number
  device: number
  address: number
  captchaAfter: { contact: number; device: number; address: number } | null
}
// biome-ignore format: a table
export const LIMITS = {
  code: { contact: 5, device: 10, address: 40, captchaAfter: { contact: 2, device: 3, address: 15 } },
  session: { contact: 10, device: 20, address: 60, captchaAfter: null },
  report: { contact: 20, device: 15, address: 100, captchaAfter: { contact: 5, device: 5, address: 40 } },
  upload: { contact: 120, device: 90, address: 400, captchaAfter: null },
  voice: { contact: 60, device: 60, address: 300, captchaAfter: null },
  wrongCode: { contact: 20, device: 20, address: 30, captchaAfter: null }
} as const satisfies Record<string, Limit>
export type LimitKey = keyof typeof LIMITS

const LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

/** A tracking code out of a secret digest: ten letters of 31, near 50 bits. */
export function trackingCodeOf(digest: Uint8Array): string {
  let rest = 0n
  for (const byte of digest.subarray(0, 16)) rest = rest * 256n + BigInt(byte)
  let code = ''
  for (let i = 0; i < 10; i++) {
    code += LETTERS[Number(rest % 31n)]
    rest /= 31n
  }
  return code
}
