import { fileURLToPath } from 'node:url'
import { GEO_ERRORS } from '@chengyun/contract/geo'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { buildHttp } from '../../platform/http.ts'
import { readSettings } from '../../platform/settings.ts'
import { type TestDatabase, testDb } from '../../platform/testing-db.ts'
import { readCityFiles } from './city.ts'
import { cutGrids } from './commands/cut-grids.ts'
import { importDivisions, importGrids } from './commands/import-boundaries.ts'
import { retireDutyGrid } from './commands/retire-duty-grid.ts'
import { saveDutyGrid } from './commands/save-duty-grid.ts'
import { setUpCity } from './commands/set-up-city.ts'
import { type CityPlan, planCity } from './domain/city-plan.ts'
import { fromCgcs2000 } from './domain/crs.ts'
import { insideShape } from './domain/inside.ts'
import { randomOf } from './domain/random.ts'
import { boxOf, centroidOf, type Shape, shapeToGeoJson, toDegrees, UNITS } from './domain/shape.ts'
import { listDivisions, listDutyGridMembers, listGridCodes, listGrids } from './queries.ts'
import { geoRoutes } from './routes.ts'
import { reverseAddress, searchAddress } from './search.ts'
import { type GeoService, geoService } from './service.ts'

const SHINAN = '370202'
let database: TestDatabase
let plan: CityPlan
let geo: GeoService

beforeAll(async () => {
  const files = readCityFiles(fileURLToPath(new URL('../../../../../cities/qingdao/', import.meta.url)))
  const below = (code: string): boolean => code.startsWith(SHINAN) || code === '370200'
  plan = planCity({
    ...files,
    divisions: files.divisions.filter((d) => below(d.code)),
    outlines: files.outlines.filter((o) => o.properties.code === SHINAN)
  })
  database = await testDb()
  await setUpCity(database.db, SYSTEM, { plan, validFrom: '2026-01-01' })
  geo = await geoService(database.db)
})
afterAll(() => database.close())

const pointIn = (gridCode: string): { lng: number; lat: number } => {
  const grid = plan.grids.find((g) => g.code === gridCode)
  const [x, y] = centroidOf(grid?.shape as Shape)
  return { lng: toDegrees(x), lat: toDegrees(y) }
}
const collection = (features: { properties: Record<string, unknown>; geometry: unknown }[]) => ({
  type: 'FeatureCollection',
  features: features.map((feature) => ({ type: 'Feature', ...feature }))
})

describe('a city set up from its profile', () => {
  test('has every division, and every point of a grid is located in it with the names above', async () => {
    expect(geo.gridCount).toBe(plan.grids.length)
    const grid = plan.grids.find((g) => g.areaM2 > 9000)
    const located = geo.locate(pointIn(grid?.code ?? ''))
    expect(located).toMatchObject({
      gridCode: grid?.code,
      districtCode: SHINAN,
      districtName: '市南区',
      regionClass: 'A',
      distanceM: 0
    })
    expect(located?.streetName).toBe(geo.nameOf(grid?.code.slice(0, 9) ?? null))
    expect(located?.dutyGridCode).toMatch(/^370202\d{7}$/)
    const divisions = await listDivisions(database.db)
    expect(divisions.find((d) => d.code === '370200')?.grid_count).toBe(plan.grids.length)
  })

  test('a point far at sea is in no grid and outside the city', () => {
    expect(geo.locate({ lng: 120.6, lat: 35.7 })).toBeNull()
    expect(geo.cityContains({ lng: 120.6, lat: 35.7 })).toBe(false)
    expect(geo.addressOf({ lng: 120.6, lat: 35.7 })).toBe('')
  })

  test('search finds streets from two characters on and refuses one', async () => {
    const [first] = await searchAddress(database.db, geo, '湛山街道', 5)
    expect(first).toMatchObject({ name: '湛山街道', kind: 'street', score: 1 })
    expect((await searchAddress(database.db, geo, '湛山', 10)).every((hit) => `${hit.name}${hit.address}`.includes('湛山'))).toBe(
      true
    )
    await expect(searchAddress(database.db, geo, '湛', 5)).rejects.toMatchObject({ code: 'GEO_QUERY_TOO_SHORT' })
  })

  test('a door plate is computed along its road and its reverse names the same road', async () => {
    const road = geo.roads().all()[0]
    const [hit] = await searchAddress(database.db, geo, `市南区${road?.name} 21 号`, 3)
    expect(hit).toMatchObject({ kind: 'doorplate', name: `${road?.name}21号`, score: 0.98 })
    const back = await reverseAddress(database.db, geo, { lng: hit?.position[0] ?? 0, lat: hit?.position[1] ?? 0 })
    expect(back.text).toContain('市南区')
    expect(back.road).not.toBeNull()
  })
})

