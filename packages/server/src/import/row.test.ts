import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { makeClassTable } from '../modules/cases/domain/codes.ts'
import { readClassExtension, readResponsibility, readSharedCodes, targetOfUnitKey } from './codes.ts'
import { ImportMap, mapFaults } from './map.ts'
import { placeNames } from './place.ts'
import { mapRow, missingColumns, type ReportDraft, type RowContext } from './row.ts'

const cities = new URL('../../../../cities/', import.meta.url)
const json = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, cities), 'utf8')) as T
const haikou = json<ImportMap>('maps/haikou-12345.json')
const nyc = json<ImportMap>('maps/nyc311.json')
type Division = { code: string; name: string; level: 'city' | 'district' | 'street' | 'community' }
const contextOf = (city: string, map: ImportMap): RowContext => ({
  now: new Date('2026-11-01T00:00:00Z'),
  names: placeNames(json<{ divisions: Division[] }>(`${city}/divisions.json`).divisions, map.place.aliases),
  extent: json<{ extent: [number, number, number, number] }>(`${city}/profile.json`).extent
})
const haikouContext = contextOf('haikou', haikou)
const nycContext = contextOf('new-york', nyc)

interface Layout {
  center: { key: string }
  cityUnits: { key: string }[]
  districtUnits: { key: string }[]
}
const unitKeys = (layout: Layout): Set<string> =>
  new Set([
    'street',
    'district-center',
    layout.center.key,
    ...layout.cityUnits.map((u) => u.key),
    ...layout.districtUnits.map((u) => `district-${u.key}`)
  ])

const order = (more: Record<string, string> = {}): Record<string, string> => ({
  工单编号: '20180301123456',
  行业分类1级: '城市管理（事件类）',
  行业分类2级: '街面秩序',
  行业分类3级: '机动车乱停放',
  行业分类4级: '投诉违停',
  诉求内容: '市民来电反映：龙华区某路口车辆乱停放。',
  原处置单位: '市公安局交通警察支队',
  ...more
})
const request = (more: Record<string, string> = {}): Record<string, string> => ({
  unique_key: '1',
  created_date: '2026-04-11T23:28:40.000',
  closed_date: '',
  agency: 'NYPD',
  complaint_type: 'Illegal Parking',
  descriptor: 'Blocked Hydrant',
  location_type: 'Street/Sidewalk',
  incident_zip: '10033',
  city: 'NEW YORK',
  borough: 'MANHATTAN',
  latitude: '40.75',
  longitude: '-73.98',
  ...more
})
function draft(row: Record<string, string>, map: ImportMap, context: RowContext): ReportDraft {
  const result = mapRow(row, map, context)
  if (!('ok' in result)) throw new Error(result.reject.message)
  return result.ok
}
const rejected = (row: Record<string, string>, map: ImportMap, context: RowContext) => {
  const result = mapRow(row, map, context)
  return 'reject' in result ? [result.reject.code, result.reject.field] : null
}

describe('the shipped maps', () => {
  it.each([
    ['haikou', haikou],
    ['new-york', nyc]
  ])('%s follows the format and names only classes that exist', async (city, map) => {
    expect([...Value.Errors(ImportMap, map)]).toEqual([])
    const shared = await readSharedCodes(new URL('_codes', cities).pathname)
    const extension = await readClassExtension(new URL(`${city}/codes-extension.json`, cities).pathname)
    const table = makeClassTable(shared.tables.get('GB/T 47678.5-2026')!, extension)
    const known = unitKeys(json(`${city}/organisation.json`))
    expect(
      mapFaults(
        map,
        (kind, code) => table.byKey.has(`${kind}:${code}`),
        (key) => known.has(key)
      )
    ).toEqual([])
  })

  it('says what is wrong with a map', () => {
    const bad = {
      ...nyc,
      columns: nyc.columns.filter((c) => c !== 'city'),
      class: { ...nyc.class, rules: [{ to: 'matter:06999' }, { path: ['a', 'b', 'c'], to: 'matter:06010' }] }
    } as ImportMap
    const faults = mapFaults(
      bad,
      (_, code) => code !== '06999',
      (key) => key !== 'oti'
    )
    expect(faults).toEqual([
      'class matter:06999',
      'class rule 1 has neither path nor text',
      'class rule 2 has a longer path than there are columns',
      'column city is used but not listed',
      'unit oti'
    ])
  })
})

