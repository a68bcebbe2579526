import type { RoleKey } from '@chengyun/contract/org'

/** One post of a person, unfolded: what it permits and over which part of the city. */
export interface Grant {
  role: RoleKey
  unitId: string
  /** The unit and everything below it. */
  unitIds: readonly string[]
  /** Division code prefixes; null means the whole city. */
  regionCodes: readonly string[] | null
  dutyGridCodes: readonly string[]
  permissions: ReadonlySet<string>
}

/** Whoever asks for something. Built by `org` from the session; never from what the client says of itself. */
export interface Actor {
  id: string
  name: string
  username: string
  unitId: string | null
  unitName: string | null
  grants: readonly Grant[]
  sessionId: string | null
  ip: string | null
  system?: boolean
}

/** The platform itself: automatic dispatch, resumption, sweeps. */
export const SYSTEM: Actor = {
  id: '00000000-0000-7000-8000-000000000000',
  name: '系统',
  username: 'system',
  unitId: null,
  unitName: null,
  grants: [],
  sessionId: null,
  ip: null,
  system: true
}

/** Does any post of this person carry the permission? Scope is checked apart, per row. */
export const may = (actor: Actor, permission: string): boolean =>
  actor.system === true || actor.grants.some((g) => g.permissions.has(permission))

/** The posts that carry the permission: the rows they may touch are the union of their scopes. */
export const grantsFor = (actor: Actor, permission: string): Grant[] => actor.grants.filter((g) => g.permissions.has(permission))
