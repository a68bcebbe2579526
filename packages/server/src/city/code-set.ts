import { join } from 'node:path'
import type { CaseClass, ClassExtensionFile, Condition, StandardRef } from '@chengyun/contract/cases'
import { readSharedCodes } from '../import/codes.ts'
import type { CodeSet } from '../modules/cases/index.ts'
import { carryOver, makeClassTable, makeUpgrade } from '../modules/cases/index.ts'
import { CITIES } from './profile.ts'

/** Small things a collector may put right himself, and classes that may be checked from pictures: a starting point each city edits. */
const SELF_HANDLE = new Set(['06010', '06012', '06017', '06036', '07001'])
const REMOTE_CHECK = new Set(['06010', '06012', '06036', '06042', '07001', '09005', '09006'])

/** Code tables of both generations with the city's own classes, conditions carried over to the new one, and the mapping. */
export async function readCodeSet(extension: ClassExtensionFile | undefined): Promise<CodeSet> {
  const shared = await readSharedCodes(join(CITIES, '_codes'))
  const tables = [...shared.tables].map(([ref, file]) =>
    makeClassTable(file, extension?.standardRef === ref ? extension : undefined)
  )
  const newest = tables.find((t) => t.standardRef === 'GB/T 47678.5-2026')!
  const oldest = tables.find((t) => t.standardRef === 'GB/T 30428.2-2013')!
  const carried = carryOver(shared.conditions.conditions, makeUpgrade(shared.mapping), newest)
  // Conditions of the demonstration table also name local classes of the city they come from; those have no class here.
  const known = shared.conditions.conditions.filter((c) => oldest.byKey.has(`${c.kind}:${c.code}`))
  const local = new Set((extension?.classes ?? []).map((c) => `${c.kind}:${c.code}`))
  return {
    classes: tables.flatMap((t) =>
      t.classes.map((c) =>
        classRow(
          t.standardRef,
          c,
          extension?.standardRef === t.standardRef && local.has(`${c.kind}:${c.code}`),
          versionOf(shared.tables, t.standardRef)
        )
      )
    ),
    conditions: [...known, ...carried.conditions].map(conditionRow),
    mapping: shared.mapping.codes.map((m) => ({
      kind2013: m.kind2013,
      code2013: m.code2013,
      kind: m.kind,
      code: m.code,
      rule: m.rule,
      basis: m.basis
    }))
  }
}

const versionOf = (tables: ReadonlyMap<StandardRef, { version: string }>, ref: StandardRef): string =>
  tables.get(ref)?.version ?? ''

const classRow = (standardRef: StandardRef, c: CaseClass, local: boolean, version: string): CodeSet['classes'][number] => ({
  standardRef,
  kind: c.kind,
  code: c.code,
  majorCode: c.majorCode,
  majorName: c.majorName,
  name: c.name,
  nameEn: c.nameEn,
  code2013: c.code2013,
  local,
  version,
  selfHandle: c.kind === 'matter' && SELF_HANDLE.has(c.code),
  remoteCheck: c.kind === 'matter' && REMOTE_CHECK.has(c.code)
})

const conditionRow = (c: Condition): CodeSet['conditions'][number] => ({
  id: c.id,
  standardRef: c.standardRef,
  kind: c.kind,
  code: c.code,
  condition: c.condition,
  closeCondition: c.closeCondition,
  limits: c.limits,
  sort: c.sort,
  isDefault: c.default ?? false
})
