import type * as GeoJSON from 'geojson'
import { sql } from 'kysely'
import { type Kind, MAX_TIME, MIN_TIME } from '../domain/sta/ast.ts'
import { type Bound, type BoundCall, type BoundPath, boundPaths, geoOf, nameOf, type Step } from '../domain/sta/bind.ts'
import { operandKinds } from '../domain/sta/evaluate.ts'
import { StaError } from '../domain/sta/fault.ts'
import type { EntityName } from '../domain/sta/model.ts'
import { isoOf } from '../domain/sta/time.ts'
import { type Found, pointIs, SYMMETRIC } from './sta-geo.ts'
import {
  type Condition,
  column,
  columnOf,
  joined,
  ofKindSql,
  resultOf,
  type Sight,
  type Sql,
  sourceOf,
  visible
} from './sta-model.ts'

/** What an expression is compiled for. `found` holds what geometry said of places that are no points (see sta-geo.ts). */
export interface Compiled {
  sight: Sight
  now: number
  found: ReadonlyMap<BoundCall, Found>
  /** Streams with packed readings that an expression holds of, for what is asked of the Observations of other entities. */
  packed: ReadonlyMap<Bound, readonly number[]>
}

let serial = 0
const fresh = (): string => {
  serial = (serial + 1) % 1_000_000
  return `n${serial}`
}

/** A filter as a condition: parameters only, nothing of the text. The same answers as `compileTest`. @throws StaError */
export function conditionOf(node: Bound, alias: string, c: Compiled): Condition {
  return new Writer(c, new Map([['', alias]])).condition(node) as Condition
}

/** A value to sort by; of what may be a number or a text, both. */
export function sortKeys(node: Bound, alias: string, c: Compiled): Sql[] {
  const writer = new Writer(c, new Map([['', alias]]))
  if (node.kind !== 'any') return [writer.value(node, node.kind)]
  return [writer.value(node, 'number'), writer.value(node, 'text')]
}

/** What holds, or is said, of an entity: for readings whose days are packed it is asked once for all of a stream. */
export function factOf(node: Bound, alias: string, c: Compiled, kind: Kind): Sql {
  const writer = new Writer(c, new Map([['', alias]]))
  return node.kind === 'bool' && node.node === 'call' ? writer.condition(node) : writer.value(node, kind)
}

const prefixOf = (steps: readonly Step[]): string => steps.map((s) => s.link).join('/')

class Writer {
  readonly #c: Compiled
  /** Aliases of entities that are at hand, by the links that lead to them. */
  readonly #at: ReadonlyMap<string, string>

  constructor(c: Compiled, at: ReadonlyMap<string, string>) {
    this.#c = c
    this.#at = at
  }

  condition(node: Bound): Sql {
    if (node.node === 'call' && (node.op === 'and' || node.op === 'or'))
      return sql`(${sql.join(
        node.args.map((a) => this.condition(a)),
        sql.raw(` ${node.op} `)
      )})`
    if (node.node === 'call' && node.op === 'not') return sql`(not ${this.condition(node.args[0] as Bound)})`
    return this.#some(node)
  }

  /** What is said of one of many holds if it holds of any: the links to many are opened one by one, outermost first. */
  #some(node: Bound): Sql {
    const open = this.#toOpen(node)
    if (open === null) return this.value(node, 'bool')
    const { steps, from } = open
    const inner = fresh()
    const step = steps.at(-1) as Step
    const owner = steps.length === 1 ? from : (steps.at(-2) as Step).to
    const [outer, chain] = this.#reach(steps.slice(0, -1), from)
    const within = new Writer(this.#c, new Map([...this.#at, [prefixOf(steps), inner]]))
    const holds = sql`exists (select from ${chain} ${sourceOf(step.to, inner)} where ${joined(owner, step.link, outer, inner)}
      and ${visible(this.#c.sight, step.to, inner)} and ${within.condition(node)})`
    const packed = step.to === 'Observation' ? this.#c.packed.get(node) : undefined
    return packed === undefined ? holds : sql`(${holds} or ${column(outer, 'id')} = any(${[...packed]}::int[]))`
  }

  #toOpen(node: Bound): { steps: readonly Step[]; from: EntityName } | null {
    for (const path of boundPaths(node)) {
      const i = path.steps.findIndex((s, n) => s.many && !this.#at.has(prefixOf(path.steps.slice(0, n + 1))))
      if (i >= 0) return { steps: path.steps.slice(0, i + 1), from: path.from }
    }
    return null
  }

