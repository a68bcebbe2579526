import type * as GeoJSON from 'geojson'
import { sql } from 'kysely'
import type { Kind } from '../domain/sta/ast.ts'
import { type Bound, type BoundCall, type BoundPath, boundPaths, geoOf, type Step } from '../domain/sta/bind.ts'
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
import { kinded, literal, operation } from './sta-operations.ts'
import { distanceTo, listedDistance, placeColumns } from './sta-places.ts'

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
    const place = placeColumns(path, (make) => this.#look(path, make))
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
