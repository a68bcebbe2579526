import { effectiveMatrix, type Permission, type RoleKey, type UnitKind } from '@chengyun/contract/org'
import type { Grant } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { listAllUnits, listDelegationsTo, listOverrides, listPostsOf } from '../queries/identity.ts'

export interface DirectoryUnit {
  id: string
  key: string
  kind: UnitKind
  parentId: string | null
  path: readonly string[]
  districtCode: string | null
  streetCode: string | null
  name: string
  active: boolean
}

/** The organisation as it stood at one version: shared by every session, replaced as a whole when something changed. */
export interface Directory {
  units: ReadonlyMap<string, DirectoryUnit>
  /** A unit and everything below it. */
  subtree(unitId: string): readonly string[]
  permissionsOf(role: RoleKey): ReadonlySet<string>
}

export async function loadDirectory(db: Db): Promise<Directory> {
  const [rows, overrides] = await Promise.all([listAllUnits(db), listOverrides(db)])
  const units = new Map<string, DirectoryUnit>()
  const below = new Map<string, string[]>()
  for (const r of rows) {
    units.set(r.id, {
      id: r.id,
      key: r.key,
      kind: r.kind,
      parentId: r.parent_id,
      path: r.path,
      districtCode: r.district_code,
      streetCode: r.street_code,
      name: r.name,
      active: r.active
    })
    for (const ancestor of r.path) {
      const list = below.get(ancestor)
      if (list) list.push(r.id)
      else below.set(ancestor, [r.id])
    }
  }
  const matrix = effectiveMatrix(overrides)
  const permissions = new Map(Object.entries(matrix).map(([role, list]) => [role, new Set<string>(list)]))
  const none: ReadonlySet<string> = new Set()
  return {
    units,
    subtree: (unitId) => below.get(unitId) ?? [unitId],
    permissionsOf: (role) => permissions.get(role) ?? none
  }
}

/** The divisions a post reaches when it names none: the street or district of its unit, or the whole city (null). */
export function regionsOf(
  explicit: readonly string[] | null,
  unit: Pick<DirectoryUnit, 'districtCode' | 'streetCode'> | undefined
): readonly string[] | null {
  if (explicit !== null) return explicit
  if (unit?.streetCode) return [unit.streetCode]
  if (unit?.districtCode) return [unit.districtCode]
  return null
}

/** The grants of a person now, and the moment they next change by themselves (a post begins or ends, a delegation runs out). */
export async function loadGrants(
  db: Db,
  directory: Directory,
  userId: string,
  now: Date
): Promise<{ grants: Grant[]; until: number }> {
  const [posts, delegations] = await Promise.all([listPostsOf(db, userId, now), listDelegationsTo(db, userId, now)])
  const grants: Grant[] = []
  let until = Number.POSITIVE_INFINITY
  const at = now.getTime()
  const turns = (moment: Date | null): void => {
    if (moment !== null && moment.getTime() > at) until = Math.min(until, moment.getTime())
  }
  for (const p of posts) {
    turns(p.valid_from_at)
    turns(p.valid_to_at)
    const unit = directory.units.get(p.unit_id)
    if (p.valid_from_at.getTime() > at || unit?.active === false) continue
    grants.push({
      role: p.role,
      unitId: p.unit_id,
      unitIds: directory.subtree(p.unit_id),
      regionCodes: regionsOf(p.region_codes, unit),
      dutyGridCodes: p.duty_grid_codes,
      permissions: directory.permissionsOf(p.role)
    })
  }
  for (const d of delegations) {
    turns(d.valid_from_at)
    turns(d.valid_to_at)
    if (d.valid_from_at.getTime() > at) continue
    // What was lent cannot exceed what the lender's role still holds.
    const held = directory.permissionsOf(d.role)
    grants.push({
      role: d.role,
      unitId: d.unit_id,
      unitIds: directory.subtree(d.unit_id),
      regionCodes: regionsOf(d.region_codes, directory.units.get(d.unit_id)),
      dutyGridCodes: [],
      permissions: new Set(d.permissions.filter((p: Permission) => held.has(p)))
    })
  }
  return { grants, until }
}
