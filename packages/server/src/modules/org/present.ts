import type { Permission, PostView, SessionView, ShiftView, TokenView, UnitView, UserView } from '@chengyun/contract/org'
import type { Static } from 'typebox'
import type { Entry } from './auth/entry.ts'
import type { Directory } from './auth/grants.ts'
import { maskPhone } from './domain/masking.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

/** Who is signed in, as the consoles need it. Permissions are those in force now: none while something is pending. */
export function presentSession(entry: Entry, directory: Directory): SessionView {
  const { actor } = entry
  return {
    user: {
      id: actor.id,
      username: actor.username,
      name: actor.name,
      unitId: actor.unitId,
      unitName: actor.unitName,
      demo: entry.demo
    },
    posts: entry.grants.map((g) => ({
      role: g.role,
      unitId: g.unitId,
      unitName: directory.units.get(g.unitId)?.name ?? '',
      regionCodes: g.regionCodes === null ? null : [...g.regionCodes],
      dutyGridCodes: [...g.dutyGridCodes]
    })),
    permissions: [...new Set(actor.grants.flatMap((g) => [...g.permissions]))].sort() as Permission[],
    csrfToken: entry.csrf,
    mfa: entry.mfa,
    totpEnrolled: entry.totpEnrolled,
    pending: entry.pending,
    idleMinutes: Math.min(Math.round(entry.idleMs / 60_000), 1_000_000),
    expiresAt: new Date(entry.expiresAt).toISOString()
  }
}

export const presentToken = (row: {
  id: string
  name: string
  permissions: Permission[] | null
  created_at: Date
  expires_at: Date
  last_used_at: Date | null
}): Static<typeof TokenView> => ({
  id: row.id,
  name: row.name,
  permissions: row.permissions,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  lastUsedAt: iso(row.last_used_at)
})

export interface UnitRow {
  id: string
  key: string
  code: string | null
  kind: UnitView['kind']
  parent_id: string | null
  path: string[]
  district_code: string | null
  street_code: string | null
  name: string
  short_name: string
  active: boolean
  sort: number
  version: number
  children: number
  posts: number
}

export const presentUnit = (row: UnitRow): UnitView => ({
  id: row.id,
  key: row.key,
  code: row.code,
  kind: row.kind,
  parentId: row.parent_id,
  depth: row.path.length - 1,
  districtCode: row.district_code,
  streetCode: row.street_code,
  name: row.name,
  shortName: row.short_name,
  active: row.active,
  sort: row.sort,
  children: row.children,
  posts: row.posts,
  version: row.version
})

export interface PostRow {
  id: string
  user_id: string
  role: PostView['role']
  unit_id: string
  unit_name: string
  region_codes: string[] | null
  duty_grid_codes: string[]
  valid_from_at: Date
  valid_to_at: Date | null
}

export const presentPost = (row: PostRow): PostView => ({
  id: row.id,
  userId: row.user_id,
  role: row.role,
  unitId: row.unit_id,
  unitName: row.unit_name,
  regionCodes: row.region_codes,
  dutyGridCodes: row.duty_grid_codes,
  validFrom: row.valid_from_at.toISOString(),
  validTo: iso(row.valid_to_at)
})

export interface UserRow {
  id: string
  username: string
  name: string
  phone_enc: string | null
  status: UserView['status']
  locked_until_at: Date | null
  totp_confirmed_at: Date | null
  must_change: boolean
  demo: boolean
  last_sign_in_at: Date | null
  version: number
}

/** A person in a list or form: the telephone is masked, whoever asks. */
export const presentUser = (row: UserRow, posts: readonly PostRow[], phone: string | null, now: Date): UserView => ({
  id: row.id,
  username: row.username,
  name: row.name,
  phone: phone === null ? null : maskPhone(phone),
  status: row.status,
  lockedUntil: row.locked_until_at !== null && row.locked_until_at > now ? row.locked_until_at.toISOString() : null,
  totpEnrolled: row.totp_confirmed_at !== null,
  mustChangePassword: row.must_change,
  demo: row.demo,
  lastSignInAt: iso(row.last_sign_in_at),
  posts: posts.map(presentPost),
  version: row.version
})

export interface ShiftRow {
  id: string
  user_id: string
  user_name: string
  role: ShiftView['role']
  unit_id: string
  unit_name: string
  duty_grid_codes: string[]
  starts_at: Date
  ends_at: Date
}

export const presentShift = (row: ShiftRow): ShiftView => ({
  id: row.id,
  userId: row.user_id,
  userName: row.user_name,
  role: row.role,
  unitId: row.unit_id,
  unitName: row.unit_name,
  dutyGridCodes: row.duty_grid_codes,
  startsAt: row.starts_at.toISOString(),
  endsAt: row.ends_at.toISOString()
})
