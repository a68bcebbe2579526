import type { AlarmLevel, Rule, RuleActuation, RuleCase } from '@chengyun/contract/alarms'

/** What an alarm keeps of the rule it was raised under: later versions of the rule change nothing about it. */
export interface RuleInForce {
  id: string
  version: number
  /** The pack the rule came with, `city` for the city's own. */
  pack: string
  /** Alarms of one family and pack near each other become one incident. */
  family: string
  /** With placeholders (RULE_PLACEHOLDERS). */
  title: { zh: string; en: string }
  advice: { zh: string; en: string } | null
  sensorFault: boolean
  /** Key of the response of its pack; null: that of the city. */
  response: string | null
  case: RuleCase | null
  actuate: readonly RuleActuation[]
}

/** @param pack where the rule comes from; `id` and `version` as `alarms.rule` has them. */
export const ruleInForce = (id: string, version: number, pack: string, rule: Rule): RuleInForce => ({
  id,
  version,
  pack,
  family: rule.family ?? rule.key,
  title: rule.title ?? rule.name,
  advice: rule.advice ?? null,
  sensorFault: rule.sensorFault ?? false,
  response: rule.response ?? null,
  case: rule.case ?? null,
  actuate: rule.actuate ?? []
})

/**
 * A finding of the judge about one stream under one rule (ADR 0020). The same change again is no change: an alarm is known by rule, stream
 * and the instant it began; what is not newer than the last change an alarm took, by (`seq`, `at`), has been taken already.
 */
export interface AlarmChange {
  rule: RuleInForce
  streamId: number
  /** Names the alarm, epoch ms: when what is wrong began. The same in all changes of one alarm. */
  beganAt: number
  kind: 'raise' | 'level' | 'clear'
  /** Of a clear: the level it had. */
  level: AlarmLevel
  /** When it was found, epoch ms: instant of the reading or of the timer. */
  at: number
  value: number | null
  /** Number of the journal row it came from. */
  seq: number
  /** Found by judging late readings again: it tells of the past and nobody is woken for it. */
  late?: boolean
  /** Why, for people: threshold, signal, expected, samples … Of a clear `reason` (`recovered`, `ruleChanged`, `streamRemoved`). */
  facts: Readonly<Record<string, unknown>>
}
