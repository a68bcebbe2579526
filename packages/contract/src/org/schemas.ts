import { type Static, type TSchema, Type } from 'typebox'
import { PERMISSIONS, type Permission } from './permissions.ts'
import { ROLES, type RoleKey, UNIT_KINDS, type UnitKind } from './roles.ts'

const Id = Type.String({ format: 'uuid', maxLength: 36 })
const Instant = Type.String({ format: 'date-time', maxLength: 40 })
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const closed = { additionalProperties: false } as const

export const RoleKeySchema = Type.Unsafe<RoleKey>({ type: 'string', enum: [...ROLES] })
export const PermissionSchema = Type.Unsafe<Permission>({ type: 'string', enum: [...PERMISSIONS] })
export const UnitKindSchema = Type.Unsafe<UnitKind>({ type: 'string', enum: [...UNIT_KINDS] })
/** Digits of a division code: 4 city, 6 district, 9 street, 12 community (GB/T 2260, GB/T 10114). */
const DivisionCode = Type.String({ pattern: '^[0-9]{2,12}$', maxLength: 12 })
const GridCode = Type.String({ pattern: '^[0-9A-Za-z-]{1,30}$', maxLength: 30 })
const Username = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{1,63}$', maxLength: 64 })
const UnitKey = Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{1,63}$', maxLength: 64 })
const Phone = Type.String({ pattern: '^\\+?[0-9]{5,15}$', maxLength: 16 })

// ── Session ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
export const SignIn = Type.Object(
  {
    username: Text(64),
    password: Type.String({ minLength: 1, maxLength: 200 }),
    totp: Type.Optional(Type.String({ pattern: '^[0-9 ]{6,8}$', maxLength: 8 }))
  },
  closed
)
export type SignIn = Static<typeof SignIn>

export const PostBrief = Type.Object({
  role: RoleKeySchema,
  unitId: Id,
  unitName: Type.String(),
  regionCodes: nullable(Type.Array(Type.String())),
  dutyGridCodes: Type.Array(Type.String())
})

/** Who is signed in. `pending` names what must be done before anything else is allowed. */
export const SessionView = Type.Object({
  user: Type.Object({
    id: Id,
    username: Type.String(),
    name: Type.String(),
    unitId: nullable(Id),
    unitName: nullable(Type.String()),
    demo: Type.Boolean()
  }),
  posts: Type.Array(PostBrief),
  permissions: Type.Array(PermissionSchema),
  csrfToken: Type.String(),
  mfa: Type.Boolean(),
  totpEnrolled: Type.Boolean(),
  pending: nullable(Type.Union([Type.Literal('password'), Type.Literal('totp')])),
  idleMinutes: Type.Integer(),
  expiresAt: Instant
})
export type SessionView = Static<typeof SessionView>

/** What the sign-in page may show before anybody is known. */
export const SignInPage = Type.Object({
  oidc: nullable(Type.Object({ name: Type.String(), url: Type.String() })),
  demo: nullable(
    Type.Object({
      password: Type.String(),
      accounts: Type.Array(
        Type.Object({ username: Type.String(), name: Type.String(), role: RoleKeySchema, unitName: Type.String() })
      )
    })
  )
})
export type SignInPage = Static<typeof SignInPage>

export const PasswordChange = Type.Object(
  { current: Type.String({ minLength: 1, maxLength: 200 }), next: Type.String({ minLength: 1, maxLength: 200 }) },
  closed
)
export const TotpEnrolment = Type.Object({ secret: Type.String(), uri: Type.String(), qr: Type.String() })
export const TotpCode = Type.Object({ code: Type.String({ pattern: '^[0-9 ]{6,8}$', maxLength: 8 }) }, closed)
export const TotpRemoval = Type.Object({ password: Type.String({ minLength: 1, maxLength: 200 }) }, closed)

export const TokenCreate = Type.Object(
  {
    name: Text(60),
    permissions: Type.Optional(Type.Array(PermissionSchema, { maxItems: 100 })),
    days: Type.Integer({ minimum: 1, maximum: 365 })
  },
  closed
)
export const TokenView = Type.Object({
  id: Id,
  name: Type.String(),
  permissions: nullable(Type.Array(PermissionSchema)),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: nullable(Instant),
  /** Shown once, when it is made. */
  token: Type.Optional(Type.String())
})

