/** Places of filters as SQL: where their degrees stand, and how far they are. */
import type * as GeoJSON from 'geojson'
import { sql } from 'kysely'
import { type BoundPath, nameOf } from '../domain/sta/bind.ts'
import { StaError } from '../domain/sta/fault.ts'
import type { Found } from './sta-geo.ts'
import { column, type Sql } from './sta-model.ts'

/** The columns of a place, looked up by `pick`. They stand in one entity, so that all of them are looked up in the same row. @throws StaError */
export function placeColumns(
  path: BoundPath,
  pick: (make: (alias: string) => Sql) => Sql
): { lng: Sql; lat: Sql; id: Sql | null; there: Sql; length: Sql } {
  const { entity, property } = path
  if (path.below.length > 0) throw new StaError(`${nameOf(path)} is no place`)
  if (entity === 'Location' || entity === 'FeatureOfInterest')
    return {
      lng: pick((x) => column(x, 'lng')),
      lat: pick((x) => column(x, 'lat')),
      id: pick((x) => column(x, 'id')),
      there: pick((x) => sql`${column(x, 'bounds')} is not null`),
      length: pick((x) => sql`case when ${column(x, 'bounds')} is not null then ${column(x, 'length')} end`)
    }
  if (entity === 'Datastream' && property === 'observedArea') {
    const item = (name: string) =>
      pick(
        (x) => sql`(select ${sql.ref(`oi.${name}`)} from streams.thing o join registry.pub_item oi on oi.type_id = o.type_id
          and oi.id = o.item_id where o.id = ${column(x, 'thing_id')})`
      )
    const lng = item('lng')
    return {
      lng,
      lat: item('lat'),
      id: null,
      there: sql`${lng} is not null`,
      length: sql`case when ${lng} is not null then 0::float8 end`
    }
  }
  if (entity === 'Observation' && property === 'result') {
    const lng = pick((x) => sql`case when ${column(x, 'value2')} is not null then ${column(x, 'value')} end`)
    return {
      lng,
      lat: pick((x) => column(x, 'value2')),
      id: null,
      there: sql`${lng} is not null`,
      length: sql`case when ${lng} is not null then 0::float8 end`
    }
  }
  throw new StaError(`${nameOf(path)} is no place`)
}

/** Degrees from a place to a point. */
export const distanceTo = (lng: Sql, lat: Sql, to: GeoJSON.Point): Sql => {
  const [x, y] = to.coordinates as [number, number]
  const [dx, dy] = [sql`(${lng} - ${x}::float8)`, sql`(${lat} - ${y}::float8)`]
  return sql`sqrt(${dx} * ${dx} + ${dy} * ${dy})`
}

/** What geometry said of a place that is no point. */
export const listedDistance = (id: Sql | null, found: Found | undefined): Sql =>
  id === null || !found
    ? sql`null::float8`
    : sql`(select v.d from unnest(${[...found.ids]}::int[], ${[...found.distances]}::float8[]) v (id, d) where v.id = ${id})`
