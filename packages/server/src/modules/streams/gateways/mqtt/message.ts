import type { Publication } from './packets.ts'

/** What a client wants to be said when it goes without saying so. */
export interface Will {
  topic: string
  payload: Buffer
  qos: 0 | 1 | 2
  retain: boolean
  delayS: number
}

/** A message for subscribers. */
export interface Message {
  topic: string
  payload: Buffer
  retain: boolean
  /** Stream it tells of: reach is asked for it. */
  streamId: number | null
  /** Thing it tells of. */
  thingId?: number
  properties?: Publication['properties']
  /** The payload with only some members, for SensorThings subscriptions with `$select`. */
  narrow?: (select: readonly string[]) => Buffer
}