describe('the shipped responsibilities', () => {
  it.each(['qingdao', 'haikou', 'new-york'])(
    '%s: each class has one most exact rule everywhere, and units that exist',
    async (city) => {
      const file = await readResponsibility(new URL(`${city}/responsibility.json`, cities).pathname)
      const keys = unitKeys(json(`${city}/organisation.json`))
      expect(file.rules.filter((r) => !keys.has(r.unitKey))).toEqual([])
      expect(new Set(file.rules.map((r) => r.id)).size).toBe(file.rules.length)
      const shared = await readSharedCodes(new URL('_codes', cities).pathname)
      const extension = await readClassExtension(new URL(`${city}/codes-extension.json`, cities).pathname)
      const table = makeClassTable(shared.tables.get('GB/T 47678.5-2026')!, extension)
      for (const rule of file.rules)
        for (const code of rule.classes) expect(code.length === 2 || table.byKey.has(`${rule.kind}:${code}`)).toBe(true)
      for (const cls of table.classes) {
        const at = (code: string) => file.rules.filter((r) => r.kind === cls.kind && r.area === null && r.classes.includes(code))
        const exact = at(cls.code)
        expect([cls.code, (exact.length > 0 ? exact : at(cls.majorCode)).length]).toEqual([cls.code, 1])
      }
    }
  )

  it('read as dispatch targets', () => {
    expect(['street', 'district-landscape', 'water-group'].map(targetOfUnitKey)).toEqual([
      'street',
      'district:landscape',
      'unit:water-group'
    ])
  })
})

describe('mapRow on hotline orders', () => {
  it('maps class, day, district and unit', () => {
    const d = draft(order(), haikou, haikouContext)
    expect(d).toMatchObject({
      kind: 'matter',
      classCode: '09009',
      reportedAt: new Date('2018-03-01T01:00:00Z'),
      timePrecision: 'day',
      place: { precision: 'district', divisionCode: '460106', source: 'text', point: null },
      unitKey: 'traffic-police',
      external: {
        system: '海口12345',
        no: '20180301123456',
        className: '城市管理（事件类） / 街面秩序 / 机动车乱停放 / 投诉违停'
      }
    })
    expect(d.notes).toEqual(['TIME_DAY_ONLY', 'PLACE_APPROXIMATE'])
  })

  it('keeps what it cannot classify, with its class', () => {
    const d = draft(
      order({ 行业分类1级: '税务', 行业分类2级: '其他', 行业分类3级: '其他', 行业分类4级: '其他' }),
      haikou,
      haikouContext
    )
    expect(d.classCode).toBe('10999')
    expect(d.notes).toContain('CLASS_FALLBACK')
    expect(d.external.className).toBe('税务 / 其他 / 其他 / 其他')
  })

  it.each([
    ['市民反映：甲子镇供销社旁有垃圾', '市公安局', '460107106', 'street', 'text'],
    ['秀英区长流镇某村', '市公安局', '460105100', 'street', 'text'],
    ['秀英区和龙华区交界处', '市公安局', '460100', 'city', 'city'],
    ['龙华区长流镇', '市公安局', '460100', 'city', 'city'],
    ['某小区停水', '美兰区灵山镇人民政府', '460108101', 'street', 'unit'],
    ['龙华区某小区停水', '美兰区灵山镇人民政府', '460106', 'district', 'text'],
    ['某小区停水', '琼山区市政管理局', '460107', 'district', 'unit'],
    ['秀英街道某路', '市公安局', '460105001', 'street', 'text'],
    ['某小区停水', '市公安局', '460100', 'city', 'city']
  ])('finds the place of “%s” / %s: %s', (text, unit, divisionCode, precision, source) => {
    expect(draft(order({ 诉求内容: text, 原处置单位: unit }), haikou, haikouContext).place).toEqual({
      divisionCode,
      precision,
      source,
      point: null
    })
  })

  it('shortens a long text without cutting a character and keeps the whole row', () => {
    const text = '😀'.repeat(400)
    const d = draft(order({ 诉求内容: text }), haikou, haikouContext)
    expect(d.description.length).toBeLessThanOrEqual(500)
    expect(d.description).toMatch(/^(😀)+…$/u)
    expect(d.notes).toContain('DESCRIPTION_SHORTENED')
    expect(d.raw.诉求内容).toBe(text)
  })

  it('may look into the text, the first rule that holds wins', () => {
    const rules = [
      { path: ['*', '*', '其他'], text: ['井盖', '窨井'], to: 'matter:01023' },
      { text: ['烧烤'], to: 'matter:06029' }
    ]
    const map: ImportMap = { ...haikou, class: { ...haikou.class, textColumns: ['诉求内容'], rules } }
    const code = (text: string, level3: string) =>
      draft(order({ 诉求内容: text, 行业分类3级: level3 }), map, haikouContext).classCode
    expect(code('窨井松动', '其他')).toBe('01023')
    expect(code('窨井松动', '出租车')).toBe('10999')
    expect(code('井盖旁烧烤', '其他')).toBe('01023')
    expect(code('有人烧烤', '出租车')).toBe('06029')
  })

  it('describes an empty text by its class', () => {
    const d = draft(order({ 诉求内容: ' ' }), haikou, haikouContext)
    expect(d.notes).toContain('DESCRIPTION_FROM_CLASS')
    expect(d.description).toContain('机动车乱停放')
  })

  it('refuses with code and field', () => {
    expect(rejected(order({ 工单编号: '' }), haikou, haikouContext)).toEqual(['IMPORT_FIELD_EMPTY', 'externalNo'])
    expect(rejected(order({ 工单编号: '20180231123456' }), haikou, haikouContext)).toEqual(['IMPORT_TIME_INVALID', 'reportedAt'])
    expect(rejected(order({ 工单编号: '20991231123456' }), haikou, haikouContext)).toEqual(['IMPORT_TIME_FUTURE', 'reportedAt'])
  })
})

