import type * as GeoJSON from 'geojson'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { type Bound, type BoundCall, type BoundPath, geoOf } from '../domain/sta/bind.ts'
import { StaError } from '../domain/sta/fault.ts'
import { boundsOf, distance, geometryIn, relates } from '../domain/sta/geometry.ts'
import type { Condition, Sql } from './sta-model.ts'

/** What geometry said of places that the database cannot judge: rows that fit, or how far each is. */
export interface Found {
  ids: readonly number[]
  distances: readonly number[]
  /** Points were judged too. */
  whole: boolean
}

/** Relations that the database judges of points; the word when the sides are exchanged. */
export const SYMMETRIC: Readonly<Record<string, string>> = {
  'geo.intersects': 'st_intersects',
  st_intersects: 'st_intersects',
  st_disjoint: 'st_disjoint',
  st_equals: 'st_equals',
  st_within: 'st_contains',
  st_contains: 'st_within'
}
/** Only what meets the box of the other place can stand in these relations to it. */
const MEETING = new Set([...Object.keys(SYMMETRIC), 'st_touches', 'st_overlaps', 'st_crosses'])

/** So many places are looked at one by one; a filter that leaves more is too wide. */
const MOST = 20_000

/**
 * Places that are no points, and relations in which points are looked at one by one: judged beforehand, so that the filter itself is one statement.
 * @throws StaError when there are too many
 */
export async function judgePlaces(db: Db, filter: Bound | undefined): Promise<ReadonlyMap<BoundCall, Found>> {
  const out = new Map<BoundCall, Found>()
  for (const call of filter === undefined ? [] : geoCalls(filter)) {
    const [a, b] = call.args as [Bound, Bound]
    const path = (a.node === 'path' ? a : b) as BoundPath
    const other = geoOf(path === a ? b : a)
    const table = TABLES[path.entity]
    if (other === null || table === undefined || path.node !== 'path') continue
    const pattern = call.args[2]?.node === 'literal' ? String(call.args[2].value) : ''
    const isWhole = SYMMETRIC[call.op] === undefined && call.op !== 'geo.distance'
    const everything = isWhole || (call.op === 'geo.distance' && other.type !== 'Point')
    const rows = await candidates(db, table, everything, MEETING.has(call.op) && call.op !== 'st_disjoint' ? other : null)
    const places = rows.flatMap(({ id, place }) => {
      const geometry = geometryIn(place)
      return geometry === null ? [] : [{ id, geometry }]
    })
    if (call.op === 'geo.distance') {
      out.set(call, {
        ids: places.map((p) => p.id),
        distances: places.map((p) => distance(p.geometry, other)),
        whole: everything
      })
      continue
    }
    const fits = places.filter(({ geometry: g }) =>
      path === a ? relates(call.op, g, other, pattern) : relates(call.op, other, g, pattern)
    )
    out.set(call, { ids: fits.map((p) => p.id), distances: [], whole: isWhole })
  }
  return out
}

const TABLES: Readonly<Partial<Record<BoundPath['entity'], { name: string; column: string }>>> = {
  Location: { name: 'streams.location', column: 'location' },
  FeatureOfInterest: { name: 'streams.feature_of_interest', column: 'feature' }
}

function geoCalls(node: Bound): BoundCall[] {
  if (node.node !== 'call') return []
  const inner = node.args.flatMap(geoCalls)
  const isGeo = (node.op.startsWith('st_') || node.op.startsWith('geo.')) && node.op !== 'geo.length'
  return isGeo ? [...inner, node] : inner
}

async function candidates(
  db: Db,
  table: { name: string; column: string },
  withPoints: boolean,
  meeting: GeoJSON.Geometry | null
): Promise<{ id: number; place: unknown }[]> {
  const lines = withPoints ? sql`bounds is not null` : sql`lng is null and bounds is not null`
  const [w, s, e, n] = meeting === null ? [0, 0, 0, 0] : boundsOf(meeting)
  const near =
    meeting === null ? sql`true` : sql`bounds && box(point(${w}::float8, ${s}::float8), point(${e}::float8, ${n}::float8))`
  const { rows } = await sql<{
    id: number
    place: unknown
  }>`select id, ${sql.id(table.column)} as place from ${sql.raw(table.name)}
    where removed_at is null and ${lines} and ${near} limit ${MOST + 1}`.execute(db)
  if (rows.length > MOST) throw new StaError(`more than ${MOST} places would have to be looked at: narrow the filter`)
  return rows
}

const pair = ([x, y]: readonly number[]): string => `(${Number(x)},${Number(y)})`

/** How a point stands to a place, as SQL; the border belongs to it. */
export function pointIs(op: string, other: GeoJSON.Geometry, lng: Sql, lat: Sql): Condition {
  switch (op) {
    case 'st_disjoint':
      return sql`(not ${meets(other, lng, lat)})`
    case 'st_equals':
    case 'st_contains':
      return other.type === 'Point' ? meets(other, lng, lat) : sql`false`
    default:
      return meets(other, lng, lat)
  }
}

function meets(g: GeoJSON.Geometry, lng: Sql, lat: Sql): Condition {
  const at = sql`point(${lng}, ${lat})`
  const any = (parts: Condition[]): Condition => (parts.length === 0 ? sql`false` : sql`(${sql.join(parts, sql.raw(' or '))})`)
  const area = ([outer, ...holes]: readonly (readonly (readonly number[])[])[]): Condition => {
    const ring = (r: readonly (readonly number[])[]): string => `(${r.slice(0, -1).map(pair).join(',')})`
    const xs = (outer ?? []).map((p) => p[0] as number)
    const ys = (outer ?? []).map((p) => p[1] as number)
    const box = `(${Math.min(...xs)},${Math.min(...ys)}),(${Math.max(...xs)},${Math.max(...ys)})`
    const outside = holes.map((hole) => sql`and not (${at} <@ ${ring(hole)}::polygon)`)
    return sql`(${at} <@ ${box}::box and ${at} <@ ${ring(outer ?? [])}::polygon ${outside.length > 0 ? sql.join(outside, sql.raw(' ')) : sql``})`
  }
  switch (g.type) {
    case 'Point':
      return sql`(${lng} = ${g.coordinates[0]}::float8 and ${lat} = ${g.coordinates[1]}::float8)`
    case 'MultiPoint':
      return any(g.coordinates.map((c) => meets({ type: 'Point', coordinates: c }, lng, lat)))
    case 'LineString':
      return sql`(${at} <@ ${`[${g.coordinates.map(pair).join(',')}]`}::path)`
    case 'MultiLineString':
      return any(g.coordinates.map((c) => meets({ type: 'LineString', coordinates: c }, lng, lat)))
    case 'Polygon':
      return area(g.coordinates)
    case 'MultiPolygon':
      return any(g.coordinates.map(area))
    default:
      return any(g.geometries.map((inner) => meets(inner, lng, lat)))
  }
}
