/** One question or order to SensorThings and what is answered; `routes.ts` brings them by HTTP, `batch.ts` many in one. */
import type { RegistryEnv } from '../../registry/index.ts'
import { type Address, type EntityId, readAddress, referenceOf } from '../domain/sta/address.ts'
import { StaError } from '../domain/sta/fault.ts'
import { type EntityName, MODEL } from '../domain/sta/model.ts'
import { type Options, readOptions } from '../domain/sta/options.ts'
import { mqttEndpoints } from '../gateways/endpoints.ts'
import type { Asking } from './asking.ts'
import { createObservations, toArrays } from './data-array.ts'
import type { Json } from './present.ts'
import { followLink, type Page, type Parent, readOne, readPage } from './read.ts'
import { rootDocument } from './root.ts'
import { change, create, remove, type Written } from './write.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
export interface Question {
  method: Method
  /** After the version, decoded, without the query. */
  path: string
  /** As it was sent, without the question mark. */
  query: string
  body?: unknown
  /** The body is a JSON Patch. */
  isPatch?: boolean
}
export interface Answer {
  status: number
  headers: Record<string, string>
  /** JSON, or the text of a `$value`. */
  body?: unknown
  isText?: boolean
}

const ok = (body: unknown): Answer => ({ status: 200, headers: {}, body })

/** What is answered. @throws StaError */
export async function answer(asking: Asking, env: RegistryEnv, q: Question): Promise<Answer> {
  const path = q.path.replace(/^\/+|\/+$/g, '')
  if (path === '' && q.method === 'GET') {
    readOptions(q.query, 'Thing')
    return ok(rootDocument(asking.base, mqttEndpoints(asking.db)))
  }
  if (path === 'CreateObservations' && q.method === 'POST')
    return { status: 201, headers: {}, body: await createObservations(asking, env, q.body) }
  if (q.method === 'POST' && q.query === '') {
    const parent = parentOfObservation(asking, path)
    if (parent !== undefined) return made(asking, await create(asking, env, 'Observation', parent, q.body))
  }
  const address = readAddress(path)
  if (q.method === 'GET') return get(asking, address, q)
  if (q.query !== '') throw new StaError('there are no query options when something is written')
  return write(asking, env, address, q)
}

const OF_STREAM = /^Datastreams\((\d{1,9})\)\/Observations$/

/** Most of what is sent are Observations, thousands a second: their address is not walked. Undefined of any other address, and of streams this process does not know. */
function parentOfObservation({ streams, device }: Asking, path: string): Parent | null | undefined {
  if (path === 'Observations') return null
  const id = OF_STREAM.exec(path)?.[1]
  if (id === undefined || !(device || streams.catalogue.has(Number(id)))) return undefined
  return { entity: 'Datastream', id: Number(id), link: 'Observations' }
}

const made = ({ base }: Asking, { status, entity, id, body }: Written): Answer => ({
  status,
  headers: { location: `${base}/${referenceOf(entity, id)}` },
  body
})

interface Target {
  entity: EntityName
  /** Of an entity; absent of a set. */
  id?: EntityId
  parent: Parent | null
}

/** Walks an address to its end; every step has to be there and be seen. @throws StaError (404) */
async function walk(asking: Asking, { hops }: Address): Promise<Target> {
  let at: Target | undefined
  for (const [i, hop] of hops.entries()) {
    const parent: Parent | null =
      at?.id === undefined || hop.link === null ? null : { entity: at.entity, id: at.id, link: hop.link }
    const isLast = i === hops.length - 1
    const isOne = hop.link !== null && !MODEL[(at as Target).entity].links[hop.link]?.many
    if (isOne && parent) {
      const id = await followLink(asking, parent)
      if (id === undefined) throw new StaError('Nothing found.', 404)
      at = { entity: hop.entity, id, parent }
    } else if (hop.id === undefined) at = { entity: hop.entity, parent }
    else {
      if (!isLast && !(await readOne(asking, hop.entity, hop.id, BARE[hop.entity], parent)))
        throw new StaError('Nothing found.', 404)
      at = { entity: hop.entity, id: hop.id, parent }
    }
  }
  return at as Target
}

