import type {
  BatchView,
  DiffPage,
  FindingPage,
  ItemCard,
  ItemHistory,
  ItemPage,
  RejectPage,
  SamplePage
} from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { poolOf } from '../../platform/db.ts'
import { AT_EAST, AT_WEST, type Client, OUTSIDE, type TestApp, testApp } from '../../testing.ts'
import { fromCgcs2000 } from '../geo/index.ts'
import { addFile, at, cover, covers, imported, openBatch, through, coverCode as W } from './batch.testing.ts'

let t: TestApp
let admin: Client
beforeAll(async () => {
  t = await testApp()
  admin = await t.as('dataadmin')
})
afterAll(() => t.close())

const items = async (query: string): Promise<ItemPage> =>
  (await admin.call<ItemPage>('GET', `/api/registry/items?type=component&${query}`)).body

test('a first list becomes the register: bad rows are refused one by one with their reasons, nothing is there before it is published', async () => {
  const lines = [
    cover(W(1), at(AT_WEST)),
    cover(W(2), at(AT_WEST, 0.0004)),
    cover(W(1), at(AT_WEST, 0.0008)),
    cover(W(4), '0,0'),
    cover(W(5), at(OUTSIDE)),
    cover(W(6), ','),
    cover(W(7), 'east,36.06'),
    cover('37020201999000001', at(AT_WEST)),
    cover('99999901001000009', at(AT_WEST)),
    cover('123', at(AT_WEST)),
    cover(W(11), at(AT_WEST, 0.001), { state: '完了' }),
    `${W(12)},供水井盖,完好,${at(AT_WEST)},20240231,实测,水务集团,DN700`,
    `${W(13)},供水井盖,完好,${at(AT_WEST)},20240501,猜的,水务集团,DN700`,
    `${W(14)},供水井盖,完好,520000,3990000,20240501,实测,水务集团,DN700`,
    `${W(15)},,完好,${at(AT_EAST)},20240501,实测,水务集团,DN700,more,cells`,
    cover(W(16), at(AT_WEST, 0.0012))
  ]
  const batch = await imported(t, { type: 'component', kind: 'import', name: '第一批' }, covers(lines))
  expect(batch).toMatchObject({ state: 'checked', error: null, totals: { read: 16, accepted: 3, rejected: 13 } })
  expect(batch.files[0]).toMatchObject({
    format: 'csv',
    encoding: 'utf-8',
    crs: 'CGCS2000',
    crsFrom: 'numbers',
    mappingFrom: 'proposed'
  })
  const rejects = (await admin.call<RejectPage>('GET', `/api/registry/batches/${batch.id}/rejects?limit=100`)).body
  expect(rejects.items.map((r) => [r.row, r.reasons.map((x) => x.rule)])).toEqual([
    [3, ['sameCode']],
    [4, ['zeroZero']],
    [5, ['outside']],
    [6, ['nullGeometry']],
    [7, ['notANumber']],
    [8, ['class']],
    [9, ['codeCounty']],
    [10, ['required', 'codeForm']],
    [11, ['state']],
    [12, ['date']],
    [13, ['choice']],
    [14, ['coordinateRange']],
    [15, ['broken']]
  ])
  for (const { reasons } of rejects.items)
    for (const r of reasons) {
      expect(r.zh).toMatch(/[一-鿿]/)
      expect(`${r.zh}${r.en}`).not.toMatch(/[{}]/)
    }
  expect(batch.rejectsBy.find((r) => r.rule === 'zeroZero')).toMatchObject({ rows: 1, name: { zh: '位置：坐标是 0,0' } })
  const report = await admin.call<Buffer>('GET', `/api/registry/batches/${batch.id}/rejects.csv`)
  expect(report.body.toString().split('\r\n')).toHaveLength(15)

  expect((await items('')).items).toEqual([])
  const published = await through(admin, batch.id, 'publish', {})
  expect(published).toMatchObject({ state: 'published', error: null, comparison: { total: { added: 3 } } })
  const card = (await admin.call<ItemCard>('GET', `/api/registry/items/component/${W(2)}`)).body
  expect(card).toMatchObject({
    name: '供水井盖',
    status: 'intact',
    authority: { name: '水务集团' },
    attributes: { initialDate: '2024-05-01', model: 'DN700' }
  })
  expect(card.grid.unitGrid).toMatch(/^370202\d{9}$/)
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from pg_index i where i.indrelid = 'registry.item_component'::regclass`.execute(t.database.db)
  const { rows: parent } = await sql<{
    n: number
  }>`select count(*)::int as n from pg_index i where i.indrelid = 'registry.item'::regclass`.execute(t.database.db)
  expect(rows).toEqual(parent)
  // Numbers that came with the list are never given again.
  const made = await admin.call<{ code: string }>('POST', '/api/registry/items/component', { class: '01001', place: AT_WEST })
  expect(made.body.code).toBe(W(17))
})

test('a second list changes what is there, item by item with its history, and adds what is new', async () => {
  const lines = [
    cover(W(1), at(AT_WEST, 0.0001), { state: '破损' }),
    cover(W(2), at(AT_WEST, 0.0004)),
    cover('', at(AT_EAST)),
    cover(W(30), at(AT_EAST, 0.0003))
  ]
  const opened = await openBatch(admin, { type: 'component', kind: 'import', name: '第二批' }, covers(lines))
  const mapping = opened.files[0]!.mapping
  const withClass = { ...mapping, defaults: { class: '01001' } }
  await admin.call('PUT', `/api/registry/batches/${opened.id}/files/1`, { mapping: withClass })
  // Somebody's long transaction elsewhere is no change of the register.
  const other = await poolOf(t.database.db).connect()
  await other.query('begin')
  await other.query('select pg_current_xact_id()')
  await sql`update registry.item set updated_at = updated_at, rev = pg_current_xact_id()::text::bigint where code = ${W(2)}`.execute(
    t.database.db
  )
  const batch = await through(admin, opened.id, 'check')
  expect(batch.comparison?.total).toEqual({ added: 2, removed: 0, moved: 1, changed: 0, same: 1 })
  const diff = (await admin.call<DiffPage>('GET', `/api/registry/batches/${batch.id}/comparison?kind=moved`)).body
  expect(diff.items).toMatchObject([{ code: W(1), fields: [{ field: 'status', before: 'intact', after: 'damaged' }] }])
  expect(diff.items[0]!.movedM).toBeGreaterThan(8)
  expect((await through(admin, batch.id, 'publish', {})).state).toBe('published')
  await other.query('rollback')
  other.release()
  const history = (await admin.call<ItemHistory>('GET', `/api/registry/items/component/${W(1)}/history`)).body
  expect(history).toMatchObject({ whole: true, batch: { name: '第一批' } })
  expect(history.items.map((c) => [c.source, c.fields.map((f) => f.field).sort()])).toEqual([
    ['import', ['address', 'grid', 'place', 'status'].filter((f) => history.items[0]!.fields.some((x) => x.field === f))]
  ])
  const east = await items('within=370203')
  expect(east.items.map((i) => i.code)).toContain('37020301001000001')
  // The mapping of this header is remembered.
  const again = await openBatch(admin, { type: 'component', kind: 'import', name: '第三批' }, covers(lines))
  expect(again.files[0]).toMatchObject({ mappingFrom: 'remembered', mapping: withClass })
  expect((await admin.call<BatchView>('POST', `/api/registry/batches/${again.id}/cancel`)).body.state).toBe('cancelled')
})

test('GCJ-02 given as CGCS2000 is suspected and said with figures, and is not published without a word', async () => {
  const { rows: grids } = await sql<{
    code: string
    lng: number
    lat: number
  }>`select code, lng, lat from geo.pub_unit_grid order by code limit 60`.execute(t.database.db)
  const lines = grids.map((g, i) => {
    const [lng, lat] = fromCgcs2000([g.lng, g.lat], 'GCJ-02')
    return `${'X'}${i},消火栓${i},above,${lng},${lat},${g.code}`
  })
  const body = ['编码,名称,小类,经度,纬度,所在单元网格标识码', ...lines].join('\r\n')
  const opened = await openBatch(admin, { type: 'hydrant', kind: 'import', name: '火星坐标' }, { name: 'gcj.csv', body })
  const batch = await through(admin, opened.id, 'check')
  expect(batch.suspicions).toMatchObject([{ likely: 'GCJ-02', compared: 60, agreeLikely: 60 }])
  expect(batch.suspicions[0]!.sentence.zh).toMatch(/坐标疑为 GCJ-02：比对 60 行.*100.0%/)
  const refused = await admin.call('POST', `/api/registry/batches/${batch.id}/publish`, {})
  if (batch.totals.accepted > 0) expect(refused.body).toMatchObject({ code: 'BATCH_QUALITY' })
  await admin.call('PUT', `/api/registry/batches/${batch.id}/files/1`, { crs: 'GCJ-02' })
  const right = await through(admin, batch.id, 'check')
  expect(right).toMatchObject({ suspicions: [], totals: { accepted: 60, rejected: 0 }, quality: { findings: { wrongGrid: 0 } } })
  await through(admin, batch.id, 'publish', {})
})

test('a census: opened for a district, read, judged, a sample looked at, compared, published; what is gone is said', async () => {
  const census = { type: 'component', kind: 'census', name: '2026 年普查', scope: { districts: ['370202'] } }
  const lines = [
    cover(W(1), at(AT_WEST, 0.0001), { state: '破损' }),
    cover(W(2), at(AT_WEST, 0.0004)),
    cover(W(40), at(AT_WEST, 0.002)),
    cover(W(41), at(AT_WEST, 0.002, 0.000004)),
    cover('37020301001000077', at(AT_EAST))
  ]
  const opened = await openBatch(admin, census, covers(lines.slice(0, 3), 'west-1.csv'))
  await addFile(admin, opened.id, covers(lines.slice(3), 'west-2.csv'))
  const batch = await through(admin, opened.id, 'check')
  expect(batch).toMatchObject({ state: 'checked', totals: { read: 5, accepted: 4, rejected: 1 }, rejectsBy: [{ rule: 'scope' }] })
  // W(16) and W(17) are in the west and not in the files.
  expect(batch.comparison?.total).toEqual({ added: 2, removed: 2, moved: 0, changed: 0, same: 2 })
  expect(batch.quality).toMatchObject({ findings: { duplicate: 1 }, passed: false })
  const findings = (await admin.call<FindingPage>('GET', `/api/registry/batches/${batch.id}/findings?kind=duplicate`)).body
  expect(findings.items).toMatchObject([{ code: W(41), otherCode: W(40), text: { zh: `与 ${W(40)} 同类，相距 0.44 米` } }])
  const lead = await t.as('shiftleader')
  expect(
    (await lead.call<{ drawn: number }>('POST', `/api/registry/batches/${batch.id}/sample`, { percent: 10 })).body.drawn
  ).toBe(1)
  const sample = (await lead.call<SamplePage>('GET', `/api/registry/batches/${batch.id}/sample`)).body
  const code = sample.items[0]!.code
  expect((await lead.call('PUT', `/api/registry/batches/${batch.id}/sample/${code}`, { verdict: 'right' })).status).toBe(204)
  expect((await lead.call('POST', `/api/registry/batches/${batch.id}/publish`, {})).body.code).toBe('BATCH_QUALITY')
  const done = await through(lead, batch.id, 'publish', { despite: true, note: '重复的一个已在现场核实' })
  expect(done).toMatchObject({
    state: 'published',
    publishedByName: expect.any(String),
    note: '重复的一个已在现场核实',
    quality: { sample: { drawn: 1, judged: 1, wrong: 0 } }
  })
  const gone = (await admin.call<ItemCard>('GET', `/api/registry/items/component/${W(16)}`)).body
  expect(gone.status).toBe('removed')
  // The other district was not in the scope.
  expect((await items('within=370203')).items.length).toBeGreaterThanOrEqual(2)
  const late = await imported(t, { type: 'component', kind: 'import', name: '旧编码' }, covers([cover(W(16), at(AT_WEST))]))
  expect(late.rejectsBy).toMatchObject([{ rule: 'usedCode', rows: 1 }])
  await admin.call('POST', `/api/registry/batches/${late.id}/cancel`)
  const { rows } = await sql`select 1 from pg_tables where schemaname = 'registry' and tablename like 'stage%'`.execute(
    t.database.db
  )
  expect(rows).toEqual([])
})

test('what changed in the register after the comparison stops the publication; the check is done again', async () => {
  const batch = await imported(
    t,
    { type: 'component', kind: 'import', name: '迟到' },
    covers([cover(W(1), at(AT_WEST, 0.0001), { state: '丢失' })])
  )
  const card = (await admin.call<ItemCard>('GET', `/api/registry/items/component/${W(2)}`)).body
  await admin.call('PATCH', `/api/registry/items/component/${W(2)}`, { version: card.version, changes: { status: 'damaged' } })
  const stopped = await through(admin, batch.id, 'publish', {})
  expect(stopped).toMatchObject({ state: 'checked', error: { code: 'BATCH_REGISTER_CHANGED' } })
  await through(admin, batch.id, 'check')
  expect((await through(admin, batch.id, 'publish', {})).state).toBe('published')
})

test('a component is not there twice under the codes of both generations, and both count together', async () => {
  const lines = [cover('3702020101000001', at(AT_WEST)), cover('3702020101000900', at(AT_WEST, 0.003))]
  const batch = await imported(t, { type: 'component', kind: 'import', name: '2013' }, covers(lines))
  expect(batch).toMatchObject({ totals: { accepted: 1, rejected: 1 }, rejectsBy: [{ rule: 'existing' }] })
  await through(admin, batch.id, 'publish', {})
  const made = await admin.call<{ code: string }>('POST', '/api/registry/items/component', { class: '01001', place: AT_WEST })
  expect(made.body.code).toBe(W(901))
})
