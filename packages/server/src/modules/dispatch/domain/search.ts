import type { RuleQuery } from '@chengyun/contract/dispatch'
import { type Directory, mayName, namedUnit, type Rule } from './rules.ts'

/** Does a rule meet every filter of the list? A class finds rules for its major, a street finds rules for its district. */
export function matches(rule: Rule, query: RuleQuery, directory: Directory, now: Date): boolean {
  const ended = rule.validTo !== null && rule.validTo <= now
  if (ended !== (query.ended ?? false)) return false
  if (query.standardRef !== undefined && rule.standardRef !== query.standardRef) return false
  if (query.kind !== undefined && rule.kind !== query.kind) return false
  if (query.classCode !== undefined && !rule.classes.some((c) => touches(c, query.classCode!))) return false
  if (query.area !== undefined && rule.areas !== null && !rule.areas.some((a) => touches(a, query.area!))) return false
  if (query.unitId !== undefined && !mayName(rule, query.unitId, directory)) return false
  return query.q === undefined || textOf(rule, directory).includes(query.q.trim().toLowerCase())
}

/** One contains the other: '06' and '06010', '370202' and '370202001'. */
const touches = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a)

const textOf = (rule: Rule, directory: Directory): string =>
  [rule.key, rule.note, rule.target, namedUnit(rule.target, directory)?.name ?? '', ...rule.classes].join('\n').toLowerCase()
