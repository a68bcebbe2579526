/** Pages and entities with everything that is expanded in them: one question a link, however many entities there are. */
import { splitId } from '../domain/sta/address.ts'
import type { Bound } from '../domain/sta/bind.ts'
import { StaError } from '../domain/sta/fault.ts'
import { type EntityName, MODEL } from '../domain/sta/model.ts'
import type { Observation } from '../domain/sta/observation.ts'
import type { Expand, Options } from '../domain/sta/options.ts'
import { judgePlaces } from '../queries/sta-geo.ts'
import { countObservations, featureIdsOf, findObservation, readObservations } from '../queries/sta-observations.ts'
import { judgePacked } from '../queries/sta-packed.ts'
import type { ObservationQuery } from '../queries/sta-packs.ts'
import { countSet, type Row, readSet, type SetQuery } from '../queries/sta-read.ts'
import type { Compiled } from '../queries/sta-sql.ts'
import { type Asking, compiledFor } from './asking.ts'
import { idOf, type Json, observationValues, presentEntity, valuesOf } from './present.ts'

/** The entity a set hangs on. */
export interface Parent {
  entity: EntityName
  id: number | string
  link: string
}

export interface Page {
  value: Json[]
  count?: number
  /** What the next page begins with; null when this is the last. */
  next: { after: string } | { skip: number } | null
  /** The readings of a page of Observations. */
  observations?: Observation[]
}

/** The filter of a question, ready for SQL: what geometry and packed days have to say was asked. */
async function compiled(asking: Asking, entity: EntityName, filter: Bound | undefined): Promise<Compiled> {
  const found = await judgePlaces(asking.db, filter)
  const plain = compiledFor(asking, found)
  return entity === 'Observation' ? plain : compiledFor(asking, found, await judgePacked(asking.db, filter, plain))
}

/** One page of a set. @throws StaError */
export async function readPage(asking: Asking, entity: EntityName, parent: Parent | null, options: Options): Promise<Page> {
  return entity === 'Observation' ? observationPage(asking, parent, options) : plainPage(asking, entity, parent, options)
}

function shown(options: Options, name: string): boolean {
  return options.select === null || options.select.has(name)
}

const queryOf = (entity: EntityName, options: Options, top: number): SetQuery => ({
  entity,
  filter: options.filter,
  order: options.order,
  skip: options.skip,
  top,
  withTimes: entity === 'Datastream' && shown(options, 'phenomenonTime'),
  withArea: entity === 'Datastream' && shown(options, 'observedArea')
})

async function plainPage(asking: Asking, entity: EntityName, parent: Parent | null, options: Options): Promise<Page> {
  const c = await compiled(asking, entity, options.filter)
  const query = queryOf(entity, options, options.top + 1)
  if (parent) query.parents = { entity: parent.entity, link: parent.link, ids: [Number(parent.id)] }
  if (options.after !== undefined) query.after = numberOf(options.after)
  const [rows, counts] = await Promise.all([
    options.top === 0 ? [] : readSet(asking.db, query, c),
    options.count ? countSet(asking.db, { ...query, after: undefined }, c) : undefined
  ])
  const page = rows.slice(0, options.top)
  const last = page.at(-1)
  const keyset = options.order.length === 0
  return {
    value: await presentRows(asking, entity, page, options),
    ...(counts && { count: counts.get(Number(parent?.id ?? 0)) ?? 0 }),
    next: rows.length > options.top && last ? (keyset ? { after: String(last.id) } : { skip: options.skip + options.top }) : null
  }
}

function numberOf(token: string): number {
  if (!/^\d{1,9}$/.test(token)) throw new StaError('$skiptoken is none of ours')
  return Number(token)
}

/** Rows as entities, with what is expanded. */
export async function presentRows(asking: Asking, entity: EntityName, rows: readonly Row[], options: Options): Promise<Json[]> {
  const out = rows.map((row) => presentEntity(asking, entity, row.id, valuesOf(asking, entity, row), options.select))
  for (const expand of options.expand) await expandRows(asking, entity, rows, out, expand)
  return out
}

