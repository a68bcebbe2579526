import { type Static, Type } from 'typebox'
import { Words } from '../common/index.ts'
import { CASE_KINDS, LIMIT_KINDS, STANDARD_REFS } from './schemas.ts'

/** The two generations of class tables; a code means nothing without it (16- and 17-digit component ids, event majors 01–06 and 06–10). */
export const StandardRefSchema = Words(STANDARD_REFS)

/** 管理部件 or 管理事项 (2013: 事件). In 2026 a component class and its "…异常" matter share five digits, so the kind is part of the key. */
export const ClassKind = Words(CASE_KINDS)
export type ClassKind = Static<typeof ClassKind>

const strict = { additionalProperties: false } as const

/** Full code without region: five digits (2026) or four (2013). */
export const ClassCode = Type.String({ pattern: '^\\d{4,5}$' })
const MajorCode = Type.String({ pattern: '^\\d{2}$' })
const Name = Type.String({ minLength: 1, maxLength: 60 })
const DateOnly = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/** One minor class (小类). `code2013` is the national 2013 minor number or null when there is none. */
export const CaseClass = Type.Object(
  {
    kind: ClassKind,
    code: ClassCode,
    majorCode: MajorCode,
    majorName: Name,
    name: Name,
    nameEn: Type.String({ maxLength: 120 }),
    code2013: Type.Union([Type.String({ pattern: '^\\d{4}$' }), Type.Null()])
  },
  strict
)
export type CaseClass = Static<typeof CaseClass>

/** One major class (大类). */
export const MajorClass = Type.Object(
  { kind: ClassKind, code: MajorCode, name: Name, nameEn: Type.String({ maxLength: 120 }) },
  strict
)
export type MajorClass = Static<typeof MajorClass>

/** A versioned class table as it stands in a city profile. `unlisted`: national numbers whose names are not known; local classes may not take them. */
export const ClassTableFile = Type.Object(
  {
    standardRef: StandardRefSchema,
    version: Type.String({ minLength: 1 }),
    effectiveFrom: DateOnly,
    note: Type.String(),
    unlisted: Type.Array(Type.Object({ kind: ClassKind, code: ClassCode }, strict)),
    majors: Type.Array(MajorClass),
    classes: Type.Array(CaseClass)
  },
  strict
)
export type ClassTableFile = Static<typeof ClassTableFile>

/** A city's own classes: numbered from the top downwards, name ending in （自定义） for the 2026 edition. */
export const ClassExtensionFile = Type.Object(
  {
    standardRef: StandardRefSchema,
    version: Type.String({ minLength: 1 }),
    effectiveFrom: DateOnly,
    note: Type.String(),
    classes: Type.Array(CaseClass)
  },
  strict
)
export type ClassExtensionFile = Static<typeof ClassExtensionFile>

/** Why a 2013 code has its 2026 counterpart, or none. */
export const MappingRule = Type.Union([
  Type.Literal('same-number'),
  Type.Literal('shifted-major'),
  Type.Literal('moved'),
  Type.Literal('deleted')
])
export type MappingRule = Static<typeof MappingRule>

/** One national 2013 class and where it went; kind, code and name are null when the class was deleted. */
export const CodeMapping = Type.Object(
  {
    kind2013: ClassKind,
    code2013: Type.String({ pattern: '^\\d{4}$' }),
    name2013: Name,
    kind: Type.Union([ClassKind, Type.Null()]),
    code: Type.Union([Type.String({ pattern: '^\\d{5}$' }), Type.Null()]),
    name: Type.Union([Name, Type.Null()]),
    rule: MappingRule,
    basis: Type.String()
  },
  strict
)
export type CodeMapping = Static<typeof CodeMapping>

/** A class that cities had added locally in 2013 numbering. Local numbers differ between cities: matched by name only. */
export const LocalMapping = Type.Object(
  {
    kind2013: ClassKind,
    names2013: Type.Array(Name, { minItems: 1 }),
    kind: ClassKind,
    code: Type.String({ pattern: '^\\d{5}$' }),
    name: Name,
    basis: Type.String()
  },
  strict
)
export type LocalMapping = Static<typeof LocalMapping>

/** The 2013 → 2026 mapping file. */
export const MappingFile = Type.Object(
  {
    from: StandardRefSchema,
    to: StandardRefSchema,
    version: Type.String({ minLength: 1 }),
    effectiveFrom: DateOnly,
    note: Type.String(),
    codes: Type.Array(CodeMapping),
    locals: Type.Array(LocalMapping)
  },
  strict
)
export type MappingFile = Static<typeof MappingFile>

/** Units a disposal limit is counted in: urgent kinds and natural days run on the continuous clock, work kinds on the calendar. */
export const DisposalLimitKind = Words(LIMIT_KINDS)
export type DisposalLimitKind = Static<typeof DisposalLimitKind>

/** Management class of the place: A (core) demands most, C least. */
export const RegionClass = Type.Union([Type.Literal('A'), Type.Literal('B'), Type.Literal('C')])
export type RegionClass = Static<typeof RegionClass>

/** 平时 · 战时 · 重大活动保障. */
export const OperationMode = Type.Union([Type.Literal('normal'), Type.Literal('wartime'), Type.Literal('majorEvent')])
export type OperationMode = Static<typeof OperationMode>