  /** The alias of what single links lead to, and the tables that have to be named for it: nothing, because they are joined where they are asked. */
  #reach(steps: readonly Step[], from: EntityName): [string, Sql] {
    const known = this.#at.get(prefixOf(steps))
    if (known !== undefined) return [known, sql``]
    const [outer, chain] = this.#reach(steps.slice(0, -1), from)
    const step = steps.at(-1) as Step
    const owner = steps.length === 1 ? from : (steps.at(-2) as Step).to
    const alias = fresh()
    return [
      alias,
      sql`${chain} lateral (select ${sql.id(alias)}.* from ${sourceOf(step.to, alias)} where ${joined(owner, step.link, outer, alias)}
        and ${visible(this.#c.sight, step.to, alias)} limit 1) as ${sql.id(alias)} cross join`
    ]
  }

  /** An expression as a value of a kind. */
  value(node: Bound, kind: Kind): Sql {
    if (node.node === 'literal') return literal(node)
    if (node.node === 'path') return this.#path(node, kind)
    if (node.op === 'and' || node.op === 'or' || node.op === 'not') return this.condition(node)
    if (node.as !== undefined) return this.#comparison(node)
    const kinds = operandKinds(node)
    if (kinds.includes('geo')) return this.#geo(node)
    return operation(
      node,
      node.args.map((a, i) => this.value(a, kinds[i] as Kind)),
      this.#c.now
    )
  }

  #path(path: BoundPath, kind: Kind): Sql {
    const deepest = this.#deepest(path)
    const rest = path.steps.slice(deepest)
    const alias = this.#at.get(prefixOf(path.steps.slice(0, deepest))) as string
    if (rest.length === 0) return this.#column(path, alias, kind)
    // Links to one: the value is looked up.
    const [step, ...more] = rest as [Step, ...Step[]]
    const owner = deepest === 0 ? path.from : (path.steps[deepest - 1] as Step).to
    const inner = fresh()
    const below = new Writer(this.#c, new Map([...this.#at, [prefixOf(path.steps.slice(0, deepest + 1)), inner]]))
    const value = more.length === 0 ? below.#column(path, inner, kind) : below.#path(path, kind)
    return sql`(select ${value} from ${sourceOf(step.to, inner)} where ${joined(owner, step.link, alias, inner)}
      and ${visible(this.#c.sight, step.to, inner)} limit 1)`
  }

  #deepest(path: BoundPath): number {
    for (let n = path.steps.length; n > 0; n -= 1) if (this.#at.has(prefixOf(path.steps.slice(0, n)))) return n
    return 0
  }

  #column(path: BoundPath, alias: string, kind: Kind): Sql {
    const { entity, property, below } = path
    if (entity === 'Observation' && property === 'result' && below.length === 0) return kinded(resultOf(alias, kind), kind)
    const found = columnOf(this.#c.sight, entity, alias, property, below)
    if (property === 'id' && path.kind === 'number') return sql`(${found})::float8`
    if (path.kind !== 'any') return kinded(found, path.kind)
    if (entity === 'Thing' && property === 'properties' && below.length === 0) throw new StaError('properties: name one of them')
    return kinded(ofKindSql(found, kind), kind)
  }

  #comparison(node: BoundCall): Sql {
    const [a, b] = node.args as [Bound, Bound]
    const isNull = (n: Bound): boolean => n.node === 'literal' && n.value === null
    if (isNull(a) || isNull(b)) {
      const other = isNull(b) ? a : b
      const value =
        other.node === 'path' && other.entity === 'Observation' && other.property === 'result' && other.below.length === 0
          ? this.#look(
              other,
              (x) => sql`coalesce(${column(x, 'value')}::text, nullif(${column(x, 'extra')} -> 'result', 'null')::text)`
            )
          : other.kind === 'any'
            ? sql`nullif(${this.value(other, 'any')}, 'null'::jsonb)`
            : this.value(other, other.kind)
      return node.op === 'eq' ? sql`((${value}) is null)` : sql`((${value}) is not null)`
    }
    const kind = node.as as Kind
    const numbered = this.#numbered(node.op, a, b) ?? this.#numbered(TURNED[node.op] as string, b, a)
    if (numbered) return numbered
    return this.#identity(node.op, a, b) ?? sql`(${this.value(a, kind)} ${SIGNS[node.op]} ${this.value(b, kind)})`
  }

  /** A whole number beside an id is compared as one: its index knows no other. */
  #numbered(op: string, a: Bound, b: Bound): Sql | null {
    if (a.node !== 'path' || a.property !== 'id' || b.node !== 'literal' || b.kind !== 'number') return null
    if (!Number.isInteger(b.value) || Math.abs(b.value) >= 2 ** 31) return null
    return sql`(${this.#look(a, (x) => column(x, 'id'))} ${SIGNS[op]} ${b.value}::integer)`
  }

  /** An Observation by its id is a stream and an instant: found by the index. */
  #identity(op: string, a: Bound, b: Bound): Sql | null {
    const [path, text] = a.node === 'path' ? [a, b] : [b, a]
    if (op !== 'eq' || path.node !== 'path' || path.entity !== 'Observation' || path.property !== 'id') return null
    if (text.node !== 'literal' || text.kind !== 'text' || path.steps.length > 0) return null
    const hit = /^(\d{1,9})-(-?\d{1,15})$/.exec(text.value)
    const alias = this.#at.get('') as string
    if (!hit) return sql`false`
    return sql`(${column(alias, 'stream_id')} = ${Number(hit[1])} and ${column(alias, 'at')} = ${isoOf(Number(hit[2]))}::timestamptz)`
  }

  #geo(node: BoundCall): Sql {
    const [a, b] = node.args as [Bound, Bound | undefined]
    const path = a.node === 'path' ? a : b?.node === 'path' ? b : null
    if (path === null) throw new StaError(`${node.op}: one of the places has to be a property`)
    const other = b === undefined ? null : geoOf(path === a ? b : a)
    if (b !== undefined && other === null) throw new StaError(`${node.op}: one of the places has to be written out`)
    const place = this.#place(path)
    if (node.op === 'geo.length') return sql`(${place.length})`
    const found = this.#c.found.get(node)
    const { lng, lat, id } = place
    if (node.op === 'geo.distance') {
      const near = other?.type === 'Point' ? distanceTo(lng, lat, other) : null
      const listed = listedDistance(id, found)
      return near === null ? listed : sql`(case when ${lng} is not null then ${near} else ${listed} end)`
    }
    const listed = id === null || !found ? sql`false` : sql`coalesce(${id} = any(${[...found.ids]}::int[]), false)`
    const direct = SYMMETRIC[node.op]
    if (direct === undefined || found?.whole) return sql`(case when ${place.there} then ${listed} end)`
    const point = pointIs(path === a ? node.op : direct, other as GeoJSON.Geometry, lng, lat)
    return sql`(case when ${lng} is not null then ${point} when ${place.there} then ${listed} end)`
  }

  /** The columns of a place. They stand in one entity, so that all of them are looked up in the same row. */
  #place(path: BoundPath): { lng: Sql; lat: Sql; id: Sql | null; there: Sql; length: Sql } {
    const pick = (make: (alias: string) => Sql): Sql => this.#look(path, make)
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

  #look(path: BoundPath, make: (alias: string) => Sql): Sql {
    const deepest = this.#deepest(path)
    const rest = path.steps.slice(deepest)
    const alias = this.#at.get(prefixOf(path.steps.slice(0, deepest))) as string
    if (rest.length === 0) return make(alias)
    const step = rest[0] as Step
    const owner = deepest === 0 ? path.from : (path.steps[deepest - 1] as Step).to
    const inner = fresh()
    const below = new Writer(this.#c, new Map([...this.#at, [prefixOf(path.steps.slice(0, deepest + 1)), inner]]))
    return sql`(select ${below.#look(path, make)} from ${sourceOf(step.to, inner)} where ${joined(owner, step.link, alias, inner)}
      and ${visible(this.#c.sight, step.to, inner)} limit 1)`
  }
}

