import {
  type Bounds,
  type ConditionPart,
  RULE_PLACEHOLDERS,
  Rule,
  type RuleCondition,
  type StreamRef
} from '@chengyun/contract/alarms'
import { formFaults } from '../packs/form.ts'

/** Something wrong with a rule: where (JSON pointer), and what in a sentence of each language. */
export interface RuleFault {
  path: string
  zh: string
  en: string
}

/** What a rule's names are held against; what is not known is not held. */
export interface RuleSurroundings {
  hasType(type: string): boolean
  /** Streams, attributes, relations (key → register) and actuators of a register; undefined: not known. */
  streams(type: string): ReadonlySet<string> | undefined
  attributes(type: string): ReadonlySet<string> | undefined
  relations(type: string): ReadonlyMap<string, string> | undefined
  actuators(type: string): ReadonlyMap<string, ReadonlySet<string>> | undefined
  /** Rules of the same pack by key. */
  rule(key: string): Rule | undefined
  /** Responses the rule may name. */
  hasResponse(key: string): boolean
}

/** Everything wrong with a rule: its form first (then nothing else is looked at), then its sense, then its names. Empty: it can be used. */
export function checkRule(value: unknown, around?: RuleSurroundings): RuleFault[] {
  const form = formFaults('', Rule, value).map(({ path, zh, en }) => ({ path, zh, en }))
  if (form.length > 0) return form
  const rule = value as Rule
  const faults = new Faults()
  condition(faults, rule.condition, '/condition')
  follows(faults, rule)
  if (around) names(faults, rule, around)
  return faults.list
}

class Faults {
  readonly list: RuleFault[] = []
  add(path: string, zh: string, en: string): void {
    this.list.push({ path, zh, en })
  }
}

const hasBound = (b: Bounds): boolean => [b.above, b.atLeast, b.below, b.atMost].some((x) => x !== undefined)
const up = (b: Bounds): number | undefined => b.atLeast ?? b.above
const down = (b: Bounds): number | undefined => b.atMost ?? b.below

function condition(f: Faults, c: RuleCondition, at: string): void {
  const levels = c.levels.map((r) => r.level)
  if (new Set(levels).size < levels.length) f.add(`${at}/levels`, '同一级别出现两次', 'A level stands there twice')
  if (c.kind === 'noData' || c.kind === 'stuck') elapsed(f, c, at)
  else if (c.kind === 'range' || c.kind === 'geofence' || c.kind === 'all' || c.kind === 'any') lasting(f, c.levels, at)
  else ladder(f, c, at)
  kinds(f, c, at)
}

/** Graver levels come later. */
function elapsed(f: Faults, c: Extract<RuleCondition, { kind: 'noData' | 'stuck' }>, at: string): void {
  const byGravity = [...c.levels].sort((a, b) => b.level - a.level)
  for (let i = 1; i < byGravity.length; i++)
    if (byGravity[i]!.afterS <= byGravity[i - 1]!.afterS)
      f.add(`${at}/levels`, '更重的级别应在更长时间之后', 'A graver level must come after a longer time')
  const first = Math.min(...c.levels.map((r) => r.afterS))
  if (c.kind === 'noData' && (c.clear?.forS ?? 0) > first)
    f.add(`${at}/clear/forS`, '解除所需时间不能长于判为无数据的时间', 'Clearing cannot take longer than silence does to be one')
}

function lasting(f: Faults, levels: readonly { level: number; forS?: number }[], at: string): void {
  const byGravity = [...levels].sort((a, b) => b.level - a.level)
  for (let i = 1; i < byGravity.length; i++)
    if ((byGravity[i]!.forS ?? 0) <= (byGravity[i - 1]!.forS ?? 0))
      f.add(`${at}/levels`, '更重的级别应持续更长时间', 'A graver level must have lasted longer')
}

type Laddered = Extract<
  RuleCondition,
  { kind: 'threshold' | 'rate' | 'difference' | 'setPoint' | 'total' | 'count' | 'baseline' }
>

function ladder(f: Faults, c: Laddered, at: string): void {
  c.levels.forEach((r, i) => {
    const path = `${at}/levels/${i}`
    if (!hasBound(r))
      f.add(path, '缺少界限：above、atLeast、below 或 atMost', 'It needs a bound: above, atLeast, below or atMost')
    if (r.above !== undefined && r.atLeast !== undefined)
      f.add(path, 'above 与 atLeast 只能取一个', 'above and atLeast exclude each other')
    if (r.below !== undefined && r.atMost !== undefined)
      f.add(path, 'below 与 atMost 只能取一个', 'below and atMost exclude each other')
    const [hi, lo] = [up(r), down(r)]
    if (hi !== undefined && lo !== undefined && lo >= hi)
      f.add(path, '上下界限重叠，任何值都会报警', 'The bounds overlap: every value would be an alarm')
  })
  rising(f, c, at)
  if (c.kind !== 'count') calm(f, c, at)
}

