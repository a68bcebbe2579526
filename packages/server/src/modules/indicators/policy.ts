import { INDICATOR_ERRORS } from '@chengyun/contract/indicators'
import type { Actor } from '../../platform/actor.ts'
import { thrower } from '../../platform/errors.ts'
import { type Scope, scopeOf } from '../org/index.ts'
import type { Reach } from './domain/reach.ts'

export const READ = 'indicators:read'
const fail = thrower(INDICATOR_ERRORS)

export interface AreaQuery {
  district?: string | undefined
  street?: string | undefined
  /** The unit asked for and everything below it, worked out by the caller. */
  unit?: { id: string; subtree: readonly string[] } | undefined
}

const CITY: Reach = { kind: 'city', districts: null, keys: null }

/**
 * What the person may see of what was asked: the posts with `indicators:read`, by region or by unit. Someone with posts of both kinds
 * gets the region unless a unit is asked for, so that every number has one list behind it. Throws INDICATOR_AREA_UNKNOWN for areas
 * and units outside the scope, as if they did not exist.
 */
export function reachOf(actor: Actor, query: AreaQuery): Reach {
  const scope = scopeOf(actor, READ)
  const reach = scope.all ? CITY : ownReach(scope, query)
  return narrowed(reach, query)
}

function ownReach(scope: Extract<Scope, { all: false }>, query: AreaQuery): Reach {
  const districts = scope.regions.filter((code) => code.length === 6)
  const streets = scope.regions.filter((code) => code.length === 9)
  const asksForOwnUnit = query.unit !== undefined && scope.unitIds.includes(query.unit.id)
  if (!asksForOwnUnit) {
    if (districts.length > 0 && !streets.some((code) => code === query.street)) return { kind: 'district', districts, keys: null }
    if (streets.length > 0) return { kind: 'street', districts: null, keys: streets }
  }
  return { kind: 'unit', districts: null, keys: scope.unitIds }
}

function narrowed(reach: Reach, query: AreaQuery): Reach {
  let out = reach
  if (query.district !== undefined) {
    const asked = [...new Set(query.district.split(','))]
    const { districts, keys, kind } = out
    const known =
      kind === 'street'
        ? asked.every((d) => keys?.some((s) => s.startsWith(d)))
        : districts === null || asked.every((d) => districts.includes(d))
    if (!known) throw fail('INDICATOR_AREA_UNKNOWN', { field: 'district' })
    out =
      kind === 'street'
        ? { ...out, keys: keys!.filter((s) => asked.includes(s.slice(0, 6))) }
        : { ...out, kind: kind === 'city' ? 'district' : kind, districts: asked }
  }
  if (query.street !== undefined) {
    const { street } = query
    const inside =
      out.kind === 'street'
        ? out.keys?.includes(street)
        : out.kind !== 'unit' && (out.districts === null || out.districts.includes(street.slice(0, 6)))
    if (!inside || query.unit !== undefined) throw fail('INDICATOR_AREA_UNKNOWN', { field: 'street' })
    out = { kind: 'street', districts: null, keys: [street] }
  }
  if (query.unit !== undefined) {
    const { subtree } = query.unit
    if (out.kind === 'street' || (out.kind === 'unit' && !subtree.every((id) => out.keys?.includes(id))))
      throw fail('INDICATOR_AREA_UNKNOWN', { field: 'unit' })
    out = { kind: 'unit', districts: out.districts, keys: subtree }
  }
  return out
}
