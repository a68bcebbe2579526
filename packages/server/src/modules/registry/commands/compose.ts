import { dayAt } from '@chengyun/contract/indicators'
import { type ItemFacts, REGISTRY_ERRORS, type RegisterDeclaration } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { COLUMN_LABELS, compileCheck, faultOf, type ItemFault, tidy } from '../domain/check-item.ts'
import { packGeometry } from '../domain/geometry.ts'
import type { RegistryEnv } from '../env.ts'
import { classOf } from '../present.ts'
import type { ItemRecord } from '../queries/items.ts'

const fail = thrower(REGISTRY_ERRORS)

/** What can be said of an item, before it has a code and a version. */
export type Draft = Omit<
  ItemRecord,
  'type_id' | 'id' | 'code' | 'version' | 'batch_id' | 'created_at' | 'updated_at' | 'removed_at'
> & {
  /** Ids of the other items by the key of the relation; only keys that were named. */
  relations: Record<string, { typeId: string; ids: string[]; codes: string[] }>
}

const BLANK: Omit<Draft, 'relations'> = {
  class_code: null,
  name: '',
  status: '',
  lng: null,
  lat: null,
  shape: null,
  grid_code: null,
  address: '',
  authority_id: null,
  owner_id: null,
  maintainer_id: null,
  attributes: {}
}
const UNITS = ['authority', 'owner', 'maintainer'] as const

/**
 * Lays changes over an item and holds the result against its declaration: every fault at once. A new place gets its grid and, unless one
 * is given, its address. Throws REGISTRY_ITEM_INVALID with the faults of each field.
 */
export async function compose(
  tx: Tx,
  env: RegistryEnv,
  d: RegisterDeclaration,
  before: ItemRecord | null,
  changes: ItemFacts,
  now: Date
): Promise<Draft> {
  const { draft, faults } = await composed(tx, env, d, before, changes, now)
  if (faults.length > 0) throw invalid(faults)
  return draft
}

/** The refusal that carries faults; the sentence names the first three. */
export function invalid(faults: readonly ItemFault[]) {
  const first = faults.slice(0, 3)
  return fail('REGISTRY_ITEM_INVALID', {
    summary: first.map((f) => f.zh).join('；'),
    summaryEn: first.map((f) => f.en).join('; '),
    faults
  })
}

/** As `compose`, but answers the faults. */
export async function composed(
  tx: Db | Tx,
  env: RegistryEnv,
  d: RegisterDeclaration,
  before: ItemRecord | null,
  changes: ItemFacts,
  now: Date
): Promise<{ draft: Draft; faults: ItemFault[] }> {
  const draft: Draft = { ...(before === null ? { ...BLANK, status: d.initialState } : draftOf(before)), relations: {} }
  const faults: ItemFault[] = []
  setClass(d, before, draft, changes, faults)
  setStatus(d, draft, changes, faults)
  setPlace(env, d, draft, changes, faults)
  if (changes.address !== undefined && changes.address.trim() !== '') draft.address = changes.address.trim()
  draft.attributes = tidy(
    draft.attributes,
    datedAttributes(d, before, changes.attributes ?? {}, dayAt(now.getTime(), env.timeZone))
  )
  faults.push(...compileCheck(d)(draft.attributes))
  await setUnits(tx, d, draft, changes, faults)
  await setRelations(tx, d, draft, changes, faults)
  draft.name = (changes.name?.trim() || draft.name || classNameOf(d, draft.class_code) || d.name.zh).slice(0, 100)
  return { draft, faults }
}

const draftOf = (row: ItemRecord): Omit<Draft, 'relations'> => ({
  class_code: row.class_code,
  name: row.name,
  status: row.status,
  lng: row.lng,
  lat: row.lat,
  shape: row.shape,
  grid_code: row.grid_code,
  address: row.address,
  authority_id: row.authority_id,
  owner_id: row.owner_id,
  maintainer_id: row.maintainer_id,
  attributes: row.attributes
})

const classNameOf = (d: RegisterDeclaration, code: string | null): string | undefined =>
  code === null ? undefined : classOf(d, code)?.name

function setClass(
  d: RegisterDeclaration,
  before: ItemRecord | null,
  draft: Draft,
  changes: ItemFacts,
  faults: ItemFault[]
): void {
  const wanted = changes.class
  if (wanted === undefined && before !== null) return
  const found = d.classes && wanted ? classOf(d, wanted) : undefined
  const label = COLUMN_LABELS.class
  const isOther = before !== null && before.class_code !== wanted
  if (!d.classes) {
    if (wanted) faults.push(faultOf('class', label, 'unknown'))
  } else if (!wanted) faults.push(faultOf('class', label, 'required'))
  else if (!found || (!found.active && (before === null || isOther)))
    faults.push(faultOf('class', label, 'class', { value: wanted }))
  else if (isOther && d.code.rule === 'component') faults.push(faultOf('class', label, 'fixed'))
  else {
    // A name that only repeated the class follows it.
    if (before !== null && draft.name === classNameOf(d, before.class_code)) draft.name = found.name
    draft.class_code = wanted
  }
}

