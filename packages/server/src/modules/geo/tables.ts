import type { DivisionLevel, PlaceKind, RegionClass } from '@chengyun/contract/geo'
import type { Generated } from 'kysely'

export interface DivisionTable {
  code: string
  level: DivisionLevel
  parent_code: string | null
  name: string
  region_class: Generated<RegionClass>
  shape: Uint8Array | null
  lng: number | null
  lat: number | null
  area_m2: number | null
  generated: Generated<boolean>
  valid_from_on: string
  valid_to_on: string | null
}
export interface UnitGridTable {
  code: string
  community_code: string
  shape: Uint8Array
  lng: number
  lat: number
  area_m2: number
  land_use: string | null
  manage_level: string | null
  remark: string | null
  generated: Generated<boolean>
  valid_from_on: string
  valid_to_on: string | null
}
export interface DutyGridTable {
  code: string
  name: string
  street_code: string
  shift: Generated<string>
  version: Generated<number>
  valid_from_on: string
  valid_to_on: string | null
}
export interface DutyGridMemberTable {
  duty_grid_code: string
  grid_code: string
  /** That of its duty grid, filled by a trigger. */
  shift: Generated<string>
}
export interface RoadTable {
  code: string
  district_code: string
  name: string
  line: Uint8Array
  length_m: number
  generated: Generated<boolean>
}
export interface PlaceTable {
  id: string
  kind: PlaceKind
  name: string
  address: string
  lng: number
  lat: number
  grid_code: string | null
  terms: string[]
  generated: Generated<boolean>
}
export interface SurfaceTable {
  kind: 'land'
  shape: Uint8Array
  w: number
  s: number
  e: number
  n: number
  origin: string
}
export interface RegridTable {
  id: string
  community_code: string
  applied_at: Date
  applied_by: string
  applied_by_name: string
  note: string
  /** jsonb: the steps of the draft. */
  steps: unknown
  retired: string[]
  created: string[]
  altered: string[]
  /** jsonb: BeforeGrid[] of commands/regrid.ts. */
  before: unknown
  state_after: string
  undoes_id: string | null
}
export interface RelocationTable {
  id: string
  regrid_id: string | null
  follower: string
  grid_codes: string[]
  after_key: string | null
  total: number | null
  done: Generated<number>
  moved: Generated<number>
  queued_at: Date
  finished_at: Date | null
}
export interface RevisionTable {
  one: Generated<boolean>
  /** bigint, as text. */
  number: Generated<string>
}

declare module '../../platform/db.ts' {
  interface Tables {
    'geo.division': DivisionTable
    'geo.unit_grid': UnitGridTable
    'geo.duty_grid': DutyGridTable
    'geo.duty_grid_member': DutyGridMemberTable
    'geo.road': RoadTable
    'geo.place': PlaceTable
    'geo.surface': SurfaceTable
    'geo.regrid': RegridTable
    'geo.relocation': RelocationTable
    'geo.revision': RevisionTable
  }
}
