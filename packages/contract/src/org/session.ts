import { type Static, Type } from 'typebox'
import { closed, Id, Instant, nullable, PermissionSchema, RoleKeySchema, Text } from './pieces.ts'

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
