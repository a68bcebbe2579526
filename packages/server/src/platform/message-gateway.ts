import { createHmac } from 'node:crypto'
import type { Settings } from './settings.ts'
import { postSigned } from './signed-post.ts'

/** A way to people's phones (SMS, WeChat). Rejects when the message could not be handed over. */
export interface MessageGateway {
  /** `id` tells repeats; `more` goes along in the body. */
  send(message: { id: string; phone: string; text: string; more?: Record<string, unknown> }): Promise<void>
}

const TRIES = 3
const WAIT_MS = 400
const TIMEOUT_MS = 5000

/** The gateway the settings name; null: none, so that messages are never written where nobody should read them. The demo city logs them. */
export function gatewayOf(settings: Settings, log: (facts: object, text: string) => void): MessageGateway | null {
  const { CHENGYUN_SMS_WEBHOOK: url, CHENGYUN_SMS_SECRET: secret } = settings
  if (url !== undefined) return webhook(url, secret ?? '')
  if (!settings.CHENGYUN_DEMO) return null
  return { send: async ({ phone, text, more }) => log({ phone, text, ...more }, 'message to a phone') }
}

/** Posts {id, phone, text, …} with our signature; repeated on a network fault or 5xx. */
const webhook = (url: string, secret: string): MessageGateway => ({
  send: async ({ id, phone, text, more }) => {
    const body = JSON.stringify({ id, phone, text, ...more })
    for (let attempt = 1; ; attempt++) {
      const { status } = await postSigned(url, secret, body, TIMEOUT_MS)
      if (status >= 200 && status < 300) return
      if (attempt === TRIES || (status >= 400 && status < 500)) throw new Error(`the message gateway answered ${status}`)
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS * attempt))
    }
  }
})

/** An id for a message that has none of its own. */
export const messageId = (secret: string, ...parts: readonly (string | number)[]): string =>
  createHmac('sha256', secret).update(parts.join(':')).digest('hex').slice(0, 32)
