const text = new TextEncoder()

/** Whether this browser can work in place of the person: only where the page came over https, or from this very machine. */
export const canWork = (): boolean => globalThis.crypto?.subtle !== undefined

/**
 * Looks for the number that answers a captcha instead of its characters (CaptchaAnswer in the contract): some seconds on a telephone.
 * @throws DOMException AbortError when `signal` says stop
 */
export async function doWork(
  captcha: { id: string; work: { bits: number; rounds: number } },
  signal: AbortSignal
): Promise<number> {
  const { bits, rounds } = captcha.work
  const salt = text.encode(captcha.id)
  for (let n = 0; ; n++) {
    signal.throwIfAborted()
    const key = await crypto.subtle.importKey('raw', text.encode(String(n)), 'PBKDF2', false, ['deriveBits'])
    const derived = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, key, 16)
    if (new DataView(derived).getUint16(0) >> (16 - bits) === 0) return n
  }
}
