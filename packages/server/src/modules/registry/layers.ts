/** Registers on the map: each type whose items have a place is a layer, drawn and published as its declaration says. */
import type { RegisterDeclaration, RegistryChanged, RegistryItemsChanged } from '@chengyun/contract/registry'
import { may } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import type { LayerFamily, LayerSource } from '../geo/index.ts'
import { mayReadType, READ } from './policy.ts'
import { componentClasses } from './ports.ts'
import { itemQueries } from './queries/layer.ts'
import { reachOf } from './queries/reach.ts'
import { listTypes } from './queries/types.ts'

/** Attributes that stand in tiles: never a masked one, and none that only some readers of the register may know. */
const publishedOf = (d: RegisterDeclaration, also: readonly string[]) =>
  d.attributes.filter((a) => (a.inTile === true || also.includes(a.key)) && a.mask === undefined && a.visibility !== 'restricted')

function classNameOf(d: RegisterDeclaration, code: string): { zh: string; en: string } {
  const { classes } = d
  if (classes !== undefined && 'list' in classes) {
    const listed = classes.list.find((c) => c.code === code)
    if (listed) return listed.name
  } else if (classes !== undefined) {
    const found = componentClasses().find(code)
    if (found) return { zh: found.name, en: found.nameEn || found.name }
  }
  return { zh: code || d.name.zh, en: code || d.name.en }
}

/** The items of a register as a layer, with the attributes it shows and those of `also` it may show. */
export function registerSource(db: Db, d: RegisterDeclaration, version: number, also: readonly string[] = []): LayerSource {
  const fields = publishedOf(d, also)
  // Names of people are not for maps.
  const named = d.group !== 'person'
  return {
    id: `reg-${d.id}`,
    kind: d.group === 'device' ? 'device' : 'register',
    group: d.group,
    name: d.name,
    symbol: d.symbol,
    key: 'code',
    fields: fields.map((a) => ({ key: a.key, name: a.name, type: a.type, ...(a.choices && { choices: a.choices }) })),
    className: (code) => classNameOf(d, code),
    statuses: d.states.map(({ key, name, tone }) => ({ key, name, ...(tone && { tone }) })),
    days: null,
    paused: null,
    // A component is told by its class; others have names people know them by.
    labels: named && d.group !== 'component',
    version: String(version),
    queries: itemQueries(
      d.id,
      fields.map((a) => a.key),
      named
    ),
    mayRead: (actor) => may(actor, READ) && mayReadType(actor, d),
    reachOf: async (actor) => {
      const reach = await reachOf(db, actor, READ)
      return reach.all
        ? { all: true, regions: [], grids: [], duties: [], parties: [] }
        : { all: false, regions: reach.regions, grids: reach.grids, duties: [], parties: reach.unitIds }
    },
    events: ['registry.changed', 'registry.itemsChanged', 'registry.relocated'],
    touchedBy: (event) => {
      if (event.payload['typeId'] !== d.id) return null
      if (event.name === 'registry.changed') return { keys: [(event.payload as unknown as RegistryChanged).code] }
      if (event.name === 'registry.relocated') return 'since'
      if (event.name !== 'registry.itemsChanged') return null
      // A whole register put in place is read at once; smaller batches tell what they wrote by `rev`.
      const { count, whole } = event.payload as unknown as RegistryItemsChanged
      return whole || count > WHOLE ? 'all' : 'since'
    },
    title: (row) => (row.label === '' ? `${classNameOf(d, row.class).zh} ${row.key}` : row.label)
  }
}
const WHOLE = 200_000

/** The layers of all registers in use whose items can have a place. */
export function registerFamily(db: Db): LayerFamily {
  return {
    list: async () =>
      (await listTypes(db))
        .filter((t) => t.state === 'active' && t.declaration.geometry !== 'none')
        .map((t) => registerSource(db, t.declaration, t.version)),
    isStaleAfter: (event) => event.name === 'registry.typeChanged'
  }
}
