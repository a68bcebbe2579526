import type { RegisterDeclaration, RegistryChanged } from '@chengyun/contract/registry'
import { type Actor, grantsFor, may } from '../../platform/actor.ts'
import { scopeOf } from '../org/index.ts'

export const READ = 'registry:read'
export const EDIT = 'registry:edit'

/** Whether restricted attributes are shown at all. */
export const mayReadRestricted = (actor: Actor): boolean => may(actor, 'registry:restricted') || may(actor, 'registry:config')

/** Whether an attribute is shown at all; personal ones are masked then. */
export const mayReadAttribute = (actor: Actor, a: { visibility?: string }): boolean =>
  a.visibility !== 'restricted' || mayReadRestricted(actor)

/** Registers that only some may know are read with `registry:restricted`; whoever declares registers sees all. */
export const mayReadType = (actor: Actor, d: Pick<RegisterDeclaration, 'access'>): boolean =>
  d.access !== 'restricted' || mayReadRestricted(actor)

/**
 * Which items a permission of a person reaches. A row is reached when the code of its place starts with one of `regions`, one of its
 * units is among `unitIds`, or its unit grid among `grids`. All empty: none.
 */
export type Reach =
  | { all: true }
  | { all: false; regions: readonly string[]; unitIds: readonly string[]; grids: readonly string[] }

/** The part of an item that decides who reaches it. */
export interface ReachedRow {
  grid_code: string | null
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
}

/** What has to be looked up for a reach: the duty grids whose unit grids count. */
export interface ReachPlan {
  all: boolean
  regions: readonly string[]
  unitIds: readonly string[]
  dutyGrids: readonly string[]
}

/** The reach of a permission before duty grids are unfolded. Who declares registers reaches everything. */
export function planReach(actor: Actor, permission: string): ReachPlan {
  const nothing = { regions: [], unitIds: [], dutyGrids: [] }
  const scope = scopeOf(actor, permission)
  if (may(actor, 'registry:config') || scope.all) return { all: true, ...nothing }
  // What is one's own: items of the unit of the post.
  const own = scope.own ? grantsFor(actor, permission).map((g) => g.unitId) : []
  return {
    all: false,
    regions: scope.regions,
    unitIds: [...new Set([...scope.unitIds, ...own])].sort(),
    dutyGrids: scope.dutyGrids
  }
}

/** Is the item within the reach? The same answer as the SQL that is compiled from it (queries/reach.ts). */
export function reaches(reach: Reach, row: ReachedRow): boolean {
  if (reach.all) return true
  const { grid_code: grid } = row
  if (grid !== null && (reach.regions.some((r) => grid.startsWith(r)) || reach.grids.includes(grid))) return true
  return [row.authority_id, row.owner_id, row.maintainer_id].some((id) => id !== null && reach.unitIds.includes(id))
}

/** Whose screens hear of a change: whoever reaches the item before or after. */
export function hearsOfItem(actor: Actor, payload: Record<string, unknown>): boolean {
  const plan = planReach(actor, READ)
  if (plan.all) return true
  const { before, after, unitIds, dutyGrids = [] } = payload as unknown as RegistryChanged
  const grids = [before?.gridCode, after.gridCode].filter((code) => typeof code === 'string')
  return (
    grids.some((code) => plan.regions.some((r) => code.startsWith(r))) ||
    unitIds.some((id) => plan.unitIds.includes(id)) ||
    dutyGrids.some((code) => plan.dutyGrids.includes(code))
  )
}
