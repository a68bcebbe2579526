import {
  type ItemCard,
  type ItemPage,
  type ItemQuery,
  type NearList,
  type NearQuery,
  REGISTRY_ERRORS
} from '@chengyun/contract/registry'
import type { Static } from 'typebox'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { distanceM } from '../geo/index.ts'
import { readQuery } from './domain/words.ts'
import type { RegistryEnv } from './env.ts'
import { EDIT, mayReadAttribute, mayReadType, READ, reaches } from './policy.ts'
import { classesOf } from './present.ts'
import { presentCard, presentItem, unitIdsOf } from './present-items.ts'
import { listUnits } from './queries/city.ts'
import { findItem, type ItemRecord, listNaming, listNear, listRelated } from './queries/items.ts'
import { type Asked, conditionsOf, countList, listItems } from './queries/list.ts'
import { reachOf } from './queries/reach.ts'
import { findType, listTypes, type TypeRecord } from './queries/types.ts'
import { vocabularyOf } from './vocabulary.ts'

const fail = thrower(REGISTRY_ERRORS)
const NEAR_M = 15
const NEAR_LIMIT = 20
/** Metres of a degree of latitude, a little too small: the box holds the circle. */
const METRES = 110_000

/** An item this person may see, with its register. Throws REGISTRY_ITEM_NOT_FOUND, also where it is somebody else's. */
export async function seenItem(
  db: Db,
  actor: Actor,
  typeId: string,
  code: string
): Promise<{ row: ItemRecord; type: TypeRecord }> {
  const type = await findType(db, typeId)
  const row = type && mayReadType(actor, type.declaration) ? await findItem(db, typeId, code) : undefined
  if (!type || !row || !reaches(await reachOf(db, actor, READ), row)) throw fail('REGISTRY_ITEM_NOT_FOUND', { code })
  return { row, type }
}

/** The card of an item. Throws REGISTRY_ITEM_NOT_FOUND. */
export async function cardOf(db: Db, env: RegistryEnv, actor: Actor, typeId: string, code: string): Promise<ItemCard> {
  const { row, type } = await seenItem(db, actor, typeId, code)
  const [units, related, naming, editReach] = await Promise.all([
    listUnits(db, unitIdsOf([row])),
    listRelated(db, row.id),
    listNaming(db, row.id),
    reachOf(db, actor, EDIT)
  ])
  const parts = { row, declaration: type.declaration, retired: type.state === 'retired', units, related, naming, editReach }
  return presentCard(parts, env, actor)
}

/** Registers this person may read, or the one that is meant. Throws REGISTRY_TYPE_NOT_FOUND. */
async function typesMeant(db: Db, actor: Actor, typeId: string | undefined): Promise<TypeRecord[]> {
  const rows = (await listTypes(db)).filter((t) => mayReadType(actor, t.declaration) && (typeId === undefined || t.id === typeId))
  if (typeId !== undefined && rows.length === 0) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: typeId })
  return rows
}

/** A list as it was asked over HTTP, its words and filters read. Throws REGISTRY_QUERY_INVALID. */
export async function readAsked(db: Db, actor: Actor, query: ItemQuery): Promise<{ asked: Asked; types: TypeRecord[] }> {
  const { type, q, ...rest } = query
  const types = await typesMeant(db, actor, type)
  if (type === undefined && (q === undefined || rest.class !== undefined)) throw fail('REGISTRY_QUERY_INVALID', { field: 'type' })
  const attributes: Record<string, string> = {}
  for (const [name, value] of Object.entries(rest)) {
    if (!name.startsWith('attr.')) continue
    const key = name.slice('attr.'.length)
    // What may not be seen may not be asked for either.
    const declared = type === undefined ? undefined : types[0]?.declaration.attributes.find((a) => a.key === key)
    if (!declared || declared.mask || !mayReadAttribute(actor, declared)) throw fail('REGISTRY_QUERY_INVALID', { field: name })
    attributes[key] = String(value)
  }
  const component = types.find((t) => t.declaration.classes && 'from' in t.declaration.classes)
  const first = types.length === 1 ? types[0] : component
  const meaning = q === undefined ? null : readQuery(q, await vocabularyOf(db, first ? classesOf(first.declaration) : []))
  if (meaning?.tooShort) throw fail('REGISTRY_QUERY_INVALID', { field: 'q' })
  const isNamedByClass = types.length === 1 && types[0] === component
  const asked: Asked = {
    typeIds: types.map((t) => t.id),
    query: rest,
    meaning,
    attributes,
    isNamedByClass,
    classCodes: classesMeant(types, rest.class, isNamedByClass && meaning ? meaning.classes.map((c) => c.codes) : []),
    reach: await reachOf(db, actor, READ)
  }
  return { asked, types }
}

/** The classes a filter by beginnings and the words of a query leave; null: all. */
function classesMeant(
  types: readonly TypeRecord[],
  filter: string | undefined,
  words: readonly (readonly string[])[]
): string[] | null {
  if (filter === undefined && words.length === 0) return null
  const known = [...new Set(types.flatMap((t) => classesOf(t.declaration).map((c) => c.code)))]
  const begins = filter?.split(',')
  return known.filter((code) => (begins?.some((b) => code.startsWith(b)) ?? true) && words.every((codes) => codes.includes(code)))
}

/** One page of a list. */
export async function pageOf(db: Db, actor: Actor, query: ItemQuery): Promise<ItemPage> {
  const { asked, types } = await readAsked(db, actor, query)
  const declarations = new Map(types.map((t) => [t.id, t.declaration]))
  const [page, total] = await Promise.all([listItems(db, asked), countList(db, asked)])
  const units = await listUnits(db, unitIdsOf(page.rows))
  const items = page.rows.flatMap((row) => {
    const d = declarations.get(row.type_id)
    return d ? [presentItem(row, d, units, actor)] : []
  })
  return { items, next: page.next, total }
}

/** The items nearest to a place within a radius, nearest first. */
export async function nearOf(db: Db, actor: Actor, query: Static<typeof NearQuery>): Promise<NearList> {
  const { lng, lat, radiusM = NEAR_M, limit = NEAR_LIMIT } = query
  const types = await typesMeant(db, actor, query.type)
  const asked: Asked = {
    typeIds: types.map((t) => t.id),
    query: {},
    meaning: null,
    attributes: {},
    isNamedByClass: false,
    classCodes: classesMeant(types, query.class, []),
    reach: await reachOf(db, actor, READ)
  }
  const dy = radiusM / METRES
  const dx = dy / Math.max(0.01, Math.cos((lat * Math.PI) / 180))
  const box = [lng - dx, lat - dy, lng + dx, lat + dy]
  const rows = await listNear(db, { at: [lng, lat], box, conditions: conditionsOf(asked), limit: limit * 4 })
  const near = rows
    .map((row) => ({ row, distance: distanceM([lng, lat], [row.lng as number, row.lat as number]) }))
    .filter(({ distance }) => distance <= radiusM)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
  const units = await listUnits(db, unitIdsOf(near.map(({ row }) => row)))
  const declarations = new Map(types.map((t) => [t.id, t.declaration]))
  return {
    items: near.flatMap(({ row, distance }) => {
      const d = declarations.get(row.type_id)
      return d ? [{ ...presentItem(row, d, units, actor), distanceM: Math.round(distance * 10) / 10 }] : []
    })
  }
}