describe('mapRow on requests with coordinates', () => {
  it('keeps the exact point, the local time and the agency', () => {
    expect(draft(request(), nyc, nycContext)).toMatchObject({
      classCode: '09012',
      reportedAt: new Date('2026-04-12T03:28:40Z'),
      timePrecision: 'second',
      crs: 'WGS84',
      place: { precision: 'exact', divisionCode: '990101', point: [-73.98, 40.75] },
      unitKey: 'nypd',
      notes: []
    })
  })

  it('falls back to the borough, never to an invented point', () => {
    const d = draft(request({ latitude: '', longitude: '', borough: 'QUEENS' }), nyc, nycContext)
    expect(d.place).toEqual({ precision: 'district', divisionCode: '990104', source: 'column', point: null })
    expect(draft(request({ latitude: '0', longitude: '0', borough: 'Unspecified' }), nyc, nycContext).place.precision).toBe(
      'city'
    )
  })

  it('refuses broken points and ignores impossible closing times aloud', () => {
    expect(rejected(request({ latitude: 'x' }), nyc, nycContext)).toEqual(['IMPORT_POINT_INVALID', 'location'])
    expect(rejected(request({ latitude: '' }), nyc, nycContext)).toEqual(['IMPORT_POINT_INVALID', 'location'])
    expect(rejected(request({ latitude: '31.2', longitude: '121.4' }), nyc, nycContext)).toEqual([
      'IMPORT_POINT_OUTSIDE_CITY',
      'location'
    ])
    const d = draft(request({ closed_date: '2026-04-01T00:00:00.000' }), nyc, nycContext)
    expect([d.closedAt, d.notes]).toEqual([null, ['CLOSED_TIME_IGNORED']])
  })

  it('gives a draft or a coded reject for any row whatever', () => {
    const cellText = fc.oneof(fc.string(), fc.constantFrom('', '0', '40.7', '-74', '2026-04-11T23:28:40.000', 'QUEENS', 'Noise'))
    fc.assert(
      fc.property(fc.record(Object.fromEntries(nyc.columns.map((c) => [c, cellText]))), (row) => {
        const result = mapRow(row, nyc, nycContext)
        if ('reject' in result) expect(result.reject.code).toMatch(/^IMPORT_/)
        else expect([result.ok.description.length > 0, result.ok.description.length <= 500]).toEqual([true, true])
        expect(mapRow(row, nyc, nycContext)).toEqual(result)
      })
    )
  })

  it('names missing columns', () => {
    expect(missingColumns(nyc.columns.slice(1), nyc)).toEqual(['unique_key'])
  })
})
