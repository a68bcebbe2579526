import type { StandardRef } from '@chengyun/contract/cases'
import type { CheckGap, CheckOverlap, DeadReason, DeadRule } from '@chengyun/contract/dispatch'
import type { ResponsibilityIndex } from './resolver.ts'
import { classKey, type Directory, DUTY_GRID, isSymbolic, namedUnit, type Place, type Rule, unitOfTarget } from './rules.ts'

export interface CheckedClass {
  standardRef: StandardRef
  kind: 'component' | 'matter'
  code: string
  name: string
}

/** The city as rules divide it. */
export interface CheckedCity {
  streets: readonly { code: string; districtCode: string }[]
  communities: readonly { code: string; streetCode: string }[]
  dutyGrids: readonly { code: string; streetCode: string }[]
}

/** Cases of the span that is weighed with, already summed. */
export interface CaseCount {
  standardRef: string
  kind: string
  classCode: string
  streetCode: string | null
  communityCode: string | null
  /** The duty grids of the case's unit grid. */
  dutyGrids: readonly string[]
  cases: number
}

export interface Findings {
  gaps: CheckGap[]
  overlaps: CheckOverlap[]
  dead: DeadRule[]
}

/** A part of the city inside which every rule either holds or does not. */
interface Point extends Place {
  streetCode: string
  districtCode: string
}

/**
 * Ask the rules about every class at every place where their answer can differ, and report where they say nothing, disagree, or are
 * never heard. Yields the share done, so that the caller can let others work in between.
 */
export function* checkRules(
  index: ResponsibilityIndex,
  classes: readonly CheckedClass[],
  city: CheckedCity,
  counts: readonly CaseCount[]
): Generator<number, Findings> {
  const points = pointsOf(index.rules, city)
  const casesAt = countAt(points, counts)
  const gaps = new Map<string, CheckGap>()
  const overlaps = new Map<string, CheckOverlap & { seen: Set<string> }>()
  const heard = new Set<string>()
  for (const [n, c] of classes.entries()) {
    for (const point of points) {
      const { winners, missing } = index.trace(c.standardRef, c.kind, c.code, point)
      for (const w of winners) heard.add(w.rule.id)
      const cases = casesAt(c, point)
      if (winners.length === 0) addGap(gaps, c, point, missing, cases)
      const units = new Set(winners.map((w) => w.unitId))
      if (units.size > 1) addOverlap(overlaps, c, point, winners, cases)
    }
    if (n % 10 === 9) yield (n + 1) / classes.length
  }
  for (const gap of gaps.values()) gap.everywhere = gap.streetCodes.length === city.streets.length
  const dead = index.rules.filter((r) => !heard.has(r.id)).map((r) => explainDead(r, index, classes, points, casesAt))
  const byCases = (a: { cases: number }, b: { cases: number }) => b.cases - a.cases
  return {
    gaps: [...gaps.values()].sort(byCases),
    overlaps: [...overlaps.values()].map(({ seen: _, ...o }) => o).sort(byCases),
    dead: dead.sort(byCases)
  }
}

/** A street is one point unless a rule names communities in it: then each of its communities is one. Duty grids in rules add theirs. */
function pointsOf(rules: readonly Rule[], city: CheckedCity): Point[] {
  const named = new Set(rules.flatMap((r) => r.areas ?? []))
  const districtOf = new Map(city.streets.map((s) => [s.code, s.districtCode]))
  const split = new Set(city.communities.filter((c) => named.has(c.code)).map((c) => c.streetCode))
  const points: Point[] = []
  for (const s of city.streets) {
    if (!split.has(s.code)) points.push({ districtCode: s.districtCode, streetCode: s.code, communityCode: null, dutyGrids: [] })
  }
  for (const c of city.communities) {
    const districtCode = districtOf.get(c.streetCode)
    if (districtCode === undefined || !split.has(c.streetCode)) continue
    points.push({ districtCode, streetCode: c.streetCode, communityCode: c.code, dutyGrids: [] })
  }
  for (const g of city.dutyGrids) {
    const districtCode = districtOf.get(g.streetCode)
    if (districtCode === undefined || !named.has(DUTY_GRID + g.code)) continue
    points.push({ districtCode, streetCode: g.streetCode, communityCode: null, dutyGrids: [g.code] })
  }
  return points
}

const pointKey = (p: Place): string => p.dutyGrids[0] ?? p.communityCode ?? p.streetCode ?? ''
type CasesAt = (c: CheckedClass, point: Point) => number

