import { type Static, Type } from 'typebox'

/** Settings of the exchange with 12345 hotlines. */
export const HotlineSettings = Type.Object({
  CHENGYUN_HOTLINE_TRIES: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 20,
    description:
      'How often a status message to a hotline is tried (waits double from 10 s to 1 h) before a person has to send it again.'
  }),
  CHENGYUN_HOTLINE_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 120_000,
    default: 10_000,
    description: 'How long a hotline may take to answer, in milliseconds.'
  })
})
export type HotlineSettings = Static<typeof HotlineSettings>
