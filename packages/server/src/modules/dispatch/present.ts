import type { DryRunView, RuleChangeView, RuleView } from '@chengyun/contract/dispatch'
import { type Directory, namedUnit, type Rule } from './domain/rules.ts'
import type { ChangeRow, DryRunRow, RuleRow } from './queries/rules.ts'

export interface ChangedBy {
  at: Date
  name: string
}

/** A rule on the wire. `targetName` is filled when the target means one unit wherever the case is. */
export function presentRule(rule: Rule, directory: Directory | null, changed: ChangedBy): RuleView {
  return {
    id: rule.id,
    key: rule.key,
    version: rule.version,
    standardRef: rule.standardRef,
    kind: rule.kind,
    classes: [...rule.classes],
    areas: rule.areas === null ? null : [...rule.areas],
    regionClasses: rule.regionClasses as RuleView['regionClasses'],
    target: rule.target,
    targetName: directory === null ? null : (namedUnit(rule.target, directory)?.name ?? null),
    note: rule.note,
    validFrom: rule.validFrom.toISOString(),
    validTo: rule.validTo?.toISOString() ?? null,
    changedAt: changed.at.toISOString(),
    changedBy: changed.name
  }
}

export const changedOf = (row: RuleRow): ChangedBy => ({ at: row.changed_at, name: row.changed_by_name })

/** A rule from its kept view: the way back from a version or a change to the rule itself. */
export function ruleFromView(view: RuleView): Rule {
  const { targetName: _name, changedAt: _at, changedBy: _by, ...rest } = view
  return { ...rest, validFrom: new Date(view.validFrom), validTo: view.validTo === null ? null : new Date(view.validTo) }
}

export const presentDryRun = (row: DryRunRow): DryRunView => ({
  id: row.id,
  status: row.status,
  progress: row.progress,
  changes: row.changes,
  from: row.from_at.toISOString(),
  to: row.to_at.toISOString(),
  startedAt: row.started_at.toISOString(),
  startedBy: row.started_by_name,
  result: row.result
})

/** One applied change set, rule by rule. */
export function presentChange(row: ChangeRow): RuleChangeView {
  const before = new Map(row.before.map((view) => [view.id, view]))
  return {
    id: row.id,
    changedAt: row.changed_at.toISOString(),
    actorName: row.actor_name,
    undoOf: row.undo_of,
    undoneAt: row.undone_at?.toISOString() ?? null,
    rules: row.after.map((view) => ({ id: view.id, before: before.get(view.id) ?? null, after: view }))
  }
}
