import type * as GeoJSON from 'geojson'
import { type EntityId, readId } from './address.ts'
import { StaError } from './fault.ts'
import { geometryIn } from './geometry.ts'
import { type Entity, type EntityName, MODEL } from './model.ts'
import { instantOf, spanOf, spanText } from './time.ts'

/** What is sent of an entity, checked: properties by name, and what is linked or made with it. */
export interface Draft {
  entity: EntityName
  values: Record<string, unknown>
  links: Record<string, readonly Link[]>
}
export type Link = { id: EntityId } | { draft: Draft }

/** How deep entities may be made inside each other, and how large a text or an object may be. */
const DEEPEST = 5
const LONGEST_TEXT = 5000
const LARGEST_JSON = 100_000
const GEO_JSON = ['application/geo+json', 'application/vnd.geo+json']
/** Systems whose degrees are ours; of others nothing is known here. */
const SYSTEMS = /(?:EPSG:{1,2}(?:4490|4326)|CRS:{1,2}84|CRS84)$/i

type Json = Record<string, unknown>
const isObject = (v: unknown): v is Json => typeof v === 'object' && v !== null && !Array.isArray(v)

/**
 * Reads what was sent to make an entity (`isNew`) or to change it. `given` are links that the address says. @throws StaError naming what is wrong
 */
export function readBody(body: unknown, of: EntityName, isNew: boolean, given: readonly string[] = [], depth = 0): Draft {
  if (!isObject(body)) throw new StaError(`${of}: a JSON object is expected`)
  if (depth > DEEPEST) throw new StaError(`entities deeper in each other than ${DEEPEST}`)
  const entity = MODEL[of]
  const draft: Draft = { entity: of, values: {}, links: {} }
  for (const [name, value] of Object.entries(body)) {
    // Control information of an answer that is sent back.
    if (name.startsWith('@') || /@(?:iot\.)?[A-Za-z.]+$/.test(name)) continue
    if (Object.hasOwn(entity.links, name)) draft.links[name] = readLinks(value, name, entity, depth)
    else if (Object.hasOwn(entity.properties, name)) {
      if (!entity.properties[name]?.derived) draft.values[name] = readValue(of, name, value)
    } else throw new StaError(`there is no ${name} of ${entity.set}`)
  }
  if (isNew) demandWhole(draft, entity, given)
  return draft
}

function demandWhole(draft: Draft, entity: Entity, given: readonly string[]): void {
  for (const [name, p] of Object.entries(entity.properties))
    if (p.required && draft.values[name] === undefined) throw new StaError(`${entity.name}: ${name} is missing`)
  for (const [name, link] of Object.entries(entity.links))
    if (link.required && !given.includes(name) && (draft.links[name] ?? []).length === 0)
      throw new StaError(`${entity.name}: ${name} is missing`)
}

function readLinks(value: unknown, name: string, entity: Entity, depth: number): Link[] {
  const { to, many } = entity.links[name] as { to: EntityName; many: boolean }
  const list = Array.isArray(value) ? value : [value]
  if (many !== Array.isArray(value)) throw new StaError(`${name}: ${many ? 'a list' : 'one entity'} is expected`)
  if (list.length > 1000) throw new StaError(`${name}: more than 1000`)
  return list.map((one): Link => {
    if (!isObject(one)) throw new StaError(`${name}: a JSON object is expected`)
    const id = one['@iot.id'] ?? one.id
    if (id !== undefined && Object.keys(one).every((k) => k.startsWith('@') || k === 'id')) {
      if (typeof id !== 'number' && typeof id !== 'string') throw new StaError(`${name}: @iot.id is a number or a text`)
      return { id: linkId(String(id), to, name) }
    }
    // What is made inside is linked to what it is made in.
    const back = Object.entries(MODEL[to].links).flatMap(([key, l]) => (l.to === entity.name ? [key] : []))
    return { draft: readBody(one, to, true, back, depth + 1) }
  })
}

function linkId(text: string, to: EntityName, name: string): EntityId {
  try {
    return readId(text, to)
  } catch {
    throw new StaError(`${name}: there is no ${to} ${text.slice(0, 40)}`)
  }
}

function readValue(of: EntityName, name: string, value: unknown): unknown {
  const { kind } = MODEL[of].properties[name] as { kind: string }
  const where = `${of}: ${name}`
  if (kind === 'text') {
    if (typeof value !== 'string') throw new StaError(`${where} is a text`)
    if (value.length > LONGEST_TEXT) throw new StaError(`${where} is longer than ${LONGEST_TEXT} characters`)
    if (name === 'name' && value.trim() === '') throw new StaError(`${where} is empty`)
    if (name === 'encodingType' && of !== 'Sensor' && !GEO_JSON.includes(value))
      throw new StaError(`${where}: places are ${GEO_JSON[0]}`)
    return value
  }
  if (kind === 'time') return readTime(of, name, value, where)
  if (kind === 'geo') return readPlace(value, where)
  if (JSON.stringify(value ?? null).length > LARGEST_JSON) throw new StaError(`${where} is too large`)
  if (name === 'unitOfMeasurement') return readUnit(value, where)
  if (name === 'properties' || name === 'parameters') {
    if (value === null) return {}
    if (!isObject(value)) throw new StaError(`${where} is a JSON object`)
  }
  if (name === 'result' && value === null) throw new StaError(`${where} is nothing`)
  return value
}

function readTime(of: EntityName, name: string, value: unknown, where: string): unknown {
  if (value === null && of === 'Observation' && name !== 'phenomenonTime') return null
  const span = typeof value === 'string' ? spanOf(value) : null
  const isSpan = of === 'Observation' && name !== 'resultTime'
  if (span === null || (span.until !== null && !isSpan) || (name === 'validTime' && span.until === null))
    throw new StaError(`${where}: an ISO 8601 ${name === 'validTime' ? 'interval' : 'instant'} with offset is expected`)
  return spanText(span)
}

