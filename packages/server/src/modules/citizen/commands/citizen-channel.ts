import { gatewayOf, messageId } from '../../../platform/message-gateway.ts'
import type { Settings } from '../../../platform/settings.ts'

/** A way to a person's phone. Rejects when the message could not be handed over. */
export interface CodeChannel {
  send(message: { phone: string; code: string; expiresAt: Date }): Promise<void>
}

/**
 * The channel the settings name; null: none, so that codes are never written where nobody should read them. The gateway gets
 * {id, phone, text, code, expiresAt}. In the demo there are no real numbers behind the codes: whoever runs it reads them in its log.
 */
export function channelOf(settings: Settings, log: { info(facts: object, text: string): void }): CodeChannel | null {
  const gateway = gatewayOf(settings, ({ phone, code }: { phone?: string; code?: unknown }) =>
    log.info({ phone, code }, 'one-time code')
  )
  if (!gateway) return null
  return {
    send: ({ phone, code, expiresAt }) => {
      const id = messageId(settings.CHENGYUN_SMS_SECRET ?? '', phone, code, Math.floor(Date.now() / 1000))
      const text = `您的验证码为 ${code}，10 分钟内有效，请勿告诉他人。`
      return gateway.send({ id, phone, text, more: { code, expiresAt: expiresAt.toISOString() } })
    }
  }
}