const TURNED: Readonly<Record<string, string>> = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' }
const SIGNS: Readonly<Record<string, Sql>> = {
  eq: sql.raw('='),
  ne: sql.raw('<>'),
  gt: sql.raw('>'),
  ge: sql.raw('>='),
  lt: sql.raw('<'),
  le: sql.raw('<=')
}

/** Texts compare by code point, as in memory. */
const kinded = (value: Sql, kind: Kind): Sql =>
  kind === 'text' || kind === 'date' ? sql`(${value})::text collate "C"` : sql`(${value})`

function literal(node: Bound & { node: 'literal' }): Sql {
  switch (node.kind) {
    case 'bool':
      return sql.lit(node.value)
    case 'number':
    case 'duration':
      return sql`${node.value}::float8`
    case 'time':
      return sql`${isoOf(node.value)}::timestamptz`
    case 'text':
    case 'date':
      return sql`${node.value}::text collate "C"`
    default:
      return sql`null`
  }
}

const distanceTo = (lng: Sql, lat: Sql, to: GeoJSON.Point): Sql => {
  const [x, y] = to.coordinates as [number, number]
  const [dx, dy] = [sql`(${lng} - ${x}::float8)`, sql`(${lat} - ${y}::float8)`]
  return sql`sqrt(${dx} * ${dx} + ${dy} * ${dy})`
}

