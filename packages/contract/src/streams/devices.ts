import { type Static, Type } from 'typebox'
import { Id, Instant, Nullable, Words } from '../common/index.ts'

// Devices (感知设备): who sends, how, with which account, and whether he is heard. The device itself is an item of a register.

const closed = { additionalProperties: false }
const Text = (maxLength: number) => Type.String({ maxLength })
const StreamKey = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })

/** How a device speaks. `push`: HTTP requests of the device or of the platform of its maker. */
export const DEVICE_PROTOCOLS = ['mqtt', 'hj212', 'modbus', 'push'] as const
export type DeviceProtocol = (typeof DEVICE_PROTOCOLS)[number]

/** `never`: made, and not heard since. */
export const DEVICE_STATES = ['never', 'online', 'offline'] as const
export type DeviceState = (typeof DEVICE_STATES)[number]

/** Types of a Modbus register, as makers document them. */
export const MODBUS_TYPES = ['int16', 'uint16', 'int32', 'uint32', 'float32', 'float64', 'bit'] as const
/** Order of the bytes over two registers: ABCD is the one of the standard. */
export const MODBUS_ORDERS = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const

/** A register to read and the stream it feeds (standards: Modbus application protocol 1.1b3). */
export const ModbusRegister = Type.Object(
  {
    stream: StreamKey,
    /** 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers. */
    fn: Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3), Type.Literal(4)]),
    /** From 0, as on the wire. */
    address: Type.Integer({ minimum: 0, maximum: 65_535 }),
    type: Words(MODBUS_TYPES),
    order: Type.Optional(Words(MODBUS_ORDERS)),
    /** Of type `bit` in a register: which one, 0 the lowest. */
    bit: Type.Optional(Type.Integer({ minimum: 0, maximum: 15 })),
    scale: Type.Optional(Type.Number()),
    offset: Type.Optional(Type.Number()),
    /** Raw values by which the device says that it has none. */
    invalid: Type.Optional(Type.Array(Type.Number(), { maxItems: 10 }))
  },
  closed
)
export type ModbusRegister = Static<typeof ModbusRegister>

export const ModbusConfig = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 255 }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
    unit: Type.Integer({ minimum: 0, maximum: 255 }),
    intervalS: Type.Number({ minimum: 0.2, maximum: 86_400 }),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 50, maximum: 60_000 })),
    registers: Type.Array(ModbusRegister, { minItems: 1, maxItems: 500 })
  },
  closed
)
export type ModbusConfig = Static<typeof ModbusConfig>

/** What of a factor is read: as sampled, or the average of a minute, an hour, a day (HJ 212-2017, 6.6). */
export const HJ212_STATISTICS = ['Rtd', 'Avg', 'Min', 'Max', 'Cou', 'ZsRtd', 'ZsAvg', 'ZsMin', 'ZsMax'] as const

export const Hj212Config = Type.Object(
  {
    /** Unique identification of the instrument, at most 24 characters. */
    mn: Type.String({ pattern: '^[0-9A-Za-z_-]{1,24}$' }),
    /** Factors that are not to be read as the table of factors says. */
    factors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            factor: Type.String({ pattern: '^[0-9A-Za-z_-]{1,12}$' }),
            /** Default: real-time data. */
            command: Type.Optional(Words(['2011', '2051', '2061', '2031'] as const)),
            /** Default: `Rtd` of real-time data, `Avg` of the others. */
            statistic: Type.Optional(Words(HJ212_STATISTICS)),
            stream: StreamKey,
            scale: Type.Optional(Type.Number()),
            offset: Type.Optional(Type.Number())
          },
          closed
        ),
        { maxItems: 200 }
      )
    )
  },
  closed
)
export type Hj212Config = Static<typeof Hj212Config>

/** What differs by protocol. A device of `mqtt` and `push` needs nothing: it speaks the convention, SensorThings, or what a mapping reads. */
export const DeviceConfig = Type.Object({ modbus: Type.Optional(ModbusConfig), hj212: Type.Optional(Hj212Config) }, closed)
export type DeviceConfig = Static<typeof DeviceConfig>

