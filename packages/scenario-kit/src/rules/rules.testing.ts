import type { Rule, RuleCondition } from '@chengyun/contract/alarms'
import { type Quality, qualityCode, type ReadingBatch } from '@chengyun/contract/streams'
import type { Areas } from './areas.ts'
import { compile } from './compile.ts'
import { Engine } from './engine.ts'
import type { Finding } from './rule-stream.ts'
import { wallClock } from './wall-clock.ts'

/** Monday, 5 January 2026, 00:00 in Shanghai. */
export const MONDAY = Date.UTC(2026, 0, 4, 16)
export const SHANGHAI = wallClock('Asia/Shanghai')

export const ruleOf = (condition: RuleCondition, more: Partial<Rule> = {}): Rule => ({
  key: 'test-rule',
  name: { zh: '试', en: 'Test' },
  on: { type: 'thing', stream: 'level' },
  condition,
  source: { standard: 'test' },
  ...more
})

/** `[second, value, input, quality]`; input 0 where none is said. */
export type Said = readonly [s: number, value: number, input?: number, quality?: Quality]

export function batchOf(said: readonly Said[], base = MONDAY): ReadingBatch {
  return {
    length: said.length,
    streams: Int32Array.from(said, (r) => 100 + (r[2] ?? 0)),
    at: Float64Array.from(said, (r) => base + r[0] * 1000),
    values: Float64Array.from(said, (r) => r[1]),
    values2: null,
    quality: Uint8Array.from(said, (r) => qualityCode(r[3] ?? 'good')),
    extra: null
  }
}

export interface Setting {
  parameters?: number[]
  areas?: Areas
  /** The clock runs on to here, seconds. */
  untilS?: number
}

/** One thing whose streams are 100, 101, …, each reading a batch of its own that came when it was made. */
export function engineOf(rule: Rule, setting: Setting = {}): Engine {
  const engine = new Engine()
  const program = compile(rule, SHANGHAI)
  engine.addProgram(program)
  engine.add(
    {
      program: 0,
      streams: program.inputs.map((_, i) => 100 + i),
      parameters: setting.parameters ?? [],
      areas: setting.areas ?? null
    },
    MONDAY
  )
  return engine
}

export function findings(rule: Rule, said: readonly Said[], setting: Setting = {}): Finding[] {
  const engine = engineOf(rule, setting)
  const out: Finding[] = []
  for (const reading of said) out.push(...engine.take(batchOf([reading]), MONDAY + reading[0] * 1000))
  if (setting.untilS !== undefined) out.push(...engine.tick(MONDAY + setting.untilS * 1000 + 2000))
  return out
}

/** In short: `raise 3 @60`, instants in seconds. */
export const told = (found: readonly Finding[]): string[] => found.map((f) => `${f.kind} ${f.level} @${(f.at - MONDAY) / 1000}`)
