import { readFileSync } from 'node:fs'
import type { CaseClass, ClassTableFile, MappingFile } from '@chengyun/contract/cases'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ClassTableError,
  checkNewLocalClass,
  checkUscc,
  childrenOf,
  isLocalClass,
  lookupClass,
  makeClassTable,
  makeUpgrade,
  matterCode11,
  nextLocalCode,
  parseComponentId,
  searchClasses,
  upgradeCode,
  upgradeComponentId,
  upgradeLocalName
} from './codes.ts'

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../../../../cities/_codes/${name}`, import.meta.url), 'utf8')) as T
const file2026 = read<ClassTableFile>('gbt47678.5-2026.json')
const file2013 = read<ClassTableFile>('gbt30428.2-2013.json')
const mapping = read<MappingFile>('mapping-2013-2026.json')
const now = makeClassTable(file2026)
const before = makeClassTable(file2013)
const upgrade = makeUpgrade(mapping)
const book = new Map([
  [now.standardRef, now],
  [before.standardRef, before]
])
const count = (file: ClassTableFile, kind: string, major?: string) =>
  file.classes.filter((c) => c.kind === kind && (!major || c.majorCode === major)).length

function localClass(code: string, name: string, kind: CaseClass['kind'] = 'matter'): CaseClass {
  return { kind, code, majorCode: code.slice(0, 2), majorName: '其他事项类', name, nameEn: name, code2013: null }
}

describe('the class tables', () => {
  it('has 153 component and 250 matter classes in 2026, by major as the annexes say', () => {
    expect([count(file2026, 'component'), count(file2026, 'matter')]).toEqual([153, 250])
    expect(['01', '02', '03', '04', '05'].map((m) => count(file2026, 'component', m))).toEqual([76, 44, 16, 14, 3])
    expect(['06', '07', '08', '09', '10'].map((m) => count(file2026, 'matter', m))).toEqual([51, 7, 16, 21, 2])
  })

  it('accounts for all 121 + 83 classes of 2013: named or listed as unnamed', () => {
    const unlisted = (kind: string) => file2013.unlisted.filter((u) => u.kind === kind).length
    expect(count(file2013, 'component') + unlisted('component')).toBe(121)
    expect(count(file2013, 'matter') + unlisted('matter')).toBe(83)
  })

  it('needs the kind: a component and its matter share five digits', () => {
    const component = lookupClass(book, 'GB/T 47678.5-2026', 'component', '01001')
    const matter = lookupClass(book, 'GB/T 47678.5-2026', 'matter', '01001')
    expect(component.ok && component.value.name).toBe('供水井盖')
    expect(matter.ok && matter.value.name).toBe('供水井盖异常')
    expect(now.byKey.get('matter:01066')?.name).toBe('紧急报警点异常SOS')
  })

  it('says which class is unknown', () => {
    const deleted = lookupClass(book, 'GB/T 47678.5-2026', 'component', '05001')
    expect(deleted).toMatchObject({ ok: false, fault: { code: 'CASE_CODE_UNKNOWN', details: { code: '05001' } } })
  })
})

describe('local classes', () => {
  it('are numbered from the top downwards outside the national range', () => {
    expect(nextLocalCode(now, 'matter', '10')).toBe('10999')
    expect(nextLocalCode(before, 'matter', '01')).toBe('0199')
    expect(checkNewLocalClass(now, localClass('10999', '其他事项（自定义）'))).toEqual([])
    const codes = (cls: CaseClass) => checkNewLocalClass(now, cls).map((f) => f.code)
    expect(codes(localClass('10998', '甲（自定义）'))).toEqual(['CASE_CODE_ORDER'])
    expect(codes(localClass('10079', '甲（自定义）'))).toEqual(['CASE_CODE_IN_STANDARD_RANGE'])
    expect(codes(localClass('10999', '甲'))).toEqual(['CASE_CODE_NAME_SUFFIX'])
    expect(codes(localClass('11999', '甲（自定义）'))).toEqual(['CASE_CODE_MAJOR_UNKNOWN'])
    expect(codes(localClass('1099', '甲（自定义）'))).toContain('CASE_CODE_FORM')
  })

  it('extend the table; every fault of an extension is reported together', () => {
    const head = { standardRef: now.standardRef, version: 't', effectiveFrom: '2026-07-01', note: '' }
    const table = makeClassTable(file2026, { ...head, classes: [localClass('10999', '其他事项（自定义）')] })
    expect(nextLocalCode(table, 'matter', '10')).toBe('10998')
    expect(childrenOf(table, 'matter', '10').map((c) => c.code)).toEqual(['10001', '10002', '10999'])
    expect(isLocalClass(table, { kind: 'matter', code: '10999' })).toBe(true)
    expect(isLocalClass(table, { kind: 'matter', code: '10002' })).toBe(false)
    const bad = { ...head, classes: [localClass('10050', '甲'), localClass('10001', '乙（自定义）')] }
    try {
      makeClassTable(file2026, bad)
      expect.unreachable()
    } catch (error) {
      expect((error as ClassTableError).faults.map((f) => f.code)).toEqual([
        'CASE_CODE_IN_STANDARD_RANGE',
        'CASE_CODE_NAME_SUFFIX',
        'CASE_CODE_IN_STANDARD_RANGE',
        'CASE_CODE_DUPLICATE'
      ])
    }
  })

  it('may not take an unnamed national number of 2013', () => {
    expect(checkNewLocalClass(before, localClass('0605', '甲')).map((f) => f.code)).toEqual(['CASE_CODE_IN_STANDARD_RANGE'])
  })
})

describe('2013 → 2026', () => {
  it.each([
    ['component', '0101', '01001', 'same-number'],
    ['component', '0506', '01069', 'moved'],
    ['component', '0508', '01071', 'moved'],
    ['component', '0503', '05003', 'same-number'],
    ['matter', '0110', '06010', 'shifted-major'],
    ['matter', '0201', '07001', 'shifted-major'],
    ['matter', '0311', '08011', 'shifted-major'],
    ['matter', '0409', '09009', 'shifted-major'],
    ['matter', '0507', '10001', 'moved'],
    ['matter', '0508', '10002', 'moved'],
    ['matter', '0602', '09013', 'moved']
  ] as const)('%s %s becomes %s (%s)', (kind, from, code, rule) => {
    expect(upgradeCode(upgrade, kind, from)).toEqual({ ok: true, value: { kind, code, rule } })
  })

  it('refuses deleted classes and local numbers', () => {
    for (const [kind, code] of [
      ['component', '0504'],
      ['matter', '0131'],
      ['matter', '0205'],
      ['matter', '0501']
    ] as const)
      expect(upgradeCode(upgrade, kind, code)).toMatchObject({ ok: false, fault: { code: 'CASE_CODE_DELETED' } })
    expect(upgradeCode(upgrade, 'matter', '0192')).toMatchObject({ ok: false, fault: { code: 'CASE_CODE_LOCAL' } })
  })

  it('maps local classes by name, a component sometimes to matters', () => {
    expect(upgradeLocalName(upgrade, 'matter', '垃圾满溢')).toEqual([{ kind: 'matter', code: '06042' }])
    expect(upgradeLocalName(upgrade, 'component', '无障碍坡道及盲道').map((c) => c.code)).toEqual(['06051', '06052'])
    expect(upgradeLocalName(upgrade, 'component', '垃圾满溢')).toEqual([])
  })

  it('points only at classes that exist, from every named 2013 class', () => {
    for (const row of [...mapping.codes.filter((r) => r.code !== null), ...mapping.locals])
      expect(now.byKey.get(`${row.kind}:${row.code}`)?.name).toBe(row.name)
    for (const cls of file2013.classes)
      expect(mapping.codes.some((r) => r.kind2013 === cls.kind && r.code2013 === cls.code)).toBe(true)
  })
})

describe('identifiers', () => {
  it('takes component ids apart by their standard', () => {
    expect(parseComponentId('3205080101000001', 'GB/T 30428.2-2013')).toMatchObject({
      ok: true,
      value: { regionCode: '320508', majorCode: '01', code: '0101', sequence: '000001' }
    })
    expect(parseComponentId('37020301001000001', 'GB/T 47678.5-2026')).toMatchObject({
      ok: true,
      value: { regionCode: '370203', majorCode: '01', code: '01001', sequence: '000001' }
    })
    for (const id of ['3205080101000001', '3702030100100000a', '', '370203010010000011'])
      expect(parseComponentId(id, 'GB/T 47678.5-2026')).toMatchObject({ ok: false, fault: { code: 'CASE_COMPONENT_ID_FORM' } })
  })

  it('upgrades 16 to 17 digits where the class pair maps', () => {
    expect(upgradeComponentId(upgrade, '3205080101000001')).toEqual({ ok: true, value: '32050801001000001' })
    expect(upgradeComponentId(upgrade, '3702030506000012')).toEqual({ ok: true, value: '37020301069000012' })
    expect(upgradeComponentId(upgrade, '3702030504000012')).toMatchObject({ ok: false, fault: { code: 'CASE_CODE_DELETED' } })
  })

  it('upgrading then parsing keeps region and sequence', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 110000, max: 659999 }),
        fc.integer({ min: 0, max: 999999 }),
        fc.constantFrom(...mapping.codes.filter((r) => r.kind2013 === 'component' && r.code !== null)),
        (region, sequence, row) => {
          const s = String(sequence).padStart(6, '0')
          const id = upgradeComponentId(upgrade, `${region}${row.code2013}${s}`)
          const parsed = id.ok && parseComponentId(id.value, 'GB/T 47678.5-2026')
          expect(parsed).toMatchObject({ ok: true, value: { regionCode: String(region), code: row.code, sequence: s } })
        }
      )
    )
  })

  it('builds the 11-digit matter code', () => {
    expect(matterCode11('370203', '06010')).toEqual({ ok: true, value: '37020306010' })
    expect(matterCode11('37020', '06010')).toMatchObject({ ok: false, fault: { code: 'CASE_REGION_CODE_FORM' } })
    expect(matterCode11('370203', '0110')).toMatchObject({ ok: false, fault: { code: 'CASE_CODE_FORM' } })
  })

  it('checks the unified social credit code', () => {
    expect(checkUscc('91350100M000100Y43')).toBe(true)
    const wrong = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'].filter((c) => c !== '3')
    for (const last of wrong) expect(checkUscc(`91350100M000100Y4${last}`)).toBe(false)
    for (const bad of ['', '91350100M000100Y4', '91350100m000100y43', '91350100I000100Y43']) expect(checkUscc(bad)).toBe(false)
  })
})

describe('searchClasses', () => {
  it('finds by code, Chinese part and English part, best first', () => {
    expect(searchClasses(now, '06042').map((c) => c.name)).toEqual(['垃圾站（箱）满溢'])
    expect(searchClasses(now, '暴露')[0]?.code).toBe('06010')
    expect(searchClasses(now, '井盖', { kind: 'component' }).length).toBeGreaterThan(15)
    expect(searchClasses(now, 'barbecue').map((c) => c.code)).toEqual(['06029'])
    expect(searchClasses(now, '路灯', { kind: 'component' })[0]?.code).toBe('01037')
    expect(searchClasses(now, '  ')).toEqual([])
    expect(searchClasses(now, '01', { limit: 5 })).toHaveLength(5)
  })
})
