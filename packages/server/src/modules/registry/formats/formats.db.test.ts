import type { BatchView } from '@chengyun/contract/registry'
import exceljs from 'exceljs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import yazl from 'yazl'
import { AT_EAST, AT_WEST, type Client, type TestApp, testApp } from '../../../testing.ts'
import { imported, openBatch, through } from '../batch.testing.ts'

let t: TestApp
let admin: Client
beforeAll(async () => {
  t = await testApp()
  admin = await t.as('dataadmin')
})
afterAll(async () => {
  await t.close()
})

const [x, y] = AT_WEST
const ring = [
  [x, y],
  [x + 0.001, y],
  [x + 0.001, y + 0.001],
  [x, y + 0.001],
  [x, y]
]
const hole = [
  [x + 0.0002, y + 0.0002],
  [x + 0.0002, y + 0.0004],
  [x + 0.0004, y + 0.0004],
  [x + 0.0004, y + 0.0002],
  [x + 0.0002, y + 0.0002]
]
const feature = (code: string, cls: string, geometry: object, more: object = {}) => ({
  type: 'Feature',
  properties: {
    GLBJBSM: code,
    小类: cls,
    GLBJZT: '完好',
    CSRQ: '2024-05-01',
    GGXH: 'DN"700", 铸铁',
    elevationM: 12.5,
    BZ: '=1+1',
    ...more
  },
  geometry
})
const FEATURES = [
  feature('37020201001000001', '01001', { type: 'Point', coordinates: AT_WEST }),
  feature('37020201001000002', '供水井盖', { type: 'MultiPoint', coordinates: [AT_EAST] }, { elevationM: null }),
  feature('37020202017000003', '02017', { type: 'LineString', coordinates: [AT_WEST, [x + 0.002, y + 0.001], [x + 0.003, y]] }),
  feature('37020204013000004', '04013', { type: 'Polygon', coordinates: [ring, hole] }),
  feature('37020204013000005', '04013', { type: 'MultiPolygon', coordinates: [[ring], [ring.map(([a, b]) => [a! + 0.005, b!])]] })
]
const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::4490' } }

const zipped = (files: Record<string, Buffer | string>): Promise<Buffer> => {
  const zip = new yazl.ZipFile()
  for (const [name, body] of Object.entries(files)) zip.addBuffer(Buffer.from(body), name)
  zip.end()
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    zip.outputStream
      .on('data', (p: Buffer) => parts.push(p))
      .on('end', () => resolve(Buffer.concat(parts)))
      .on('error', reject)
  })
}

