import { Words } from '@chengyun/contract/common'
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }
const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })
const RegisterId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })
const Plain = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

/** How an attribute of a demonstration item is made. The same seed makes the same city. */
export const AttributeMaker = Type.Union([
  Type.Object({ oneOf: Type.Array(Plain, { minItems: 1 }) }, closed),
  Type.Object({ from: Type.Number(), to: Type.Number(), decimals: Type.Integer({ minimum: 0, maximum: 6 }) }, closed),
  Type.Object({ daysAgo: Type.Tuple([Type.Integer(), Type.Integer()]) }, closed),
  Type.Object({ text: Type.String({ maxLength: 100 }) }, closed)
])

/** Items of a register: how many, where, and what of them. */
export const DemoItems = Type.Object(
  {
    register: RegisterId,
    count: Type.Integer({ minimum: 1, maximum: 20_000 }),
    /** `{n}` running number, `{street}`, `{road}`, `{community}` of its place. Codes are given by the register. */
    name: Type.String({ maxLength: 80 }),
    /** Along roads, in inhabited grids, at crossings, along the shore, or near items made before. */
    place: Type.Union([
      Words(['road', 'grid', 'crossing', 'shore'] as const),
      Type.Object({ near: RegisterId, withinM: Type.Integer({ minimum: 1, maximum: 5000 }) }, closed)
    ]),
    /** Classes with their shares. */
    classes: Type.Optional(Type.Record(Type.String(), Type.Number({ minimum: 0 }))),
    attributes: Type.Optional(Type.Record(Key, AttributeMaker)),
    /** Relations to the nearest item of another register. */
    relations: Type.Optional(Type.Record(Key, RegisterId))
  },
  closed
)

/** What a stream says in the demonstration: a sum of parts, then faults. Times of day are those of the city's wall clock. */
export const DemoStream = Type.Object(
  {
    of: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}/[a-z][a-zA-Z0-9]{0,39}$' }),
    base: Type.Union([Type.Number(), Type.Object({ from: Type.Number(), to: Type.Number() }, closed)]),
    daily: Type.Optional(Type.Object({ amplitude: Type.Number(), peakHour: Type.Number({ minimum: 0, maximum: 24 }) }, closed)),
    yearly: Type.Optional(Type.Object({ amplitude: Type.Number(), peakDay: Type.Integer({ minimum: 1, maximum: 366 }) }, closed)),
    /** A share of another stream of the same thing, some seconds before. */
    follows: Type.Optional(
      Type.Array(Type.Object({ stream: Key, factor: Type.Number(), lagS: Type.Optional(Type.Integer({ minimum: 0 })) }, closed), {
        maxItems: 3
      })
    ),
    noise: Type.Number({ minimum: 0 }),
    /** Grows all the time by so much an hour (meters). */
    perHour: Type.Optional(Type.Union([Type.Number(), Type.Object({ from: Type.Number(), to: Type.Number() }, closed)])),
    low: Type.Optional(Type.Number()),
    high: Type.Optional(Type.Number()),
    decimals: Type.Integer({ minimum: 0, maximum: 6 })
  },
  closed
)
export type DemoStream = Static<typeof DemoStream>

/** Something that goes wrong in the demonstration, so that every rule has something to find. */
export const DemoFault = Type.Object(
  {
    of: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}/[a-z][a-zA-Z0-9]{0,39}$' }),
    kind: Words(['offset', 'ramp', 'stuck', 'silent', 'spike', 'value'] as const),
    /** Offset, slope an hour, or value; nothing for `stuck` and `silent`. */
    size: Type.Optional(Type.Number()),
    /** Share of the things it happens to within a day. */
    shareADay: Type.Number({ minimum: 0, maximum: 1 }),
    forS: Type.Integer({ minimum: 1 }),
    /** Only between these hours of the day. */
    hours: Type.Optional(Type.Tuple([Type.Integer({ minimum: 0, maximum: 23 }), Type.Integer({ minimum: 1, maximum: 24 })]))
  },
  closed
)
export type DemoFault = Static<typeof DemoFault>

/** `demo/demo.json`. */
export const Demo = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    items: Type.Array(DemoItems),
    streams: Type.Array(DemoStream),
    faults: Type.Optional(Type.Array(DemoFault)),
    /** Days of history made at installation, as roll-ups and packs. */
    historyDays: Type.Integer({ minimum: 0, maximum: 400 })
  },
  closed
)
export type Demo = Static<typeof Demo>

/** `test/*.json`: readings that raise and clear a rule. */
export const PackTest = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    rule: Type.String(),
    /** What happens, in a sentence. */
    story: Type.String({ minLength: 5, maxLength: 300 }),
    /** Local wall clock of second 0. */
    begins: Type.String({ format: 'date-time' }),
    /** Attributes of the thing. */
    attributes: Type.Optional(Type.Record(Type.String(), Plain)),
    /** Places of several things, for counts within a radius: metres east and north of the first. */
    things: Type.Optional(Type.Array(Type.Object({ eastM: Type.Number(), northM: Type.Number() }, closed))),
    /** `[second, stream, value]`, or `[second, stream, value, quality]`, or with the number of the thing as a fifth entry. */
    readings: Type.Array(
      Type.Union([
        Type.Tuple([Type.Number(), Type.String(), Type.Union([Type.Number(), Type.Null()])]),
        Type.Tuple([Type.Number(), Type.String(), Type.Union([Type.Number(), Type.Null()]), Type.String()]),
        Type.Tuple([
          Type.Number(),
          Type.String(),
          Type.Union([Type.Number(), Type.Null()]),
          Type.String(),
          Type.Integer({ minimum: 0 })
        ])
      ]),
      { minItems: 1 }
    ),
    /** Repeat a reading: `{ "from": s, "to": s, "everyS": s, "stream": …, "value": … }`. */
    steady: Type.Optional(
      Type.Array(
        Type.Object(
          {
            from: Type.Number(),
            to: Type.Number(),
            everyS: Type.Number({ exclusiveMinimum: 0 }),
            stream: Type.String(),
            value: Type.Number(),
            /** Added by each repetition. */
            step: Type.Optional(Type.Number()),
            thing: Type.Optional(Type.Integer({ minimum: 0 }))
          },
          closed
        )
      )
    ),
    /** The clock runs on to here, for rules about silence. */
    untilS: Type.Optional(Type.Number()),
    /** Everything the rule says, in order; exactly this and nothing else. */
    expect: Type.Array(
      Type.Object(
        {
          s: Type.Number(),
          kind: Words(['raise', 'level', 'clear'] as const),
          level: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
          thing: Type.Optional(Type.Integer())
        },
        closed
      )
    )
  },
  closed
)
export type PackTest = Static<typeof PackTest>

/** Tiers of a pack's quality, and what a program cannot see or is excused from. */
export const Quality = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    tier: Words(['bronze', 'silver', 'gold'] as const),
    /** Rules of the tier that are not met, each with its reason. */
    exempt: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 10 })))
  },
  closed
)
export type Quality = Static<typeof Quality>