/** Put each count at the most exact point it belongs to, so that no case is weighed twice. */
function countAt(points: readonly Point[], counts: readonly CaseCount[]): CasesAt {
  const known = new Set(points.map(pointKey))
  const sums = new Map<string, number>()
  for (const row of counts) {
    const grid = row.dutyGrids.find((g) => known.has(g))
    const place = grid ?? [row.communityCode, row.streetCode].find((code) => code !== null && known.has(code))
    if (place === undefined || place === null) continue
    const key = `${classKey(row.standardRef, row.kind, row.classCode)}|${place}`
    sums.set(key, (sums.get(key) ?? 0) + row.cases)
  }
  return (c, point) => (sums.size === 0 ? 0 : (sums.get(`${classKey(c.standardRef, c.kind, c.code)}|${pointKey(point)}`) ?? 0))
}

function addGap(gaps: Map<string, CheckGap>, c: CheckedClass, point: Point, missing: readonly Rule[], cases: number): void {
  const why = missing.length > 0 ? 'missing' : 'noRule'
  const ruleIds = [...new Set(missing.map((r) => r.id))].sort()
  const key = [classKey(c.standardRef, c.kind, c.code), why, ...ruleIds].join('|')
  let gap = gaps.get(key)
  if (!gap) {
    const named = { standardRef: c.standardRef, kind: c.kind, classCode: c.code, className: c.name }
    gap = { ...named, why, ruleIds, everywhere: false, streetCodes: [], cases: 0 }
    gaps.set(key, gap)
  }
  if (gap.streetCodes.at(-1) !== point.streetCode && !gap.streetCodes.includes(point.streetCode))
    gap.streetCodes.push(point.streetCode)
  gap.cases += cases
}

function addOverlap(
  overlaps: Map<string, CheckOverlap & { seen: Set<string> }>,
  c: CheckedClass,
  point: Point,
  winners: readonly { rule: Rule; unitId: string }[],
  cases: number
): void {
  const ruleIds = [...new Set(winners.map((w) => w.rule.id))].sort()
  const key = ruleIds.join('|')
  const overlap = overlaps.get(key) ?? { ruleIds, unitIds: [], classes: [], streetCodes: [], cases: 0, seen: new Set<string>() }
  overlaps.set(key, overlap)
  const once = <T>(list: T[], id: string, value: T) => {
    if (overlap.seen.has(id)) return
    overlap.seen.add(id)
    list.push(value)
  }
  for (const w of winners) once(overlap.unitIds, w.unitId, w.unitId)
  const klass = classKey(c.standardRef, c.kind, c.code)
  once(overlap.classes, klass, { standardRef: c.standardRef, kind: c.kind, classCode: c.code })
  once(overlap.streetCodes, point.streetCode, point.streetCode)
  overlap.cases += cases
}

/** Does the rule hold at this place at all, others aside? */
function holdsAt(rule: Rule, place: Place, directory: Directory): boolean {
  if (rule.regionClasses !== null) {
    const of = [place.communityCode, place.streetCode, place.districtCode].map((code) => directory.regionClassOf.get(code ?? ''))
    const regionClass = of.find((r) => r !== undefined)
    if (regionClass === undefined || !rule.regionClasses.includes(regionClass)) return false
  }
  if (rule.areas === null) return true
  const codes = [place.communityCode, place.streetCode, place.districtCode, ...place.dutyGrids.map((g) => DUTY_GRID + g)]
  return rule.areas.some((area) => codes.includes(area))
}

function explainDead(
  rule: Rule,
  index: ResponsibilityIndex,
  classes: readonly CheckedClass[],
  points: readonly Point[],
  casesAt: CasesAt
): DeadRule {
  const spoken = classes.filter(
    (c) =>
      c.standardRef === rule.standardRef &&
      c.kind === rule.kind &&
      (rule.classes.includes(c.code) || rule.classes.includes(c.code.slice(0, 2)))
  )
  const places = points.filter((p) => holdsAt(rule, p, index.directory))
  const shadowedBy = new Set<string>()
  let cases = 0
  for (const c of spoken) {
    for (const p of places) {
      cases += casesAt(c, p)
      for (const w of index.trace(c.standardRef, c.kind, c.code, p).winners) shadowedBy.add(w.rule.id)
    }
  }
  const named = places.some((p) => unitOfTarget(rule.target, p, index.directory) !== null)
  const why = whyDead(rule, index.directory, spoken.length, places.length, named)
  return { ruleId: rule.id, why, shadowedBy: why === 'shadowed' ? [...shadowedBy].sort() : [], cases }
}

function whyDead(rule: Rule, directory: Directory, classes: number, places: number, named: boolean): DeadReason {
  if (classes === 0) return 'unknownClass'
  if (places === 0) return 'unknownArea'
  if (named) return 'shadowed'
  return !isSymbolic(rule.target) && namedUnit(rule.target, directory)?.active === false ? 'inactiveUnit' : 'unknownUnit'
}
