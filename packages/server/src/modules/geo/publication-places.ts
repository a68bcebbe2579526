/** Divisions, unit grids, duty grids and roads as published collections, read once per revision of the places. */
import { may } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import type { Box } from './domain/ogc/crs.ts'
import type { PublishedField } from './domain/ogc/fields.ts'
import { featureOf, type Listed, pageOf } from './domain/ogc/memory.ts'
import { boxOf, decodeShape, shapeToGeoJson, toDegrees } from './domain/shape.ts'
import { type Collection, publish } from './publication.ts'
import { listDivisions, listDutyGrids, listGridFacts, listMembers, listRoads, listShapes } from './queries.ts'

type Facts = Pick<Collection, 'id' | 'title' | 'description' | 'geometry' | 'fields' | 'time'>
const field = (name: string, type: PublishedField['type'], zh: string, en: string): PublishedField => ({
  name,
  type,
  title: { zh, en }
})
const CODE = field('code', 'string', '编码', 'Code')
const NAME = field('name', 'string', '名称', 'Name')
const AREA = field('areaM2', 'number', '面积（平方米）', 'Area, m²')
const SINCE = field('validFrom', 'date', '启用日期', 'Valid from')

const DIVISIONS: Facts = {
  id: 'divisions',
  title: { zh: '行政区划', en: 'Divisions' },
  description: { zh: '区（市）、街道（镇）、社区（村）界线', en: 'Outlines of districts, streets and communities' },
  geometry: 'MultiPolygon',
  fields: [
    CODE,
    NAME,
    field('level', 'string', '级别', 'Level'),
    field('parentCode', 'string', '上级编码', 'Parent'),
    AREA,
    field('generated', 'boolean', '示意界线', 'Outline only for demonstration')
  ],
  time: null
}
const GRIDS: Facts = {
  id: 'unit-grids',
  title: { zh: '单元网格', en: 'Unit grids' },
  description: { zh: '单元网格（GB/T 30428.1，15 位编码）', en: 'Unit grids (GB/T 30428.1, 15 digits)' },
  geometry: 'MultiPolygon',
  fields: [
    CODE,
    field('communityCode', 'string', '社区编码', 'Community'),
    field('streetCode', 'string', '街道编码', 'Street'),
    field('districtCode', 'string', '区划编码', 'District'),
    AREA,
    field('landUse', 'string', '用地类别', 'Land use'),
    field('manageLevel', 'string', '管理等级', 'Level of care'),
    SINCE
  ],
  time: 'validFrom'
}
const DUTY: Facts = {
  id: 'duty-grids',
  title: { zh: '责任网格', en: 'Duty grids' },
  description: { zh: '责任网格及其包含的单元网格', en: 'Duty grids, each as its unit grids' },
  geometry: 'MultiPolygon',
  fields: [
    CODE,
    NAME,
    field('shift', 'string', '班次', 'Shift'),
    field('streetCode', 'string', '街道编码', 'Street'),
    field('gridCount', 'integer', '单元网格数', 'Unit grids'),
    SINCE
  ],
  time: 'validFrom'
}
const ROADS: Facts = {
  id: 'roads',
  title: { zh: '道路', en: 'Roads' },
  description: { zh: '有名称的道路中心线', en: 'Centre lines of named roads' },
  geometry: 'MultiLineString',
  fields: [
    CODE,
    NAME,
    field('districtCode', 'string', '区划编码', 'District'),
    field('lengthM', 'integer', '长度（米）', 'Length, m'),
    field('generated', 'boolean', '示意线位', 'Line only for demonstration')
  ],
  time: null
}

const degrees = (box: readonly [number, number, number, number]): Box => box.map(toDegrees) as unknown as Box
const joined = (boxes: readonly Box[]): Box | null =>
  boxes.length === 0
    ? null
    : [
        Math.min(...boxes.map((b) => b[0])),
        Math.min(...boxes.map((b) => b[1])),
        Math.max(...boxes.map((b) => b[2])),
        Math.max(...boxes.map((b) => b[3]))
      ]

async function divisions(db: Db): Promise<Listed[]> {
  const rows = (await listDivisions(db)).filter((d) => d.valid_to_on === null)
  const shapes = new Map(
    (
      await listShapes(
        db,
        rows.map((r) => r.code)
      )
    ).map((s) => [s.code, s.shape])
  )
  return rows
    .filter((d) => shapes.get(d.code))
    .map((d): Listed => {
      const shape = decodeShape(shapes.get(d.code) as Uint8Array)
      return {
        id: d.code,
        box: degrees(boxOf(shape)),
        properties: {
          code: d.code,
          name: d.name,
          level: d.level,
          parentCode: d.parent_code,
          areaM2: d.area_m2,
          generated: d.generated
        },
        geometry: () => shapeToGeoJson(shape) as never
      }
    })
}

