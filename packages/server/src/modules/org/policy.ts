import { ROLE_FACTS } from '@chengyun/contract/org'
import { type Actor, type Grant, grantsFor } from '../../platform/actor.ts'

/**
 * Which rows a permission reaches: the union of what the posts that carry it reach. `all` is the whole city; otherwise a row is in
 * scope when its division code starts with one of `regions`, or it is (was) with one of `unitIds`, or it lies in one of
 * `dutyGrids`, or — with `own` — it is assigned to or was reported by the person. All lists empty and `own` false means nothing.
 */
export type Scope =
  | { all: true }
  | { all: false; regions: readonly string[]; unitIds: readonly string[]; dutyGrids: readonly string[]; own: boolean }

/** The part of a row that decides whether it is somebody's business. */
export interface ScopedRow {
  districtCode: string | null
  streetCode: string | null
  dutyGridCode: string | null
  /** Units that hold the case or held it. */
  unitIds: readonly string[]
  /** People who reported it, hold it or hold a task of it. */
  personIds: readonly string[]
}

const NOTHING: Scope = { all: false, regions: [], unitIds: [], dutyGrids: [], own: false }

/** What one permission of this person reaches. Closed: no post, no row. Compile it to SQL once per request. */
export function scopeOf(actor: Actor, permission: string): Scope {
  if (actor.system === true) return { all: true }
  const regions = new Set<string>()
  const unitIds = new Set<string>()
  const dutyGrids = new Set<string>()
  let own = false
  for (const grant of grantsFor(actor, permission)) {
    switch (ROLE_FACTS[grant.role].scope) {
      case 'region':
        if (grant.regionCodes === null) return { all: true }
        for (const code of grant.regionCodes) regions.add(code)
        break
      case 'unit':
        for (const id of grant.unitIds) unitIds.add(id)
        own = true
        break
      case 'dutyGrid':
        for (const code of grant.dutyGridCodes) dutyGrids.add(code)
        own = true
        break
      case 'own':
        own = true
        break
      case 'none':
        break
    }
  }
  return { all: false, regions: withoutNested(regions), unitIds: [...unitIds], dutyGrids: [...dutyGrids], own }
}

/** Is this row within what the scope reaches? The same answer as the SQL that is compiled from it. */
export function inScope(scope: Scope, actorId: string, row: ScopedRow): boolean {
  if (scope.all) return true
  const code = row.streetCode ?? row.districtCode
  if (code !== null && scope.regions.some((r) => code.startsWith(r))) return true
  if (scope.unitIds.length > 0 && row.unitIds.some((id) => scope.unitIds.includes(id))) return true
  if (row.dutyGridCode !== null && scope.dutyGrids.includes(row.dutyGridCode)) return true
  return scope.own && row.personIds.includes(actorId)
}

/** Does the scope reach anything at all? A list need not be asked when it does not. */
export const reachesNothing = (scope: Scope): boolean =>
  !scope.all && scope.regions.length === 0 && scope.unitIds.length === 0 && scope.dutyGrids.length === 0 && !scope.own

/** May the person act for this unit under the permission: is it the unit of a post, or below it? */
export const actsForUnit = (actor: Actor, permission: string, unitId: string): boolean =>
  actor.system === true || grantsFor(actor, permission).some((g: Grant) => g.unitIds.includes(unitId))

/** A street inside a listed district adds nothing. */
function withoutNested(codes: ReadonlySet<string>): string[] {
  const sorted = [...codes].sort()
  const out: string[] = []
  for (const code of sorted) if (!out.some((kept) => code.startsWith(kept))) out.push(code)
  return out
}

export const NO_SCOPE: Scope = NOTHING