/** A geometry or feature of GeoJSON in our degrees. @throws StaError for other systems */
function readPlace(value: unknown, where: string): unknown {
  const crs = isObject(value) ? value.crs : undefined
  if (crs !== undefined) {
    const name = isObject(crs) && isObject(crs.properties) ? String(crs.properties.name ?? '') : ''
    if (!SYSTEMS.test(name))
      throw new StaError(
        `${where}: places are CGCS2000 degrees (EPSG:4490), longitude first; ${name || 'the system'} is not offered`
      )
  }
  if (geometryIn(value) === null)
    throw new StaError(`${where}: a valid GeoJSON geometry in degrees, longitude first, is expected`)
  return value
}

function readUnit(value: unknown, where: string): unknown {
  if (!isObject(value)) throw new StaError(`${where} is an object of name, symbol and definition`)
  const limits: Record<string, number> = { name: 60, symbol: 20, definition: 300 }
  const out: Json = {}
  for (const [key, most] of Object.entries(limits)) {
    const text = value[key] ?? null
    if (text !== null && (typeof text !== 'string' || text.length > most))
      throw new StaError(`${where}: ${key} is a text of at most ${most} characters, or null`)
    out[key] = text
  }
  const other = Object.keys(value).find((key) => !Object.hasOwn(limits, key))
  if (other !== undefined) throw new StaError(`${where} has no ${other}`)
  return out
}

/** A geometry as registers keep it: two numbers a place, none of the kinds they do not know. @throws StaError */
export function forRegister(place: unknown): GeoJSON.Point | GeoJSON.LineString | GeoJSON.Polygon | GeoJSON.MultiPolygon {
  const g = geometryIn(place)
  if (g === null || !['Point', 'LineString', 'Polygon', 'MultiPolygon'].includes(g.type))
    throw new StaError('a Thing is at a Point, a LineString, a Polygon or a MultiPolygon')
  const flat = (c: unknown): unknown => (Array.isArray(c) && typeof c[0] === 'number' ? [c[0], c[1]] : (c as unknown[]).map(flat))
  return { type: g.type, coordinates: flat((g as GeoJSON.Point).coordinates) } as GeoJSON.Point
}

/** Applies a JSON Patch (RFC 6902) to an entity as it is told. @throws StaError */
export function patched(entity: Json, operations: unknown): Json {
  if (!Array.isArray(operations) || operations.length > 200)
    throw new StaError('a JSON Patch is a list of at most 200 operations')
  let out: Json = structuredClone(entity)
  for (const op of operations as unknown[]) out = applied(out, op)
  return out
}

function applied(entity: Json, operation: unknown): Json {
  if (!isObject(operation) || typeof operation.path !== 'string')
    throw new StaError('an operation of a JSON Patch has op and path')
  const { op, value } = operation
  const names = pointer(operation.path)
  const from = typeof operation.from === 'string' ? pointer(operation.from) : []
  switch (op) {
    case 'add':
    case 'replace':
      if (op === 'replace' && at(entity, names) === undefined) throw new StaError(`there is nothing at ${operation.path}`)
      return put(entity, names, structuredClone(value), op === 'add')
    case 'remove':
      return take(entity, names)
    case 'move':
      return put(take(entity, from), names, at(entity, from), true)
    case 'copy':
      return put(entity, names, structuredClone(at(entity, from)), true)
    case 'test':
      if (JSON.stringify(at(entity, names)) !== JSON.stringify(value))
        throw new StaError(`${operation.path} is something else`, 409)
      return entity
    default:
      throw new StaError(`there is no operation ${String(op)}`)
  }
}

function pointer(path: string): string[] {
  const names = path
    .split('/')
    .slice(1)
    .map((n) => n.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (names.length === 0 || names.length > 20 || names.some((n) => n === '__proto__' || n === 'constructor'))
    throw new StaError(`${path} is no place in an entity`)
  return names
}

const at = (value: unknown, names: readonly string[]): unknown =>
  names.reduce<unknown>(
    (v, n) => (typeof v === 'object' && v !== null && Object.hasOwn(v, n) ? (v as Json)[n] : undefined),
    value
  )

function holder(entity: Json, names: readonly string[]): Json | unknown[] {
  const found = names.length === 1 ? entity : at(entity, names.slice(0, -1))
  if (typeof found !== 'object' || found === null) throw new StaError(`there is nothing at /${names.slice(0, -1).join('/')}`)
  return found as Json | unknown[]
}

function put(entity: Json, names: readonly string[], value: unknown, isAdded: boolean): Json {
  const into = holder(entity, names)
  const last = names.at(-1) as string
  if (!Array.isArray(into)) into[last] = value
  else if (last === '-' && isAdded) into.push(value)
  else if (/^\d+$/.test(last) && Number(last) <= into.length) into.splice(Number(last), isAdded ? 0 : 1, value)
  else throw new StaError(`there is no place ${last} in the list`)
  return entity
}

function take(entity: Json, names: readonly string[]): Json {
  const into = holder(entity, names)
  const last = names.at(-1) as string
  if (at(entity, names) === undefined) throw new StaError(`there is nothing at /${names.join('/')}`)
  if (Array.isArray(into)) into.splice(Number(last), 1)
  else delete into[last]
  return entity
}

/** Epoch ms of an instant that was checked. */
export const checkedInstant = (text: unknown): number => instantOf(String(text).split('/')[0] ?? '') ?? Number.NaN