async function grids(db: Db): Promise<Listed[]> {
  const rows = await listGridFacts(db)
  return rows.map((g): Listed => {
    const packed = g.shape
    return {
      id: g.code,
      box: degrees(boxOf(decodeShape(packed))),
      properties: {
        code: g.code,
        communityCode: g.community_code,
        streetCode: g.code.slice(0, 9),
        districtCode: g.code.slice(0, 6),
        areaM2: g.area_m2,
        landUse: g.land_use,
        manageLevel: g.manage_level,
        validFrom: g.valid_from_on
      },
      geometry: () => shapeToGeoJson(decodeShape(packed)) as never
    }
  })
}

async function dutyGrids(db: Db, unitGrids: ReadonlyMap<string, Listed>): Promise<Listed[]> {
  const members = Map.groupBy(await listMembers(db), (m) => m.duty_grid_code)
  return (await listDutyGrids(db, '')).map((d): Listed => {
    const parts = (members.get(d.code) ?? []).flatMap((m) => unitGrids.get(m.grid_code) ?? [])
    return {
      id: d.code,
      box: joined(parts.flatMap((p) => (p.box ? [p.box] : []))),
      properties: {
        code: d.code,
        name: d.name,
        shift: d.shift,
        streetCode: d.street_code,
        gridCount: d.grid_count,
        validFrom: d.valid_from_on
      },
      geometry: () => ({
        type: 'MultiPolygon',
        coordinates: parts.flatMap((p) => {
          const g = p.geometry()
          return g?.type === 'MultiPolygon' ? g.coordinates : g?.type === 'Polygon' ? [g.coordinates] : []
        })
      })
    }
  })
}

async function roads(db: Db): Promise<Listed[]> {
  return (await listRoads(db)).map((r): Listed => {
    const bytes = Uint8Array.from(r.line)
    const flat = new Int32Array(bytes.buffer, 0, bytes.byteLength >> 2)
    const line = Array.from({ length: flat.length >> 1 }, (_, i) => [
      toDegrees(flat[i * 2] as number),
      toDegrees(flat[i * 2 + 1] as number)
    ])
    const xs = line.map((p) => p[0] as number)
    const ys = line.map((p) => p[1] as number)
    return {
      id: r.code,
      box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
      properties: { code: r.code, name: r.name, districtCode: r.district_code, lengthM: r.length_m, generated: r.generated },
      geometry: () => ({ type: 'LineString', coordinates: line })
    }
  })
}

/** Everything there is of the places, each list in the order of its ids. */
export async function placeLists(db: Db): Promise<Map<string, readonly Listed[]>> {
  const units = await grids(db)
  return new Map<string, readonly Listed[]>([
    ['divisions', (await divisions(db)).sort((a, b) => (a.id < b.id ? -1 : 1))],
    ['unit-grids', units],
    ['duty-grids', await dutyGrids(db, new Map(units.map((u) => [u.id, u])))],
    ['roads', await roads(db)]
  ])
}

interface Loaded {
  revision: string
  lists: Map<string, readonly Listed[]>
}

/** Serves the places of a database; `revision` says when to read them anew. */
export function publishPlaces(revision: () => string): void {
  const loaded = new WeakMap<Db, Promise<Loaded>>()
  const load = async (db: Db): Promise<Loaded> => ({ revision: revision(), lists: await placeLists(db) })
  const listsOf = async (db: Db): Promise<Loaded['lists']> => {
    const known = await loaded.get(db)
    if (known && known.revision === revision()) return known.lists
    const fresh = load(db)
    loaded.set(db, fresh)
    fresh.catch(() => loaded.delete(db))
    return (await fresh).lists
  }
  publish('geo', async (db, actor) => {
    const facts = [DIVISIONS, GRIDS, ROADS, ...(actor && may(actor, 'geo:read') ? [DUTY] : [])]
    return facts.map((f) => collectionOf(f, async () => (await listsOf(db)).get(f.id) ?? []))
  })
}

function collectionOf(facts: Facts, items: () => Promise<readonly Listed[]>): Collection {
  const times = new Set(facts.fields.filter((f) => f.type === 'date' || f.type === 'date-time').map((f) => f.name))
  return {
    ...facts,
    extent: async () => ({ box: joined((await items()).flatMap((i) => (i.box ? [i.box] : []))), from: null, to: null }),
    page: async (question) => pageOf(await items(), question, { times, time: facts.time }),
    find: async (id) => {
      const item = (await items()).find((i) => i.id === id)
      return item ? featureOf(item) : null
    }
  }
}