const listedDistance = (id: Sql | null, found: Found | undefined): Sql =>
  id === null || !found
    ? sql`null::float8`
    : sql`(select v.d from unnest(${[...found.ids]}::int[], ${[...found.distances]}::float8[]) v (id, d) where v.id = ${id})`

/** Operators and functions of values. */
function operation({ op, kind, args: nodes }: BoundCall, args: readonly Sql[], now: number): Sql {
  const [a, b, c] = args as [Sql, Sql, Sql | undefined]
  const plain = nodes[0]?.kind
  switch (op) {
    case 'add':
    case 'sub': {
      const sign = sql.raw(op === 'add' ? '+' : '-')
      if (kind === 'time') return sql`(${a} ${sign} ${b} * interval '1 millisecond')`
      if (kind === 'duration' && plain === 'time') return sql`(extract(epoch from ${a} - ${b})::float8 * 1000)`
      return sql`(${a} ${sign} ${b})`
    }
    case 'mul':
      return sql`(${a} * ${b})`
    case 'div':
      return sql`(${a} / nullif(${b}, 0))`
    case 'mod':
      return sql`(${a} - ${b} * trunc(${a} / nullif(${b}, 0)))`
    case 'substringof':
      return sql`(strpos(${b}, ${a}) > 0)`
    case 'contains':
      return sql`(strpos(${a}, ${b}) > 0)`
    case 'startswith':
      return sql`starts_with(${a}, ${b})`
    case 'endswith':
      return sql`(right(${a}, char_length(${b})) = ${b} and char_length(${a}) >= char_length(${b}))`
    case 'length':
      return sql`char_length(${a})::float8`
    case 'indexof':
      return sql`(strpos(${a}, ${b}) - 1)::float8`
    case 'substring': {
      const from = sql`least(greatest(trunc(${b}), 0), 1000000)::integer`
      return c === undefined
        ? sql`substr(${a}, ${from} + 1)`
        : sql`substr(${a}, ${from} + 1, least(greatest(trunc(${c}), 0), 1000000)::integer)`
    }
    case 'tolower':
      return sql`translate(${a}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')`
    case 'toupper':
      return sql`translate(${a}, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')`
    case 'trim':
      return sql`btrim(${a}, E' \\t\\n\\r')`
    case 'concat':
      return sql`(${a} || ${b})`
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
    case 'minute':
      return sql`extract(${sql.raw(op)} from ${a} at time zone 'UTC')::float8`
    case 'second':
      return sql`floor(extract(second from ${a} at time zone 'UTC'))::float8`
    case 'fractionalseconds':
      return sql`(mod(extract(milliseconds from ${a} at time zone 'UTC')::integer, 1000) / 1000.0)::float8`
    case 'date':
      return sql`to_char(${a} at time zone 'UTC', 'YYYY-MM-DD') collate "C"`
    case 'time':
      return sql`to_char(${a} at time zone 'UTC', 'HH24:MI:SS.MS') collate "C"`
    case 'totaloffsetminutes':
      return sql`case when ${a} is not null then 0::float8 end`
    case 'now':
      return sql`${isoOf(now)}::timestamptz`
    case 'mindatetime':
      return sql`${isoOf(MIN_TIME)}::timestamptz`
    case 'maxdatetime':
      return sql`${isoOf(MAX_TIME)}::timestamptz`
    case 'round':
      return sql`(sign(${a}) * floor(abs(${a}) + 0.5))`
    case 'floor':
      return sql`floor(${a})`
    case 'ceiling':
      return sql`ceil(${a})`
    default:
      throw new Error(`no operation ${op}`)
  }
}
