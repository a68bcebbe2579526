import type * as GeoJSON from 'geojson'
import { type RawBuilder, sql } from 'kysely'
import { type Call, Cql2Error, isCall, isProperty, type Node } from '../domain/cql2/ast.ts'
import { RELATIONS, type Span, spanOf } from '../domain/cql2/moments.ts'
import { literalGeometry } from '../domain/cql2/relate.ts'

/** What a published field is in a table, as SQL. Texts compare by code point, as everywhere else. */
export interface SqlColumns {
  /** By name of the field: text, number, boolean, timestamptz, date or text[]. */
  fields: ReadonlyMap<string, RawBuilder<unknown>>
  /** Names of fields that hold moments. */
  times: ReadonlySet<string>
  /** Names of fields that hold text. */
  texts: ReadonlySet<string>
  /** Longitude and latitude of a point; null when the table has none. */
  point: { lng: RawBuilder<number>; lat: RawBuilder<number> } | null
}

type Sql = RawBuilder<unknown>
const SIGNS = ['=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '%'] as const
const sign = (op: string): Sql => {
  if (!(SIGNS as readonly string[]).includes(op)) throw new Cql2Error(`there is no function ${op}`)
  return sql.raw(op)
}

/** A checked filter as a condition of SQL: parameters only, nothing of the text. The same answers as `compileTest`. @throws Cql2Error */
export function sqlOf(filter: Node, columns: SqlColumns): RawBuilder<boolean> {
  return new SqlWriter(columns).condition(filter) as RawBuilder<boolean>
}

class SqlWriter {
  readonly #columns: SqlColumns

  constructor(columns: SqlColumns) {
    this.#columns = columns
  }

  condition(node: Node): Sql {
    if (typeof node === 'boolean') return sql`${sql.lit(node)}`
    if (isProperty(node)) return this.#column(node.property)
    if (!isCall(node)) throw new Cql2Error('a condition is expected')
    const { op, args } = node
    if (op === 'and' || op === 'or')
      return sql`(${sql.join(
        args.map((a) => this.condition(a)),
        sql.raw(` ${op} `)
      )})`
    if (op === 'not') return sql`not (${this.condition(args[0] as Node)})`
    if (op === 'isNull') return this.#isNull(args[0] as Node)
    if (op.startsWith('s_')) return this.#spatial(node)
    if (op.startsWith('t_')) return this.#temporal(node)
    if (op.startsWith('a_')) return this.#lists(node)
    if (op === 'like') return sql`(${this.#value(args[0] as Node)})::text like (${this.#value(args[1] as Node)})::text`
    return this.#comparison(node)
  }

  #column(name: string): Sql {
    const column = this.#columns.fields.get(name)
    if (!column) throw new Cql2Error(`there is no property ${name}`)
    return this.#columns.texts.has(name) ? sql`(${column})::text collate "C"` : column
  }

  #isNull(arg: Node): Sql {
    if (isProperty(arg) && arg.property === 'geom') return sql`${this.#columns.point?.lng ?? sql.lit(null)} is null`
    return sql`${this.#value(arg)} is null`
  }

  #isTime(node: Node): boolean {
    if (isProperty(node)) return this.#columns.times.has(node.property)
    return typeof node === 'object' && ('timestamp' in node || 'date' in node)
  }

  #comparison({ op, args }: Call): Sql {
    const flat = args.flatMap((a) => (Array.isArray(a) ? (a as readonly Node[]) : [a]))
    const time = flat.some((a) => this.#isTime(a))
    const [first, ...rest] = flat.map((a) => (time ? this.#moment(a, 'from') : this.#value(a))) as [Sql, ...Sql[]]
    if (op === 'in') return sql`${first} in (${sql.join(rest)})`
    if (op === 'between') return sql`${first} between ${rest[0]} and ${rest[1]}`
    return sql`${first} ${sign(op)} ${rest[0]}`
  }

  /** An end of a moment as timestamptz. */
  #moment(node: Node, end: keyof Span): Sql {
    if (isProperty(node)) return sql`(${this.#column(node.property)})::timestamptz`
    const at = spanOf(node)[end]
    if (!Number.isFinite(at)) return sql`${at < 0 ? '-infinity' : 'infinity'}::timestamptz`
    return sql`${new Date(at).toISOString()}::timestamptz`
  }

  #value(node: Node): Sql {
    if (isProperty(node)) return this.#column(node.property)
    if (typeof node === 'number') return sql`${node}::float8`
    if (typeof node === 'string') return sql`${node}::text`
    if (typeof node === 'boolean') return sql`${sql.lit(node)}`
    if (!isCall(node)) throw new Cql2Error('a single value is expected')
    const [a, b] = node.args.map((arg) => this.#value(arg)) as [Sql, Sql]
    switch (node.op) {
      case 'casei':
        return sql`lower((${a})::text)`
      case '^':
        return sql`power((${a})::float8, (${b})::float8)`
      case 'div':
        return sql`trunc((${a})::float8 / nullif((${b})::float8, 0))`
      case '/':
        return sql`((${a})::float8 / nullif((${b})::float8, 0))`
      case '%':
        return sql`mod((${a})::numeric, nullif((${b})::numeric, 0))::float8`
      default:
        return sql`((${a})::float8 ${sign(node.op)} (${b})::float8)`
    }
  }

  #temporal({ op, args }: Call): Sql {
    const [a, b] = args as [Node, Node]
    if (op === 't_disjoint') return sql`not (${this.#temporal({ op: 't_intersects', args })})`
    const parts = (RELATIONS[op] ?? []).map(([mine, s, its]) => sql`${this.#moment(a, mine)} ${sign(s)} ${this.#moment(b, its)}`)
    return sql`(${sql.join(parts, sql.raw(' and '))})`
  }

  #lists({ op, args }: Call): Sql {
    const [a, b] = args.map((arg) =>
      isProperty(arg) ? this.#column(arg.property) : sql`${(arg as readonly Node[]).map(String)}::text[]`
    ) as [Sql, Sql]
    const signs: Record<string, string> = { a_contains: '@>', a_containedby: '<@', a_overlaps: '&&', a_equals: '=' }
    return sql`${a} ${sql.raw(signs[op] as string)} ${b}`
  }

  /** Points against a literal. A point is inside, outside or on it; between points and areas nothing overlaps or crosses. */
  #spatial({ op, args }: Call): Sql {
    const { point } = this.#columns
    if (!point) throw new Cql2Error('the collection has no points')
    const at = args.findIndex((a) => !isProperty(a))
    const geometry = literalGeometry(args[at] as Node)
    // "contains(geom, g)" and "within(g, geom)" say the same.
    const turned: Record<string, string> = { s_contains: 's_within', s_within: 's_contains' }
    const relation = at === 1 ? op : (turned[op] ?? op)
    const known = sql`${point.lng} is not null`
    const inside = (): Sql => sql`(${insideOf(geometry, point)})`
    switch (relation) {
      case 's_intersects':
      case 's_within':
        return sql`case when ${known} then ${inside()} end`
      case 's_disjoint':
        return sql`case when ${known} then not ${inside()} end`
      case 's_equals':
      case 's_contains':
        return geometry.type === 'Point' ? sql`case when ${known} then ${inside()} end` : sql`case when ${known} then false end`
      default:
        return sql`case when ${known} then false end`
    }
  }
}

