import { type Static, Type } from 'typebox'
import { Instant, Nullable } from '../common/index.ts'
import { TONES } from './widgets.ts'

/** The most things one view of a layer tells the states of. */
export const STATES_LIMIT = 20_000

export const LayerStatesQuery = Type.Object(
  {
    /** West, south, east, north in degrees; without it everything the reader reaches. */
    bbox: Type.Optional(Type.String({ pattern: '^-?\\d+(\\.\\d+)?(,-?\\d+(\\.\\d+)?){3}$' })),
    /** `rev` of the answer before for the same bbox: what stands still is left out when it is still so. */
    known: Type.Optional(Type.String({ maxLength: 40 }))
  },
  { additionalProperties: false }
)
export type LayerStatesQuery = Static<typeof LayerStatesQuery>

/**
 * How the things of a pack's layer stand now, as columns, to be joined with its tiles by `code`. Only things the reader reaches are told; an
 * object of the layer that is not among them has no state (nothing is sensed there, or this reader may not know).
 */
export const LayerStates = Type.Object({
  at: Instant,
  rev: Type.String(),
  /** How many things stand so, wherever the reader reaches; those with no state are not counted. */
  counts: Type.Record(Type.String(), Type.Integer()),
  /** More things lie in the box than are told here. */
  more: Type.Boolean(),
  things: Type.Optional(
    Type.Object({
      codes: Type.Array(Type.String()),
      /** Longitude and latitude by turns. */
      points: Type.Array(Type.Number())
    })
  ),
  /** Numbers of TONES. */
  tone: Type.Array(Type.Integer({ minimum: 0, maximum: TONES.length - 1 })),
  /** Gravest standing alarm; 0 for none. */
  levels: Type.Array(Type.Integer()),
  /** Latest value of the stream that is drawn or written; null where nothing is heard. */
  values: Type.Array(Nullable(Type.Number()))
})
export type LayerStates = Static<typeof LayerStates>