const BARE = Object.fromEntries(
  Object.keys(MODEL).map((name) => [name, readOptions('$select=id', name as EntityName)])
) as Record<EntityName, Options>

async function get(asking: Asking, address: Address, { query, path }: Question): Promise<Answer> {
  const { entity } = address.hops.at(-1) as { entity: EntityName }
  const options = readOptions(query, entity)
  if (!address.isSet) checkSingle(options)
  const target = await walk(asking, address)
  if (target.id === undefined) {
    const page = await readPage(asking, entity, target.parent, address.isRef ? { ...options, select: null, expand: [] } : options)
    return ok(pageBody(asking, page, options, address, path, query))
  }
  const isProperty = address.property !== undefined
  const found = await readOne(
    asking,
    entity,
    target.id,
    isProperty || address.isRef ? { ...options, select: null } : options,
    target.parent
  )
  if (!found) throw new StaError('Nothing found.', 404)
  if (address.isRef) return ok({ '@iot.selfLink': found['@iot.selfLink'] })
  if (address.property === undefined) return ok(found)
  const value = found[address.property]
  if (value === undefined || value === null) return { status: 204, headers: {} }
  if (!address.isRaw) return ok({ [address.property]: value })
  return typeof value === 'object' ? ok(value) : { status: 200, headers: {}, body: String(value), isText: true }
}

/** Of one entity only `$expand` and `$select` can be asked. */
function checkSingle(options: Options): void {
  const other = options.said.find(([name]) => name !== '$expand' && name !== '$select')
  if (other) throw new StaError(`${other[0]} is for sets`)
}

function pageBody(asking: Asking, page: Page, options: Options, address: Address, path: string, query: string): Json {
  const value = options.dataArray
    ? toArrays(asking, page.observations ?? [], options)
    : address.isRef
      ? page.value.map((one) => ({ '@iot.selfLink': one['@iot.selfLink'] }))
      : page.value
  return {
    ...(page.count !== undefined && { '@iot.count': page.count }),
    ...(page.next && { '@iot.nextLink': nextLink(asking.base, path, query, page.next) }),
    value
  }
}

function nextLink(base: string, path: string, query: string, next: NonNullable<Page['next']>): string {
  const kept = query.split('&').filter((part) => part.trim() !== '' && !/^\s*(\$|%24)skip(token)?=/i.test(part))
  const where = 'after' in next ? `$skiptoken=${encodeURIComponent(next.after)}` : `$skip=${next.skip}`
  return `${base}/${path.replace(/^\/+|\/+$/g, '')}?${[...kept, where].join('&')}`
}

async function write(asking: Asking, env: RegistryEnv, address: Address, q: Question): Promise<Answer> {
  if (address.property !== undefined || address.isRef) throw new StaError('only entities and sets are written', 405)
  const target = await walk(asking, address)
  if (q.method === 'POST') {
    if (target.id !== undefined) throw new StaError('POST goes to a set; an entity is changed by PATCH', 405)
    return made(asking, await create(asking, env, target.entity, target.parent, q.body))
  }
  if (target.id === undefined) throw new StaError(`${q.method} goes to an entity, not to a set`, 405)
  if (target.parent && !(await readOne(asking, target.entity, target.id, BARE[target.entity], target.parent)))
    throw new StaError('Nothing found.', 404)
  if (q.method === 'DELETE') {
    await remove(asking, env, target.entity, target.id)
    return { status: 200, headers: {} }
  }
  const how = q.method === 'PUT' ? 'replace' : q.isPatch ? 'patch' : 'merge'
  const done = await change(asking, env, target.entity, target.id, q.body, how)
  return { status: 200, headers: { location: `${asking.base}/${referenceOf(done.entity, done.id)}` }, body: done.body }
}
