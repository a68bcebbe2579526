import { type Static, Type } from 'typebox'

/** UUIDv7 inside; national codes outside. */
export const Id = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })

/** `[lng, lat]` in CGCS2000 degrees; GeoJSON order on every wire. */
export const LngLat = Type.Tuple([Type.Number({ minimum: -180, maximum: 180 }), Type.Number({ minimum: -90, maximum: 90 })])
export type LngLat = Static<typeof LngLat>

/** ISO-8601 with offset. */
export const Instant = Type.String({ format: 'date-time', maxLength: 40 })

/** Calendar day of the city, `YYYY-MM-DD`. */
export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

export const Nullable = <T extends import('typebox').TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** The one shape of every error. */
export const ErrorBody = Type.Object({
  code: Type.String(),
  message: Type.String(),
  details: Type.Optional(Type.Unknown()),
  requestId: Type.String()
})
export type ErrorBody = Static<typeof ErrorBody>

/** A closed list of words as a schema: a string with an enumeration, typed. */
export const Words = <const T extends readonly string[]>(words: T) => Type.Unsafe<T[number]>(Type.String({ enum: [...words] }))
