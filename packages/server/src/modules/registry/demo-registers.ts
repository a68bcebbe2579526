/** Fills the registers beside that of components in a demonstration. */
import type { ItemGeometry, RegisterDeclaration } from '@chengyun/contract/registry'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { randomOf } from '../geo/index.ts'
import { type DemoRow, loadDemoRows } from './commands/demo.ts'
import { divisionNames } from './commands/write.ts'
import { type DemoOptions, unitOf } from './demo.ts'
import { codeOf, seriesOf } from './domain/codes.ts'
import { DEMO_BUSINESSES } from './domain/demo-businesses.ts'
import { type DemoFacts, type DemoRegister, Dice } from './domain/demo-dice.ts'
import { DEMO_FACILITIES } from './domain/demo-facilities.ts'
import { type DemoPlace, type DemoPlaces, demoPlaces } from './domain/demo-places.ts'
import { DEMO_ROADS, roadItem } from './domain/demo-roads.ts'
import { packGeometry } from './domain/geometry.ts'
import { termsOf } from './domain/terms.ts'
import { type RegistryEnv, registryEnv } from './env.ts'
import { classOf, searchTexts } from './present.ts'
import { hasItems, listDemoCells, listUnitKeys } from './queries/demo.ts'
import { findType } from './queries/types.ts'

/** Items are as many as the delivered city's when this many unit grids are there; a smaller city has its share. */
const GRIDS_OF_A_CITY = 60_000
/** A drawn place may fall into the sea or over a border: so often another is drawn. */
const TRIES = 5

/** A city to draw items in. */
export interface Setting {
  env: RegistryEnv
  units: ReadonlyMap<string, string>
  places: DemoPlaces
  /** Codes of districts, for what lies nowhere. */
  districts: readonly string[]
  share: number
  options: DemoRegistersOptions
}
export interface DemoRegistersOptions extends Omit<DemoOptions, 'count'> {
  /** Of the numbers of a large city; without it as the unit grids of the city stand to those of a large one. */
  share?: number
}

/**
 * Fills every register of the platform that is still empty with a believable number of items: hydrants, toilets, heat stations, car parks,
 * shops, sites, road segments … Each register is one batch. Answers how many items, by register; those that hold something are left out.
 */
export async function setUpDemoRegisters(db: Db, actor: Actor, options: DemoRegistersOptions): Promise<Map<string, number>> {
  const setting = await drawingSetting(db, options)
  const out = new Map<string, number>()
  for (const { type, make } of [...DEMO_FACILITIES, ...DEMO_BUSINESSES]
    .map((rule) => ({ type: rule.type, make: itemsOf(rule) }))
    .concat({
      type: DEMO_ROADS.type,
      make: roadsOf
    })) {
    const row = await findType(db, type)
    if (row?.state !== 'active' || (await hasItems(db, type))) continue
    const { rows, series } = make(setting, row.declaration)
    if (rows.length === 0) continue
    await loadDemoRows(db, actor, { type, name: `演示${row.declaration.name.zh}`, rows, series: [...series] }, options.now)
    out.set(type, rows.length)
  }
  return out
}

/** Puts together what items of a demonstration are drawn from. */
export async function drawingSetting(db: Db, options: DemoRegistersOptions): Promise<Setting> {
  const env = await registryEnv(db)
  const cells = await listDemoCells(db)
  return {
    env,
    units: await listUnitKeys(db),
    places: demoPlaces(env.geo.roads().all(), cells, options.centre),
    districts: [...new Set(cells.map((c) => c.code.slice(0, 6)))],
    share: options.share ?? Math.min(1, cells.length / GRIDS_OF_A_CITY),
    options
  }
}

export interface Filled {
  rows: DemoRow[]
  series: Map<string, number>
}
export type Keepers = Pick<DemoRegister, 'type' | 'authority' | 'owner' | 'maintainer' | 'code'>
export type Located = NonNullable<ReturnType<RegistryEnv['geo']['locate']>>

