import { type Static, type TSchema, Type } from 'typebox'
import {
  closed,
  DivisionCode,
  GridCode,
  Id,
  Instant,
  nullable,
  PermissionSchema,
  Phone,
  RoleKeySchema,
  Text,
  UnitKey,
  UnitKindSchema,
  Username
} from './pieces.ts'

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
    validFrom: Type.Optional(Instant),
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

export const Page = <T extends TSchema>(item: T) => Type.Object({ items: Type.Array(item), next: nullable(Type.String()) })
export const UnitPage = Page(UnitView)
export const UserPage = Page(UserView)