/** Topics beyond those every device has: its own of the convention, and the SensorThings topics of the thing it observes. */
export const TopicRights = Type.Object(
  {
    publish: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 50 }),
    subscribe: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 50 })
  },
  closed
)
export type TopicRights = Static<typeof TopicRights>

const Stated = {
  protocol: Words(DEVICE_PROTOCOLS),
  config: DeviceConfig,
  rights: TopicRights,
  /** Silence of so many seconds is "offline". */
  silentAfterS: Type.Integer({ minimum: 5, maximum: 2_592_000 }),
  firmware: Text(100),
  notes: Text(2000)
}

export const DeviceCreate = Type.Object(
  {
    /** Register and code of the device's item. */
    register: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }),
    code: Type.String({ minLength: 1, maxLength: 60 }),
    /** The item its readings are of; without it what the register says the device watches, else the device itself. */
    thing: Type.Optional(
      Type.Object({ register: Type.String({ maxLength: 40 }), code: Type.String({ minLength: 1, maxLength: 60 }) }, closed)
    ),
    protocol: Stated.protocol,
    /** Name of the account. Default: the code. */
    account: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._:-]{1,60}$' })),
    /** A password that is already set in the instrument. Without it one is made. */
    secret: Type.Optional(Type.String({ minLength: 6, maxLength: 100 })),
    config: Type.Optional(Stated.config),
    rights: Type.Optional(Stated.rights),
    silentAfterS: Type.Optional(Stated.silentAfterS),
    firmware: Type.Optional(Stated.firmware),
    notes: Type.Optional(Stated.notes)
  },
  closed
)
export type DeviceCreate = Static<typeof DeviceCreate>

export const DeviceEdit = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    thing: DeviceCreate.properties.thing,
    config: Type.Optional(Stated.config),
    rights: Type.Optional(Stated.rights),
    silentAfterS: Type.Optional(Stated.silentAfterS),
    firmware: Type.Optional(Stated.firmware),
    notes: Type.Optional(Stated.notes),
    enabled: Type.Optional(Type.Boolean())
  },
  closed
)
export type DeviceEdit = Static<typeof DeviceEdit>

/** The last thing that was wrong with what a device sent. */
export const DeviceFault = Type.Object({ at: Instant, code: Type.String(), detail: Type.String() }, closed)
export type DeviceFault = Static<typeof DeviceFault>

export const DeviceView = Type.Object(
  {
    id: Id,
    register: Type.String(),
    code: Type.String(),
    name: Type.String(),
    thing: Type.Object({ id: Type.Integer(), register: Type.String(), code: Type.String(), name: Type.String() }, closed),
    protocol: Stated.protocol,
    account: Type.String(),
    config: DeviceConfig,
    rights: TopicRights,
    silentAfterS: Type.Integer(),
    firmware: Type.String(),
    notes: Type.String(),
    enabled: Type.Boolean(),
    state: Words(DEVICE_STATES),
    stateAt: Nullable(Instant),
    lastSeenAt: Nullable(Instant),
    secretAt: Instant,
    calibrationDueOn: Nullable(Type.String()),
    faults: Type.Integer(),
    lastFault: Nullable(DeviceFault),
    version: Type.Integer(),
    can: Type.Array(Words(['edit', 'rotate', 'remove', 'command'] as const))
  },
  closed
)
export type DeviceView = Static<typeof DeviceView>

/** A secret is in the answer that made it and nowhere else. */
export const DeviceSecret = Type.Object({ device: DeviceView, secret: Nullable(Type.String()) }, closed)
export type DeviceSecret = Static<typeof DeviceSecret>

