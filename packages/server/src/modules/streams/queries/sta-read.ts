/** Reading the entities of SensorThings that lie in tables of their own: all but Observations. */
import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { Bound } from '../domain/sta/bind.ts'
import { StaError } from '../domain/sta/fault.ts'
import type { EntityName } from '../domain/sta/model.ts'
import type { SortKey } from '../domain/sta/options.ts'
import {
  baseOf,
  type Condition,
  column,
  columnOf,
  firstReading,
  joined,
  type Sight,
  type Sql,
  sourceOf,
  visible
} from './sta-model.ts'
import { type Compiled, conditionOf, sortKeys } from './sta-sql.ts'

/** A row as it comes; what it means is told by sensorthings/present.ts. */
export type Row = Record<string, unknown> & { id: number; parent?: number }

export interface SetQuery {
  entity: EntityName
  filter?: Bound | undefined
  order?: readonly SortKey[]
  /** Only what follows this id, in the order of ids. */
  after?: number | undefined
  skip: number
  top: number
  /** Hanging on this link of these. */
  parents?: { entity: EntityName; link: string; ids: readonly number[] } | undefined
  /** What only costs when it is shown. */
  withTimes?: boolean
  withArea?: boolean
  ids?: readonly number[] | undefined
}

function columnsOf(entity: EntityName, a: string, q: SetQuery, sight: Sight): Sql {
  const names = (list: string): Sql =>
    sql.raw(
      list
        .split(' ')
        .map((n) => `"${a}"."${n}"`)
        .join(', ')
    )
  switch (entity) {
    case 'Thing':
      return sql`${names('id type_id item_id description properties')}, ${sql.raw(
        'code name status class_code grid_code address attributes'
          .split(' ')
          .map((n) => `"${a}i"."${n}"`)
          .join(', ')
      )}`
    case 'Location':
      return names('id name description encoding_type location properties')
    case 'FeatureOfInterest':
      return names('id name description encoding_type feature properties')
    case 'HistoricalLocation':
      return names('id thing_id time')
    case 'Datastream': {
      const times = q.withTimes ? sql`, ${firstReading(column(a, 'id'))} as first_at` : sql``
      const area = q.withArea ? sql`, ${columnOf(sight, 'Datastream', a, 'observedArea', [])} as area` : sql``
      return sql`${names('id thing_id key name description kind observation_type unit properties')} ${times} ${area}`
    }
    case 'Sensor':
      return names('id name description encoding_type metadata properties')
    case 'ObservedProperty':
      return names('id name definition description properties')
    case 'Observation':
      throw new Error('Observations are read elsewhere')
  }
}

const orderOf = (order: readonly SortKey[], a: string, c: Compiled): Sql => {
  const keys = order.flatMap(({ by, isDescending }) =>
    sortKeys(by, a, c).map((key) => sql`${key} ${sql.raw(isDescending ? 'desc nulls last' : 'asc nulls last')}`)
  )
  return sql.join([...keys, sql`${column(a, 'id')}`])
}

const and = (parts: readonly (Condition | null)[]): Condition =>
  sql`${sql.join(
    parts.filter((p) => p !== null),
    sql` and `
  )}`

/** The SQL of a set from `from` on, which stands inside a query or by itself. */
function conditions(q: SetQuery, a: string, c: Compiled): Condition {
  return and([
    visible(c.sight, q.entity, a),
    q.filter === undefined ? null : conditionOf(q.filter, a, c),
    q.after === undefined ? null : sql`${column(a, 'id')} > ${q.after}`,
    q.ids === undefined ? null : sql`${column(a, 'id')} = any(${[...q.ids]}::int[])`
  ])
}

/** One page of a set; with parents, a page of each. */
export async function readSet(db: Db | Tx, q: SetQuery, c: Compiled): Promise<Row[]> {
  const a = 'e'
  const page: RawBuilder<unknown> = sql`select ${columnsOf(q.entity, a, q, c.sight)} from ${sourceOf(q.entity, a)}
    where ${q.parents ? joined(q.parents.entity, q.parents.link, 'p', a) : sql`true`} and ${conditions(q, a, c)}
    order by ${orderOf(q.order ?? [], a, c)} limit ${q.top} offset ${q.skip}`
  if (!q.parents) return answered(() => sql<Row>`${page}`.execute(db))
  return answered(() =>
    sql<Row>`select p.id as parent, x.* from ${baseOf(q.parents!.entity, 'p')} cross join lateral (${page}) x
      where p.id = any(${[...q.parents!.ids]}::int[])`.execute(db)
  )
}

/** How many a set has; with parents, by parent. */
export async function countSet(db: Db | Tx, q: SetQuery, c: Compiled): Promise<Map<number, number>> {
  const a = 'e'
  if (!q.parents) {
    const [row] = await answered(() =>
      sql<{ n: number }>`select count(*)::int as n from ${sourceOf(q.entity, a)} where ${conditions(q, a, c)}`.execute(db)
    )
    return new Map([[0, row?.n ?? 0]])
  }
  const { entity, link, ids } = q.parents
  const rows = await answered(() =>
    sql<{ parent: number; n: number }>`select p.id as parent, x.n from ${baseOf(entity, 'p')} cross join lateral (
        select count(*)::int as n from ${sourceOf(q.entity, a)} where ${joined(entity, link, 'p', a)} and ${conditions(q, a, c)}) x
      where p.id = any(${[...ids]}::int[])`.execute(db)
  )
  return new Map(rows.map((r) => [r.parent, r.n]))
}

/** Numbers of a set, at most `limit`; of streams what Observations are asked through. */
export async function listIds(
  db: Db | Tx,
  entity: EntityName,
  c: Compiled,
  more: (alias: string) => Condition,
  limit: number
): Promise<number[]> {
  const rows = await answered(() =>
    sql<{ id: number }>`select e.id from ${sourceOf(entity, 'e')} where ${visible(c.sight, entity, 'e')} and ${more('e')}
      order by e.id limit ${limit}`.execute(db)
  )
  return rows.map((r) => r.id)
}

/** What the database refuses to reckon with (a number too large, an instant beyond its calendar) is a fault of the question. */
export async function answered<T>(run: () => Promise<{ rows: T[] }>): Promise<T[]> {
  try {
    const { rows } = await run()
    return rows
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code === '57014') throw new StaError('the question takes too long: narrow it by a Datastream, a time or a place', 400)
    if (typeof code === 'string' && code.startsWith('22')) throw new StaError('a value is too large to reckon with')
    throw error
  }
}
