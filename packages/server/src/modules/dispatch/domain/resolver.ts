import type { Directory, Place, Rule } from './rules.ts'
import { classKey, DUTY_GRID, inForce, unitOfTarget } from './rules.ts'

/** What is asked, as in `cases/ports.ts`. */
export interface Question {
  standardRef: string
  kind: string
  classCode: string
  districtCode: string | null
  streetCode: string | null
  communityCode: string | null
  gridCode: string | null
  componentId: string | null
  /** Who puts this very component right, as the register of components says. */
  componentUnitId?: string | null
}

export interface Answer {
  unitId: string | null
  basis: 'component' | 'rule' | 'ambiguous' | 'none'
  ruleId: string | null
  candidates: { unitId: string; ruleId: string | null }[]
  reason: Record<string, unknown>
}

/** Which rules spoke at one place: the most exact ones that name a unit there, and more exact ones whose unit is not there. */
export interface Trace {
  winners: readonly { rule: Rule; unitId: string }[]
  missing: readonly Rule[]
}

export type OwnerLookup = (componentId: string) => string | null

export interface ResponsibilityIndex {
  resolve(question: Question): Answer
  trace(standardRef: string, kind: string, classCode: string, place: Place): Trace
  /** When the next rule comes into force or ends: the index is right until then. */
  nextChangeAt: Date | null
  rules: readonly Rule[]
  directory: Directory
}

type Cell = Map<string, Rule[]>
const WHOLE_CITY = ''

/** Compile the rules in force into an index that answers in microseconds: class → area → rules, most exact first. */
export function compileRules(
  all: readonly Rule[],
  directory: Directory,
  now: Date,
  ownerOf: OwnerLookup = () => null
): ResponsibilityIndex {
  const rules = all.filter((r) => inForce(r, now))
  const cells = new Map<string, Cell>()
  for (const rule of rules) {
    for (const code of rule.classes) {
      const key = classKey(rule.standardRef, rule.kind, code)
      const cell: Cell = cells.get(key) ?? new Map()
      cells.set(key, cell)
      for (const area of rule.areas ?? [WHOLE_CITY]) {
        const there = cell.get(area)
        if (there) there.push(rule)
        else cell.set(area, [rule])
      }
    }
  }

  const trace = (standardRef: string, kind: string, classCode: string, place: Place): Trace => {
    const missing: Rule[] = []
    for (const code of [classCode, classCode.slice(0, 2)]) {
      const cell = cells.get(classKey(standardRef, kind, code))
      if (!cell) continue
      for (const found of fromExactToWide(cell, place, directory)) {
        const winners: { rule: Rule; unitId: string }[] = []
        for (const rule of found) {
          const unitId = unitOfTarget(rule.target, place, directory)
          if (unitId !== null) winners.push({ rule, unitId })
          else missing.push(rule)
        }
        if (winners.length > 0) return { winners, missing }
      }
    }
    return { winners: [], missing }
  }

  return {
    rules,
    directory,
    nextChangeAt: nextChange(all, now),
    trace,
    resolve: (q) => {
      const place = placeOf(q, directory)
      const found = trace(q.standardRef, q.kind, q.classCode, place)
      const kept = q.componentUnitId ?? null
      if (kept !== null && directory.units.get(kept)?.active) return decideByRegister(found, kept, q.componentId)
      const owner = q.componentId === null ? null : ownerOf(q.componentId)
      return decide(found, owner, q.componentId, directory)
    }
  }
}

export function placeOf(q: Question, directory: Directory): Place {
  const dutyGrids = q.gridCode === null ? undefined : directory.dutyGridsOf.get(q.gridCode)
  return { districtCode: q.districtCode, streetCode: q.streetCode, communityCode: q.communityCode, dutyGrids: dutyGrids ?? [] }
}

/** The rules of a class at a place, level by level: duty grid, community, street, district, city. */
function* fromExactToWide(cell: Cell, place: Place, directory: Directory): Generator<readonly Rule[]> {
  const regionClass =
    directory.regionClassOf.get(place.communityCode ?? '') ??
    directory.regionClassOf.get(place.streetCode ?? '') ??
    directory.regionClassOf.get(place.districtCode ?? '')
  const grids = place.dutyGrids.length === 0 ? [] : place.dutyGrids.flatMap((g) => cell.get(DUTY_GRID + g) ?? [])
  if (grids.length > 0) yield* byRegionClass([...new Set(grids)], regionClass)
  for (const code of [place.communityCode, place.streetCode, place.districtCode, WHOLE_CITY]) {
    const rules = code === null ? undefined : cell.get(code)
    if (rules) yield* byRegionClass(rules, regionClass)
  }
}

