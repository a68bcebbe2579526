import { type FieldComponents, MOST_COMPONENTS } from '@chengyun/contract/field'
import type { CaseEnv } from '../cases/index.ts'
import type { GeoService } from '../geo/index.ts'
import { packComponents, shortAddress } from './domain/pack.ts'
import { shortHash } from './domain/versions.ts'
import { findComponentStates, listComponents, stateOfComponents, type WorkPlace } from './queries/components.ts'

/** The shape of the packing: a phone that has another one is sent it anew. */
const FORMAT = 1

/** The version of the components of a work place: changes when one of them does, comes or goes. */
export async function componentsVersion({ db, reference }: CaseEnv, geo: GeoService, where: WorkPlace): Promise<string> {
  const { total, rev } = await stateOfComponents(db, where)
  return shortHash(FORMAT, total, rev, where.gridCodes, geo.revision(), reference.configVersion)
}

/** The components of a work place, packed. */
export async function componentsOf({ db, reference }: CaseEnv, geo: GeoService, where: WorkPlace): Promise<FieldComponents> {
  const [items, states, { total }] = await Promise.all([
    listComponents(db, where, MOST_COMPONENTS),
    findComponentStates(db),
    stateOfComponents(db, where)
  ])
  const known = new Map([...reference.classes.values()].flatMap((c) => (c.kind === 'component' ? [[c.code, c] as const] : [])))
  const above = (grid: string | null): string[] =>
    grid === null ? [] : [6, 9].map((n) => (grid.length >= n ? (geo.nameOf(grid.slice(0, n)) ?? '') : ''))
  return packComponents(
    items.map((i) => ({
      code: i.code,
      classCode: i.class_code,
      name: i.name,
      status: i.status,
      place: [i.lng, i.lat],
      address: shortAddress(i.address, above(i.grid_code)),
      unit: i.unit
    })),
    {
      total,
      states: states.map((s) => ({ key: s.key, zh: s.name.zh, en: s.name.en, tone: s.tone ?? '' })),
      classOf: (code) => {
        const c = known.get(code)
        return { code, name: c?.name ?? code, nameEn: c?.nameEn ?? code, current: reference.upgrades.get(code) ?? code }
      }
    }
  )
}