describe('duty grids', () => {
  test('a unit grid belongs to one duty grid per shift', async () => {
    const taken = plan.dutyGrids[0]?.gridCodes[0] as string
    const input = { code: `${taken.slice(0, 9)}9001`, name: '夜班', gridCodes: [taken] }
    const holder = plan.dutyGrids[0]
    await expect(saveDutyGrid(database.db, SYSTEM, input)).rejects.toMatchObject({
      code: 'GEO_DUTY_GRID_OVERLAP',
      details: {
        shift: '全日',
        codes: taken,
        others: `${holder?.name} ${holder?.code}`,
        taken: [{ gridCode: taken, dutyGridCode: holder?.code, name: holder?.name }]
      }
    })
    // What passes by the command is stopped by the table.
    await expect(
      sql`insert into geo.duty_grid_member (duty_grid_code, grid_code) select ${plan.dutyGrids[1]?.code}, ${taken}`.execute(
        database.db
      )
    ).rejects.toMatchObject({ constraint: 'duty_grid_member_shift_ux' })
    expect(await saveDutyGrid(database.db, SYSTEM, { ...input, shift: '夜' })).toEqual({ code: input.code, gridCount: 1 })
    expect(await listDutyGridMembers(database.db, input.code)).toEqual([taken])
    // That of the whole day stays the primary one, though the other has the lower code.
    const early = { code: `${taken.slice(0, 9)}0000`, name: '早班', shift: '早', gridCodes: [taken] }
    await saveDutyGrid(database.db, SYSTEM, early)
    await geo.refresh()
    expect(geo.dutyGridOf(taken)).toBe(holder?.code)
    await saveDutyGrid(database.db, SYSTEM, { ...early, shift: '早二' })
    await expect(saveDutyGrid(database.db, SYSTEM, { ...early, shift: '全日' })).rejects.toMatchObject({
      code: 'GEO_DUTY_GRID_OVERLAP'
    })
  })

  test('unit grids without a duty grid are named and must be meant so', async () => {
    const holder = plan.dutyGrids[0]
    const all = holder?.gridCodes as string[]
    const save = (gridCodes: readonly string[], acceptUncovered?: boolean) =>
      saveDutyGrid(database.db, SYSTEM, {
        code: holder?.code as string,
        name: holder?.name as string,
        gridCodes: [...gridCodes],
        ...(acceptUncovered === undefined ? {} : { acceptUncovered })
      })
    const out = all.at(-1) as string
    const fewer = all.slice(0, -1)
    const refusal = { code: 'GEO_DUTY_GRID_UNCOVERED', details: { count: 1, codes: out, uncovered: [out] } }
    await expect(save(fewer)).rejects.toMatchObject(refusal)
    await save(fewer, true)
    await expect(save(fewer.slice(0, -1))).rejects.toMatchObject({ details: { count: 2 } })
    await expect(retireDutyGrid(database.db, SYSTEM, { code: holder?.code as string })).rejects.toMatchObject({
      code: 'GEO_DUTY_GRID_UNCOVERED'
    })
    await save(all)
  })

  test('takes known unit grids of one street only', async () => {
    const [a, b] = [plan.grids[0]?.code as string, plan.grids.at(-1)?.code as string]
    const save = (gridCodes: string[]) => saveDutyGrid(database.db, SYSTEM, { code: '3702029999', name: 'x', gridCodes })
    await expect(save([a, b])).rejects.toMatchObject({ code: 'GEO_DUTY_GRID_ACROSS_STREETS' })
    await expect(save([`${a.slice(0, 12)}999`])).rejects.toMatchObject({ code: 'GEO_GRID_NOT_FOUND' })
  })
})

