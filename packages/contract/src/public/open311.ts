import { type Static, Type } from 'typebox'
import { Id, Instant, Nullable, Words } from '../common/index.ts'

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

const Code = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })
const Name = Type.String({ minLength: 1, maxLength: 120 })

/** An attribute of a service definition (GeoReport v2, GET Service Definition). */
export const Open311Attribute = Type.Object(
  {
    code: Type.String({ pattern: '^[a-z][a-z0-9_]{1,39}$' }),
    datatype: Words(['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist'] as const),
    required: Type.Boolean(),
    name: Name,
    nameEn: Name,
    values: Type.Optional(Type.Array(Type.Object({ key: Code, name: Name, nameEn: Name }, { additionalProperties: false })))
  },
  { additionalProperties: false }
)
export type Open311Attribute = Static<typeof Open311Attribute>

/** What a citizen calls a problem, and the classes of the standard it stands for. */
export const Open311Service = Type.Object(
  {
    code: Code,
    name: Name,
    nameEn: Name,
    group: Code,
    type: Words(OPEN311_TYPES),
    place: Words(['exact', 'rounded', 'hidden'] as const),
    class: Type.String({ pattern: '^(component|matter):[0-9]{5}$' }),
    also: Type.Array(Type.String({ pattern: '^(major:)?(component|matter):[0-9]{2}([0-9]{3})?$' })),
    keywords: Type.Array(Name),
    attributes: Type.Array(Open311Attribute)
  },
  { additionalProperties: false }
)
export type Open311Service = Static<typeof Open311Service>

/** `cities/_codes/open311-services.json`. */
export const Open311ServiceFile = Type.Object(
  {
    standardRef: Type.Literal('GB/T 47678.5-2026'),
    version: Type.String(),
    note: Type.String(),
    groups: Type.Array(Type.Object({ code: Code, name: Name, nameEn: Name }, { additionalProperties: false })),
    services: Type.Array(Open311Service, { minItems: 1 })
  },
  { additionalProperties: false }
)
export type Open311ServiceFile = Static<typeof Open311ServiceFile>
