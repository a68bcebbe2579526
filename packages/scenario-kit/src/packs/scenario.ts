import { Words } from '@chengyun/contract/common'
import { BothNames } from '@chengyun/contract/registry'
import { type Static, Type } from 'typebox'
import { BothTexts } from './text.ts'

const closed = { additionalProperties: false }

/** Id of a pack, and the name of its folder. */
export const PackId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })
export const Version = Type.String({ pattern: '^\\d{1,4}\\.\\d{1,4}\\.\\d{1,4}$' })
/** `^1.2.0`: this version or a later one with the same first number; `1.2.0`: exactly this one. */
export const VersionRange = Type.String({ pattern: '^\\^?\\d{1,4}\\.\\d{1,4}\\.\\d{1,4}$' })

/** What kind of work a pack is for; packs of a kind stand together in the menu. */
export const PACK_KINDS = ['lifeline', 'safety', 'service', 'care', 'environment', 'order'] as const

/** One change of data that an upgrade brings: declared, so that it can be shown before it is made. */
export const DataChange = Type.Union([
  Type.Object(
    { rename: Words(['attribute', 'stream', 'rule'] as const), of: Type.String(), from: Type.String(), to: Type.String() },
    closed
  ),
  Type.Object(
    {
      default: Type.Literal('attribute'),
      of: Type.String(),
      key: Type.String(),
      value: Type.Union([Type.String(), Type.Number(), Type.Boolean()])
    },
    closed
  ),
  Type.Object({ drop: Words(['attribute', 'stream', 'rule'] as const), of: Type.String(), key: Type.String() }, closed)
])
export type DataChange = Static<typeof DataChange>

/** `scenario.json`: who the pack is and what it stands on. */
export const Scenario = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    id: PackId,
    version: Version,
    name: BothNames,
    description: BothTexts,
    kind: Words(PACK_KINDS),
    /** Whom to ask. */
    owners: Type.Array(Type.String({ minLength: 2, maxLength: 80 }), { minItems: 1 }),
    requires: Type.Object(
      {
        /** The platform it was made for. */
        platform: VersionRange,
        /** Modules of the platform it uses. */
        modules: Type.Array(Type.String(), { uniqueItems: true }),
        /** Other packs, with the versions it works with. */
        packs: Type.Optional(Type.Record(PackId, VersionRange))
      },
      closed
    ),
    /** Standards and decisions its figures come from. */
    standards: Type.Array(Type.String({ maxLength: 80 }), { minItems: 1 }),
    /** What data becomes when one comes from an older version; the key is the version that brought the change. */
    upgrades: Type.Optional(Type.Record(Version, Type.Array(DataChange, { minItems: 1 })))
  },
  closed
)
export type Scenario = Static<typeof Scenario>
