import type { Directory, DirectoryUnit } from './rules.ts'

export interface UnitRow extends DirectoryUnit {
  kind: string
  districtCode: string | null
  streetCode: string | null
}

export interface DirectoryInput {
  units: readonly UnitRow[]
  regionClasses: readonly { code: string; regionClass: string }[]
  dutyGrids: readonly { code: string; gridCodes: readonly string[] }[]
}

/**
 * Build the directory. `district:landscape` finds the unit whose key is `landscape.` and the code of the district, as the organisation
 * of a city names the units that every district has.
 */
export function buildDirectory(input: DirectoryInput): Directory {
  const units = new Map<string, DirectoryUnit>()
  const byKey = new Map<string, string>()
  const stationOf = new Map<string, string>()
  const districtUnit = new Map<string, string>()
  for (const row of input.units) {
    units.set(row.id, { id: row.id, key: row.key, name: row.name, active: row.active })
    byKey.set(row.key, row.id)
    if (!row.active) continue
    if (row.kind === 'street_station' && row.streetCode !== null) stationOf.set(row.streetCode, row.id)
    const own = `.${row.districtCode}`
    if (row.districtCode === null || row.streetCode !== null || !row.key.endsWith(own)) continue
    districtUnit.set(`${row.districtCode}|${row.key.slice(0, -own.length)}`, row.id)
  }
  const dutyGridsOf = new Map<string, string[]>()
  for (const grid of input.dutyGrids) {
    for (const code of grid.gridCodes) {
      const of = dutyGridsOf.get(code)
      if (of) of.push(grid.code)
      else dutyGridsOf.set(code, [grid.code])
    }
  }
  const regionClassOf = new Map(input.regionClasses.map((r) => [r.code, r.regionClass]))
  return { units, byKey, stationOf, districtUnit, regionClassOf, dutyGridsOf }
}
