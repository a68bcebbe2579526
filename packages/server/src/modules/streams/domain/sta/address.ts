import { StaError } from './fault.ts'
import { type EntityName, entityOfSet, linkOf, MODEL, type Navigation, propertyOf } from './model.ts'

/** Identity of an entity: a number, or of an Observation its stream and instant. */
export type EntityId = number | string

/** A step of an address: an entity that is named, by its set or by a link to one. */
export interface Hop {
  entity: EntityName
  /** The link of the entity before; null of the first. */
  link: string | null
  /** Absent of a link to one, and of the set at the end. */
  id?: EntityId
}

/** A resource path (SensorThings 1.1, 9.2): the hops, and what is wanted of the last. */
export interface Address {
  hops: readonly [Hop, ...Hop[]]
  /** Whether the last hop is a set. */
  isSet: boolean
  /** A property of the last. */
  property?: string
  /** `$value`: nothing but the value. */
  isRaw: boolean
  /** `$ref`: only links. */
  isRef: boolean
}

const SEGMENT = /^([A-Za-z]+)(?:\(([^)]*)\))?$/
const OBSERVATION = /^\d{1,9}-(?:0|-?[1-9]\d{0,14})$/

/** An id as it stands in brackets. @throws StaError (404: there is no such thing) */
export function readId(text: string, entity: EntityName): EntityId {
  const inner = /^'(.*)'$/.exec(text.trim())?.[1]?.replaceAll("''", "'") ?? text.trim()
  if (entity === 'Observation' ? !OBSERVATION.test(inner) : !/^\d{1,9}$/.test(inner)) throw new StaError('Nothing found.', 404)
  return entity === 'Observation' ? inner : Number(inner)
}

/** Reads the path after the version, decoded. @throws StaError */
export function readAddress(path: string): Address {
  const parts = path.split('/').filter((p) => p !== '')
  if (parts.length > 12) throw new StaError('an address of more than 12 parts')
  const hops: Hop[] = []
  let entity: EntityName | null = null
  let isSet = false
  for (const [i, part] of parts.entries()) {
    if (part === '$ref' && i === parts.length - 1 && hops.length > 0)
      return { hops: hops as [Hop, ...Hop[]], isSet, isRaw: false, isRef: true }
    const [, name = '', id] = SEGMENT.exec(part) ?? []
    const link: Navigation | undefined = entity === null ? undefined : linkOf(MODEL[entity], name)
    const next: EntityName | undefined = entity === null ? entityOfSet(name)?.name : link?.to
    if (next === undefined) {
      if (entity === null || isSet) throw new StaError(`there is no resource ${part}`, entity === null ? 404 : 400)
      return ofProperty(parts.slice(i), entity, hops as [Hop, ...Hop[]])
    }
    if (isSet) throw new StaError(`${part}: of which one?`)
    const many = link?.many ?? true
    if (!many && id !== undefined) throw new StaError(`${name} is one`)
    hops.push({ entity: next, link: link ? name : null, ...(id !== undefined && { id: readId(id, next) }) })
    entity = next
    isSet = many && id === undefined
  }
  if (hops.length === 0) throw new StaError('Nothing found.', 404)
  return { hops: hops as [Hop, ...Hop[]], isSet, isRaw: false, isRef: false }
}

function ofProperty(parts: readonly string[], entity: EntityName, hops: [Hop, ...Hop[]]): Address {
  const [name = '', value, ...more] = parts
  const found = propertyOf(MODEL[entity], name)
  if (!found || name === 'id' || more.length > 0 || (value !== undefined && value !== '$value'))
    throw new StaError(`there is no ${parts.join('/')} of ${MODEL[entity].set}`, 404)
  return { hops, isSet: false, property: found.name, isRaw: value !== undefined, isRef: false }
}

/** `Things(1)`, `Observations('3-1700000000000')`. */
export const referenceOf = (entity: EntityName, id: EntityId): string =>
  `${MODEL[entity].set}(${typeof id === 'number' ? id : `'${id}'`})`

/** Stream and instant (epoch ms) of an Observation. */
export function splitId(id: string): { stream: number; at: number } {
  const cut = id.indexOf('-')
  return { stream: Number(id.slice(0, cut)), at: Number(id.slice(cut + 1)) }
}
export const observationId = (stream: number, at: number): string => `${stream}-${at}`