/** In one area a rule for the region class of the place is more exact than one for all of them. */
function* byRegionClass(rules: readonly Rule[], regionClass: string | undefined): Generator<readonly Rule[]> {
  if (rules.every((r) => r.regionClasses === null)) {
    yield rules
    return
  }
  const special = rules.filter((r) => regionClass !== undefined && r.regionClasses?.includes(regionClass))
  if (special.length > 0) yield special
  const general = rules.filter((r) => r.regionClasses === null)
  if (general.length > 0) yield general
}

/**
 * One unit, or a dispatcher. Answers are unique only when exactly one unit results and no more exact rule failed to name one; the
 * owner of the component settles rules that disagree, and forbids an answer that names somebody else.
 */
function decide(found: Trace, owner: string | null, componentId: string | null, directory: Directory): Answer {
  const { winners, missing } = found
  const units = [...new Set(winners.map((w) => w.unitId))]
  const reason: Record<string, unknown> = {}
  if (winners.length > 0) reason.rules = winners.map((w) => factsOf(w.rule, w.unitId))
  if (missing.length > 0) reason.withoutUnit = missing.map((r) => factsOf(r, null))
  const candidates = units.map((unitId) => ({ unitId, ruleId: winners.find((w) => w.unitId === unitId)?.rule.id ?? null }))

  if (owner !== null) {
    const active = directory.units.get(owner)?.active === true
    const agreed = units.length === 0 || units.includes(owner)
    reason.component = { componentId, ownerId: owner, active, agreed }
    const ruleId = winners.find((w) => w.unitId === owner)?.rule.id ?? null
    if (active && agreed) return { unitId: owner, basis: 'component', ruleId, candidates: [{ unitId: owner, ruleId }], reason }
    const all = active ? [{ unitId: owner, ruleId: null }, ...candidates] : candidates
    return { unitId: null, basis: all.length > 0 ? 'ambiguous' : 'none', ruleId: null, candidates: all, reason }
  }
  if (units.length === 0) return { unitId: null, basis: 'none', ruleId: null, candidates: [], reason }
  if (units.length > 1 || missing.length > 0) return { unitId: null, basis: 'ambiguous', ruleId: null, candidates, reason }
  return { unitId: units[0]!, basis: 'rule', ruleId: winners[0]!.rule.id, candidates, reason }
}

/** Nothing is more exact than the component itself: the unit that the register names for it answers, whatever rules of classes and areas say. */
function decideByRegister({ winners }: Trace, unitId: string, componentId: string | null): Answer {
  const ruleId = winners.find((w) => w.unitId === unitId)?.rule.id ?? null
  const agreed = winners.length === 0 || ruleId !== null
  const reason: Record<string, unknown> = {
    component: { componentId, ownerId: unitId, active: true, agreed, source: 'register' }
  }
  if (winners.length > 0) reason.rules = winners.map((w) => factsOf(w.rule, w.unitId))
  return { unitId, basis: 'component', ruleId, candidates: [{ unitId, ruleId }], reason }
}

const factsOf = (rule: Rule, unitId: string | null): Record<string, unknown> => ({
  id: rule.id,
  key: rule.key,
  version: rule.version,
  target: rule.target,
  unitId,
  text: rule.note
})

function nextChange(rules: readonly Rule[], now: Date): Date | null {
  let next: Date | null = null
  for (const rule of rules) {
    for (const at of [rule.validFrom, rule.validTo]) if (at !== null && at > now && (next === null || at < next)) next = at
  }
  return next
}

/** Owners by component id or by leading digits: the longest entry that fits wins. */
export function compileOwners(rows: readonly { component: string; unitId: string }[]): OwnerLookup {
  const owners = new Map(rows.map((r) => [r.component, r.unitId]))
  const lengths = [...new Set(rows.map((r) => r.component.length))].sort((a, b) => b - a)
  return (componentId) => {
    for (const length of lengths) {
      if (length > componentId.length) continue
      const owner = owners.get(componentId.slice(0, length))
      if (owner !== undefined) return owner
    }
    return null
  }
}