/** One limit; without regionClass and mode it is the base limit of its condition. */
export const DisposalLimit = Type.Object(
  {
    regionClass: Type.Optional(RegionClass),
    mode: Type.Optional(OperationMode),
    kind: DisposalLimitKind,
    value: Type.Integer({ minimum: 1, maximum: 1000 })
  },
  strict
)
export type DisposalLimit = Static<typeof DisposalLimit>

/**
 * 立案条件 · 处置时限 · 结案条件 of one class. `local`: the class number lies outside the national range of its standard.
 * `default`: filled in because the city named no condition for the class. `origin`: id of the condition it was carried over from.
 */
export const Condition = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 40 }),
    standardRef: StandardRefSchema,
    kind: ClassKind,
    code: ClassCode,
    className: Name,
    local: Type.Optional(Type.Boolean()),
    condition: Type.String({ minLength: 1, maxLength: 500 }),
    limits: Type.Array(DisposalLimit, { minItems: 1 }),
    closeCondition: Type.String({ minLength: 1, maxLength: 200 }),
    sort: Type.Integer({ minimum: 1 }),
    default: Type.Optional(Type.Boolean()),
    origin: Type.Optional(Type.String())
  },
  strict
)
export type Condition = Static<typeof Condition>

/** A versioned set of conditions of one standard generation. */
export const ConditionFile = Type.Object(
  {
    standardRef: StandardRefSchema,
    version: Type.String({ minLength: 1 }),
    effectiveFrom: DateOnly,
    note: Type.String(),
    conditions: Type.Array(Condition)
  },
  strict
)
export type ConditionFile = Static<typeof ConditionFile>

/**
 * One responsibility rule of a city profile: cases of these classes (whole major '06' or single '06010') in this area belong to the unit.
 * `unitKey`: 'street' (station of the case's street), 'district-<key>' (department of the case's district) or the key of a city-level unit.
 * Among matching rules the more exact class wins, then the more exact area.
 */
export const ResponsibilityRule = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }),
    kind: ClassKind,
    classes: Type.Array(Type.String({ pattern: '^(\\d{2}|\\d{5})$' }), { minItems: 1 }),
    area: Type.Union([Type.Array(Type.String({ pattern: '^\\d{6}(\\d{3}){0,2}$' }), { minItems: 1 }), Type.Null()]),
    unitKey: Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' }),
    note: Type.Optional(Type.String())
  },
  strict
)
export type ResponsibilityRule = Static<typeof ResponsibilityRule>

/** responsibility.json of a city profile. */
export const ResponsibilityFile = Type.Object(
  {
    standardRef: StandardRefSchema,
    version: Type.String({ minLength: 1 }),
    note: Type.String(),
    rules: Type.Array(ResponsibilityRule)
  },
  strict
)
export type ResponsibilityFile = Static<typeof ResponsibilityFile>

/** Faults of codes and class tables (texts use the details of the fault in braces). */
export const CODE_ERRORS = {
  CASE_CODE_UNKNOWN: {
    status: 422,
    zh: '{standardRef} 中没有该类别：{kind} {code}',
    en: 'no such class in {standardRef}: {kind} {code}'
  },
  CASE_CODE_DUPLICATE: { status: 422, zh: '类别代码重复：{kind} {code}', en: 'duplicate class code: {kind} {code}' },
  CASE_CODE_MAJOR_UNKNOWN: { status: 422, zh: '大类不存在：{kind} {majorCode}', en: 'unknown major class: {kind} {majorCode}' },
  CASE_CODE_FORM: { status: 422, zh: '类别代码位数不符：{code}', en: 'class code has the wrong form: {code}' },
  CASE_CODE_IN_STANDARD_RANGE: {
    status: 422,
    zh: '自定义小类不得占用国标号段：{code}（国标至 {limit}）',
    en: 'a local class may not take a number of the national range: {code} (national up to {limit})'
  },
  CASE_CODE_ORDER: {
    status: 422,
    zh: '自定义小类自大号向下编：应为 {expected}，而非 {code}',
    en: 'local classes are numbered from the top downwards: expected {expected}, not {code}'
  },
  CASE_CODE_NAME_SUFFIX: {
    status: 422,
    zh: '自定义小类名称须以“（自定义）”结尾：{name}',
    en: 'the name of a local class must end in （自定义）: {name}'
  },
  CASE_CODE_DELETED: {
    status: 422,
    zh: '该 2013 类别在 2026 版中已取消：{code}',
    en: 'this 2013 class was deleted in 2026: {code}'
  },
  CASE_CODE_LOCAL: {
    status: 422,
    zh: '地方自定义编号只能按名称对照：{code}',
    en: 'a local 2013 number can only be mapped by its name: {code}'
  },
  CASE_COMPONENT_ID_FORM: {
    status: 422,
    zh: '部件标识码应为 {digits} 位数字（{standardRef}）',
    en: 'a component id has {digits} digits in {standardRef}'
  },
  CASE_REGION_CODE_FORM: {
    status: 422,
    zh: '区划代码应为 6 位数字：{regionCode}',
    en: 'a county code has six digits: {regionCode}'
  }
} as const
export type CodeErrorCode = keyof typeof CODE_ERRORS
