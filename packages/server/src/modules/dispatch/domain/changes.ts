import { DISPATCH_ERRORS, type RuleBody, type RuleChange } from '@chengyun/contract/dispatch'
import { thrower } from '../../../platform/errors.ts'
import { classKey, type Directory, DUTY_GRID, isSymbolic, namedUnit, type Rule, STREET } from './rules.ts'

const fail = thrower(DISPATCH_ERRORS)

/** What rules may speak of. */
export interface Known {
  /** Keys of classKey(), minors and majors. */
  classes: ReadonlySet<string>
  divisions: ReadonlySet<string>
  dutyGrids: ReadonlySet<string>
  directory: Directory
}

/** A rule before and after; null where there is none. */
export interface RuleDiff {
  id: string
  before: Rule | null
  after: Rule
}

/** Refuse a rule that speaks of classes, places or units that do not exist. @throws AppError DISPATCH_* */
export function checkBody(body: RuleBody, known: Known): void {
  for (const code of body.classes) {
    if (!known.classes.has(classKey(body.standardRef, body.kind, code))) {
      throw fail('DISPATCH_CLASS_UNKNOWN', { standardRef: body.standardRef, code })
    }
  }
  for (const area of body.areas ?? []) {
    const there = area.startsWith(DUTY_GRID) ? known.dutyGrids.has(area.slice(DUTY_GRID.length)) : known.divisions.has(area)
    if (!there) throw fail('DISPATCH_AREA_UNKNOWN', { code: area })
  }
  checkTarget(body.target, known.directory)
}

function checkTarget(target: string, directory: Directory): void {
  if (target === STREET) return
  if (isSymbolic(target)) {
    const suffix = `|${target.slice('district:'.length)}`
    if (![...directory.districtUnit.keys()].some((key) => key.endsWith(suffix))) throw fail('DISPATCH_UNIT_UNKNOWN', { target })
    return
  }
  const unit = namedUnit(target, directory)
  if (!unit) throw fail('DISPATCH_UNIT_UNKNOWN', { target })
  if (!unit.active) throw fail('DISPATCH_UNIT_INACTIVE', { name: unit.name })
}

/**
 * The rules as they would be after the change set, and what changes. All or nothing: the first fault refuses the whole set.
 * @throws AppError DISPATCH_RULE_NOT_FOUND, _STALE, _ENDED, _TWICE, DISPATCH_VALIDITY
 */
export function applyChanges(
  rules: readonly Rule[],
  changes: readonly RuleChange[],
  now: Date,
  newId: () => string
): { rules: Rule[]; diffs: RuleDiff[] } {
  const byId = new Map(rules.map((r) => [r.id, r]))
  const touched = new Set<string>()
  const diffs = changes.map((change): RuleDiff => {
    if (change.op === 'create') {
      const id = newId()
      return { id, before: null, after: fromBody(change.rule, { id, key: id, version: 1 }, now, now) }
    }
    if (touched.has(change.id)) throw fail('DISPATCH_RULE_TWICE', { id: change.id })
    touched.add(change.id)
    const before = byId.get(change.id)
    if (!before) throw fail('DISPATCH_RULE_NOT_FOUND', { id: change.id })
    if (before.version !== change.version) throw fail('DISPATCH_RULE_STALE', { id: change.id, current: before.version })
    const next = { id: before.id, key: before.key, version: before.version + 1 }
    if (change.op === 'change') return { id: before.id, before, after: fromBody(change.rule, next, before.validFrom, now) }
    if (before.validTo !== null && before.validTo <= now) throw fail('DISPATCH_RULE_ENDED', { id: change.id })
    // A rule that was never in force yet ends where it would have begun.
    return { id: before.id, before, after: { ...before, ...next, validTo: before.validFrom > now ? before.validFrom : now } }
  })
  for (const { id, after } of diffs) byId.set(id, after)
  return { rules: [...byId.values()], diffs }
}

function fromBody(body: RuleBody, head: Pick<Rule, 'id' | 'key' | 'version'>, validFrom: Date, now: Date): Rule {
  const from = body.validFrom === undefined ? validFrom : new Date(body.validFrom)
  const to = body.validTo === undefined || body.validTo === null ? null : new Date(body.validTo)
  if (to !== null && (to <= from || to <= now)) throw fail('DISPATCH_VALIDITY')
  const { standardRef, kind, classes, areas, regionClasses, target, note } = body
  return { ...head, standardRef, kind, classes, areas, regionClasses, target, note, validFrom: from, validTo: to }
}

/**
 * The rules that take a change back: what was created ends, what was changed or ended is again as it was — each as a new version.
 * @throws AppError DISPATCH_CHANGED_SINCE when a rule was touched after the change
 */
export function undoDiffs(rules: readonly Rule[], diffs: readonly RuleDiff[], now: Date): RuleDiff[] {
  const byId = new Map(rules.map((r) => [r.id, r]))
  return diffs.map(({ id, before, after }): RuleDiff => {
    const current = byId.get(id)
    if (!current || current.version !== after.version) throw fail('DISPATCH_CHANGED_SINCE', { id })
    const version = current.version + 1
    if (before === null)
      return { id, before: current, after: { ...current, version, validTo: current.validFrom > now ? current.validFrom : now } }
    return { id, before: current, after: { ...before, version } }
  })
}
