import type {
  CaseClass,
  ClassExtensionFile,
  ClassKind,
  ClassTableFile,
  CodeErrorCode,
  MajorClass,
  MappingFile,
  StandardRef
} from '@chengyun/contract/cases'

export { checkUscc } from '@chengyun/contract/common'

/** A coded fault with the values its text needs; never thrown by the pure functions of this file unless they say so. */
export interface CodeFault {
  code: CodeErrorCode
  details: Record<string, string>
}

/** Either a value or the fault that prevented it. */
export type CodeResult<T> = { ok: true; value: T } | { ok: false; fault: CodeFault }

/** Suffix that a local minor class of the 2026 edition carries in its name. */
export const LOCAL_SUFFIX = '（自定义）'

/** An indexed class table of one standard generation, a city's local classes included. */
export interface ClassTable {
  standardRef: StandardRef
  version: string
  majors: readonly MajorClass[]
  classes: readonly CaseClass[]
  byKey: ReadonlyMap<string, CaseClass>
  byMajor: ReadonlyMap<string, readonly CaseClass[]>
  /** Highest national minor number per kind and major; local classes must lie above it. */
  nationalMax: ReadonlyMap<string, number>
}

/** The generations in force, by standardRef. */
export type ClassBook = ReadonlyMap<StandardRef, ClassTable>

/** Raised by {@link makeClassTable} when a table or extension is faulty; all faults together. */
export class ClassTableError extends Error {
  readonly faults: readonly CodeFault[]
  constructor(faults: readonly CodeFault[]) {
    super(`class table: ${faults.map((f) => `${f.code} ${Object.values(f.details).join(' ')}`).join('; ')}`)
    this.name = 'ClassTableError'
    this.faults = faults
  }
}

const key = (kind: ClassKind, code: string): string => `${kind}:${code}`
const fail = (code: CodeErrorCode, details: Record<string, string>): { ok: false; fault: CodeFault } => ({
  ok: false,
  fault: { code, details }
})

/** Digits of a full class code: two of the major and two (2013) or three (2026) of the minor. */
export function codeLength(standardRef: StandardRef): 4 | 5 {
  return standardRef === 'GB/T 47678.5-2026' ? 5 : 4
}

/**
 * Builds the index of a table and its local extension.
 * @throws ClassTableError with every fault found.
 */
export function makeClassTable(file: ClassTableFile, extension?: ClassExtensionFile): ClassTable {
  const faults: CodeFault[] = []
  const majors = new Set(file.majors.map((m) => key(m.kind, m.code)))
  const nationalMax = nationalRange(file)
  const byKey = new Map<string, CaseClass>()
  const byMajor = new Map<string, CaseClass[]>()
  const local = extension?.classes ?? []
  for (const [i, cls] of [...file.classes, ...local].entries()) {
    faults.push(...formFaults(cls, file.standardRef, majors))
    if (i >= file.classes.length) faults.push(...localFaults(cls, file.standardRef, nationalMax))
    const k = key(cls.kind, cls.code)
    if (byKey.has(k)) faults.push({ code: 'CASE_CODE_DUPLICATE', details: { kind: cls.kind, code: cls.code } })
    byKey.set(k, cls)
    const m = key(cls.kind, cls.majorCode)
    byMajor.set(m, [...(byMajor.get(m) ?? []), cls])
  }
  if (faults.length > 0) throw new ClassTableError(faults)
  return {
    standardRef: file.standardRef,
    version: file.version,
    majors: file.majors,
    classes: [...byKey.values()],
    byKey,
    byMajor,
    nationalMax
  }
}

function nationalRange(file: ClassTableFile): Map<string, number> {
  const max = new Map<string, number>()
  for (const { kind, code } of [...file.classes, ...file.unlisted]) {
    const m = key(kind, code.slice(0, 2))
    max.set(m, Math.max(max.get(m) ?? 0, Number(code.slice(2))))
  }
  // The 2026 edition reserves 001–079 for the nation whether or not they are used yet.
  if (file.standardRef === 'GB/T 47678.5-2026') for (const m of file.majors) max.set(key(m.kind, m.code), 79)
  return max
}

