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
  gridCode: string | null
  unitIds: string[]
  /** When it was heard last, ISO-8601. */
  lastSeenAt: string | null
}

/** `streams.calibrationDue`: a device has to be calibrated soon, or should have been; once for each due date. */
export interface StreamsCalibrationDue extends Omit<StreamsDeviceState, 'lastSeenAt'> {
  /** The day in the register, yyyy-mm-dd. */
  dueOn: string
  /** Days from today of the city; negative: so many too late. */
  days: number
}

/** `streams.maintenance`: somebody works at what these streams observe, until then; null: the work is done. */
export interface StreamsMaintenance {
  ids: number[]
  /** ISO-8601. */
  until: string | null
  reason: string
  by: { id: string; name: string }
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

/** `streams.deviceEvent`: a device said something that is no reading (a door opened, a fault of its own). */
export interface StreamsDeviceEvent {
  deviceId: string
  code: string
  typeId: string
  /** When, ISO-8601. */
  at: string
  /** As the device said it; at most 16 kB. */
  data: unknown
}

/** `streams.deviceCommanded`: a device is to be told; the process it is connected to says it. */
export interface StreamsDeviceCommanded {
  deviceId: string
  account: string
  msgId: string
  method: string
  params: Record<string, unknown>
}

/** `streams.deviceReplied`: what a device answered to a command. */
export interface StreamsDeviceReplied {
  deviceId: string
  msgId: string
  /** 0: done; anything else is the device's own word for what went wrong. */
  code: number
  data: unknown
  at: string
}

export interface StreamsEvents {
  'streams.calibrationDue': StreamsCalibrationDue
  'streams.changed': StreamsChanged
  'streams.corrected': StreamsCorrected
  'streams.deviceCommanded': StreamsDeviceCommanded
  'streams.deviceEvent': StreamsDeviceEvent
  'streams.deviceOffline': StreamsDeviceState
  'streams.deviceOnline': StreamsDeviceState
  'streams.deviceReplied': StreamsDeviceReplied
  'streams.maintenance': StreamsMaintenance
}
