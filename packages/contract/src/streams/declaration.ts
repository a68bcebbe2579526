import { type Static, Type } from 'typebox'
import { Words } from '../common/index.ts'
import { BothNames } from '../registry/index.ts'

// What things of a register are observed for, and what can be done to them: the templates of streams (ADR 0019) and things.json of packs (ADR 0021).

const closed = { additionalProperties: false }
const Key = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })

/** Kinds of result a stream has: `count` is a meter that only rises, `position` longitude and latitude, `complex` any JSON. */
export const STREAM_KINDS = ['number', 'count', 'truth', 'category', 'position', 'complex'] as const

/** Words devices say of a category, and what they are called. A reading keeps the word. */
export const Categories = Type.Array(Type.Object({ value: Type.String(), name: BothNames }, closed), { minItems: 1 })

/** A stream every thing of a register can have. */
export const StreamDeclaration = Type.Object(
  {
    key: Key,
    name: BothNames,
    kind: Words(STREAM_KINDS),
    unit: Type.Object(
      {
        symbol: Type.String({ maxLength: 20 }),
        name: BothNames,
        /** UCUM, or another definition of the unit. */
        definition: Type.Optional(Type.String({ maxLength: 200 }))
      },
      closed
    ),
    /** What is observed: its name in a vocabulary (URI) or its word in the field. */
    property: Type.Optional(Type.String({ maxLength: 200 })),
    /** What the sensor can measure at all; a reading outside is kept as out of range. */
    low: Type.Optional(Type.Number()),
    high: Type.Optional(Type.Number()),
    /** Decimals it is shown with. */
    decimals: Type.Integer({ minimum: 0, maximum: 6 }),
    /** How often it is to be expected, in seconds. */
    intervalS: Type.Integer({ minimum: 1 }),
    /** Silence of so many seconds is "no data". */
    staleAfterS: Type.Integer({ minimum: 1 }),
    /** The same value for so many seconds is a stuck sensor; absent where a value may stand still. */
    stuckAfterS: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Words of a category, as devices say them. */
    categories: Type.Optional(Categories),
    /** Raw values are shown to nobody; rules and figures alone read them (personal data). */
    hidden: Type.Optional(Type.Boolean()),
    /** Only things whose attribute has one of these values have the stream. */
    where: Type.Optional(Type.Record(Type.String(), Type.Array(Type.Union([Type.String(), Type.Boolean()]), { minItems: 1 })))
  },
  closed
)
export type StreamDeclaration = Static<typeof StreamDeclaration>

/** Something that can be done to a thing from afar. */
export const ActuatorDeclaration = Type.Object(
  {
    key: Key,
    name: BothNames,
    /** Commands it understands. */
    commands: Type.Array(Type.Object({ value: Key, name: BothNames }, closed), { minItems: 1 }),
    /** The stream that tells whether a command was followed, and what it says then. */
    confirms: Type.Optional(
      Type.Object({ stream: Key, values: Type.Record(Key, Type.Number()), withinS: Type.Integer({ minimum: 1 }) }, closed)
    ),
    /** Whether rules of the pack may use it without a person, where the operator allows it too. */
    automatic: Type.Boolean()
  },
  closed
)
export type ActuatorDeclaration = Static<typeof ActuatorDeclaration>

export type StreamKind = (typeof STREAM_KINDS)[number]

/** Unit of measurement as SensorThings 1.1 (8.2.4) wants it; all null of results without one. */
export const StreamUnit = Type.Object(
  {
    name: Type.Union([Type.String({ maxLength: 60 }), Type.Null()]),
    symbol: Type.Union([Type.String({ maxLength: 20 }), Type.Null()]),
    definition: Type.Union([Type.String({ maxLength: 300 }), Type.Null()])
  },
  closed
)
export type StreamUnit = Static<typeof StreamUnit>
export const NO_UNIT: StreamUnit = { name: null, symbol: null, definition: null }

/** The observation types of Observations & Measurements by kind (SensorThings 1.1, table 12). */
export const OBSERVATION_TYPES: Readonly<Record<StreamKind, string>> = {
  number: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
  count: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CountObservation',
  truth: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_TruthObservation',
  category: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CategoryObservation',
  position: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation',
  complex: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation'
}

/** Silence after which a stream is stale, in seconds; null where nothing says how often it speaks. */
export const staleAfter = (s: { staleAfterS?: number | null; intervalS?: number | null }): number | null =>
  s.staleAfterS ?? (s.intervalS ? Math.max(90, s.intervalS * 3) : null)