function formFaults(cls: CaseClass, standardRef: StandardRef, majors: ReadonlySet<string>): CodeFault[] {
  const faults: CodeFault[] = []
  if (cls.code.length !== codeLength(standardRef) || !/^\d+$/.test(cls.code) || !cls.code.startsWith(cls.majorCode))
    faults.push({ code: 'CASE_CODE_FORM', details: { code: cls.code } })
  if (!majors.has(key(cls.kind, cls.majorCode)))
    faults.push({ code: 'CASE_CODE_MAJOR_UNKNOWN', details: { kind: cls.kind, majorCode: cls.majorCode } })
  return faults
}

function localFaults(cls: CaseClass, standardRef: StandardRef, nationalMax: ReadonlyMap<string, number>): CodeFault[] {
  const faults: CodeFault[] = []
  const limit = nationalMax.get(key(cls.kind, cls.majorCode)) ?? 0
  if (Number(cls.code.slice(2)) <= limit)
    faults.push({
      code: 'CASE_CODE_IN_STANDARD_RANGE',
      details: { code: cls.code, limit: cls.majorCode + String(limit).padStart(codeLength(standardRef) - 2, '0') }
    })
  if (standardRef === 'GB/T 47678.5-2026' && !cls.name.endsWith(LOCAL_SUFFIX))
    faults.push({ code: 'CASE_CODE_NAME_SUFFIX', details: { name: cls.name } })
  return faults
}

/** The class of a key; a fault when the generation is not loaded or has no such class. */
export function lookupClass(book: ClassBook, standardRef: StandardRef, kind: ClassKind, code: string): CodeResult<CaseClass> {
  const found = book.get(standardRef)?.byKey.get(key(kind, code))
  return found ? { ok: true, value: found } : fail('CASE_CODE_UNKNOWN', { standardRef, kind, code })
}

/** The minor classes of a major, national ones first in code order. */
export function childrenOf(table: ClassTable, kind: ClassKind, majorCode: string): readonly CaseClass[] {
  return table.byMajor.get(key(kind, majorCode)) ?? []
}

/** Whether the class lies outside the national range of its major. */
export function isLocalClass(table: ClassTable, cls: Pick<CaseClass, 'kind' | 'code'>): boolean {
  return Number(cls.code.slice(2)) > (table.nationalMax.get(key(cls.kind, cls.code.slice(0, 2))) ?? 0)
}

/** The next free local code of a major, from the top downwards; null when the local range is exhausted. */
export function nextLocalCode(table: ClassTable, kind: ClassKind, majorCode: string): string | null {
  const digits = codeLength(table.standardRef) - 2
  const floor = table.nationalMax.get(key(kind, majorCode)) ?? 0
  for (let n = 10 ** digits - 1; n > floor; n--) {
    const code = majorCode + String(n).padStart(digits, '0')
    if (!table.byKey.has(key(kind, code))) return code
  }
  return null
}

/** Faults of a class that a city wants to add now: form, range, suffix, duplicate, and the order from the top downwards. */
export function checkNewLocalClass(table: ClassTable, cls: CaseClass): CodeFault[] {
  const majors = new Set(table.majors.map((m) => key(m.kind, m.code)))
  const faults = [...formFaults(cls, table.standardRef, majors), ...localFaults(cls, table.standardRef, table.nationalMax)]
  if (table.byKey.has(key(cls.kind, cls.code)))
    faults.push({ code: 'CASE_CODE_DUPLICATE', details: { kind: cls.kind, code: cls.code } })
  if (faults.length > 0) return faults
  const expected = nextLocalCode(table, cls.kind, cls.majorCode)
  return expected !== null && expected !== cls.code ? [{ code: 'CASE_CODE_ORDER', details: { code: cls.code, expected } }] : []
}

/**
 * Classes matching a query: code prefix, or part of the Chinese or English name. Best first: exact code, code prefix,
 * exact name, name start, name part, English part; code order within a rank.
 */
export function searchClasses(table: ClassTable, query: string, options: { kind?: ClassKind; limit?: number } = {}): CaseClass[] {
  const q = query.trim().toLowerCase()
  if (q === '') return []
  const ranked: { rank: number; cls: CaseClass }[] = []
  for (const cls of table.classes) {
    if (options.kind && cls.kind !== options.kind) continue
    const rank = searchRank(cls, q)
    if (rank !== null) ranked.push({ rank, cls })
  }
  ranked.sort((a, b) => a.rank - b.rank || (a.cls.code < b.cls.code ? -1 : a.cls.code > b.cls.code ? 1 : 0))
  return ranked.slice(0, options.limit ?? 50).map((r) => r.cls)
}

