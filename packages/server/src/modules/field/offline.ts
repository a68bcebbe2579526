import type {
  FieldCase,
  FieldClass,
  FieldMap,
  FieldPackage,
  FieldPerson,
  FieldPhase,
  PackageQuery
} from '@chengyun/contract/field'
import { PLACE_CORRECTION_M } from '@chengyun/contract/field'
import { MEDIA_PHASES, type MediaPhase } from '@chengyun/contract/media'
import { type Actor, may } from '../../platform/actor.ts'
import { type CaseEnv, type CaseRecord, listCases, listHandlers, viewCase } from '../cases/index.ts'
import { cellsOfDutyGrids, type GeoService, landWithin, listDutyGrids, placesIn, roadLines } from '../geo/index.ts'
import { dutyGridsOf } from '../org/index.ts'
import { phaseVersion, shortHash } from './domain/versions.ts'
import { componentsOf, componentsVersion } from './offline-components.ts'
import { listGridsOfDuty, type WorkPlace } from './queries/components.ts'

/** Cases on one device, at most: more than anybody does in a shift. */
const MOST_CASES = 200
const MOST_PLACES = 3000
/** Some 300 m around what has to be shown. */
const MARGIN_DEG = 0.003
/** Land and sea are drawn some 30 km around, as far as the map is pushed and sized. */
const GROUND_DEG = 0.3

/** What a shift needs offline; parts the device has already are not sent again. */
export async function packageFor(
  env: CaseEnv,
  geo: GeoService,
  actor: Actor,
  have: PackageQuery,
  now: Date
): Promise<FieldPackage> {
  const person = personOf(env, actor)
  const mine = await casesOf(env, actor, person, now)
  const at = mine.map(({ record }) => [record.lng, record.lat] as const)
  const where: WorkPlace = {
    gridCodes: await listGridsOfDuty(env.db, person.dutyGridCodes),
    at,
    codes: mine.flatMap(({ record }) => record.componentId ?? [])
  }
  const [classes, cases, map, components] = await Promise.all([
    part(have.classes, classesVersion(env), () => classesOf(env, actor)),
    part(have.cases, casesVersion(mine), () => presentCases(env, actor, mine, now)),
    part(have.map, mapVersion(geo, person, at), () => mapOf(env, geo, person, at)),
    part(have.components, await componentsVersion(env, geo, where), () => componentsOf(env, geo, where))
  ])
  const phases = await part(have.phases, phaseVersion(MEDIA_PHASES), async () => phasesOf())
  const handlers = await handlersOf(env, person, mine, now)
  return {
    serverTime: now.toISOString(),
    person: { ...person, handlers },
    placeCorrectionM: PLACE_CORRECTION_M,
    classes,
    phases,
    map,
    cases,
    components
  }
}

async function part<T>(
  known: string | undefined,
  version: string,
  read: () => Promise<T>
): Promise<{ version: string; data: T | null }> {
  return { version, data: known === version ? null : await read() }
}

type Person = Omit<FieldPerson, 'handlers'>

/** Who can be given the cases that wait at my units. */
async function handlersOf({ db }: CaseEnv, person: Person, mine: readonly Mine[], now: Date): Promise<FieldPerson['handlers']> {
  if (!person.mayAssign) return []
  const waiting = mine.flatMap(({ record: r }) => (r.status === 'pending_handle' && r.unitId ? [r.unitId] : []))
  const out: FieldPerson['handlers'] = []
  for (const unitId of new Set(waiting)) {
    const people = (await listHandlers(db, unitId, now)).map(({ id, name, openCases }) => ({ id, name, openCases }))
    out.push({ unitId, people })
  }
  return out
}

function personOf({ reference }: CaseEnv, actor: Actor): Person {
  const has = (role: string) => actor.grants.some((g) => g.role === role)
  return {
    id: actor.id,
    name: actor.name,
    collector: has('collector'),
    handler: has('handler'),
    mayReport: may(actor, 'cases:report'),
    maySelfHandle: may(actor, 'cases:selfHandle'),
    mayAssign: may(actor, 'cases:assign'),
    posts: actor.grants.map((g) => ({ role: g.role, unitId: g.unitId, unitName: reference.unitName(g.unitId) })),
    dutyGridCodes: dutyGridsOf(actor.grants)
  }
}

const phasesOf = (): FieldPhase[] =>
  (Object.keys(MEDIA_PHASES) as MediaPhase[]).map((key) => {
    const { zh, en, kinds } = MEDIA_PHASES[key]
    return { key, zh, en, kinds: [...kinds] }
  })

const classesVersion = ({ reference }: CaseEnv): string =>
  shortHash([...reference.classes.values()], [...reference.conditions.values()], reference.configVersion)

async function classesOf({ reference }: CaseEnv, actor: Actor): Promise<FieldClass[]> {
  const district = actor.grants.flatMap((g) => g.regionCodes ?? [])[0]?.slice(0, 6) ?? null
  return [...reference.classes.values()]
    .filter((c) => c.active)
    .map(({ standardRef, kind, code, majorCode, majorName, name, nameEn, selfHandle }) => ({
      standardRef,
      kind,
      code,
      majorCode,
      majorName,
      name,
      nameEn,
      selfHandle,
      conditions: reference.conditionsOf(standardRef, kind, code).map((c) => ({
        id: c.id,
        condition: c.condition,
        closeCondition: c.closeCondition,
        limit: reference.limitOf(c, district)
      }))
    }))
}

