/** What a module says of a list it wants on the map, and where it says it. */
import type { LayerField, LayerKind, LayerLive } from '@chengyun/contract/geo'
import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import type { DeliveredEvent } from '../../../platform/module.ts'
import type { Reach } from '../domain/tiles/reach.ts'
import type { LayerRow } from '../domain/tiles/snapshot.ts'

export interface BothNames {
  zh: string
  en: string
}

/**
 * SELECTs that answer the rows of a layer, columns in this order: key text, lng float8, lat float8, class text, status text, place text,
 * parties text, label text, extra text, starts, ends, soon, due (bigint, seconds since 1970, null: never). Nulls of text count as empty.
 * What has no place is not in the layer. See LayerRow for what they mean.
 */
export interface LayerQueries {
  /** Everything, without parameters: it is read by COPY, in a connection of its own. */
  all: string
  /** Those of `all` whose key is in $1 (text[]). */
  byKeys: string
  /**
   * Keys ($1 is never null) of everything written by transactions from $1 (bigint, xid8) on, removed things too: one column. Null when the
   * list cannot tell; then the layer catches up by events alone, and is read anew when they are no longer kept.
   */
  keysSince: string | null
}

/** What an event says of a layer: objects with these keys changed, something changed since the last look, or everything is different. */
export type LayerTouch = { keys: readonly string[] } | 'since' | 'all'

export interface LayerSource {
  id: string
  kind: LayerKind
  group: string
  /** Name of a group that is data itself. */
  groupName?: BothNames
  name: BothNames
  symbol: { shape: string; color: string }
  /** Property of the key in tiles. */
  key: 'code' | 'caseNo'
  /** Published attributes, in the order of a row's `extra`. */
  fields: readonly LayerField[]
  /** Names of class codes, asked for each time: they may change while the layer lives. */
  className(code: string): BothNames
  statuses: readonly { key: string; name: BothNames; tone?: string }[]
  /** How many days back the layer knows, when it has times; null when it has none. */
  days: number | null
  /** Statuses in which the clock stands still; null for lists without clocks. */
  paused: readonly string[] | null
  /** Whether labels are published in tiles as `name`. */
  labels: boolean
  /** A stored snapshot of another version is not used. */
  version: string
  queries: LayerQueries
  mayRead(actor: Actor): boolean
  /** What of the layer this person may see. */
  reachOf(actor: Actor): Reach | Promise<Reach>
  /** Names of the events that can concern the layer. */
  events: readonly string[]
  /** Null when the event does not concern the layer. */
  touchedBy(event: DeliveredEvent): LayerTouch | null
  title(row: LayerRow): string
  /** Objects whose states are joined to them by whoever draws the tiles. */
  live?: LayerLive
  /** With at most so many objects in all, tiles of every zoom carry single objects, not cells. */
  singleUpTo?: number
}

/** The layers of a module: asked again after each event that `isStaleAfter` names. */
export interface LayerFamily {
  list(): readonly LayerSource[] | Promise<readonly LayerSource[]>
  isStaleAfter(event: DeliveredEvent): boolean
}

const families = new WeakMap<Db, LayerFamily[]>()

/** Puts the lists of a module on the map. Called once by each module that has any, when its routes are set up. */
export function registerLayers(db: Db, family: LayerFamily): void {
  familiesOf(db).push(family)
}

export function familiesOf(db: Db): LayerFamily[] {
  const known = families.get(db) ?? []
  families.set(db, known)
  return known
}