const pair = ([x, y]: readonly number[]): string => `(${Number(x)},${Number(y)})`
const ringText = (ring: readonly (readonly number[])[]): string => `(${ring.slice(0, -1).map(pair).join(',')})`

/** Whether a point lies in or on a geometry. Boxes go first: they use the index. */
function insideOf(geometry: GeoJSON.Geometry, point: NonNullable<SqlColumns['point']>): Sql {
  const at = sql`point(${point.lng}, ${point.lat})`
  const any = (parts: Sql[]): Sql => (parts.length === 0 ? sql`false` : sql`(${sql.join(parts, sql.raw(' or '))})`)
  const polygon = ([outer, ...holes]: readonly (readonly (readonly number[])[])[]): Sql => {
    const ring = outer as readonly (readonly number[])[]
    const xs = ring.map((p) => p[0] as number)
    const ys = ring.map((p) => p[1] as number)
    const box = `(${Math.min(...xs)},${Math.min(...ys)}),(${Math.max(...xs)},${Math.max(...ys)})`
    const inHole = holes.map((h) => sql` and not (${at} <@ ${ringText(h)}::polygon)`)
    return sql`(${at} <@ ${box}::box and ${at} <@ ${ringText(ring)}::polygon${inHole.length > 0 ? sql.join(inHole, sql.raw(' ')) : sql.raw('')})`
  }
  switch (geometry.type) {
    case 'Point':
      return sql`(${point.lng} = ${geometry.coordinates[0]}::float8 and ${point.lat} = ${geometry.coordinates[1]}::float8)`
    case 'MultiPoint':
      return any(geometry.coordinates.map((c) => insideOf({ type: 'Point', coordinates: c }, point)))
    case 'LineString':
      return sql`${at} <@ ${`[${geometry.coordinates.map(pair).join(',')}]`}::path`
    case 'MultiLineString':
      return any(geometry.coordinates.map((c) => insideOf({ type: 'LineString', coordinates: c }, point)))
    case 'Polygon':
      return polygon(geometry.coordinates)
    case 'MultiPolygon':
      return any(geometry.coordinates.map(polygon))
    default:
      return any(geometry.geometries.map((g) => insideOf(g, point)))
  }
}