function setStatus(d: RegisterDeclaration, draft: Draft, changes: ItemFacts, faults: ItemFault[]): void {
  if (changes.status === undefined) return
  const state = d.states.find((s) => s.key === changes.status)
  if (!state) faults.push(faultOf('status', COLUMN_LABELS.status, 'state', { value: changes.status }))
  else if (state.ends) faults.push(faultOf('status', COLUMN_LABELS.status, 'ends'))
  else draft.status = state.key
}

const KIND_NAMES = {
  point: { zh: '点', en: 'a point' },
  line: { zh: '线', en: 'a line' },
  polygon: { zh: '面', en: 'an area' },
  any: { zh: '点、线或面', en: 'a point, a line or an area' },
  none: { zh: '空（此台账没有位置）', en: 'left out: the register has no places' }
}

function setPlace(env: RegistryEnv, d: RegisterDeclaration, draft: Draft, changes: ItemFacts, faults: ItemFault[]): void {
  const { place, geometry } = changes
  const wanted = geometry !== undefined ? geometry : place ? ({ type: 'Point', coordinates: place } as const) : place
  const label = COLUMN_LABELS.place
  if (wanted) {
    const packed = packGeometry(wanted)
    const grid = packed && (env.geo.locate(packed)?.gridCode ?? env.geo.districtAt(packed)?.code ?? null)
    if (packed === null || (d.geometry !== 'any' && d.geometry !== packed.kind))
      faults.push(faultOf('place', label, 'geometry', {}, KIND_NAMES[d.geometry]))
    else if (grid === null) faults.push(faultOf('place', label, 'place'))
    else {
      const { lng, lat, shape } = packed
      Object.assign(draft, { lng, lat, shape, grid_code: grid, address: env.geo.addressOf(packed) })
    }
    return
  }
  if (wanted === null) Object.assign(draft, { lng: null, lat: null, shape: null, grid_code: null })
  if (draft.lng === null && d.geometry !== 'none' && !d.placeOptional) faults.push(faultOf('place', label, 'required'))
}

/** The day of recording is kept by itself where a register has it and nobody says otherwise. */
function datedAttributes(
  d: RegisterDeclaration,
  before: ItemRecord | null,
  changes: Readonly<Record<string, unknown>>,
  today: string
): Record<string, unknown> {
  const dated = before === null && changes.initialDate === undefined && keepsDay(d, 'initialDate')
  return dated ? { ...changes, initialDate: today } : { ...changes }
}

/** Whether a register keeps a day under a key of the national tables. */
export const keepsDay = (d: RegisterDeclaration, key: 'initialDate' | 'changeDate'): boolean =>
  d.attributes.some((a) => a.key === key && a.type === 'date')

async function setUnits(
  tx: Db | Tx,
  d: RegisterDeclaration,
  draft: Draft,
  changes: ItemFacts,
  faults: ItemFault[]
): Promise<void> {
  const wanted = UNITS.flatMap((kind) => (changes[kind] ? [changes[kind]] : []))
  const { rows } =
    wanted.length === 0
      ? { rows: [] }
      : await sql<{ id: string }>`select id from org.pub_unit where id = any(${wanted}::uuid[])`.execute(tx)
  const known = new Set(rows.map((r) => r.id))
  for (const kind of UNITS) {
    const id = changes[kind]
    if (id === undefined) continue
    if (id !== null && !d.units?.includes(kind)) faults.push(faultOf(kind, COLUMN_LABELS[kind], 'unitKind'))
    else if (id !== null && !known.has(id)) faults.push(faultOf(kind, COLUMN_LABELS[kind], 'unit'))
    else draft[`${kind}_id`] = id
  }
}

async function setRelations(
  tx: Db | Tx,
  d: RegisterDeclaration,
  draft: Draft,
  changes: ItemFacts,
  faults: ItemFault[]
): Promise<void> {
  for (const [key, codes] of Object.entries(changes.relations ?? {})) {
    const relation = d.relations?.find((r) => r.key === key)
    if (!relation || (!relation.many && codes.length > 1)) {
      faults.push(faultOf(key, relation?.name ?? { zh: key, en: key }, 'unknown'))
      continue
    }
    const { rows } = await sql<{ id: string; code: string }>`select id, code from registry.item
      where type_id = ${relation.to} and code = any(${codes}::text[]) and removed_at is null order by code`.execute(tx)
    const missing = codes.find((code) => !rows.some((r) => r.code === code))
    if (missing !== undefined) faults.push(faultOf(key, relation.name, 'relation', { value: missing }))
    draft.relations[key] = { typeId: relation.to, ids: rows.map((r) => r.id), codes: rows.map((r) => r.code) }
  }
}