/** A graver rung lies farther out, or lasts longer at the same bound. */
function rising(f: Faults, c: Laddered, at: string): void {
  const byGravity = [...c.levels].sort((a, b) => b.level - a.level)
  for (let i = 1; i < byGravity.length; i++) {
    const [light, grave] = [byGravity[i - 1]!, byGravity[i]!]
    for (const [a, b, sign] of [
      [up(light), up(grave), 1],
      [down(light), down(grave), -1]
    ] as const) {
      if (a === undefined || b === undefined) continue
      const farther = (b - a) * sign
      if (farther < 0 || (farther === 0 && (grave.forS ?? 0) <= (light.forS ?? 0)))
        f.add(
          `${at}/levels`,
          `${grave.level} 级的界限应比 ${light.level} 级更远`,
          `Level ${grave.level} must lie farther out than level ${light.level}`
        )
    }
  }
}

function calm(f: Faults, c: Exclude<Laddered, { kind: 'count' }>, at: string): void {
  const clear = c.clear
  if (!clear) return
  if (hasBound(clear) && clear.hysteresis !== undefined)
    f.add(`${at}/clear`, '解除界限与回差只能取一个', 'A clear has either bounds or a hysteresis')
  const highs = c.levels.map(up).filter((x) => x !== undefined)
  const lows = c.levels.map(down).filter((x) => x !== undefined)
  const [hi, lo] = [Math.min(...highs), Math.max(...lows)]
  const [top, bottom] = [down(clear), up(clear)]
  if (hasBound(clear) && highs.length > 0 && top === undefined)
    f.add(`${at}/clear`, '解除须给出上限（below 或 atMost）', 'The clear needs an upper bound (below or atMost)')
  if (hasBound(clear) && lows.length > 0 && bottom === undefined)
    f.add(`${at}/clear`, '解除须给出下限（above 或 atLeast）', 'The clear needs a lower bound (above or atLeast)')
  if (top !== undefined && highs.length > 0 && top > hi)
    f.add(`${at}/clear`, '解除界限落在报警范围内', 'The clear lies within what is an alarm')
  if (bottom !== undefined && lows.length > 0 && bottom < lo)
    f.add(`${at}/clear`, '解除界限落在报警范围内', 'The clear lies within what is an alarm')
  const back = clear.hysteresis ?? 0
  if (highs.length > 0 && lows.length > 0 && hi - back <= lo + back)
    f.add(`${at}/clear/hysteresis`, '回差过大，报警永远不会解除', 'With this hysteresis an alarm would never end')
}

function kinds(f: Faults, c: RuleCondition, at: string): void {
  switch (c.kind) {
    case 'range':
      if (c.low !== undefined && c.high !== undefined && c.low >= c.high)
        f.add(at, '下限不小于上限', 'The low limit is not below the high one')
      break
    case 'setPoint':
      if ('of' in c.target && c.target.curve?.some((p, i, all) => i > 0 && p[0] <= all[i - 1]![0]))
        f.add(`${at}/target/curve`, '曲线的横坐标须递增', 'The curve must rise in its first numbers')
      break
    case 'total':
      if ((c.overS === undefined) === (c.between === undefined))
        f.add(at, '须且只能给出 overS 或 between 之一', 'It needs either overS or between')
      if (c.medianOfDays !== undefined && c.between === undefined)
        f.add(`${at}/medianOfDays`, '与历史中位数比较须给出 between', 'A comparison with a median needs between')
      if (c.between && c.between[0] === c.between[1]) f.add(`${at}/between`, '起止时间相同', 'It begins when it ends')
      break
    case 'count':
      if ((c.withinM === undefined) === (c.relation === undefined))
        f.add(at, '须且只能给出 withinM 或 relation 之一', 'It needs either withinM or relation')
      for (const r of c.levels)
        if (down(r) !== undefined) f.add(`${at}/levels`, '数量只能向上比较', 'A count is only compared upwards')
      break
    case 'all':
    case 'any':
      c.of.forEach((p, i) => {
        condition(f, p.condition, `${at}/of/${i}/condition`)
        if (p.relation !== undefined && p.stream === undefined)
          f.add(`${at}/of/${i}`, '关联对象须指明感知流', 'A related thing needs a stream')
      })
      break
    default:
  }
}

