import { type Static, Type } from 'typebox'
import { Id, Instant, LngLat, Nullable, Words } from '../common/index.ts'

const closed = { additionalProperties: false }
export const TypeId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' })
export const ItemCode = Type.String({ minLength: 1, maxLength: 60 })
const UnitKind = ['authority', 'owner', 'maintainer'] as const
export type UnitKind = (typeof UnitKind)[number]

/** GeoJSON in CGCS2000 degrees: what a register keeps of a shape. */
export const ItemGeometry = Type.Union([
  Type.Object({ type: Type.Literal('Point'), coordinates: LngLat }, closed),
  Type.Object({ type: Type.Literal('LineString'), coordinates: Type.Array(LngLat, { minItems: 2, maxItems: 20_000 }) }, closed),
  Type.Object(
    {
      type: Type.Literal('Polygon'),
      coordinates: Type.Array(Type.Array(LngLat, { minItems: 4, maxItems: 20_000 }), { minItems: 1, maxItems: 100 })
    },
    closed
  ),
  Type.Object(
    {
      type: Type.Literal('MultiPolygon'),
      coordinates: Type.Array(Type.Array(Type.Array(LngLat, { minItems: 4, maxItems: 20_000 }), { minItems: 1, maxItems: 100 }), {
        minItems: 1,
        maxItems: 100
      })
    },
    closed
  )
])
export type ItemGeometry = Static<typeof ItemGeometry>