export const DeviceQuery = Type.Object(
  {
    q: Type.Optional(Text(60)),
    register: Type.Optional(Text(40)),
    protocol: Type.Optional(Stated.protocol),
    state: Type.Optional(Words(DEVICE_STATES)),
    area: Type.Optional(Type.String({ pattern: '^\\d{2,15}$' })),
    /** Calibration due by this day. */
    calibrationDueBy: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
    faulty: Type.Optional(Type.Boolean()),
    after: Type.Optional(Text(60)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
  },
  closed
)
export type DeviceQuery = Static<typeof DeviceQuery>

export const DevicePage = Type.Object(
  { items: Type.Array(DeviceView), next: Nullable(Type.String()), total: Type.Integer() },
  closed
)
export type DevicePage = Static<typeof DevicePage>

/** What a device is told to do; it answers on its reply topic with the same `msgId`. */
export const DeviceCommand = Type.Object(
  {
    method: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9._-]{0,59}$' }),
    params: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.Unknown()))
  },
  closed
)
export type DeviceCommand = Static<typeof DeviceCommand>

/** What the history of a device tells. */
export const DEVICE_LOG_KINDS = [
  'connected',
  'online',
  'offline',
  'command',
  'reply',
  'secret',
  'enabled',
  'disabled',
  'firmware'
] as const
export type DeviceLogKind = (typeof DEVICE_LOG_KINDS)[number]

export const DeviceLogQuery = Type.Object(
  {
    /** Only these kinds, separated by commas. */
    kinds: Type.Optional(Type.String({ pattern: '^[a-z]+(,[a-z]+)*$', maxLength: 200 })),
    before: Type.Optional(Type.Integer({ minimum: 1 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
  },
  closed
)
export type DeviceLogQuery = Static<typeof DeviceLogQuery>

export const DeviceLogEntry = Type.Object(
  {
    id: Type.Integer(),
    at: Instant,
    kind: Words(DEVICE_LOG_KINDS),
    /** Who did it; null: the device itself. */
    by: Nullable(Type.String()),
    /** Of a command `msgId`, `method`, `params`; of a reply `msgId`, `code` (0: done), `data`; of firmware `from`, `to`. */
    data: Type.Record(Type.String(), Type.Unknown())
  },
  closed
)
export type DeviceLogEntry = Static<typeof DeviceLogEntry>

export const DeviceLogPage = Type.Object({ items: Type.Array(DeviceLogEntry), next: Nullable(Type.Integer()) }, closed)
export type DeviceLogPage = Static<typeof DeviceLogPage>

/** What would become of what a device observes if it were removed. */
export const DeviceRemoval = Type.Object(
  {
    /** Streams of its thing that are open. */
    streams: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String(), nameEn: Type.String() }, closed)),
    /** Other devices that observe the same thing: its streams go on. */
    others: Type.Array(Type.Object({ id: Id, code: Type.String(), name: Type.String() }, closed)),
    /** Commands that are still waiting for an answer. */
    waiting: Type.Integer()
  },
  closed
)
export type DeviceRemoval = Static<typeof DeviceRemoval>

/** `endStreams`: the streams of its thing end with it; otherwise they stay open and fall silent. */
export const DeviceRemove = Type.Object({ endStreams: Type.Optional(Type.Boolean()) }, closed)

/** One row of a file of devices, judged. */
export const ProvisionRow = Type.Object(
  {
    line: Type.Integer(),
    code: Type.String(),
    outcome: Words(['made', 'wouldMake', 'exists', 'refused'] as const),
    thing: Nullable(Type.String()),
    streams: Type.Array(Type.String()),
    account: Nullable(Type.String()),
    secret: Nullable(Type.String()),
    /** `message` in English, `messageZh` in Chinese. */
    faults: Type.Array(
      Type.Object({ column: Type.String(), code: Type.String(), message: Type.String(), messageZh: Type.String() }, closed)
    )
  },
  closed
)
export type ProvisionRow = Static<typeof ProvisionRow>

export const ProvisionReport = Type.Object(
  {
    dryRun: Type.Boolean(),
    /** Rows of the whole file; `read` of them are in this answer. */
    total: Type.Integer(),
    read: Type.Integer(),
    made: Type.Integer(),
    existing: Type.Integer(),
    refused: Type.Integer(),
    rows: Type.Array(ProvisionRow)
  },
  closed
)
export type ProvisionReport = Static<typeof ProvisionReport>
