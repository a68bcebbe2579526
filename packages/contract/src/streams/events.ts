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

export interface StreamsEvents {
  'streams.changed': StreamsChanged
  'streams.deviceOffline': StreamsDeviceState
  'streams.deviceOnline': StreamsDeviceState
}