// ── Units ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
export const UnitView = Type.Object(
  {
    id: Id,
    key: Type.String(),
    code: nullable(Type.String()),
    kind: UnitKindSchema,
    parentId: nullable(Id),
    depth: Type.Integer(),
    districtCode: nullable(Type.String()),
    streetCode: nullable(Type.String()),
    name: Type.String(),
    shortName: Type.String(),
    active: Type.Boolean(),
    sort: Type.Integer(),
    children: Type.Integer({ description: 'Active units directly below' }),
    posts: Type.Integer({ description: 'Current posts in this very unit' }),
    version: Type.Integer()
  },
  { $id: 'UnitView' }
)
export type UnitView = Static<typeof UnitView>

export const UnitCreate = Type.Object(
  {
    key: UnitKey,
    code: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z-]{1,30}$', maxLength: 30 })),
    kind: UnitKindSchema,
    parentId: nullable(Id),
    districtCode: Type.Optional(nullable(DivisionCode)),
    streetCode: Type.Optional(nullable(DivisionCode)),
    name: Text(80),
    shortName: Type.Optional(Text(40)),
    sort: Type.Optional(Type.Integer({ minimum: 0, maximum: 100000 }))
  },
  closed
)
export type UnitCreate = Static<typeof UnitCreate>

export const UnitChange = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    name: Type.Optional(Text(80)),
    shortName: Type.Optional(Text(40)),
    code: Type.Optional(nullable(Type.String({ pattern: '^[0-9A-Za-z-]{1,30}$', maxLength: 30 }))),
    sort: Type.Optional(Type.Integer({ minimum: 0, maximum: 100000 })),
    parentId: Type.Optional(Id),
    districtCode: Type.Optional(nullable(DivisionCode)),
    streetCode: Type.Optional(nullable(DivisionCode)),
    active: Type.Optional(Type.Boolean())
  },
  closed
)
export type UnitChange = Static<typeof UnitChange>

export const UnitQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 60 })),
    parentId: Type.Optional(Id),
    kind: Type.Optional(UnitKindSchema),
    active: Type.Optional(Type.Boolean()),
    after: Type.Optional(Type.String({ maxLength: 300 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 }))
  },
  closed
)

// ── Users and posts ──────────────────────────────────────────────────────────────────────────────────────────────────────────
export const PostView = Type.Object({
  id: Id,
  userId: Id,
  role: RoleKeySchema,
  unitId: Id,
  unitName: Type.String(),
  regionCodes: nullable(Type.Array(Type.String())),
  dutyGridCodes: Type.Array(Type.String()),
  validFrom: Instant,
  validTo: nullable(Instant)
})
export type PostView = Static<typeof PostView>

export const UserView = Type.Object(
  {
    id: Id,
    username: Type.String(),
    name: Type.String(),
    phone: nullable(Type.String({ description: 'Masked; the clear number needs pii:view, a reason and is recorded' })),
    status: Type.Union([Type.Literal('active'), Type.Literal('disabled')]),
    lockedUntil: nullable(Instant),
    totpEnrolled: Type.Boolean(),
    mustChangePassword: Type.Boolean(),
    demo: Type.Boolean(),
    lastSignInAt: nullable(Instant),
    posts: Type.Array(PostView),
    version: Type.Integer()
  },
  { $id: 'UserView' }
)
export type UserView = Static<typeof UserView>

export const UserCreate = Type.Object(
  {
    username: Username,
    name: Text(40),
    phone: Type.Optional(Phone),
    password: Type.Optional(Type.String({ minLength: 8, maxLength: 200 }))
  },
  closed
)
export type UserCreate = Static<typeof UserCreate>

export const UserChange = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    name: Type.Optional(Text(40)),
    phone: Type.Optional(nullable(Phone)),
    status: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('disabled')]))
  },
  closed
)
export type UserChange = Static<typeof UserChange>

