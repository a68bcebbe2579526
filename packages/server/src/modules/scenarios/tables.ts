import type { PlanStep } from '@chengyun/contract/scenarios'
import type { PackDocument } from '@chengyun/scenario-kit/packs'
import type { Generated, JSONColumnType } from 'kysely'

export interface PackTable {
  id: string
  version: string
  state: 'active' | 'disabled'
  document: JSONColumnType<PackDocument>
  hash: string
  rules_off: Generated<string[]>
  installed_at: Date
  installed_by: string | null
  updated_at: Date
}

export interface PackChangeTable {
  seq: Generated<string>
  pack_id: string
  act: string
  from_version: string | null
  to_version: string | null
  steps: JSONColumnType<PlanStep[]>
  actor_id: string | null
  actor_name: Generated<string>
  at: Date
}

declare module '../../platform/db.ts' {
  interface Tables {
    'scenarios.pack': PackTable
    'scenarios.pack_change': PackChangeTable
  }
}
