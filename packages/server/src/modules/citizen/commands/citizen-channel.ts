import { createHmac } from 'node:crypto'
import type { Settings } from '../../../platform/settings.ts'
import type { CitizenSettings } from '../settings-citizen.ts'

/** A way to a person's phone. Rejects when the message could not be handed over. */
export interface CodeChannel {
  send(message: { phone: string; code: string; expiresAt: Date }): Promise<void>
}

/** The channel the settings name; null: none, so that codes are never written where nobody should read them. */
export function channelOf(settings: Settings, log: { info(facts: object, text: string): void }): CodeChannel | null {
  const { CHENGYUN_SMS_WEBHOOK: url, CHENGYUN_SMS_SECRET: secret } = settings as Settings & CitizenSettings
  if (url !== undefined) return webhook(url, secret ?? '')
  if (!settings.CHENGYUN_DEMO) return null
  // In the demo there are no real numbers behind the codes: whoever runs it reads them in its log.
  return { send: async ({ phone, code }) => log.info({ phone, code }, 'one-time code') }
}

const TRIES = 3
const WAIT_MS = 400
const TIMEOUT_MS = 5000

/**
 * A gateway (SMS, WeChat message) behind a webhook: POST {phone, code, text, expiresAt}, header `x-chengyun-signature:
 * t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", hex>`. Repeated on a network fault or 5xx; the id in the body tells repeats.
 */
function webhook(url: string, secret: string): CodeChannel {
  return {
    send: async ({ phone, code, expiresAt }) => {
      const at = Math.floor(Date.now() / 1000)
      const id = createHmac('sha256', secret).update(`${phone}:${code}:${at}`).digest('hex').slice(0, 32)
      const text = `您的验证码为 ${code}，10 分钟内有效，请勿告诉他人。`
      const body = JSON.stringify({ id, phone, code, text, expiresAt: expiresAt.toISOString() })
      const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
      const headers = { 'content-type': 'application/json', 'x-chengyun-signature': `t=${at},v1=${signature}` }
      for (let attempt = 1; ; attempt++) {
        const status = await fetch(url, {
          method: 'POST',
          headers,
          body,
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS)
        })
          .then(async (answer) => {
            await answer.body?.cancel()
            return answer.status
          })
          .catch(() => 0)
        if (status >= 200 && status < 300) return
        if (attempt === TRIES || (status >= 400 && status < 500)) throw new Error(`the message gateway answered ${status}`)
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS * attempt))
      }
    }
  }
}
