/** Fills an empty platform with the places of a city profile. */
import { command } from '../../../platform/command.ts'
import type { CityPlan } from '../domain/city-plan.ts'
import { buildLocator } from '../domain/locator.ts'
import { buildRoadIndex } from '../domain/roads.ts'
import { toDegrees } from '../domain/shape.ts'
import { insertDutyGrids, insertPlaces, insertRoads, type PlaceRow, raiseRevision, upsertDivisions, upsertGrids } from './bulk.ts'

export interface SetUpCounts {
  divisions: number
  grids: number
  dutyGrids: number
  roads: number
  places: number
}

/** Writes a planned city in one transaction. The platform must have no divisions yet (a second call fails on the first code). */
export const setUpCity = command(async (tx, input: { plan: CityPlan; validFrom: string }, ctx): Promise<SetUpCounts> => {
  const { plan, validFrom } = input
  // District outlines are real data; everything below is made up unless a city imports its own.
  await upsertDivisions(tx, plan.divisions, validFrom, (row) => row.shape !== null && row.level !== 'district')
  await upsertGrids(
    tx,
    plan.grids.map((grid) => ({ ...grid, validFrom, generated: true }))
  )
  await insertDutyGrids(tx, plan.dutyGrids, validFrom)
  await insertRoads(tx, plan.roads)
  const places = placeRows(plan)
  await insertPlaces(tx, places, true)
  await raiseRevision(tx)
  const counts = {
    divisions: plan.divisions.length,
    grids: plan.grids.length,
    dutyGrids: plan.dutyGrids.length,
    roads: plan.roads.length,
    places: places.length
  }
  ctx.emit('geo.divisionsImported', { accepted: counts.divisions, rejected: 0 })
  ctx.audit({ action: 'geo.setUpCity', result: 'ok', after: counts })
  return counts
})

/** Streets, communities, roads and generated places as rows for search, each with an address and its unit grid. */
function placeRows(plan: CityPlan): PlaceRow[] {
  const names = new Map(plan.divisions.map((d) => [d.code, d.name]))
  const locator = buildLocator(plan.grids)
  const roads = buildRoadIndex(plan.roads)
  const above = (code: string): string => `${names.get(code.slice(0, 6)) ?? ''}${names.get(code.slice(0, 9)) ?? ''}`
  const row = (kind: string, name: string, address: string, at: readonly [number, number]): PlaceRow => {
    return { kind, name, address, at, gridCode: locator.findNear(at[0], at[1])?.code ?? null }
  }
  const degrees = (units: readonly [number, number]): [number, number] => [toDegrees(units[0]), toDegrees(units[1])]
  const out: PlaceRow[] = []
  for (const { code, level, name, centroid } of plan.divisions) {
    if (centroid === null || (level !== 'street' && level !== 'community')) continue
    out.push(row(level, name, level === 'street' ? (names.get(code.slice(0, 6)) ?? '') : above(code), degrees(centroid)))
  }
  for (const { districtCode, name, line } of plan.roads) {
    const middle = Math.floor(line.length / 4) * 2
    out.push(row('road', name, names.get(districtCode) ?? '', degrees([line[middle] as number, line[middle + 1] as number])))
  }
  for (const { kind, name, communityCode, at } of plan.places) {
    const near = roads.nearest(at[0], at[1], 800)
    const road = near ? `${near.road.name}${near.houseNumber}号` : ''
    out.push(row(kind, name, above(communityCode) + road, at))
  }
  return out
}