describe('importing boundaries', () => {
  test('divisions: good features are written, faulty ones reported one by one', async () => {
    const street = plan.divisions.find((d) => d.level === 'street')
    const geometry = shapeToGeoJson(street?.shape as Shape)
    const bowTie = {
      type: 'Polygon',
      coordinates: [
        [
          [120.1, 36],
          [120.2, 36.1],
          [120.2, 36],
          [120.1, 36.1],
          [120.1, 36]
        ]
      ]
    }
    const report = await importDivisions(database.db, SYSTEM, {
      file: collection([
        { properties: { code: street?.code, name: '改名街道' }, geometry },
        { properties: { name: '无码' }, geometry },
        { properties: { code: '37020299', name: '错码' }, geometry },
        { properties: { code: '370999001', name: '无上级' }, geometry },
        { properties: { code: '370202090', name: '重叠' }, geometry },
        { properties: { code: '370202091', name: '自交' }, geometry: bowTie }
      ])
    })
    expect(report.accepted).toBe(1)
    expect(report.rejections.map((r) => [r.index, r.reason])).toEqual([
      [1, 'GEO_CODE_MISSING'],
      [2, 'GEO_CODE_INVALID'],
      [3, 'GEO_PARENT_UNKNOWN'],
      [4, 'GEO_OVERLAP'],
      [5, 'GEO_GEOMETRY_INVALID']
    ])
    expect(await geo.refresh()).toBe(true)
    expect(geo.nameOf(street?.code ?? null)).toBe('改名街道')
  })

  test('grids: a community is replaced as a whole and retired codes are never given again', async () => {
    const community = plan.grids[0]?.communityCode as string
    const own = plan.grids.filter((g) => g.communityCode === community)
    const shape = plan.divisions.find((d) => d.code === community)?.shape as Shape
    const whole = { properties: { code: `${community}001` }, geometry: shapeToGeoJson(shape) }
    const dry = await importGrids(database.db, SYSTEM, { file: collection([whole]), dryRun: true })
    expect(dry).toMatchObject({ accepted: 1, retired: own.length - 1 })
    expect(
      (
        await listGrids(
          database.db,
          own.map((g) => g.code)
        )
      ).length
    ).toBe(own.length)

    const report = await importGrids(database.db, SYSTEM, { file: collection([whole]) })
    expect(report).toMatchObject({ accepted: 1, retired: own.length - 1, rejections: [] })
    expect((await listGridCodes(database.db, [community])).filter((g) => g.valid_to_on === null)).toHaveLength(1)
    const again = await importGrids(database.db, SYSTEM, {
      file: collection([{ ...whole, properties: { code: `${community}002` } }])
    })
    expect(again.rejections).toMatchObject([{ reason: 'GEO_CODE_RETIRED' }])
    await geo.refresh()
    const last = own.at(-1)?.code as string
    expect(geo.locate(pointIn(last))?.gridCode).toBe(`${community}001`)
  })

  test('a file that is no FeatureCollection is refused as a whole', async () => {
    await expect(importGrids(database.db, SYSTEM, { file: { type: 'Topology' } })).rejects.toMatchObject({
      code: 'GEO_FILE_UNREADABLE'
    })
  })
})

