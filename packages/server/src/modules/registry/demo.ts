import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { type DemoRow, loadDemoRows } from './commands/demo.ts'
import { codeOf } from './domain/codes.ts'
import { type DemoItem, demoShare } from './domain/demo-items.ts'
import { packedPairs } from './domain/terms.ts'
import { type RegistryEnv, registryEnv } from './env.ts'
import { componentClasses } from './ports.ts'
import { hasItems, listDemoCells, listUnitKeys } from './queries/demo.ts'

const TYPE = 'component'

export interface DemoOptions {
  seed: string
  centre: readonly [number, number]
  /** About so many; those that fall outside the city are left out. */
  count: number
  now: Date
}

/**
 * Fills the empty register of components of a demonstration with some of what a city has, each with its code, grid, address and units.
 * The component classes must be known (`useComponentClasses`). Answers how many; 0 where there are some already.
 */
export async function setUpDemoComponents(db: Db, actor: Actor, { seed, centre, count, now }: DemoOptions): Promise<number> {
  if (await hasItems(db, TYPE)) return 0
  const env = await registryEnv(db)
  const units = await listUnitKeys(db)
  const city = { roads: env.geo.roads().all(), cells: await listDemoCells(db), seed }
  const last = new Map<string, number>()
  const rows: DemoRow[] = []
  for (const item of demoShare(city, centre, count)) {
    const row = rowOf(item, env, units, last)
    if (row) rows.push(row)
  }
  await loadDemoRows(db, actor, { type: TYPE, name: '演示部件', rows, series: [...last] }, now)
  return rows.length
}

/** The unit of a key: of the city, or with `district:` or `street:` before it that of the place. */
export function unitOf(
  units: ReadonlyMap<string, string>,
  key: string,
  at: { districtCode: string; streetCode: string } | null
): string | null {
  const mark = key.indexOf(':')
  if (mark === -1) return units.get(key) ?? null
  const [scope, name] = [key.slice(0, mark), key.slice(mark + 1)]
  return units.get(`${name}.${scope === 'district' ? at?.districtCode : at?.streetCode}`) ?? null
}

function rowOf(item: DemoItem, env: RegistryEnv, units: ReadonlyMap<string, string>, last: Map<string, number>): DemoRow | null {
  const found = componentClasses().find(item.classCode)
  const at = env.geo.locate(item)
  if (!found || !at) return null
  const prefix = at.districtCode + item.classCode
  const number = (last.get(prefix) ?? 0) + 1
  const code = codeOf({ prefix, digits: 6 }, number)
  if (code === null) return null
  last.set(prefix, number)
  const place = item.roadName === null ? `${at.communityName}` : `${item.roadName}${item.houseNumber}号附近`
  const unit = (key: string): string | null => unitOf(units, key, at)
  return {
    code,
    classCode: item.classCode,
    name: found.name,
    status: item.status,
    lng: item.lng,
    lat: item.lat,
    shape: null,
    gridCode: at.gridCode,
    address: at.districtName + at.streetName + place,
    authorityId: null,
    ownerId: unit(item.keepers.owner),
    maintainerId: unit(item.keepers.maintainer),
    attributes: {
      initialDate: item.initialDate,
      dataSource: '实测',
      accuracy: item.accuracy,
      material: item.material,
      ...(item.model !== null && { model: item.model })
    },
    terms: packedPairs([place.replace(/附近$/u, ''), ...(item.model === null ? [] : [item.model])])
  }
}
