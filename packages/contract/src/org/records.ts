import { type Static, Type } from 'typebox'
import { closed, Id, Instant, nullable, PermissionSchema } from './pieces.ts'

// ── Changes ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
/** One row a change touches; `before` null means it is new. */
export const RowDiff = Type.Object({
  table: Type.String(),
  id: Type.String(),
  label: Type.String(),
  before: nullable(Type.Record(Type.String(), Type.Unknown())),
  after: nullable(Type.Record(Type.String(), Type.Unknown()))
})
export type RowDiff = Static<typeof RowDiff>

/** What a change does, or with `?preview=1` would do. */
export const ChangeView = Type.Object({
  id: nullable(Id),
  objectType: Type.String(),
  objectId: Type.String(),
  diff: Type.Array(RowDiff),
  affected: Type.Object({ units: Type.Integer(), users: Type.Integer(), posts: Type.Integer(), sessions: Type.Integer() }),
  actorName: Type.String(),
  changedAt: Instant,
  undoOf: nullable(Id),
  undoneAt: nullable(Instant)
})
export type ChangeView = Static<typeof ChangeView>

export const PreviewQuery = Type.Object({ preview: Type.Optional(Type.Union([Type.Literal('1'), Type.Literal('0')])) }, closed)

// ── Audit ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
export const AuditQuery = Type.Object(
  {
    actorId: Type.Optional(Id),
    actor: Type.Optional(Type.String({ maxLength: 60 })),
    action: Type.Optional(Type.String({ maxLength: 60 })),
    objectType: Type.Optional(Type.String({ maxLength: 60 })),
    objectId: Type.Optional(Type.String({ maxLength: 100 })),
    result: Type.Optional(Type.Union([Type.Literal('ok'), Type.Literal('denied'), Type.Literal('failed')])),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    before: Type.Optional(Type.Integer({ minimum: 1, description: 'Sequence number to page on from' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
  },
  closed
)
export const AuditRowView = Type.Object({
  seq: Type.Integer(),
  at: Instant,
  actorId: Type.String(),
  actorName: Type.String(),
  ip: nullable(Type.String()),
  userAgent: nullable(Type.String()),
  sessionId: nullable(Type.String()),
  action: Type.String(),
  objectType: nullable(Type.String()),
  objectId: nullable(Type.String()),
  before: Type.Unknown(),
  after: Type.Unknown(),
  result: Type.String(),
  reason: nullable(Type.String()),
  requestId: nullable(Type.String()),
  hash: Type.String()
})
export const AuditPage = Type.Object({ items: Type.Array(AuditRowView), next: nullable(Type.Integer()) })
export const AuditVerdict = Type.Object({ checked: Type.Integer(), brokenAt: nullable(Type.Integer()) })

// ── Delegation (授权) ────────────────────────────────────────────────────────────────────────────────────────────────────────
export const DelegationCreate = Type.Object(
  {
    userId: Id,
    permissions: Type.Array(PermissionSchema, { minItems: 1, maxItems: 60, uniqueItems: true }),
    from: Instant,
    to: Instant,
    reason: Type.String({ minLength: 2, maxLength: 200 })
  },
  closed
)
export const DelegationView = Type.Object({
  id: Id,
  fromUserId: Id,
  fromUserName: Type.String(),
  userId: Id,
  userName: Type.String(),
  permissions: Type.Array(PermissionSchema),
  from: Instant,
  to: Instant,
  reason: Type.String()
})