async function expandRows(asking: Asking, entity: EntityName, rows: readonly Row[], out: Json[], expand: Expand): Promise<void> {
  const { link, options } = expand
  const { to, many } = MODEL[entity].links[link] as { to: EntityName; many: boolean }
  if (to === 'Observation') {
    for (const [i, row] of rows.entries()) {
      const page = await observationPage(asking, { entity, id: row.id, link }, options)
      put(out[i] as Json, link, page, `${asking.base}/${MODEL[entity].set}(${row.id})/${link}`, options)
    }
    return
  }
  const ids = [...new Set(rows.map((r) => r.id))]
  const c = await compiled(asking, to, options.filter)
  const query: SetQuery = { ...queryOf(to, options, many ? options.top + 1 : 1), parents: { entity, link, ids } }
  const found = ids.length === 0 || (many && options.top === 0) ? [] : await readSet(asking.db, query, c)
  const counts = options.count && many && ids.length > 0 ? await countSet(asking.db, query, c) : undefined
  const byParent = Map.groupBy(found, (r) => r.parent as number)
  const kept = [...byParent].flatMap(([, some]) => some.slice(0, many ? options.top : 1))
  const shownRows = await presentRows(asking, to, kept, options)
  const json = new Map(kept.map((row, i) => [row, shownRows[i] as Json]))
  for (const [i, row] of rows.entries()) {
    const mine = byParent.get(row.id) ?? []
    if (!many) {
      const one = mine[0]
      if (one) (out[i] as Json)[link] = json.get(one)
      continue
    }
    const page: Page = {
      value: mine.slice(0, options.top).map((r) => json.get(r) as Json),
      ...(counts && { count: counts.get(row.id) ?? 0 }),
      next: mine.length > options.top ? { skip: options.skip + options.top } : null
    }
    put(out[i] as Json, link, page, `${asking.base}/${MODEL[entity].set}(${row.id})/${link}`, options)
  }
}

/** A page inside an entity. */
function put(into: Json, link: string, page: Page, address: string, options: Options): void {
  if (page.count !== undefined) into[`${link}@iot.count`] = page.count
  into[link] = page.value
  if (page.next) into[`${link}@iot.nextLink`] = `${address}?${nextQuery(options, page.next)}`
}

/** The rest of an expanded set as the query of an address. */
const nextQuery = (options: Options, next: NonNullable<Page['next']>): string =>
  [
    ...(options.isTopGiven ? [`$top=${options.top}`] : []),
    'after' in next ? `$skiptoken=${encodeURIComponent(next.after)}` : `$skip=${next.skip}`,
    ...options.said
      .filter(([name]) => name !== '$top' && name !== '$skip')
      .map(([name, text]) => `${name}=${encodeURIComponent(text)}`)
  ].join('&')

async function observationPage(asking: Asking, parent: Parent | null, options: Options): Promise<Page> {
  const c = await compiled(asking, 'Observation', options.filter)
  const query: ObservationQuery = {
    streams: parent?.entity === 'Datastream' ? [Number(parent.id)] : null,
    filter: options.filter,
    order: options.order,
    skip: options.skip,
    top: options.top + 1
  }
  if (parent?.entity === 'FeatureOfInterest') query.feature = Number(parent.id)
  if (parent?.entity === 'Datastream' && isSecret(asking, Number(parent.id))) query.streams = []
  if (options.after !== undefined) query.after = placeOf(options.after)
  const latest = latestOf(asking, query, options)
  const [found, count] = await Promise.all([
    latest ?? (options.top === 0 ? [] : readObservations(asking.db, query, c)),
    options.count ? countObservations(asking.db, query, c) : undefined
  ])
  const page = found.slice(0, options.top)
  const last = page.at(-1)
  return {
    value: options.dataArray ? [] : await presentObservations(asking, page, options),
    ...(count !== undefined && { count }),
    next: found.length > options.top && last ? nextOf(options, query, last) : null,
    observations: page
  }
}

/** Where the next page begins: after the last reading where the order is that of ids or instants, otherwise after so many. */
function nextOf(options: Options, query: ObservationQuery, last: Observation): NonNullable<Page['next']> {
  const [first] = options.order
  const byTime = first?.by.node === 'path' && first.by.steps.length === 0 && first.by.property === 'phenomenonTime'
  const ordered = !first || (byTime && query.streams?.length === 1)
  return ordered ? { after: idOf(last) } : { skip: options.skip + options.top }
}