export const UserQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 60 })),
    unitId: Type.Optional(Id),
    below: Type.Optional(Type.Boolean({ description: 'Also the units below' })),
    role: Type.Optional(RoleKeySchema),
    status: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('disabled')])),
    after: Type.Optional(Type.String({ maxLength: 300 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  },
  closed
)

export const PostCreate = Type.Object(
  {
    userId: Id,
    role: RoleKeySchema,
    unitId: Id,
    regionCodes: Type.Optional(nullable(Type.Array(DivisionCode, { maxItems: 300 }))),
    dutyGridCodes: Type.Optional(Type.Array(GridCode, { maxItems: 300 })),
    validTo: Type.Optional(nullable(Instant))
  },
  closed
)
export type PostCreate = Static<typeof PostCreate>

export const PostChange = Type.Object(
  {
    regionCodes: Type.Optional(nullable(Type.Array(DivisionCode, { maxItems: 300 }))),
    dutyGridCodes: Type.Optional(Type.Array(GridCode, { maxItems: 300 })),
    validTo: Type.Optional(nullable(Instant))
  },
  closed
)
export type PostChange = Static<typeof PostChange>

export const PasswordReset = Type.Object({ password: Type.String({ minLength: 8, maxLength: 200 }) }, closed)
export const Reveal = Type.Object({ reason: Type.String({ minLength: 4, maxLength: 200 }) }, closed)
export const Revealed = Type.Object({ phone: nullable(Type.String()) })

// ── Roles ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
export const RoleMatrix = Type.Object({
  permissions: Type.Array(PermissionSchema),
  roles: Type.Array(
    Type.Object({
      role: RoleKeySchema,
      zh: Type.String(),
      en: Type.String(),
      scope: Type.String(),
      permissions: Type.Array(PermissionSchema),
      overrides: Type.Array(Type.Object({ permission: PermissionSchema, allowed: Type.Boolean() })),
      holders: Type.Integer({ description: 'People who hold the role now' })
    })
  )
})
export type RoleMatrix = Static<typeof RoleMatrix>

export const RoleChange = Type.Object(
  {
    role: RoleKeySchema,
    cells: Type.Array(Type.Object({ permission: PermissionSchema, allowed: Type.Boolean() }, closed), {
      minItems: 1,
      maxItems: 100
    })
  },
  closed
)
export type RoleChange = Static<typeof RoleChange>

// ── Duty ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
export const ShiftView = Type.Object({
  id: Id,
  userId: Id,
  userName: Type.String(),
  role: RoleKeySchema,
  unitId: Id,
  unitName: Type.String(),
  dutyGridCodes: Type.Array(Type.String()),
  startsAt: Instant,
  endsAt: Instant
})
export type ShiftView = Static<typeof ShiftView>

export const ShiftCreate = Type.Object(
  {
    userId: Id,
    role: RoleKeySchema,
    unitId: Id,
    dutyGridCodes: Type.Optional(Type.Array(GridCode, { maxItems: 300 })),
    startsAt: Instant,
    endsAt: Instant
  },
  closed
)
export type ShiftCreate = Static<typeof ShiftCreate>

export const ShiftQuery = Type.Object(
  {
    from: Instant,
    to: Instant,
    unitId: Type.Optional(Id),
    userId: Type.Optional(Id),
    role: Type.Optional(RoleKeySchema),
    q: Type.Optional(Type.String({ maxLength: 60 }))
  },
  closed
)

/** A row of an imported roster names people and units as a spreadsheet does. */
export const RosterRow = Type.Object(
  {
    username: Text(64),
    role: RoleKeySchema,
    unitKey: Text(64),
    startsAt: Instant,
    endsAt: Instant,
    dutyGridCodes: Type.Optional(Type.Array(GridCode, { maxItems: 300 }))
  },
  closed
)
export type RosterRow = Static<typeof RosterRow>
export const RosterImport = Type.Object({ rows: Type.Array(RosterRow, { minItems: 1, maxItems: 5000 }) }, closed)
export const RosterReport = Type.Object({
  accepted: Type.Integer(),
  rejected: Type.Array(Type.Object({ row: Type.Integer(), code: Type.String(), message: Type.String() }))
})

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

export const Page = <T extends TSchema>(item: T) => Type.Object({ items: Type.Array(item), next: nullable(Type.String()) })
export const UnitPage = Page(UnitView)
export const UserPage = Page(UserView)

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