const Attributes = Type.Record(Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' }), Type.Unknown(), { maxProperties: 150 })
const Relations = Type.Record(Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' }), Type.Array(ItemCode, { maxItems: 200 }))

const facts = {
  class: Type.Optional(Nullable(Type.String({ maxLength: 20 }))),
  name: Type.Optional(Type.String({ maxLength: 100 })),
  status: Type.Optional(Type.String({ maxLength: 40 })),
  /** Of a point, for short; otherwise `geometry`. */
  place: Type.Optional(Nullable(LngLat)),
  geometry: Type.Optional(Nullable(ItemGeometry)),
  address: Type.Optional(Type.String({ maxLength: 256 })),
  authority: Type.Optional(Nullable(Id)),
  owner: Type.Optional(Nullable(Id)),
  maintainer: Type.Optional(Nullable(Id)),
  attributes: Type.Optional(Attributes),
  /** Codes of the other register by the key of the relation; a key that is named is replaced as a whole. */
  relations: Type.Optional(Relations)
}
/** What of an item can be said or wanted: absent means as it is, null means none. */
export const ItemFacts = Type.Object(facts, closed)
export type ItemFacts = Static<typeof ItemFacts>

const why = {
  note: Type.Optional(Type.String({ maxLength: 500 })),
  evidenceIds: Type.Optional(Type.Array(Id, { maxItems: 20 }))
}
export const ItemCreate = Type.Object({ ...facts, code: Type.Optional(ItemCode), ...why }, closed)
export type ItemCreate = Static<typeof ItemCreate>
export const ItemEdit = Type.Object({ version: Type.Integer({ minimum: 1 }), changes: ItemFacts, ...why }, closed)
export type ItemEdit = Static<typeof ItemEdit>
export const ItemRemove = Type.Object(
  { version: Type.Integer({ minimum: 1 }), status: Type.Optional(Type.String({ maxLength: 40 })), ...why },
  closed
)
export type ItemRemove = Static<typeof ItemRemove>
export const ItemRestore = Type.Object(
  { version: Type.Integer({ minimum: 1 }), status: Type.Optional(Type.String({ maxLength: 40 })), ...why },
  closed
)
export const ItemReveal = Type.Object({ reason: Type.String({ minLength: 2, maxLength: 200 }) }, closed)

const Named = Type.Object({ id: Id, name: Type.String() })
const Coded = Type.Object({ code: Type.String(), name: Type.String() })

/** An item as lists show it. Personal attributes are masked, restricted ones absent. */
export const ItemView = Type.Object({
  type: Type.String(),
  id: Id,
  code: Type.String(),
  class: Nullable(Type.Object({ code: Type.String(), name: Type.String(), nameEn: Type.String() })),
  name: Type.String(),
  status: Type.String(),
  place: Nullable(LngLat),
  gridCode: Nullable(Type.String()),
  address: Type.String(),
  authority: Nullable(Named),
  owner: Nullable(Named),
  maintainer: Nullable(Named),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  version: Type.Integer(),
  createdAt: Instant,
  updatedAt: Instant,
  removedAt: Nullable(Instant)
})
export type ItemView = Static<typeof ItemView>

export const ITEM_ACTS = ['edit', 'remove', 'restore', 'reveal', 'propose', 'report'] as const
/** The card of an item: everything this person may see of it and do with it. */
export const ItemCard = Type.Object({
  ...ItemView.properties,
  geometry: Nullable(ItemGeometry),
  /** Keys of attributes shown masked; `reveal` shows them. */
  masked: Type.Array(Type.String()),
  grid: Type.Object({
    district: Nullable(Coded),
    street: Nullable(Coded),
    community: Nullable(Coded),
    unitGrid: Nullable(Type.String()),
    dutyGrid: Nullable(Type.String())
  }),
  relations: Type.Array(
    Type.Object({
      key: Type.String(),
      type: Type.String(),
      items: Type.Array(Type.Object({ code: Type.String(), name: Type.String() }))
    })
  ),
  /** Items of other registers that name this one. */
  namedBy: Type.Array(Type.Object({ key: Type.String(), type: Type.String(), code: Type.String(), name: Type.String() })),
  /** The 17-digit code of a component that still has one of 2013; null when it has none. */
  upgradedCode: Nullable(Type.String()),
  /** The layer of the map that shows it. */
  layer: Type.String(),
  can: Type.Array(Words(ITEM_ACTS))
})
export type ItemCard = Static<typeof ItemCard>

/** Exact up to a limit; beyond it only that there are at least so many. */
export const Total = Type.Union([Type.Integer(), Type.Object({ atLeast: Type.Integer() })])
export const ItemPage = Type.Object({ items: Type.Array(ItemView), next: Nullable(Type.String()), total: Total })
export type ItemPage = Static<typeof ItemPage>

export const ITEM_SORTS = ['code', '-updatedAt'] as const
const Codes = Type.String({ maxLength: 2000, pattern: '^[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*$' })
export const ItemQuery = Type.Object(
  {
    type: Type.Optional(TypeId),
    /** Words, at least two characters each, blanks between them; digits are the beginning of a code. */
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    /** Codes of classes, or their beginnings. */
    class: Type.Optional(Codes),
    status: Type.Optional(Codes),
    /** Code of a division. */
    within: Type.Optional(Type.String({ pattern: '^\\d{4,12}$' })),
    grid: Type.Optional(Type.String({ pattern: '^\\d{15}$' })),
    bbox: Type.Optional(Type.String({ maxLength: 100, pattern: '^-?[\\d.]+(,-?[\\d.]+){3}$' })),
    unit: Type.Optional(Id),
    sort: Type.Optional(Words(ITEM_SORTS)),
    cursor: Type.Optional(Type.String({ maxLength: 300 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  // Filters by attribute: attr.<key>=value.
  { additionalProperties: false, patternProperties: { '^attr\\.[a-z][a-zA-Z0-9]{0,39}$': Type.String({ maxLength: 200 }) } }
)
export type ItemQuery = Static<typeof ItemQuery>

export const NearQuery = Type.Object(
  {
    lng: Type.Number({ minimum: -180, maximum: 180 }),
    lat: Type.Number({ minimum: -90, maximum: 90 }),
    type: Type.Optional(TypeId),
    class: Type.Optional(Codes),
    radiusM: Type.Optional(Type.Number({ minimum: 1, maximum: 2000 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 }))
  },
  closed
)
export const NearList = Type.Object({ items: Type.Array(Type.Object({ ...ItemView.properties, distanceM: Type.Number() })) })
export type NearList = Static<typeof NearList>

export const CHANGE_KINDS = ['add', 'modify', 'move', 'remove', 'restore'] as const
export const CHANGE_SOURCES = ['person', 'request', 'import', 'census', 'bulk', 'undo', 'case', 'device'] as const
export type ChangeSource = (typeof CHANGE_SOURCES)[number]
/** One change: what was there before and after, field by field. */
export const ItemChange = Type.Object({
  seq: Type.String(),
  kind: Words(CHANGE_KINDS),
  version: Type.Integer(),
  fields: Type.Array(Type.Object({ field: Type.String(), before: Type.Unknown(), after: Type.Unknown() })),
  source: Words(CHANGE_SOURCES),
  sourceRef: Nullable(Type.String()),
  note: Type.String(),
  actorName: Type.String(),
  reviewerName: Nullable(Type.String()),
  evidenceIds: Type.Array(Id),
  effectiveAt: Instant,
  recordedAt: Instant
})
export type ItemChange = Static<typeof ItemChange>
export const ItemHistory = Type.Object({
  /** Newest first. */
  items: Type.Array(ItemChange),
  /** The import or census the item came by; null when it was added by itself. */
  batch: Nullable(Type.Object({ id: Id, name: Type.String(), at: Nullable(Instant) })),
  /** Every hash follows from the one before and from what the row says. */
  whole: Type.Boolean()
})
export type ItemHistory = Static<typeof ItemHistory>

export const REQUEST_STATES = ['waiting', 'applied', 'declined', 'withdrawn'] as const
export const REQUEST_KINDS = ['add', 'modify', 'move', 'remove'] as const
export const REQUEST_ORIGINS = ['field', 'case', 'owner', 'person'] as const
/** A change of the register wanted by somebody who may not make it. */
export const RequestInput = Type.Object(
  {
    type: TypeId,
    kind: Words(REQUEST_KINDS),
    /** The item; of `add` absent. */
    code: Type.Optional(ItemCode),
    wanted: Type.Optional(ItemFacts),
    ...why
  },
  closed
)
export type RequestInput = Static<typeof RequestInput>
export const REQUEST_ACTS = ['decide', 'withdraw'] as const
export const RequestView = Type.Object({
  id: Id,
  type: Type.String(),
  kind: Words(REQUEST_KINDS),
  code: Nullable(Type.String()),
  wanted: ItemFacts,
  note: Type.String(),
  evidenceIds: Type.Array(Id),
  origin: Words(REQUEST_ORIGINS),
  originRef: Nullable(Type.String()),
  gridCode: Nullable(Type.String()),
  state: Words(REQUEST_STATES),
  applicantName: Type.String(),
  requestedAt: Instant,
  reviewerName: Nullable(Type.String()),
  reason: Nullable(Type.String()),
  decidedAt: Nullable(Instant),
  /** The item that came of it. */
  resultCode: Nullable(Type.String()),
  /** What the reader may do with it while it waits. */
  can: Type.Array(Words(REQUEST_ACTS))
})
export type RequestView = Static<typeof RequestView>
export const RequestQuery = Type.Object(
  {
    type: Type.Optional(TypeId),
    state: Type.Optional(Words(REQUEST_STATES)),
    code: Type.Optional(ItemCode),
    cursor: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)
export const RequestPage = Type.Object({ items: Type.Array(RequestView), next: Nullable(Type.String()) })
export type RequestPage = Static<typeof RequestPage>
export const RequestDecision = Type.Object(
  { accept: Type.Boolean(), reason: Type.Optional(Type.String({ maxLength: 500 })) },
  closed
)
export type RequestDecision = Static<typeof RequestDecision>

/** Which items are meant: by code, or by the filter of a list. */
const chosen = {
  type: TypeId,
  codes: Type.Optional(Type.Array(ItemCode, { minItems: 1, maxItems: 5000 })),
  filter: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z][a-zA-Z0-9.]{0,50}$' }), Type.String({ maxLength: 2000 })))
}
export const BulkInput = Type.Object(
  { ...chosen, changes: ItemFacts, note: Type.Optional(Type.String({ maxLength: 500 })) },
  closed
)
export type BulkInput = Static<typeof BulkInput>
export const BulkPreview = Type.Object({
  count: Type.Integer(),
  /** Up to ten, before and after. */
  sample: Type.Array(
    Type.Object({
      code: Type.String(),
      fields: Type.Array(Type.Object({ field: Type.String(), before: Type.Unknown(), after: Type.Unknown() }))
    })
  ),
  unchanged: Type.Integer(),
  faults: Type.Array(Type.Object({ code: Type.String(), field: Type.String(), zh: Type.String(), en: Type.String() }))
})
export type BulkPreview = Static<typeof BulkPreview>
export const BulkView = Type.Object({
  id: Id,
  type: Type.String(),
  state: Words(['publishing', 'published', 'undoing', 'undone', 'failed'] as const),
  name: Type.String(),
  progress: Type.Object({ done: Type.Integer(), total: Type.Integer() }),
  /** Items that somebody changed meanwhile and that were left as they are: how many, and the codes of the first 200. */
  skipped: Type.Integer(),
  left: Type.Array(Type.String()),
  createdByName: Type.String(),
  createdAt: Instant,
  can: Type.Array(Words(['undo'] as const))
})
export type BulkView = Static<typeof BulkView>

export const PlateQuery = Type.Object(
  {
    type: TypeId,
    codes: Type.Optional(Type.String({ maxLength: 12_000 })),
    within: Type.Optional(Type.String({ pattern: '^\\d{4,15}$' })),
    class: Type.Optional(Codes)
  },
  closed
)
/** What stands on the plate of an item; `qr` is what its code holds. */
export const Plate = Type.Object({
  code: Type.String(),
  name: Type.String(),
  className: Type.String(),
  address: Type.String(),
  unitName: Nullable(Type.String()),
  qr: Type.String()
})
export const PlateSheet = Type.Object({ items: Type.Array(Plate), truncated: Type.Boolean() })
export type PlateSheet = Static<typeof PlateSheet>