interface Mine {
  mine: FieldCase['mine']
  record: CaseRecord
}

/** My tasks, the open cases of my unit that are to be handled, and what I reported and is open. Each once, tasks first. */
async function casesOf({ db }: CaseEnv, actor: Actor, person: Person, now: Date): Promise<Mine[]> {
  const ask = async (query: Parameters<typeof listCases>[1]): Promise<CaseRecord[]> =>
    (await listCases(db, query, actor, now)).rows
  const tasks = person.collector ? await ask({ queue: 'myTasks', limit: MOST_CASES }) : []
  const unit = person.handler
    ? await ask({ open: true, status: 'pending_handle,handling,handle_finished,suspended', sort: 'due', limit: MOST_CASES })
    : []
  const reported = person.mayReport ? await ask({ open: true, source: 'collector', limit: MOST_CASES }) : []
  const all: Mine[] = [
    ...tasks.map((record) => ({ mine: 'task' as const, record })),
    ...unit.map((record) => ({ mine: 'unit' as const, record })),
    ...reported.filter((r) => r.reporterId === actor.id).map((record) => ({ mine: 'reported' as const, record }))
  ]
  const seen = new Set<string>()
  return all.filter(({ record }) => !seen.has(record.id) && seen.add(record.id)).slice(0, MOST_CASES)
}

const casesVersion = (mine: readonly Mine[]): string => shortHash(mine.map((m) => [m.mine, m.record.id, m.record.version]))

async function presentCases(env: CaseEnv, actor: Actor, mine: readonly Mine[], now: Date): Promise<FieldCase[]> {
  const out: FieldCase[] = []
  // Some at a time: one person's package must not take all connections.
  for (let i = 0; i < mine.length; i += 4) {
    const some = mine.slice(i, i + 4).map(async (m) => ({ ...(await viewCase(env, actor, m.record, now)), mine: m.mine }))
    out.push(...(await Promise.all(some)))
  }
  return out
}

type Point = readonly [number, number]
const mapVersion = (geo: GeoService, person: Person, at: readonly Point[]): string =>
  // Whoever has no duty grid gets the streets around his cases: they change with the cases, roughly.
  shortHash(geo.revision(), person.dutyGridCodes, person.dutyGridCodes.length > 0 ? null : boxOf(at))

type Box = [number, number, number, number]
/** The window around some points, widened to hundredths of a degree so that it does not change with every case. */
function boxOf(points: readonly Point[]): Box | null {
  if (points.length === 0) return null
  const lngs = points.map((p) => p[0])
  const lats = points.map((p) => p[1])
  const down = (x: number) => Math.floor((x - MARGIN_DEG) * 100) / 100
  const up = (x: number) => Math.ceil((x + MARGIN_DEG) * 100) / 100
  return [down(Math.min(...lngs)), down(Math.min(...lats)), up(Math.max(...lngs)), up(Math.max(...lats))]
}

async function mapOf({ db }: CaseEnv, geo: GeoService, person: Person, at: readonly Point[]): Promise<FieldMap> {
  const codes = person.dutyGridCodes
  const cells = await cellsOfDutyGrids(db, codes)
  const names = new Map((codes.length > 0 ? await listDutyGrids(db, '') : []).map((g) => [g.code, g.name]))
  const corners = cells.flatMap((c) => c.coordinates.flat(2) as Point[])
  const bbox = boxOf(corners.length > 0 ? corners : at)
  const gridCodes = cells.length > 0 ? cells.map((c) => c.code) : bbox ? geo.gridsWithin(...bbox).slice(0, 2000) : []
  const feature = <G, P>(geometry: G, properties: P) => ({ type: 'Feature' as const, geometry, properties })
  const collection = <F>(features: F[]) => ({ type: 'FeatureCollection' as const, features })
  const around = bbox && ([bbox[0] - GROUND_DEG, bbox[1] - GROUND_DEG, bbox[2] + GROUND_DEG, bbox[3] + GROUND_DEG] as Box)
  const land = around && (await landWithin(db, around))
  const polygons = (coordinates: [number, number][][][]) => ({ type: 'MultiPolygon' as const, coordinates })
  return {
    bbox,
    ...(around && land && { ground: { extent: around, land } }),
    dutyGrids: collection(
      codes.map((code) => {
        const own = cells.filter((c) => c.dutyGridCode === code)
        return feature(polygons(own.flatMap((c) => c.coordinates)), { code, name: names.get(code) ?? code, cells: own.length })
      })
    ),
    unitGrids: collection(cells.map((c) => feature(polygons(c.coordinates), { code: c.code, dutyGridCode: c.dutyGridCode }))),
    roads: collection(
      (bbox ? roadLines(geo, bbox) : []).map((r) =>
        feature({ type: 'LineString' as const, coordinates: r.coordinates }, { code: r.code, name: r.name })
      )
    ),
    places: collection(
      (await placesIn(db, gridCodes, MOST_PLACES)).map((p) =>
        feature({ type: 'Point' as const, coordinates: p.at }, { name: p.name, kind: p.kind })
      )
    )
  }
}
