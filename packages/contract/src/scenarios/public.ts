import { type Static, Type } from 'typebox'
import { Instant, Nullable, Words } from '../common/index.ts'
import { BothNames } from '../registry/index.ts'

/** Lists packs make for citizens (便民信息): nothing is in them that `public.json` of the pack does not name. */

const closed = { additionalProperties: false }
const Both = Type.Object({ zh: Type.String(), en: Type.String() })

/** The most items one answer gives. */
export const PUBLIC_ITEMS = 100

export const PublicLists = Type.Object({
  items: Type.Array(
    Type.Object({
      pack: Type.String(),
      key: Type.String(),
      name: BothNames,
      packName: BothNames,
      count: Type.Integer()
    })
  )
})
export type PublicLists = Static<typeof PublicLists>

export const PublicItem = Type.Object({
  code: Type.String(),
  name: Type.String(),
  address: Type.String(),
  /** CGCS2000 [lng, lat], rounded to about a metre. */
  location: Type.Tuple([Type.Number(), Type.Number()]),
  /** Class within the register. */
  kind: Nullable(Both),
  status: Type.Object({ name: Both, tone: Words(['ok', 'soon', 'late', 'paused', 'none'] as const) }),
  /** Values of the declared attributes, in their order; those that say nothing are left out. */
  facts: Type.Array(
    Type.Object({ key: Type.String(), value: Type.Union([Type.Boolean(), Type.Number(), Type.String(), Type.Array(Both), Both]) })
  ),
  /** What the declared streams say now. `none`: nothing was heard, or nothing that can be relied on; then there is no value. */
  now: Type.Array(
    Type.Object({
      key: Type.String(),
      value: Nullable(Type.Union([Type.Number(), Type.Boolean(), Both])),
      state: Words(['good', 'stale', 'none'] as const),
      at: Nullable(Instant)
    })
  ),
  /** From `near`. */
  distanceM: Nullable(Type.Integer())
})
export type PublicItem = Static<typeof PublicItem>

export const PublicListPage = Type.Object({
  pack: Type.String(),
  key: Type.String(),
  name: BothNames,
  packName: BothNames,
  attributes: Type.Array(Type.Object({ key: Type.String(), name: BothNames, unit: Type.String() })),
  streams: Type.Array(Type.Object({ key: Type.String(), name: BothNames, unit: Type.String(), decimals: Type.Integer() })),
  /** Class of a report that begins at an item; null: the citizen chooses. */
  reportClass: Nullable(Type.String()),
  total: Type.Integer(),
  items: Type.Array(PublicItem),
  next: Nullable(Type.String())
})
export type PublicListPage = Static<typeof PublicListPage>

const Degrees = '-?\\d{1,3}(\\.\\d{1,15})?'
export const PublicListQuery = Type.Object(
  {
    /** `lng,lat`: nearest first, with distances. Without it by code. */
    near: Type.Optional(Type.String({ pattern: `^${Degrees},${Degrees}$` })),
    /** west,south,east,north */
    bbox: Type.Optional(Type.String({ pattern: `^${Degrees}(,${Degrees}){3}$` })),
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: 'Part of name, address or code' })),
    cursor: Type.Optional(Type.String({ pattern: '^\\d{1,6}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PUBLIC_ITEMS }))
  },
  closed
)
export type PublicListQuery = Static<typeof PublicListQuery>
