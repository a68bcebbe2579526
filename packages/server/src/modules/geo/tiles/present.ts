/** Layers and their objects as the map's screens get them. */
import {
  LAYER_MAX_ZOOM,
  type LayerClass,
  type LayerHit,
  type LayerStatus,
  type LayerView,
  type TileJson
} from '@chengyun/contract/geo'
import type { Near } from '../domain/tiles/nearby.ts'
import type { LayerRow } from '../domain/tiles/snapshot.ts'
import type { LayerSource } from './source.ts'

interface Counts {
  total: number
  byClass: ReadonlyMap<string, number>
  byStatus: ReadonlyMap<string, number>
}
const NO_COUNTS: Counts = { total: 0, byClass: new Map(), byStatus: new Map() }

export const presentClasses = (source: LayerSource, counts: Counts): LayerClass[] =>
  [...counts.byClass]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, count]) => ({ code, name: source.className(code), count }))

export const presentStatuses = (source: LayerSource, counts: Counts): LayerStatus[] =>
  source.statuses.map(({ key, name, tone }) => ({ key, name, count: counts.byStatus.get(key) ?? 0, ...(tone && { tone }) }))

/** A layer of the tree; without counts while it is being read. */
export function presentLayer(source: LayerSource, counts: Counts | null, now: Date): LayerView {
  const { id, kind, group, groupName, name, symbol, fields, key, days, live } = source
  return {
    id,
    kind,
    group,
    ...(groupName && { groupName }),
    name,
    symbol,
    state: counts ? 'ready' : 'loading',
    count: counts?.total ?? 0,
    classes: presentClasses(source, counts ?? NO_COUNTS),
    statuses: presentStatuses(source, counts ?? NO_COUNTS),
    fields: [...fields],
    key,
    minzoom: 0,
    maxzoom: LAYER_MAX_ZOOM,
    times: days !== null,
    since: days === null ? null : new Date(now.getTime() - days * 86_400_000).toISOString(),
    tiles: `/tiles/${id}.json`,
    ...(live && { live })
  }
}

const TYPES: Record<string, string> = { number: 'Number', integer: 'Number', boolean: 'Boolean' }

/** TileJSON 3.0. `base` is the address people use, without a slash at its end. */
export function presentTileJson(
  source: LayerSource,
  base: string,
  query: string,
  bounds: readonly [number, number, number, number]
): TileJson {
  const objects = Object.fromEntries(source.fields.map((f) => [f.key, TYPES[f.type] ?? 'String']))
  const majors = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`m${String(i + 1).padStart(2, '0')}`, 'Number']))
  return {
    tilejson: '3.0.0',
    name: source.name.zh,
    description: source.name.en,
    tiles: [`${base}/tiles/${source.id}/{z}/{x}/{y}.mvt${query}`],
    minzoom: 0,
    maxzoom: 18,
    bounds: [...bounds],
    center: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, 11],
    scheme: 'xyz',
    vector_layers: [
      {
        id: source.id,
        description: source.name.zh,
        minzoom: 0,
        maxzoom: 18,
        fields: {
          n: 'Number',
          class: 'String',
          ...majors,
          [source.key]: 'String',
          status: 'String',
          ...(source.paused && { lamp: 'String' }),
          ...(source.labels && { name: 'String' }),
          ...objects
        }
      }
    ]
  }
}

/** TileJSON said in the words of MBTiles 1.3, where everything is text. */
export const presentMetadata = (json: TileJson) => ({
  name: json.name,
  description: json.description,
  version: '2',
  type: 'overlay',
  format: 'pbf',
  minzoom: String(json.minzoom),
  maxzoom: String(json.maxzoom),
  bounds: json.bounds.join(','),
  center: json.center.join(','),
  json: JSON.stringify({ vector_layers: json.vector_layers })
})

export const presentHit = (source: LayerSource, { row, distanceM }: Near): LayerHit => ({
  layer: source.id,
  key: row.key,
  title: source.title(row),
  class: row.class,
  className: source.className(row.class),
  status: row.status,
  position: [row.lng, row.lat],
  distanceM: Math.round(distanceM * 100) / 100
})

/** An object as a GeoJSON feature, with what its tile would publish. */
export function presentFeature(source: LayerSource, row: LayerRow): object {
  const extra: unknown[] = row.extra === '' ? [] : (JSON.parse(row.extra) as unknown[])
  const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7
  return {
    type: 'Feature',
    id: row.key,
    geometry: { type: 'Point', coordinates: [round(row.lng), round(row.lat)] },
    properties: {
      [source.key]: row.key,
      class: row.class,
      className: source.className(row.class).zh,
      status: row.status,
      ...(source.labels && row.label !== '' && { name: row.label }),
      ...Object.fromEntries(source.fields.map((f, i) => [f.key, extra[i] ?? null]).filter(([, v]) => v !== null))
    }
  }
}
