import type { StandardRef } from '@chengyun/contract/cases'

/** A responsibility rule as the resolver sees it (权责: class × area → unit). */
export interface Rule {
  id: string
  key: string
  version: number
  standardRef: StandardRef
  kind: 'component' | 'matter'
  /** Majors (two digits) and minors. */
  classes: readonly string[]
  /** Division codes and `grid:<duty grid>`; null is the whole city. */
  areas: readonly string[] | null
  regionClasses: readonly string[] | null
  target: string
  note: string
  validFrom: Date
  validTo: Date | null
}

export interface DirectoryUnit {
  id: string
  key: string
  name: string
  active: boolean
}

/** What symbolic targets and areas mean in this city today. Only active units stand under `stationOf` and `districtUnit`. */
export interface Directory {
  units: ReadonlyMap<string, DirectoryUnit>
  byKey: ReadonlyMap<string, string>
  /** Street code → its station. */
  stationOf: ReadonlyMap<string, string>
  /** `<district code>|<key>` → the unit with that key in the district. */
  districtUnit: ReadonlyMap<string, string>
  /** Division code → A, B or C. */
  regionClassOf: ReadonlyMap<string, string>
  /** Unit grid code → codes of the duty grids it belongs to. */
  dutyGridsOf: ReadonlyMap<string, readonly string[]>
}

/** The part of a case's place that rules speak of. */
export interface Place {
  districtCode: string | null
  streetCode: string | null
  communityCode: string | null
  dutyGrids: readonly string[]
}

export const DUTY_GRID = 'grid:'
const DISTRICT = 'district:'
const UNIT = 'unit:'
export const STREET = 'street'

/** The key of classes in every index: the two generations and kinds share numbers. */
export const classKey = (standardRef: string, kind: string, code: string): string => `${standardRef}|${kind}|${code}`

/** The unit a target means at a place, or null when there is none there (unknown or no longer active). */
export function unitOfTarget(target: string, place: Place, directory: Directory): string | null {
  if (target === STREET) return place.streetCode === null ? null : (directory.stationOf.get(place.streetCode) ?? null)
  if (target.startsWith(DISTRICT)) {
    if (place.districtCode === null) return null
    return directory.districtUnit.get(`${place.districtCode}|${target.slice(DISTRICT.length)}`) ?? null
  }
  const unit = namedUnit(target, directory)
  return unit?.active ? unit.id : null
}

/** The one unit a target names wherever the case is; undefined for targets that depend on the place and for unknown units. */
export function namedUnit(target: string, directory: Directory): DirectoryUnit | undefined {
  if (isSymbolic(target)) return undefined
  const id = target.startsWith(UNIT) ? directory.byKey.get(target.slice(UNIT.length)) : target
  return id === undefined ? undefined : directory.units.get(id)
}

/** Does the target mean another unit in another street or district? */
export const isSymbolic = (target: string): boolean => target === STREET || target.startsWith(DISTRICT)

/** Is the rule in force at this moment? */
export const inForce = (rule: Rule, now: Date): boolean => rule.validFrom <= now && (rule.validTo === null || rule.validTo > now)

/** All units a rule can ever name: for finding the rules of a unit. */
export function mayName(rule: Rule, unitId: string, directory: Directory): boolean {
  if (!isSymbolic(rule.target)) return namedUnit(rule.target, directory)?.id === unitId
  if (rule.target === STREET) return [...directory.stationOf.values()].includes(unitId)
  const suffix = `|${rule.target.slice(DISTRICT.length)}`
  return [...directory.districtUnit].some(([key, id]) => id === unitId && key.endsWith(suffix))
}