describe('files in and out', () => {
  test('GeoJSON with points, lines, areas with holes: as a collection and one a line', async () => {
    const body = JSON.stringify({ type: 'FeatureCollection', crs, features: FEATURES }, null, 1)
    const batch = await imported(t, { type: 'component', kind: 'import', name: '要素' }, { name: 'a.geojson', body })
    expect(batch.files[0]).toMatchObject({ format: 'geojson', crs: 'CGCS2000', crsFrom: 'file', geometry: 'Point' })
    expect(batch).toMatchObject({ state: 'checked', rejectsBy: [], totals: { accepted: 5 } })
    await through(admin, batch.id, 'publish', {})
    const lines = FEATURES.map((f) => JSON.stringify(f)).join('\n')
    const again = await imported(t, { type: 'component', kind: 'import', name: '行' }, { name: 'b.geojsonl', body: lines })
    expect(again).toMatchObject({
      files: [{ format: 'ndgeojson' }],
      comparison: { total: { added: 0, changed: 0, moved: 0, same: 5 } }
    })
  })

  test.each(['csv', 'xlsx', 'geojson', 'gpkg', 'shp'])('what is exported as %s comes back the same', async (format) => {
    const file = await admin.call<Buffer>('GET', `/api/registry/types/component/items.${format}`)
    expect(file.status).toBe(200)
    const body = format === 'geojson' ? Buffer.from(JSON.stringify(file.body)) : file.body
    const raw = Buffer.isBuffer(body) ? body : Buffer.from(body as unknown as string)
    const batch = await imported(t, { type: 'component', kind: 'import', name: format }, { name: `x.${format}`, body: raw })
    expect(batch.rejectsBy).toEqual([])
    // A shapefile has a layer for each kind of geometry: the first is read.
    const same = format === 'shp' ? 2 : 5
    expect(batch.comparison?.total).toEqual({ added: 0, removed: 0, moved: 0, changed: 0, same })
    if (format === 'csv') {
      expect(raw.subarray(0, 3).toString('hex')).toBe('efbbbf')
      expect(raw.toString()).toContain("'=1+1")
    }
    if (format === 'shp') {
      const { layers } = batch.files[0]!
      expect(layers).toEqual(['component_point', 'component_line', 'component_polygon'])
      for (const [layer, n] of [
        [layers[1], 1],
        [layers[2], 2]
      ] as const) {
        const put = await admin.call<BatchView>('PUT', `/api/registry/batches/${batch.id}/files/1`, { layer })
        expect(put.body.files[0]!.layers[0]).toBe(layer)
        expect((await through(admin, batch.id, 'check')).comparison?.total).toMatchObject({
          same: n,
          added: 0,
          moved: 0,
          changed: 0
        })
      }
    }
  })

  test('a shapefile of 2013 from old programs: GBK, field names of then, three-degree zone, no place where the shape is null', async () => {
    const text = (value: string, width: number, gbk: number[]) =>
      Buffer.concat([Buffer.from(gbk.length > 0 ? gbk : [...Buffer.from(value)]), Buffer.alloc(width, 0x20)]).subarray(0, width)
    // 完好, 水务集团 in GBK.
    const GOOD = [0xcd, 0xea, 0xba, 0xc3]
    const WATER = [0xcb, 0xae, 0xce, 0xf1, 0xbc, 0xaf, 0xcd, 0xc5]
    const fields: [string, string, number][] = [
      ['ObjID', 'C', 16],
      ['ObjState', 'C', 10],
      ['DeptName1', 'C', 40],
      ['ORDate', 'D', 8]
    ]
    const size = 1 + fields.reduce((n, f) => n + f[2], 0)
    const head = Buffer.alloc(32 + fields.length * 32 + 1)
    head[0] = 3
    head.writeUInt32LE(2, 4)
    head.writeUInt16LE(head.length, 8)
    head.writeUInt16LE(size, 10)
    fields.forEach(([name, type, width], i) => {
      head.write(name, 32 + i * 32)
      head.write(type, 43 + i * 32)
      head[48 + i * 32] = width
    })
    head[head.length - 1] = 0x0d
    const record = (code: string) =>
      Buffer.concat([Buffer.from(' '), text(code, 16, []), text('', 10, GOOD), text('', 40, WATER), Buffer.from('20130601')])
    const shape = Buffer.alloc(20)
    shape.writeInt32LE(1, 0)
    // Zone 40 (central meridian 120°): about 120.33 E 36.065 N.
    shape.writeDoubleLE(40_529_500, 4)
    shape.writeDoubleLE(3_992_900, 12)
    const entry = (n: number, body: Buffer) => {
      const b = Buffer.alloc(8)
      b.writeInt32BE(n, 0)
      b.writeInt32BE(body.length / 2, 4)
      return Buffer.concat([b, body])
    }
    const body = await zipped({
      '部件/jg.shp': Buffer.concat([Buffer.alloc(100), entry(1, shape), entry(2, Buffer.alloc(4))]),
      '部件/jg.dbf': Buffer.concat([head, record('3702020101000901'), record('3702020101000902'), Buffer.from([0x1a])]),
      '部件/jg.prj': 'PROJCS["CGCS2000_3_Degree_GK_Zone_40",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000"]]'
    })
    const batch = await imported(t, { type: 'component', kind: 'import', name: '2013' }, { name: 'jg.zip', body })
    expect(batch.files[0]).toMatchObject({
      format: 'shp',
      encoding: 'gbk',
      crs: 'EPSG:4528',
      crsFrom: 'file',
      sample: [['3702020101000901', '完好', '水务集团', '2013-06-01'], expect.anything()]
    })
    expect(batch).toMatchObject({ totals: { accepted: 1, rejected: 1 }, rejectsBy: [{ rule: 'nullGeometry' }] })
  })

  test('CSV in GBK with semicolons, WKT, words of its own for classes and states, numbers that need a factor', async () => {
    // 编号;形状;类;流量 in GBK, then one hydrant.
    const headGbk = Buffer.from('b1e0bac53bd0ced7b43bc0e03bc1f7c1bf0d0a', 'hex')
    const line = Buffer.from(`T-1;POINT(${AT_WEST.join(' ')});A;1000\r\nT-2;;B;2\r\n`)
    const opened = await openBatch(
      admin,
      { type: 'hydrant', kind: 'import', name: 'GBK' },
      { name: 'gbk.csv', body: Buffer.concat([headGbk, line]) }
    )
    expect(opened.files[0]).toMatchObject({ encoding: 'gbk', columns: ['编号', '形状', '类', '流量'] })
    const columns = [
      { column: '编号', to: 'code' },
      { column: '形状', to: 'wkt' },
      { column: '类', to: 'class', values: { A: 'above', B: '地下式' } },
      { column: '流量', to: 'attr.flowLs', factor: 0.0630902 }
    ]
    expect(opened.files[0]!.missing.map((m) => m.zh)).toContain('没有哪一列是编码')
    expect((await admin.call('POST', `/api/registry/batches/${opened.id}/check`)).body).toMatchObject({
      code: 'BATCH_MAPPING_INCOMPLETE'
    })
    const bad = await admin.call('PUT', `/api/registry/batches/${opened.id}/files/1`, {
      mapping: { columns: [{ column: '没有', to: 'code' }] }
    })
    expect(bad.body).toMatchObject({ code: 'BATCH_MAPPING_INVALID' })
    await admin.call('PUT', `/api/registry/batches/${opened.id}/files/1`, { mapping: { columns } })
    const batch = await through(admin, opened.id, 'check')
    expect(batch).toMatchObject({ totals: { accepted: 2, rejected: 0 } })
    await through(admin, batch.id, 'publish', {})
    const item = await admin.call<{ attributes: object; class: { code: string } }>('GET', '/api/registry/items/hydrant/T-1')
    expect(item.body).toMatchObject({ attributes: { flowLs: 63.0902 }, class: { code: 'above' } })
  })

  test('files that are none, that break off, that are too much: said with a code', async () => {
    const { body } = await admin.call<BatchView>('POST', '/api/registry/batches', { type: 'hydrant', kind: 'import', name: 'x' })
    const send = async (name: string, content: Buffer | string) => {
      const { upload } = await import('../batch.testing.ts')
      const { payload, headers } = upload(name, content)
      return (await admin.call('POST', `/api/registry/batches/${body.id}/files`, payload, headers)).body
    }
    expect(await send('a.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]))).toMatchObject({ code: 'BATCH_FILE_UNKNOWN' })
    expect(await send('a.json', '{"a":1}')).toMatchObject({ code: 'BATCH_FILE_UNKNOWN' })
    expect(await send('a.gpkg', 'SQLite format 3\0 and nothing more')).toMatchObject({ code: 'BATCH_FILE_BROKEN' })
    expect(await send('a.zip', await zipped({ 'a.shp': Buffer.alloc(100) }))).toMatchObject({ code: 'BATCH_FILE_BROKEN' })
    expect(
      await send('a.geojson', '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geo')
    ).toMatchObject({ code: 'BATCH_FILE_BROKEN' })
    expect(await send('a.csv', '')).toMatchObject({ code: 'BATCH_FILE_UNKNOWN' })
  })

  test('the template of a register: headings of which an import knows every one, and a page that explains them', async () => {
    const csv = await admin.call<Buffer>('GET', '/api/registry/types/component/template.csv')
    const opened = await openBatch(admin, { type: 'component', kind: 'import', name: '模板' }, { name: 't.csv', body: csv.body })
    expect(opened.files[0]!.mapping.columns.filter((c) => c.to === '-')).toEqual([])
    const xlsx = await admin.call<Buffer>('GET', '/api/registry/types/component/template.xlsx')
    const book = new exceljs.Workbook()
    await book.xlsx.load(xlsx.body as unknown as ArrayBuffer)
    expect(book.worksheets.map((s) => s.name)).toEqual(['管理部件', '填写说明'])
    expect(String(book.worksheets[1]!.getColumn(3).values)).toContain('单选：铸铁、钢')
  })

  test('an export knows the filters and the masks, and stands on the audit trail', async () => {
    const west = await admin.call<Buffer>('GET', '/api/registry/types/component/items.csv?within=370203')
    expect(west.body.toString().trim().split('\r\n')).toHaveLength(2)
    await t.settle()
    const { rows } = await import('kysely').then(({ sql }) =>
      sql<{ n: number }>`select count(*)::int as n from platform.audit where action = 'registry.export'`.execute(t.database.db)
    )
    expect(rows[0]!.n).toBeGreaterThanOrEqual(6)
  })
})
