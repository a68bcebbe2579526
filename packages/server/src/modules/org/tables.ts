import type { Permission, RoleKey, UnitKind } from '@chengyun/contract/org'
import type { Generated, GeneratedAlways } from 'kysely'

export interface UnitTable {
  id: string
  key: string
  code: string | null
  kind: UnitKind
  parent_id: string | null
  path: string[]
  district_code: string | null
  street_code: string | null
  name: string
  short_name: string
  active: Generated<boolean>
  sort: Generated<number>
  version: Generated<number>
  valid_from_at: Date
  valid_to_at: Date | null
}

export interface UserTable {
  id: string
  username: string
  name: string
  phone_enc: string | null
  phone_hmac: string | null
  password_hash: string | null
  password_changed_at: Date | null
  must_change: Generated<boolean>
  totp_enc: string | null
  totp_confirmed_at: Date | null
  totp_step: Generated<number>
  failed_count: Generated<number>
  failed_at: Date | null
  locked_until_at: Date | null
  last_sign_in_at: Date | null
  status: Generated<'active' | 'disabled'>
  demo: Generated<boolean>
  version: Generated<number>
  created_at: Date
}

export interface PasswordHistoryTable {
  id: GeneratedAlways<number>
  user_id: string
  password_hash: string
  set_at: Date
}

export interface PostTable {
  id: string
  user_id: string
  role: RoleKey
  unit_id: string
  region_codes: string[] | null
  duty_grid_codes: Generated<string[]>
  valid_from_at: Date
  valid_to_at: Date | null
}

export interface DutyShiftTable {
  id: string
  user_id: string
  role: RoleKey
  unit_id: string
  duty_grid_codes: Generated<string[]>
  starts_at: Date
  ends_at: Date
  cancelled_at: Date | null
}

export interface RolePermissionTable {
  id: string
  role: RoleKey
  permission: Permission
  allowed: boolean
  active: Generated<boolean>
  changed_at: Date
}

export interface DelegationTable {
  id: string
  from_user_id: string
  user_id: string
  role: RoleKey
  unit_id: string
  region_codes: string[] | null
  permissions: Permission[]
  reason: string
  valid_from_at: Date
  valid_to_at: Date
  revoked_at: Date | null
}

export interface SessionTable {
  id: string
  token_hash: string
  user_id: string
  created_at: Date
  last_seen_at: Date
  expires_at: Date
  ended_at: Date | null
  end_reason: string | null
  ip: string | null
  user_agent: string | null
  mfa: Generated<boolean>
}

export interface ApiTokenTable {
  id: string
  user_id: string
  name: string
  token_hash: string
  permissions: Permission[] | null
  created_at: Date
  expires_at: Date
  last_used_at: Date | null
  revoked_at: Date | null
}

export interface SignInFailureTable {
  id: GeneratedAlways<number>
  ip: string
  username: string
  failed_at: Date
}

export interface OrgVersionTable {
  one: Generated<boolean>
  version: Generated<number>
}

declare module '../../platform/db.ts' {
  interface Tables {
    'org.unit': UnitTable
    'org.user': UserTable
    'org.password_history': PasswordHistoryTable
    'org.post': PostTable
    'org.duty_shift': DutyShiftTable
    'org.role_permission': RolePermissionTable
    'org.delegation': DelegationTable
    'org.session': SessionTable
    'org.api_token': ApiTokenTable
    'org.sign_in_failure': SignInFailureTable
    'org.version': OrgVersionTable
    'org.pub_unit': Pick<
      UnitTable,
      'id' | 'key' | 'code' | 'kind' | 'parent_id' | 'path' | 'district_code' | 'street_code' | 'name' | 'short_name'
    > & { active: boolean; sort: number }
    'org.pub_user': { id: string; username: string; name: string; status: 'active' | 'disabled'; demo: boolean }
    'org.pub_post': {
      id: string
      user_id: string
      role: RoleKey
      unit_id: string
      region_codes: string[] | null
      duty_grid_codes: string[]
      valid_from_at: Date
      valid_to_at: Date | null
    }
    'org.pub_duty': {
      id: string
      user_id: string
      user_name: string
      role: RoleKey
      unit_id: string
      duty_grid_codes: string[]
      starts_at: Date
      ends_at: Date
    }
  }
}