const itemsOf =
  (rule: DemoRegister) =>
  (s: Setting, d: RegisterDeclaration): Filled => {
    const next = randomOf(`${s.options.seed}:${rule.type}`)
    const dice = new Dice(next, s.options.now)
    const filled: Filled = { rows: [], series: new Map() }
    const count = Math.max(1, Math.round(rule.count * s.share))
    for (let n = 1; n <= count; n++) {
      const at = placeOf(rule, s, next)
      if (rule.where !== 'nowhere' && !at) continue
      const where = at
        ? { ...at.place, communityName: at.located.communityName, districtCode: at.located.districtCode }
        : { ...NOWHERE, districtCode: s.districts[n % Math.max(1, s.districts.length)] ?? '' }
      put(s, d, rule, rule.make(dice, where, n), at, n, filled)
    }
    return filled
  }
const NOWHERE = { lng: 0, lat: 0, roadName: null, houseNumber: 0, cell: null, communityName: '' }

export function placeOf(
  rule: Pick<DemoRegister, 'where' | 'offsetM'>,
  s: Setting,
  next: () => number
): { place: DemoPlace; located: Located } | null {
  if (rule.where === 'nowhere') return null
  for (let i = 0; i < TRIES; i++) {
    const place = rule.where === 'road' ? s.places.atRoad(next, rule.offsetM) : s.places.inCell(next)
    const located = place && s.env.geo.locate(place)
    if (located) return { place, located }
  }
  return null
}

function roadsOf(s: Setting, d: RegisterDeclaration): Filled {
  const next = randomOf(`${s.options.seed}:${DEMO_ROADS.type}`)
  const dice = new Dice(next, s.options.now)
  const filled: Filled = { rows: [], series: new Map() }
  const drawn = new Set<string>()
  const count = Math.max(1, Math.round(DEMO_ROADS.count * s.share))
  for (let n = 1; n <= count; n++) {
    const road = s.places.road(next)
    if (!road || drawn.has(road.code)) continue
    drawn.add(road.code)
    const facts = roadItem(road, dice)
    const packed = packGeometry(facts.geometry as ItemGeometry)
    const located = packed && s.env.geo.locate(packed)
    if (!located) continue
    const place = { lng: packed.lng, lat: packed.lat, roadName: road.name, houseNumber: 0, cell: null }
    put(s, d, DEMO_ROADS, facts, { place, located }, n, filled)
  }
  return filled
}

/** Gives an item its code, address, units and what it is found by. */
export function put(
  s: Setting,
  d: RegisterDeclaration,
  keepers: Keepers,
  facts: DemoFacts,
  at: { place: DemoPlace; located: Located } | null,
  n: number,
  { rows, series }: Filled
): void {
  const county = at?.located.districtCode ?? s.districts[n % Math.max(1, s.districts.length)] ?? ''
  const numbers = seriesOf(d.code, county, facts.classCode)
  const number = numbers ? (series.get(numbers.prefix) ?? 0) + 1 : n
  const code = numbers ? codeOf(numbers, number) : (keepers.code?.(n, county) ?? null)
  if (code === null) return
  if (numbers) series.set(numbers.prefix, number)
  const packed = facts.geometry ? packGeometry(facts.geometry) : null
  const address = at ? addressOf(at) : ''
  const unit = (key: string | undefined) => (key ? unitOf(s.units, key, at?.located ?? null) : null)
  rows.push({
    code,
    classCode: facts.classCode,
    name: facts.name,
    status: facts.status,
    lng: packed?.lng ?? at?.place.lng ?? null,
    lat: packed?.lat ?? at?.place.lat ?? null,
    shape: packed?.shape ?? null,
    gridCode: at?.located.gridCode ?? null,
    address,
    authorityId: unit(keepers.authority),
    ownerId: unit(keepers.owner),
    maintainerId: unit(keepers.maintainer),
    attributes: facts.attributes,
    terms: termsOf({
      name: facts.name,
      className: classOf(d, facts.classCode)?.name ?? null,
      address,
      divisions: divisionNames(s.env, at?.located.gridCode ?? null),
      texts: searchTexts(d, facts.attributes)
    })
  })
}

function addressOf({ place, located }: { place: DemoPlace; located: Located }): string {
  const { roadName, houseNumber } = place
  const near = roadName === null ? located.communityName : houseNumber === 0 ? roadName : `${roadName}${houseNumber}号附近`
  return located.districtName + located.streetName + near
}