function follows(f: Faults, rule: Rule): void {
  const levels = new Set(rule.condition.levels.map((r) => r.level))
  const within = (list: readonly number[] | undefined, path: string): void => {
    for (const level of list ?? [])
      if (!levels.has(level as 1)) f.add(path, `规则没有 ${level} 级`, `The rule has no level ${level}`)
  }
  within(rule.case?.levels, '/case/levels')
  within(rule.case?.urgent, '/case/urgent')
  for (const [i, a] of (rule.actuate ?? []).entries()) within(a.levels, `/actuate/${i}/levels`)
  if (rule.sensorFault && rule.case?.urgent?.length)
    f.add('/case/urgent', '设备故障不能成为特急案件', 'A failed sensor is no urgent case')
  for (const [key, text] of [
    ['title', rule.title],
    ['advice', rule.advice]
  ] as const)
    for (const lang of ['zh', 'en'] as const)
      for (const [, name] of text?.[lang].matchAll(/\{(\w+)\}/g) ?? [])
        if (!(RULE_PLACEHOLDERS as readonly string[]).includes(name!))
          f.add(
            `/${key}/${lang}`,
            `没有占位符 {${name}}，可用：${RULE_PLACEHOLDERS.join('、')}`,
            `There is no placeholder {${name}}; known are ${RULE_PLACEHOLDERS.join(', ')}`
          )
}

function names(f: Faults, rule: Rule, around: RuleSurroundings): void {
  const { type, stream } = rule.on
  if (!around.hasType(type)) {
    f.add('/on/type', `没有台账“${type}”`, `There is no register "${type}"`)
    return
  }
  missing(f, around.streams(type), stream, '/on/stream', ['感知流', 'stream'], type)
  for (const [i, w] of (rule.on.where ?? []).entries())
    missing(f, around.attributes(type), w.attribute, `/on/where/${i}`, ['属性', 'attribute'], type)
  referred(f, rule.condition, '/condition', type, around)
  rule.actuate?.forEach((a, i) => {
    const actuators = around.actuators(type)
    missing(f, actuators, a.actuator, `/actuate/${i}/actuator`, ['执行器', 'actuator'], type)
    const commands = actuators?.get(a.actuator)
    if (commands && !commands.has(a.command))
      f.add(`/actuate/${i}/command`, `执行器没有指令“${a.command}”`, `The actuator has no command "${a.command}"`)
  })
  if (rule.response !== undefined && !around.hasResponse(rule.response))
    f.add('/response', `没有响应流程“${rule.response}”`, `There is no response "${rule.response}"`)
}

function missing(
  f: Faults,
  known: { has(key: string): boolean } | undefined,
  key: string,
  path: string,
  [zh, en]: readonly [string, string],
  type: string
): void {
  if (known && !known.has(key)) f.add(path, `台账“${type}”没有${zh}“${key}”`, `The register "${type}" has no ${en} "${key}"`)
}

function referred(f: Faults, c: RuleCondition, at: string, type: string, around: RuleSurroundings): void {
  const ref = (r: StreamRef | ConditionPart, path: string): void => {
    const to = r.relation === undefined ? type : around.relations(type)?.get(r.relation)
    if (r.relation !== undefined) missing(f, around.relations(type), r.relation, `${path}/relation`, ['关联', 'relation'], type)
    if (to !== undefined && r.stream !== undefined)
      missing(f, around.streams(to), r.stream, `${path}/stream`, ['感知流', 'stream'], to)
  }
  if (c.kind === 'difference') ref(c.minus, `${at}/minus`)
  if (c.kind === 'baseline' && c.compensate) ref(c.compensate, `${at}/compensate`)
  if (c.kind === 'setPoint' && 'of' in c.target) ref(c.target.of, `${at}/target/of`)
  if (c.kind === 'setPoint' && 'attribute' in c.target)
    missing(f, around.attributes(type), c.target.attribute, `${at}/target/attribute`, ['属性', 'attribute'], type)
  if (c.kind === 'geofence') {
    if (!around.hasType(c.areas.type))
      f.add(`${at}/areas/type`, `没有台账“${c.areas.type}”`, `There is no register "${c.areas.type}"`)
    if (c.areas.relation !== undefined)
      missing(f, around.relations(type), c.areas.relation, `${at}/areas/relation`, ['关联', 'relation'], type)
  }
  if (c.kind === 'count') {
    if (c.relation !== undefined) missing(f, around.relations(type), c.relation, `${at}/relation`, ['关联', 'relation'], type)
    const counted = around.rule(c.ofRule)
    if (!counted) f.add(`${at}/ofRule`, `没有规则“${c.ofRule}”`, `There is no rule "${c.ofRule}"`)
    else if (counted.condition.kind === 'count')
      f.add(`${at}/ofRule`, '不能对计数规则再计数', 'A count cannot count another count')
    else if (counted.on.type !== type)
      f.add(`${at}/ofRule`, '被计数的规则须属于同一台账', 'The counted rule must be of the same register')
  }
  if (c.kind === 'all' || c.kind === 'any')
    c.of.forEach((p, i) => {
      ref(p, `${at}/of/${i}`)
      const on = p.relation === undefined ? type : around.relations(type)?.get(p.relation)
      if (on !== undefined) referred(f, p.condition, `${at}/of/${i}/condition`, on, around)
    })
}