function searchRank(cls: CaseClass, q: string): number | null {
  const name = cls.name.toLowerCase()
  if (cls.code === q) return 0
  if (cls.code.startsWith(q)) return 1
  if (name === q) return 2
  if (name.startsWith(q)) return 3
  if (name.includes(q)) return 4
  return cls.nameEn.toLowerCase().includes(q) ? 5 : null
}

/** Where a 2013 class went. `rule` tells a plain renumbering from a move to another major. */
export interface UpgradedCode {
  kind: ClassKind
  code: string
  rule: 'same-number' | 'shifted-major' | 'moved'
}

/** The indexed mapping of 2013 classes onto 2026. */
export interface CodeUpgrade {
  national: ReadonlyMap<string, MappingFile['codes'][number]>
  locals: ReadonlyMap<string, readonly MappingFile['locals'][number][]>
}

/** Indexes a mapping file by national code and by local name. */
export function makeUpgrade(mapping: MappingFile): CodeUpgrade {
  const locals = new Map<string, MappingFile['locals'][number][]>()
  for (const row of mapping.locals)
    for (const name of row.names2013) locals.set(key(row.kind2013, name), [...(locals.get(key(row.kind2013, name)) ?? []), row])
  return { national: new Map(mapping.codes.map((row) => [key(row.kind2013, row.code2013), row])), locals }
}

/** 2013 → 2026 by national number. Numbers outside the national range are local: map those with {@link upgradeLocalName}. */
export function upgradeCode(upgrade: CodeUpgrade, kind: ClassKind, code2013: string): CodeResult<UpgradedCode> {
  const row = upgrade.national.get(key(kind, code2013))
  if (!row) return fail('CASE_CODE_LOCAL', { kind, code: code2013 })
  if (row.rule === 'deleted' || row.kind === null || row.code === null) return fail('CASE_CODE_DELETED', { kind, code: code2013 })
  return { ok: true, value: { kind: row.kind, code: row.code, rule: row.rule } }
}

/** 2026 classes that a local 2013 class of this name became; empty when none (local numbers say nothing: they differ between cities). */
export function upgradeLocalName(upgrade: CodeUpgrade, kind: ClassKind, name: string): { kind: ClassKind; code: string }[] {
  return (upgrade.locals.get(key(kind, name)) ?? []).map((row) => ({ kind: row.kind, code: row.code }))
}

/** A component id taken apart. `sequence` keeps its leading zeros. */
export interface ComponentId {
  standardRef: StandardRef
  regionCode: string
  majorCode: string
  code: string
  sequence: string
}

/** Parses 管理部件标识码: 16 digits in 2013 (6+2+2+6), 17 in 2026 (6+2+3+6). */
export function parseComponentId(id: string, standardRef: StandardRef): CodeResult<ComponentId> {
  const digits = codeLength(standardRef) + 12
  if (!new RegExp(`^\\d{${digits}}$`).test(id)) return fail('CASE_COMPONENT_ID_FORM', { standardRef, digits: String(digits) })
  const code = id.slice(6, digits - 6)
  return {
    ok: true,
    value: { standardRef, regionCode: id.slice(0, 6), majorCode: code.slice(0, 2), code, sequence: id.slice(-6) }
  }
}

/** A 16-digit id of 2013 as the 17-digit id of 2026: region and sequence stay, the class follows the mapping. */
export function upgradeComponentId(upgrade: CodeUpgrade, id16: string): CodeResult<string> {
  const parsed = parseComponentId(id16, 'GB/T 30428.2-2013')
  if (!parsed.ok) return parsed
  const target = upgradeCode(upgrade, 'component', parsed.value.code)
  if (!target.ok) return target
  return { ok: true, value: parsed.value.regionCode + target.value.code + parsed.value.sequence }
}

/** 管理事项代码 (11 digits): county and class; a type code, not an instance id. */
export function matterCode11(regionCode: string, code: string): CodeResult<string> {
  if (!/^\d{6}$/.test(regionCode)) return fail('CASE_REGION_CODE_FORM', { regionCode })
  if (!/^\d{5}$/.test(code)) return fail('CASE_CODE_FORM', { code })
  return { ok: true, value: regionCode + code }
}