describe('over HTTP', () => {
  let http: FastifyInstance
  beforeAll(async () => {
    http = await buildHttp({ settings: readSettings({}), log: pino({ level: 'silent' }), catalogues: [GEO_ERRORS] })
    http.decorate('db', database.db)
    http.addHook('onRequest', async (req) => {
      req.actor = SYSTEM
    })
    await http.register(geoRoutes, { prefix: '/api' })
    await http.ready()
  })
  afterAll(() => http.close())
  const get = (path: string, headers: Record<string, string> = {}) =>
    http.inject({ method: 'GET', url: `/api/geo/${path}`, headers })

  test('a GCJ-02 point is located as its CGCS2000 original, half a kilometre away', async () => {
    const point = pointIn(plan.grids.at(-1)?.code as string)
    const [lng, lat] = fromCgcs2000([point.lng, point.lat], 'GCJ-02')
    const answer = await get(`locate?lng=${lng}&lat=${lat}&crs=GCJ-02`)
    expect(answer.json()).toMatchObject({ gridCode: plan.grids.at(-1)?.code, districtName: '市南区' })
    const untagged = await get(`locate?lng=${lng}&lat=${lat}`)
    expect(untagged.statusCode === 422 || untagged.json().gridCode !== plan.grids.at(-1)?.code).toBe(true)
  })

  test('outside the city, unknown fields and wrong numbers get coded answers', async () => {
    expect((await get('locate?lng=10&lat=50')).json()).toMatchObject({ code: 'GEO_POINT_OUTSIDE_CITY' })
    expect((await get('locate?lng=200&lat=50')).statusCode).toBe(400)
    expect((await get('locate?lng=120&lat=36&datum=x')).statusCode).toBe(400)
    expect((await get('grids?bbox=1,2,3')).json()).toMatchObject({ code: 'GEO_BBOX_INVALID' })
    expect((await get('search?q=%E8%B7%AF')).json()).toMatchObject({ code: 'GEO_QUERY_TOO_SHORT' })
    expect((await get('divisions/370299')).json()).toMatchObject({ code: 'GEO_DIVISION_NOT_FOUND' })
  })

  test('outlines are cached by ETag until places change', async () => {
    const first = await get('outlines?level=street')
    expect(first.json().features).toHaveLength(11)
    const etag = String(first.headers.etag)
    expect((await get('outlines?level=street', { 'if-none-match': etag })).statusCode).toBe(304)
    const code = `${plan.grids.at(-1)?.code.slice(0, 9)}8001`
    const saved = await http.inject({
      method: 'PUT',
      url: `/api/geo/duty-grids/${code}`,
      payload: { name: '早班', shift: '早', gridCodes: [plan.grids.at(-1)?.code] }
    })
    expect(saved.json()).toEqual({ code, gridCount: 1 })
    expect((await get('outlines?level=street', { 'if-none-match': etag })).statusCode).toBe(200)
    expect((await get(`duty-grids/${code}`)).json().features).toHaveLength(1)
  })

  test('the tree, the grids of a window, roads and search answer in their contract shapes', async () => {
    const { lng, lat } = pointIn(plan.grids.at(-1)?.code as string)
    const bbox = [lng - 0.003, lat - 0.003, lng + 0.003, lat + 0.003].join(',')
    expect((await get(`divisions?within=${SHINAN}`)).json()).toHaveLength(1 + 11 + 50)
    expect((await get(`divisions/${SHINAN}`)).json()).toMatchObject({
      name: '市南区',
      path: [{ code: '370200', name: '青岛市' }]
    })
    const grids = (await get(`grids?bbox=${bbox}`)).json()
    expect(grids.features.length).toBeGreaterThan(10)
    expect(grids.features[0].geometry.type).toBe('Polygon')
    expect((await get(`roads?bbox=${bbox}`)).json().truncated).toBe(false)
    expect((await get(`search?q=${encodeURIComponent('八大关')}&limit=3`)).json()[0]).toMatchObject({ name: '八大关街道' })
    expect((await get(`reverse?lng=${lng}&lat=${lat}`)).json().text).toContain('市南区')
    expect((await get('duty-grids?within=370202')).json().length).toBeGreaterThanOrEqual(plan.dutyGrids.length)
  })
})

describe('cutting grids inside a surveyed street', () => {
  test('the street is shared among its communities, old cells end, surveyed grids stay', async () => {
    // Where 改名街道 was imported as surveyed, its communities with generated grids are cut anew and tile it without gaps.
    const cut = { within: ['3702'], cellM: { [SHINAN]: 100 }, defaultCellM: 800, referenceLat: 36.1, seed: 'test' }
    const report = await cutGrids(database.db, SYSTEM, cut)
    expect(report.skipped).toBe(1)
    await geo.refresh()
    const street = plan.divisions.find((d) => d.level === 'street')
    const [w, s, e, n] = boxOf(street?.shape as Shape)
    const random = randomOf('cut')
    for (let i = 0; i < 400; i++) {
      const [x, y] = [w + random() * (e - w), s + random() * (n - s)]
      if (insideShape(street?.shape as Shape, x, y))
        expect(geo.locate({ lng: x / UNITS, lat: y / UNITS })?.streetCode).toBe(street?.code)
    }
  })
})
