import { type Static, Type } from 'typebox'
import { Id, Instant, Nullable, Words } from '../common/index.ts'
import { BothNames } from '../registry/index.ts'
import { QUALITIES } from './batch.ts'

// A mapping reads payloads of devices that know no standard of ours: where the device, the moment, the values and their quality stand in them.

const closed = { additionalProperties: false }
const StreamKey = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })
/** `a.b[0].c`, `['a b']`, `$` for the whole; no wildcards. */
const JsonPath = Type.String({ minLength: 1, maxLength: 200 })

/** How the time is written. `text`: the city's wall clock in any order a format says. */
export const MAPPING_TIMES = ['iso', 's', 'ms', 'us', 'text'] as const

const Linear = { scale: Type.Optional(Type.Number()), offset: Type.Optional(Type.Number()) }

export const PayloadMapping = Type.Object(
  {
    key: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }),
    name: BothNames,
    /** Topics it reads: `+` is any level, `{device}` the level that names the device, `#` the rest. Absent: only what is pushed over HTTP under its key. */
    topic: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** A list inside the payload, each entry read by itself. */
    each: Type.Optional(JsonPath),
    /** Who sent it. `account`: whoever is signed in; `topic`: the level `{device}`; otherwise what stands at a path. */
    device: Type.Object(
      {
        from: Words(['account', 'topic', 'path'] as const),
        path: Type.Optional(JsonPath),
        /** What the name is: the device's code or its account. */
        by: Type.Optional(Words(['code', 'account'] as const))
      },
      closed
    ),
    /** Absent: the moment it arrives. */
    time: Type.Optional(
      Type.Object(
        {
          path: JsonPath,
          as: Words(MAPPING_TIMES),
          /** Of `text`: yyyy MM dd HH mm ss SSS in any order, other characters as they are. */
          format: Type.Optional(Type.String({ maxLength: 40 }))
        },
        closed
      )
    ),
    quality: Type.Optional(
      Type.Object(
        {
          path: JsonPath,
          /** What the device says, and what it means; what is not listed is `fault`. */
          words: Type.Record(Type.String({ maxLength: 40 }), Words(QUALITIES))
        },
        closed
      )
    ),
    /** Values at fixed places. */
    values: Type.Optional(
      Type.Array(
        Type.Object(
          {
            path: JsonPath,
            stream: StreamKey,
            ...Linear,
            /** What the device says when it has no value. */
            invalid: Type.Optional(Type.Array(Type.Union([Type.Number(), Type.String(), Type.Null()]), { maxItems: 10 })),
            quality: Type.Optional(JsonPath)
          },
          closed
        ),
        { minItems: 1, maxItems: 200 }
      )
    ),
    /** Values under their names: an object (`{"t": 21.5}`), or a list of names and values (`[{"id": "t", "v": 21.5}]`). */
    named: Type.Optional(
      Type.Object(
        {
          path: JsonPath,
          nameAt: Type.Optional(JsonPath),
          valueAt: Type.Optional(JsonPath),
          /** Names of the device and the streams they are; a name that is not listed is taken as the key of a stream. */
          streams: Type.Optional(
            Type.Record(Type.String({ maxLength: 60 }), Type.Object({ stream: StreamKey, ...Linear }, closed))
          ),
          /** Only what is listed is read; the rest is passed over silently. */
          only: Type.Optional(Type.Boolean())
        },
        closed
      )
    )
  },
  closed
)
export type PayloadMapping = Static<typeof PayloadMapping>

/** Headers of a signed push: HMAC-SHA256 over timestamp (seconds), nonce and body, one below the other, with the secret of the account; hex. */
export const PUSH_HEADERS = {
  account: 'x-device-account',
  timestamp: 'x-device-timestamp',
  nonce: 'x-device-nonce',
  signature: 'x-device-signature'
} as const

/** What became of a push, after the commit. */
export const PushView = Type.Object(
  {
    /** Readings that are stored now, or were before. */
    readings: Type.Integer(),
    faults: Type.Array(Type.Object({ code: Type.String(), detail: Type.String() }, closed))
  },
  closed
)
export type PushView = Static<typeof PushView>

export const MappingView = Type.Object(
  {
    id: Id,
    declaration: PayloadMapping,
    enabled: Type.Boolean(),
    origin: Type.String(),
    version: Type.Integer(),
    updatedAt: Instant
  },
  closed
)
export type MappingView = Static<typeof MappingView>

export const MappingSave = Type.Object(
  { declaration: PayloadMapping, enabled: Type.Boolean(), version: Nullable(Type.Integer({ minimum: 1 })) },
  closed
)
export type MappingSave = Static<typeof MappingSave>

/** Would this payload become readings? Nothing is stored. */
export const MappingTrial = Type.Object(
  {
    declaration: PayloadMapping,
    topic: Type.Optional(Type.String({ maxLength: 300 })),
    /** Account of the sender, where the mapping goes by it. */
    account: Type.Optional(Type.String({ maxLength: 60 })),
    payload: Type.String({ maxLength: 100_000 })
  },
  closed
)
export type MappingTrial = Static<typeof MappingTrial>

export const TrialReading = Type.Object(
  {
    device: Type.String(),
    /** Null: there is no such device, or no such stream of it. */
    streamId: Nullable(Type.Integer()),
    stream: Type.String(),
    at: Instant,
    result: Type.Unknown(),
    quality: Words(QUALITIES)
  },
  closed
)
export const TrialView = Type.Object(
  {
    readings: Type.Array(TrialReading),
    faults: Type.Array(Type.Object({ code: Type.String(), detail: Type.String() }, closed))
  },
  closed
)
export type TrialView = Static<typeof TrialView>
