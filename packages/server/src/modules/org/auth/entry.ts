import { ADMIN_ROLES, type RoleKey } from '@chengyun/contract/org'
import type { Actor, Grant } from '../../../platform/actor.ts'

/** What must be done before anything else is allowed. */
export type Pending = 'password' | 'totp' | null

/** One signed-in session or API token, as requests see it. */
export interface Entry {
  kind: 'session' | 'token'
  actor: Actor
  userId: string
  demo: boolean
  mfa: boolean
  totpEnrolled: boolean
  pending: Pending
  /** Posts in force even while `pending` withholds them from the actor. */
  grants: readonly Grant[]
  csrf: string
  idleMs: number
  expiresAt: number
  lastSeen: number
  /** Grants must be read again from this moment on. */
  until: number
  version: number
}

export const holdsAdminRole = (grants: readonly { role: RoleKey }[]): boolean =>
  grants.some((g) => (ADMIN_ROLES as readonly RoleKey[]).includes(g.role))
