import { type Static, Type } from 'typebox'

/** Settings of the citizen app. */
export const CitizenSettings = Type.Object({
  CHENGYUN_SMS_WEBHOOK: Type.Optional(
    Type.String({
      pattern: '^https?://',
      maxLength: 1000,
      description:
        'Gateway (SMS, WeChat) that one-time codes are posted to. Without it the demo city logs them and any other sends none.'
    })
  ),
  CHENGYUN_SMS_SECRET: Type.Optional(
    Type.String({
      minLength: 16,
      maxLength: 200,
      secret: true,
      description: 'Key of the signature on each message to the gateway.'
    })
  )
})
export type CitizenSettings = Static<typeof CitizenSettings>
