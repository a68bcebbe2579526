// What a change is before it is made.
import type { ChangeView, OrgChanged } from '@chengyun/contract/org'
import type { Actor } from '../../../platform/actor.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import type { Keyring } from '../keyring.ts'

export type ChangeTable = 'unit' | 'user' | 'post' | 'duty_shift' | 'role_permission'
export type Cells = Record<string, unknown>

/** One row as it was and as it will be; only the columns that differ. `before` null: the row is new. */
export interface RowChange {
  table: ChangeTable
  id: string
  /** What a person calls the row. */
  label: string
  before: Cells | null
  after: Cells
}

/** What a change would do, worked out without writing. */
export interface Plan {
  objectType: Exclude<OrgChanged['objectType'], 'organisation' | 'delegation'>
  objectId: string
  rows: RowChange[]
  affected: ChangeView['affected']
}

export interface PlanContext {
  actor: Actor
  now: Date
  keyring: Keyring
}
export type Planner<I> = (db: Db | Tx, input: I, ctx: PlanContext) => Promise<Plan>

export const NOBODY: ChangeView['affected'] = { units: 0, users: 0, posts: 0, sessions: 0 }
