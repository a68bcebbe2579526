import type { AlarmLevel, FollowActuation, FollowCase, StormRule } from '@chengyun/contract/alarms'
import type { BothNames } from '@chengyun/contract/registry'

/** What an alarm keeps of the rule it was raised under: later versions of the rule change nothing about it. */
export interface RuleInForce {
  id: string
  version: number
  /** Kind of the condition; alarms of one kind and pack can become one incident. */
  kind: string
  /** The pack the rule came with, `city` for the city's own. */
  pack: string
  title: BothNames
  /** Response it names; null: that of the city. */
  response: string | null
  case: FollowCase | null
  actuate: readonly FollowActuation[]
  /** Overrides the storm rule of the response. */
  storm?: StormRule
}

/**
 * A finding of the judge about one stream under one rule (ADR 0020). The same change again is no change: an alarm is known by rule, stream
 * and the instant it began; `seq` and `at` of what was taken already never come back as something new.
 */
export interface AlarmChange {
  rule: RuleInForce
  streamId: number
  /** When what is wrong began, epoch ms: the first reading of the condition, before its duration had passed. */
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
  /** Why, for people: threshold, expected, observed, samples … Of a clear `reason` (`recovered`, `ruleChanged`, `streamRemoved`). */
  facts: Readonly<Record<string, unknown>>
}
