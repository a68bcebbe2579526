import type { ResponsibilityFile } from '@chengyun/contract/cases'
import type { RuleBody } from '@chengyun/contract/dispatch'
import type { RuleDiff } from './changes.ts'
import type { Rule } from './rules.ts'

const DISTRICT = 'district-'

/** The target a file's `unitKey` means: `street`, `district-<key>` or the key of a unit. */
export function targetOf(unitKey: string): string {
  if (unitKey === 'street') return unitKey
  return unitKey.startsWith(DISTRICT) ? `district:${unitKey.slice(DISTRICT.length)}` : `unit:${unitKey}`
}

/** What loading the file changes: nothing for rules that say already what it says. `bodies` are those that still need checking. */
export function fileRules(
  rules: readonly Rule[],
  file: ResponsibilityFile,
  now: Date,
  newId: () => string
): { diffs: RuleDiff[]; bodies: RuleBody[] } {
  const byKey = new Map(rules.map((r) => [r.key, r]))
  const diffs: RuleDiff[] = []
  const bodies: RuleBody[] = []
  for (const entry of file.rules) {
    const body: RuleBody = {
      standardRef: file.standardRef,
      kind: entry.kind,
      classes: [...new Set(entry.classes)],
      areas: entry.area === null ? null : [...new Set(entry.area)],
      regionClasses: null,
      target: targetOf(entry.unitKey),
      note: entry.note ?? ''
    }
    const before = byKey.get(entry.id) ?? null
    if (before && says(before, body)) continue
    bodies.push(body)
    const head = before
      ? { id: before.id, version: before.version + 1, validFrom: before.validFrom }
      : { id: newId(), version: 1, validFrom: now }
    const { standardRef, kind, classes, areas, regionClasses, target, note } = body
    diffs.push({
      id: head.id,
      before,
      after: { ...head, key: entry.id, standardRef, kind, classes, areas, regionClasses, target, note, validTo: null }
    })
  }
  return { diffs, bodies }
}

const says = (rule: Rule, body: RuleBody): boolean =>
  rule.validTo === null &&
  JSON.stringify([rule.standardRef, rule.kind, rule.classes, rule.areas, rule.regionClasses, rule.target, rule.note]) ===
    JSON.stringify([body.standardRef, body.kind, body.classes, body.areas, body.regionClasses, body.target, body.note])
