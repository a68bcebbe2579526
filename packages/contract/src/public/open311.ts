import { type Static, Type } from 'typebox'
import { Id, Instant, Nullable } from '../common/index.ts'

/** The two formats of GeoReport v2; the ending of the address chooses. */
export const OPEN311_FORMATS = ['json', 'xml'] as const
export type Open311Format = (typeof OPEN311_FORMATS)[number]

/** How a service answers a report: with its number, with a token for the number, or with neither. */
export const OPEN311_TYPES = ['realtime', 'batch', 'blackbox'] as const

/** A key with which another system files reports (`api_key`). */
export const Open311KeyView = Type.Object({
  id: Id,
  name: Type.String(),
  prefix: Type.String({ description: 'The first characters of the key, to recognise it by' }),
  createdAt: Instant,
  createdBy: Type.String(),
  lastUsedAt: Nullable(Instant),
  revokedAt: Nullable(Instant),
  key: Type.Optional(Type.String({ description: 'The key itself: only in the answer to its creation' }))
})
export type Open311KeyView = Static<typeof Open311KeyView>

export const Open311KeyCreate = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 80, pattern: '\\S', description: 'Which system holds the key' }) },
  { additionalProperties: false }
)
export type Open311KeyCreate = Static<typeof Open311KeyCreate>
