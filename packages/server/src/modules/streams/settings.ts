import { type Static, Type } from 'typebox'

const days = (description: string, fallback: number, least = 1) =>
  Type.Integer({ minimum: least, maximum: 36_525, default: fallback, description })

/** Settings of streams. */
export const StreamsSettings = Type.Object({
  CHENGYUN_STREAM_QUEUE: Type.Integer({
    minimum: 1000,
    maximum: 10_000_000,
    default: 200_000,
    description: 'Readings of one process that may wait to be stored; who sends more is told to come again.'
  }),
  CHENGYUN_STREAM_HOT_DAYS: days('Days whose readings lie as rows; older ones are packed, one row a stream and day.', 3),
  CHENGYUN_STREAM_RAW_DAYS: days('Days for which single readings are kept; older ones are refused.', 1100, 2),
  CHENGYUN_STREAM_MINUTE_DAYS: days('Days for which minimum, maximum, mean and last of each minute are kept.', 60),
  CHENGYUN_STREAM_HOUR_DAYS: days('Days for which minimum, maximum, mean and last of each hour are kept.', 3660)
})
export type StreamsSettings = Static<typeof StreamsSettings>
