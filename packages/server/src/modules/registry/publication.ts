/** Registers as published collections (OGC API – Features): the public sees open ones, staff what they reach. */
import type { AttributeDeclaration, RegisterDeclaration } from '@chengyun/contract/registry'
import type * as GeoJSON from 'geojson'
import { type Actor, may } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { type Collection, type Listed, type PublishedField, pageOf, publish, type Question } from '../geo/index.ts'
import { boundsOf, unpackGeometry } from './domain/geometry.ts'
import { mayReadType, READ, type Reach } from './policy.ts'
import {
  boxPublished,
  columnsOf,
  countPublished,
  findPublished,
  listPublished,
  type PublishedItem,
  pagePublished
} from './queries/published.ts'
import { reachOf } from './queries/reach.ts'
import { listTypes } from './queries/types.ts'

const FIELD_TYPES: Record<AttributeDeclaration['type'], PublishedField['type']> = {
  text: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  date: 'date',
  instant: 'date-time',
  choice: 'string',
  choices: 'strings',
  uscc: 'string',
  phone: 'string',
  url: 'string'
}
/** Standards §5.3: public layers are rounded to 5 decimals, about a metre. */
const PUBLIC_DIGITS = 5

/** Personal values are never published; what is for staff only, not to the public. */
const publishedAttributes = (d: RegisterDeclaration, isPublic: boolean): AttributeDeclaration[] =>
  d.attributes.filter(
    (a) => a.mask === undefined && a.type !== 'phone' && (isPublic ? a.visibility === 'public' : a.visibility !== 'restricted')
  )

function fieldsOf(d: RegisterDeclaration, attributes: readonly AttributeDeclaration[]): PublishedField[] {
  const field = (name: string, type: PublishedField['type'], zh: string, en: string): PublishedField => ({
    name,
    type,
    title: { zh, en }
  })
  return [
    field('code', 'string', '编码', 'Code'),
    field('class', 'string', '类别', 'Class'),
    field('name', 'string', '名称', 'Name'),
    { ...field('status', 'string', '状态', 'Status'), values: d.states.map((s) => s.key) },
    field('address', 'string', '地址', 'Address'),
    field('grid', 'string', '单元网格', 'Unit grid'),
    field('updatedAt', 'date-time', '更新时间', 'Updated'),
    ...attributes.map(
      (a): PublishedField => ({
        name: a.key,
        type: FIELD_TYPES[a.type],
        title: a.name,
        ...(a.choices && { values: a.choices.map((c) => c.value) })
      })
    )
  ]
}

/** Called once when the module starts. */
export function publishRegisters(): void {
  publish('registry', async (db, actor) => {
    const types = (await listTypes(db)).filter((t) => t.state === 'active' && t.declaration.geometry !== 'none')
    return types.flatMap((t) => registerCollection(db, t.declaration, actor) ?? [])
  })
}

/** A register as this reader may have it published; null when not at all. */
export function registerCollection(db: Db, d: RegisterDeclaration, actor: Actor | null): Collection | null {
  const isPublic = actor === null || !may(actor, READ)
  const isSeen = isPublic ? d.access === 'open' : mayReadType(actor, d)
  return isSeen ? collectionOf(db, d, isPublic ? null : actor) : null
}

function collectionOf(db: Db, d: RegisterDeclaration, actor: Actor | null): Collection {
  const attributes = publishedAttributes(d, actor === null)
  const columns = columnsOf(attributes)
  const reach = (): Promise<Reach> => (actor ? reachOf(db, actor, READ) : Promise.resolve({ all: true }))
  const present = (item: PublishedItem): GeoJSON.Feature => featureOf(item, attributes, actor === null)
  // Of lists with points (and the few lines among components) a filter sees the point; lists of lines and areas are short enough for memory.
  const inMemory = d.geometry === 'line' || d.geometry === 'polygon'
  return {
    id: d.id,
    title: d.name,
    description: d.description ?? d.name,
    geometry: d.geometry === 'line' ? 'MultiLineString' : d.geometry === 'polygon' ? 'MultiPolygon' : 'Point',
    fields: fieldsOf(d, attributes),
    time: 'updatedAt',
    extent: async () => ({ box: await boxPublished(db, d.id), from: null, to: null }),
    page: async (question: Question) => {
      if (inMemory) {
        const items = await listPublished(db, d.id, await reach(), columns)
        return pageOf(
          items.map((i) => listed(i, present(i))),
          question,
          { times: columns.times, time: 'updatedAt' }
        )
      }
      const reached = await reach()
      const found = await pagePublished(db, d.id, reached, question, columns)
      const page = found.slice(0, question.limit)
      return {
        features: page.map(present),
        matched: await countPublished(db, d.id, reached, question, columns),
        next: found.length > page.length ? (page.at(-1) as PublishedItem).code : null
      }
    },
    find: async (code) => {
      const item = await findPublished(db, d.id, await reach(), code, columns)
      return item ? present(item) : null
    }
  }
}

function featureOf(item: PublishedItem, attributes: readonly AttributeDeclaration[], isPublic: boolean): GeoJSON.Feature {
  const properties: Record<string, unknown> = {
    code: item.code,
    class: item.class_code,
    name: item.name,
    status: item.status,
    address: item.address,
    grid: item.grid_code,
    updatedAt: item.updated_at.toISOString()
  }
  for (const a of attributes) properties[a.key] = item.attributes[a.key] ?? null
  const geometry = unpackGeometry(item) as GeoJSON.Geometry | null
  if (isPublic && geometry?.type === 'Point')
    geometry.coordinates = geometry.coordinates.map((v) => Math.round(v * 10 ** PUBLIC_DIGITS) / 10 ** PUBLIC_DIGITS)
  return { type: 'Feature', id: item.code, geometry: geometry as GeoJSON.Geometry, properties }
}

function listed(item: PublishedItem, feature: GeoJSON.Feature): Listed {
  const point = item.lng === null || item.lat === null ? null : ([item.lng, item.lat, item.lng, item.lat] as const)
  return {
    id: item.code,
    box: item.shape ? boundsOf(item.shape) : point,
    properties: feature.properties as Listed['properties'],
    geometry: () => feature.geometry
  }
}
