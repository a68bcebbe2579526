import { type Static, Type } from 'typebox'
import { Id, Instant, Nullable } from '../common/index.ts'
import { TypeId } from '../registry/items.ts'
import { Hours } from './rule-parts.ts'

const closed = { additionalProperties: false }
const some = (item: import('typebox').TString) =>
  Type.Optional(Type.Array(item, { minItems: 1, maxItems: 500, uniqueItems: true }))

/** What a suppression is about; every part that is said has to fit, and something has to be said. */
export const SuppressionScope = Type.Object(
  {
    ruleIds: some(Type.String({ minLength: 1, maxLength: 130 })),
    packs: some(Type.String({ minLength: 1, maxLength: 60 })),
    typeIds: some(TypeId),
    /** Codes of divisions or unit grids; they hold whatever begins with them. */
    areas: some(Type.String({ pattern: '^\\d{4,15}$' })),
    itemIds: some(Id),
    /** Single streams: somebody works at them. */
    streamIds: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: 2000 }))
  },
  { ...closed, minProperties: 1 }
)
export type SuppressionScope = Static<typeof SuppressionScope>
/** Only at these hours of these weekdays. */
export const SuppressionWeekly = Hours
export type SuppressionWeekly = Static<typeof SuppressionWeekly>

export const SuppressionBody = Type.Object(
  {
    scope: SuppressionScope,
    reason: Type.String({ minLength: 2, maxLength: 500 }),
    startsAt: Instant,
    endsAt: Instant,
    weekly: Type.Optional(SuppressionWeekly)
  },
  closed
)
export type SuppressionBody = Static<typeof SuppressionBody>

export const SuppressionView = Type.Object({
  id: Id,
  scope: SuppressionScope,
  reason: Type.String(),
  startsAt: Instant,
  endsAt: Instant,
  weekly: Nullable(SuppressionWeekly),
  /** `waiting`, `active` (now, by its hours), `resting` (between its hours), `ended`. */
  state: Type.String(),
  createdAt: Instant,
  createdBy: Type.String(),
  endedAt: Nullable(Instant),
  endedBy: Nullable(Type.String()),
  /** Alarms it hid. */
  hidden: Type.Integer(),
  version: Type.Integer(),
  /** Whether this reader may end or change it. */
  can: Type.Array(Type.String())
})
export type SuppressionView = Static<typeof SuppressionView>
