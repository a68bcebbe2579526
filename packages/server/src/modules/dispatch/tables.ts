import type { StandardRef } from '@chengyun/contract/cases'
import type { DryRunStatus } from '@chengyun/contract/dispatch'
import type { Generated, JSONColumnType } from 'kysely'

export interface RuleTable {
  id: string
  key: string
  version: number
  standard_ref: StandardRef
  kind: 'component' | 'matter'
  classes: string[]
  areas: string[] | null
  region_classes: ('A' | 'B' | 'C')[] | null
  target: string
  note: string
  valid_from_at: Date
  valid_to_at: Date | null
  changed_at: Date
  changed_by: string
  changed_by_name: string
}

export interface RuleVersionTable {
  rule_id: string
  version: number
  body: JSONColumnType<object>
  change_id: string
  changed_at: Date
  changed_by_name: string
}

export interface ComponentOwnerTable {
  component: string
  unit_id: string
  changed_at: Date
}

export interface DryRunTable {
  id: string
  status: DryRunStatus
  progress: Generated<number>
  changes: JSONColumnType<object>
  from_at: Date
  to_at: Date
  started_at: Date
  started_by: string
  started_by_name: string
  touched_at: Date
  result: JSONColumnType<object> | null
}

declare module '../../platform/db.ts' {
  interface Tables {
    'dispatch.rule': RuleTable
    'dispatch.rule_version': RuleVersionTable
    'dispatch.component_owner': ComponentOwnerTable
    'dispatch.dry_run': DryRunTable
    'dispatch.head': { one: Generated<boolean>; version: Generated<number> }
  }
}
