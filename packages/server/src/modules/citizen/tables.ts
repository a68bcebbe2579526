import type { JSONColumnType } from 'kysely'

export interface Open311KeyTable {
  id: string
  name: string
  prefix: string
  hash: string
  created_at: Date
  created_by: string
  created_by_name: string
  last_used_at: Date | null
  revoked_at: Date | null
}

export interface Open311RequestTable {
  case_id: string
  key_id: string
  service_code: string
  token: string | null
  account_id: string | null
  device_id: string | null
  email_enc: string | null
  media_url: string | null
  attributes: JSONColumnType<Record<string, string | string[]>>
  requested_at: Date
}

declare module '../../platform/db.ts' {
  interface Tables {
    'citizen.open311_key': Open311KeyTable
    'citizen.open311_request': Open311RequestTable
    'citizen.private_case': { case_id: string; reason: string; at: Date }
  }
}
