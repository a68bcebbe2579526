/** `streams.changed`: streams, devices or mappings were declared, changed or removed; caches read them again. */
export interface StreamsChanged {
  what: 'thing' | 'stream' | 'device' | 'template' | 'mapping'
  /** Numbers or ids of what changed; empty when it is many. */
  ids: (number | string)[]
}

/** `streams.deviceOnline`, `streams.deviceOffline`: a device was heard again, or fell silent; one event each way. */
export interface StreamsDeviceState {
  deviceId: string
  code: string
  name: string
  typeId: string
  unitIds: string[]
  /** When it was heard last, ISO-8601. */
  lastSeenAt: string | null
}

/** `streams.corrected`: a person put a stored reading right; whoever holds it in memory takes the new one. */
export interface StreamsCorrected {
  streamId: number
  /** The instant of the reading, epoch ms. */
  at: number
  value: number | null
  /** As it is stored: a number of the list of qualities. */
  quality: number
}

export interface StreamsEvents {
  'streams.changed': StreamsChanged
  'streams.corrected': StreamsCorrected
  'streams.deviceOffline': StreamsDeviceState
  'streams.deviceOnline': StreamsDeviceState
}
