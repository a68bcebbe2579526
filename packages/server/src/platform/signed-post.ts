import { createHmac } from 'node:crypto'

/** Header of what we post to programs of others: `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", hex>`. */
export const SIGNATURE_HEADER = 'x-chengyun-signature'

export const signatureFor = (secret: string, at: number, body: string): string =>
  `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`

/** The status of the answer (0: none) and, where it was none or no 2xx, why in a few words. */
export interface Posted {
  status: number
  error: string | null
}
const WORDS = 300

/** Posts JSON with our signature, following nobody anywhere. Never throws. */
export async function postSigned(url: string, secret: string, body: string, timeoutMs: number): Promise<Posted> {
  const at = Math.floor(Date.now() / 1000)
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', [SIGNATURE_HEADER]: signatureFor(secret, at, body) },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs)
    })
    await answer.body?.cancel()
    return { status: answer.status, error: answer.ok ? null : `HTTP ${answer.status}` }
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } }
    const words = name === 'TimeoutError' ? 'timeout' : [message, cause?.code ?? cause?.message].filter(Boolean).join(': ')
    return { status: 0, error: words.slice(0, WORDS) }
  }
}
