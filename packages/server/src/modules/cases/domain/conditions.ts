import type {
  CaseClass,
  ClassKind,
  Condition,
  DisposalLimit,
  DisposalLimitKind,
  OperationMode,
  RegionClass
} from '@chengyun/contract/cases'
import { type ClassTable, type CodeUpgrade, type UpgradedCode, upgradeCode, upgradeLocalName } from './codes.ts'

/** The limit that applies, and whether wartime turned a working limit into an urgent one of the same number. */
export interface AppliedLimit {
  kind: DisposalLimitKind
  value: number
  source: 'region-and-mode' | 'mode' | 'region' | 'base'
  urgentByMode: boolean
}

const URGENT: Partial<Record<DisposalLimitKind, DisposalLimitKind>> = {
  work_hour: 'urgent_hour',
  work_day: 'urgent_day',
  natural_day: 'urgent_day'
}

/**
 * The limit of a condition for a region class and an operation mode. Most exact entry first: region and mode, mode, region, base.
 * In wartime a limit that was not written for wartime keeps its number and runs on the continuous clock (all limits switch to urgent).
 * A condition whose entries fit neither falls back to its first entry, so that a case never stays without a limit.
 */
export function limitFor(
  condition: Pick<Condition, 'limits'>,
  regionClass: RegionClass | null,
  mode: OperationMode
): AppliedLimit {
  const { limits } = condition
  const pick = (region: RegionClass | undefined, m: OperationMode | undefined): DisposalLimit | undefined =>
    limits.find((l) => l.regionClass === region && l.mode === m)
  const region = regionClass ?? undefined
  const exact = region && pick(region, mode)
  if (exact) return applied(exact, 'region-and-mode', mode)
  const byMode = pick(undefined, mode)
  if (byMode) return applied(byMode, 'mode', mode)
  const byRegion = region && pick(region, undefined)
  if (byRegion) return applied(byRegion, 'region', mode)
  const base = pick(undefined, undefined) ?? limits[0]!
  return applied(base, 'base', mode)
}

function applied(limit: DisposalLimit, source: AppliedLimit['source'], mode: OperationMode): AppliedLimit {
  const urgent = mode === 'wartime' && limit.mode !== 'wartime' ? URGENT[limit.kind] : undefined
  return { kind: urgent ?? limit.kind, value: limit.value, source, urgentByMode: urgent !== undefined }
}

/** A condition of 2013 that found no class in 2026, with the reason. */
export interface UnplacedCondition {
  condition: Condition
  reason: 'deleted' | 'local-without-successor'
}

/** What {@link carryOver} made of a 2013 set. */
export interface CarriedConditions {
  conditions: Condition[]
  unplaced: UnplacedCondition[]
  /** Classes that got only the default of their major. */
  defaulted: number
}

interface DefaultCondition {
  condition: string
  closeCondition: string
  kind: DisposalLimitKind
  value: number
}

const REPAIR: DefaultCondition = {
  condition: '破损、缺失或污损，影响使用或市容',
  closeCondition: '修复或恢复',
  kind: 'work_day',
  value: 3
}
/** Conditions for classes that a city's set does not cover, by kind and major; components and their "…异常" matters alike. */
const DEFAULTS: Record<string, DefaultCondition> = {
  '06': { condition: '影响市容或环境卫生', closeCondition: '清理或整改', kind: 'work_day', value: 2 },
  '07': { condition: '影响市容或内容违规', closeCondition: '清除或整改', kind: 'work_day', value: 2 },
  '08': { condition: '施工影响市容、环境或通行安全', closeCondition: '制止、整改', kind: 'work_day', value: 2 },
  '09': { condition: '影响街面秩序或通行', closeCondition: '制止、恢复秩序', kind: 'work_hour', value: 4 },
  '10': { condition: '属城市管理范围，影响生产生活', closeCondition: '核实处置并答复', kind: 'work_day', value: 5 }
}

/**
 * Carries a set of 2013 conditions over to the 2026 table: national classes by number where the mapping is valid, local ones by name only.
 * A condition of a component goes to the component and to its "…异常" matter. Every class without one gets the default of its major.
 * Nothing is lost: conditions without a successor are returned as unplaced.
 */
export function carryOver(conditions: readonly Condition[], upgrade: CodeUpgrade, table: ClassTable): CarriedConditions {
  const perClass = new Map<string, Condition[]>()
  const unplaced: UnplacedCondition[] = []
  const add = (kind: ClassKind, code: string, from: Condition): boolean => {
    const cls = table.byKey.get(`${kind}:${code}`)
    if (!cls) return false
    const list = perClass.get(`${kind}:${code}`) ?? []
    // Two local classes may become one national class: the same text is kept once.
    if (!list.some((c) => c.condition === from.condition && sameLimits(c.limits, from.limits)))
      list.push(copyTo(cls, from, list.length + 1))
    perClass.set(`${kind}:${code}`, list)
    return true
  }
  for (const from of conditions) {
    const targets = targetsOf(from, upgrade)
    if ('reason' in targets) {
      unplaced.push({ condition: from, reason: targets.reason })
      continue
    }
    let placed = false
    for (const target of targets.list) {
      placed = add(target.kind, target.code, from) || placed
      if (target.kind === 'component') add('matter', target.code, from)
    }
    if (!placed) unplaced.push({ condition: from, reason: 'deleted' })
  }
  let defaulted = 0
  const out: Condition[] = []
  for (const cls of table.classes) {
    const list = perClass.get(`${cls.kind}:${cls.code}`)
    if (list) out.push(...list)
    else {
      defaulted++
      out.push(defaultCondition(cls, table))
    }
  }
  return { conditions: out, unplaced, defaulted }
}

function targetsOf(
  from: Condition,
  upgrade: CodeUpgrade
): { list: Pick<UpgradedCode, 'kind' | 'code'>[] } | { reason: UnplacedCondition['reason'] } {
  if (!from.local) {
    const target = upgradeCode(upgrade, from.kind, from.code)
    if (target.ok) return { list: [target.value] }
    if (target.fault.code === 'CASE_CODE_DELETED') return { reason: 'deleted' }
  }
  const list = upgradeLocalName(upgrade, from.kind, from.className)
  return list.length > 0 ? { list } : { reason: 'local-without-successor' }
}

function copyTo(cls: CaseClass, from: Condition, sort: number): Condition {
  return {
    id: conditionId(cls, sort),
    standardRef: 'GB/T 47678.5-2026',
    kind: cls.kind,
    code: cls.code,
    className: cls.name,
    condition: from.condition,
    limits: from.limits,
    closeCondition: from.closeCondition,
    sort,
    origin: from.id
  }
}

/** The documented default of a class, marked as such; used where a city's set names no condition. */
export function defaultCondition(cls: CaseClass, table: Pick<ClassTable, 'standardRef'>): Condition {
  const d = DEFAULTS[cls.majorCode] ?? REPAIR
  return {
    id: conditionId(cls, 1),
    standardRef: table.standardRef,
    kind: cls.kind,
    code: cls.code,
    className: cls.name,
    condition: d.condition,
    limits: [{ kind: d.kind, value: d.value }],
    closeCondition: d.closeCondition,
    sort: 1,
    default: true
  }
}

function conditionId(cls: Pick<CaseClass, 'kind' | 'code'>, sort: number): string {
  return `2026-${cls.kind === 'component' ? 'P' : 'E'}${cls.code}-${sort}`
}

function sameLimits(a: readonly DisposalLimit[], b: readonly DisposalLimit[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
