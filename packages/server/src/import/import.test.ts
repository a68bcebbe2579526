import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import exceljs from 'exceljs'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeClassTable } from '../modules/cases/domain/codes.ts'
import { DataFileError, readClassExtension, readDataFile, readResponsibility, readSharedCodes, targetOfUnitKey } from './codes.ts'
import { ImportMap, mapFaults } from './map.ts'
import { placeNames } from './place.ts'
import { ReadFileError, type ReadRow, readRows } from './read.ts'
import { mapRow, missingColumns, type ReportDraft, type RowContext } from './row.ts'
import { parseTime } from './times.ts'

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

describe('parseTime', () => {
  const at = (text: string, format: Parameters<typeof parseTime>[1], zone = 'America/New_York') =>
    parseTime(text, format, zone)?.at.toISOString()
  it.each([
    ['2026-01-15T12:00:00', 'yyyy-MM-ddTHH:mm:ss', '2026-01-15T17:00:00.000Z'],
    ['2026-07-15 12:00', 'yyyy-MM-ddTHH:mm:ss', '2026-07-15T16:00:00.000Z'],
    ['2026-03-08T01:59:59', 'yyyy-MM-ddTHH:mm:ss', '2026-03-08T06:59:59.000Z'],
    ['2026-03-08T02:30:00', 'yyyy-MM-ddTHH:mm:ss', '2026-03-08T07:30:00.000Z'],
    ['2026-03-08T03:00:00', 'yyyy-MM-ddTHH:mm:ss', '2026-03-08T07:00:00.000Z'],
    ['2026-11-01T01:30:00', 'yyyy-MM-ddTHH:mm:ss', '2026-11-01T05:30:00.000Z'],
    ['2026-11-01T02:00:00', 'yyyy-MM-ddTHH:mm:ss', '2026-11-01T07:00:00.000Z'],
    ['04/11/2026 12:05:00 AM', 'MM/dd/yyyy hh:mm:ss a', '2026-04-11T04:05:00.000Z'],
    ['2026/4/1 8:05', 'yyyy/MM/dd HH:mm', '2026-04-01T12:05:00.000Z'],
    ['20260401080500', 'yyyyMMddHHmmss', '2026-04-01T12:05:00.000Z'],
    ['2026-04-01', 'yyyy-MM-dd', '2026-04-01T04:00:00.000Z'],
    ['2026-04-01T08:05:00+08:00', 'iso-offset', '2026-04-01T00:05:00.000Z']
  ] as const)('%s (%s)', (text, format, want) => expect(at(text, format)).toBe(want))

  it.each([
    ['2026-02-30', 'yyyy-MM-dd'],
    ['20260401250000', 'yyyyMMddHHmmss'],
    ['13/01/2026 01:00:00 AM', 'MM/dd/yyyy hh:mm:ss a'],
    ['04/01/2026 13:00:00 AM', 'MM/dd/yyyy hh:mm:ss a'],
    ['2026-04-01T08:05:00', 'iso-offset'],
    ['', 'yyyyMMdd']
  ] as const)('refuses %s as %s', (text, format) => expect(at(text, format)).toBeUndefined())
})

describe('readRows', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'import-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const all = async (name: string, body?: string | Buffer): Promise<ReadRow[]> => {
    const path = join(folder, name)
    if (body !== undefined) await writeFile(path, body)
    const list: ReadRow[] = []
    for await (const row of readRows(path)) list.push(row)
    return list
  }
  const rows = [
    { number: 1, row: { 编号: '001', 内容: '第一行\n第二行，"引号"' } },
    { number: 2, row: { 编号: '002', 内容: '' } }
  ]

  it('reads CSV with BOM, quotes and line breaks, plain and gzipped', async () => {
    const csv = '\uFEFF编号,内容\r\n001,"第一行\n第二行，""引号"""\r\n\r\n002,\r\n'
    expect(await all('a.csv', csv)).toEqual(rows)
    expect(await all('a.csv.gz', gzipSync(csv))).toEqual(rows)
    expect(await all('a.tsv', '编号\t内容\n002\t\n')).toEqual([{ ...rows[1], number: 1 }])
  })

  it('reads JSON and NDJSON, and yields broken rows instead of losing them', async () => {
    expect(await all('a.json', JSON.stringify(rows.map((r) => r.row)))).toEqual(rows)
    const lines = await all('a.ndjson', `${JSON.stringify({ a: 1, b: null, c: [1] })}\n{oops\n[1]\n\n{"a":2}\n`)
    expect(lines.map((l) => ('row' in l ? l.row : 'broken'))).toEqual([
      { a: '1', b: '', c: '[1]' },
      'broken',
      'broken',
      { a: '2' }
    ])
    expect(lines.map((l) => l.number)).toEqual([1, 2, 3, 4])
    expect(await all('b.csv', 'a,b\n1\n1,2\n1,2,3\n')).toMatchObject([
      { broken: '1 cells, 2 columns' },
      { row: { b: '2' } },
      { number: 3 }
    ])
  })

  it('reads the first sheet of XLSX: numbers, dates, formulas, rich text, holes', async () => {
    const book = new exceljs.Workbook()
    const sheet = book.addWorksheet('工单')
    sheet.addRow(['编号', '时间', '内容', '和'])
    sheet.addRow([
      7,
      new Date(Date.UTC(2026, 3, 1, 8, 5)),
      { richText: [{ text: '暴露' }, { text: '垃圾' }] },
      { formula: '1+1', result: 2 }
    ])
    sheet.addRow(['8', undefined, '空'])
    book.addWorksheet('说明').addRow(['不读'])
    await book.xlsx.writeFile(join(folder, 'a.xlsx'))
    expect(await all('a.xlsx')).toEqual([
      { number: 1, row: { 编号: '7', 时间: '2026-04-01T08:05:00', 内容: '暴露垃圾', 和: '2' } },
      { number: 2, row: { 编号: '8', 时间: '', 内容: '空', 和: '' } }
    ])
  })

  it('refuses other files and says why', async () => {
    await expect(all('a.pdf', 'x')).rejects.toThrow(ReadFileError)
    await expect(all('b.json', '{}')).rejects.toThrow(ReadFileError)
    await expect(all('c.json', '{')).rejects.toThrow(ReadFileError)
    await expect(all('missing.csv')).rejects.toThrow(/ENOENT/)
    await expect(all('broken.csv.gz', 'not gzip')).rejects.toThrow()
  })

  it('names the place of a fault in a data file', async () => {
    const path = join(folder, 'map.json')
    await writeFile(path, JSON.stringify({ ...nyc, sourceType: 'pigeon', extra: 1 }))
    await expect(readDataFile(path, ImportMap)).rejects.toThrow(DataFileError)
    await expect(readDataFile(path, ImportMap)).rejects.toThrow(/sourceType/)
  })
})
