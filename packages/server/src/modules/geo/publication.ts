/** What the city publishes as features (OGC API – Features). Modules add collections; the interface at /ogc serves them. */
import type * as GeoJSON from 'geojson'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import type { Box } from './domain/ogc/crs.ts'
import type { PublishedField } from './domain/ogc/fields.ts'
import type { Question } from './domain/ogc/question.ts'

export interface Page {
  features: GeoJSON.Feature[]
  /** How many there are in all; null where counting would take too long. */
  matched: number | null
  /** The id the next page begins after; null on the last. */
  next: string | null
}

export interface Collection {
  id: string
  title: { zh: string; en: string }
  description: { zh: string; en: string }
  geometry: 'Point' | 'MultiLineString' | 'MultiPolygon' | null
  fields: readonly PublishedField[]
  /** The field `datetime` asks about. */
  time: string | null
  extent(): Promise<{ box: Box | null; from: Date | null; to: Date | null }>
  page(question: Question): Promise<Page>
  find(id: string): Promise<GeoJSON.Feature | null>
}

/** The collections this reader may see: permission is applied here, not in the interface. `actor` is null for the public. */
export type Publisher = (db: Db, actor: Actor | null) => Promise<Collection[]>

const publishers = new Map<string, Publisher>()

/** Adds the collections of a module; the same name again replaces them. */
export function publish(module: string, publisher: Publisher): void {
  publishers.set(module, publisher)
}

/** Everything this reader may see, by id. */
export async function publishedFor(db: Db, actor: Actor | null): Promise<Map<string, Collection>> {
  const lists = await Promise.all([...publishers.values()].map((p) => p(db, actor)))
  return new Map(lists.flat().map((c) => [c.id, c]))
}