function placeOf(token: string): { stream: number; at: number } {
  if (!/^\d{1,9}--?\d{1,15}$/.test(token)) throw new StaError('$skiptoken is none of ours')
  return splitId(token)
}

function isSecret({ streams, sight }: Asking, id: number): boolean {
  return !sight.showsHidden && streams.catalogue.hidden[id] === 1
}

/** The last reading of a stream is in memory: what most programs ask, of many streams at once. */
function latestOf(
  { streams }: Asking,
  query: ObservationQuery,
  { order, top, skip, after, filter }: Options
): Observation[] | null {
  const [by] = order
  const stream = query.streams?.length === 1 ? query.streams[0] : undefined
  if (stream === undefined || top !== 1 || skip > 0 || after !== undefined || filter !== undefined || order.length !== 1)
    return null
  if (!by?.isDescending || by.by.node !== 'path' || by.by.property !== 'phenomenonTime' || by.by.steps.length > 0) return null
  const row = streams.latest.get(stream)
  if (row === undefined) return null
  const { at, value, value2, quality, extra } = row
  return [{ stream, at, value, value2, quality, extra }]
}

/** Readings as entities, with what is expanded. */
export async function presentObservations(asking: Asking, found: readonly Observation[], options: Options): Promise<Json[]> {
  const { catalogue } = asking.streams
  const out = found.map((o) =>
    presentEntity(asking, 'Observation', idOf(o), observationValues(o, catalogue.kindOf(o.stream)), options.select)
  )
  for (const { link, options: below } of options.expand) {
    const to = link === 'Datastream' ? 'Datastream' : 'FeatureOfInterest'
    const ids = link === 'Datastream' ? found.map((o) => o.stream) : await featureIdsOf(asking.db, found)
    const c = await compiled(asking, to, below.filter)
    const wanted = [...new Set(ids.filter((id) => id !== null))]
    const rows =
      wanted.length === 0
        ? []
        : await readSet(asking.db, { ...queryOf(to, { ...below, skip: 0 }, wanted.length), ids: wanted }, c)
    const json = await presentRows(asking, to, rows, below)
    const byId = new Map(rows.map((row, i) => [row.id, json[i] as Json]))
    for (const [i, id] of ids.entries()) {
      const one = id === null ? undefined : byId.get(id)
      if (one) (out[i] as Json)[link] = one
    }
  }
  return out
}

/** One entity by its id; undefined when it is not there or not seen. */
export async function readOne(
  asking: Asking,
  entity: EntityName,
  id: number | string,
  options: Options,
  parent: Parent | null = null
): Promise<Json | undefined> {
  const c = compiledFor(asking)
  if (entity === 'Observation') {
    const { stream, at } = splitId(String(id))
    const found = isSecret(asking, stream) ? undefined : await findObservation(asking.db, stream, at, c)
    if (!found) return undefined
    if (parent?.entity === 'Datastream' && parent.id !== stream) return undefined
    if (parent?.entity === 'FeatureOfInterest' && (await featureIdsOf(asking.db, [found]))[0] !== parent.id) return undefined
    return (await presentObservations(asking, [found], options))[0]
  }
  const query: SetQuery = { ...queryOf(entity, { ...options, filter: undefined, order: [], skip: 0 }, 1), ids: [Number(id)] }
  // What an Observation leads to was found out by following it.
  if (parent && parent.entity !== 'Observation')
    query.parents = { entity: parent.entity, link: parent.link, ids: [Number(parent.id)] }
  const rows = await readSet(asking.db, query, c)
  return (await presentRows(asking, entity, rows, options))[0]
}

/** The id of what a link to one leads to; undefined when there is none. */
export async function followLink(asking: Asking, { entity, id, link }: Parent): Promise<number | undefined> {
  if (entity === 'Observation') {
    const { stream, at } = splitId(String(id))
    const found = await findObservation(asking.db, stream, at, compiledFor(asking))
    if (!found) return undefined
    return link === 'Datastream' ? stream : ((await featureIdsOf(asking.db, [found]))[0] ?? undefined)
  }
  const { to } = MODEL[entity].links[link] as { to: EntityName }
  const query: SetQuery = { entity: to, skip: 0, top: 1, parents: { entity, link, ids: [Number(id)] } }
  return (await readSet(asking.db, query, compiledFor(asking)))[0]?.id
}
