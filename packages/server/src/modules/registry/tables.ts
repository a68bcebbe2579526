import type { RegisterDeclaration } from '@chengyun/contract/registry'
import type { Generated, JSONColumnType } from 'kysely'

export interface TypeTable {
  id: string
  version: Generated<number>
  declaration: JSONColumnType<RegisterDeclaration>
  origin: Generated<string>
  state: Generated<'active' | 'retired'>
  created_at: Date
  updated_at: Date
}

export interface TypeVersionTable {
  type_id: string
  version: number
  declaration: JSONColumnType<RegisterDeclaration>
  note: Generated<string>
  changed_by: string | null
  changed_at: Date
}

export interface ItemTable {
  type_id: string
  id: string
  code: string
  class_code: string | null
  name: string
  status: string
  lng: number | null
  lat: number | null
  shape: Uint8Array | null
  grid_code: string | null
  address: Generated<string>
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
  attributes: JSONColumnType<Record<string, unknown>>
  terms: Generated<number[]>
  version: Generated<number>
  batch_id: string | null
  created_at: Date
  updated_at: Date
  removed_at: Date | null
  /** bigint, as text. */
  rev: Generated<string>
}

export type ChangeKind = 'add' | 'modify' | 'move' | 'remove' | 'restore'
export type ChangeSource = 'person' | 'request' | 'import' | 'census' | 'bulk' | 'undo' | 'case' | 'device'

export interface ChangeTable {
  seq: Generated<string>
  type_id: string
  item_id: string
  code: string
  kind: ChangeKind
  version: number
  before: JSONColumnType<Record<string, unknown>>
  after: JSONColumnType<Record<string, unknown>>
  source: ChangeSource
  source_ref: string | null
  evidence_ids: Generated<string[]>
  note: Generated<string>
  actor_id: string | null
  actor_name: Generated<string>
  reviewer_id: string | null
  reviewer_name: string | null
  effective_at: Date
  recorded_at: Date
  prev_hash: Uint8Array | null
  hash: Uint8Array
}

export interface RequestTable {
  id: string
  type_id: string
  kind: 'add' | 'modify' | 'move' | 'remove'
  code: string | null
  wanted: JSONColumnType<Record<string, unknown>>
  note: Generated<string>
  evidence_ids: Generated<string[]>
  origin: 'field' | 'case' | 'owner' | 'person'
  origin_ref: string | null
  grid_code: string | null
  state: Generated<'waiting' | 'applied' | 'declined' | 'withdrawn'>
  applicant_id: string | null
  applicant_name: Generated<string>
  requested_at: Date
  reviewer_id: string | null
  reviewer_name: string | null
  reason: string | null
  decided_at: Date | null
  change_seq: string | null
}

export interface BatchTable {
  id: string
  type_id: string
  kind: 'import' | 'census' | 'bulk'
  name: string
  state: 'open' | 'reading' | 'read' | 'checking' | 'checked' | 'publishing' | 'published' | 'failed' | 'cancelled'
  scope: JSONColumnType<Record<string, unknown>>
  options: JSONColumnType<Record<string, unknown>>
  file_name: string | null
  file_hash: Uint8Array | null
  progress: JSONColumnType<Record<string, unknown>>
  totals: JSONColumnType<Record<string, unknown>>
  quality: JSONColumnType<Record<string, unknown>> | null
  comparison: JSONColumnType<Record<string, unknown>> | null
  error: JSONColumnType<Record<string, unknown>> | null
  stage: string | null
  hash: Uint8Array | null
  created_by: string | null
  created_by_name: Generated<string>
  created_at: Date
  updated_at: Date
  published_by: string | null
  published_by_name: string | null
  published_at: Date | null
}

declare module '../../platform/db.ts' {
  interface Tables {
    'registry.type': TypeTable
    'registry.type_version': TypeVersionTable
    'registry.item': ItemTable
    'registry.sequence': { type_id: string; prefix: string; last: string }
    'registry.change': ChangeTable
    'registry.relation': { type_id: string; item_id: string; key: string; other_type_id: string; other_id: string }
    'registry.request': RequestTable
    'registry.batch': BatchTable
    'registry.reject': {
      batch_id: string
      row_no: string
      code: string | null
      reasons: JSONColumnType<object>
      fields: JSONColumnType<object>
    }
    'registry.mapping': { type_id: string; headers_hash: string; mapping: JSONColumnType<object>; used_at: Date }
  }
}
