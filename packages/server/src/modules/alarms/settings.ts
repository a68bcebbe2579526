import { type Static, Type } from 'typebox'

/** Settings of alarms. */
export const AlarmSettings = Type.Object({
  CHENGYUN_ALARM_TRIES: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 20,
    description: 'How often an alarm is posted to a webhook (waits double from 10 s to 1 h) before a person has to send it again.'
  }),
  CHENGYUN_ALARM_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 120_000,
    default: 10_000,
    description: 'How long a webhook of alarms may take to answer, in milliseconds.'
  })
})
export type AlarmSettings = Static<typeof AlarmSettings>
