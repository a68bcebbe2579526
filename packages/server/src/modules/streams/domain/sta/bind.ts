import type * as GeoJSON from 'geojson'
import { type Expression, FUNCTIONS, isArithmetic, isComparison, type Kind, type Literal } from './ast.ts'
import { StaError } from './fault.ts'
import { type Entity, type EntityName, linkOf, MODEL, propertyOf } from './model.ts'
import { instantOf } from './time.ts'

/** A step over a link. */
export interface Step {
  link: string
  to: EntityName
  many: boolean
}

/** A value of an entity, reached over links. `below` are the names inside an open property. */
export interface BoundPath {
  node: 'path'
  from: EntityName
  steps: readonly Step[]
  entity: EntityName
  property: string
  below: readonly string[]
  kind: Kind
}
export interface BoundCall {
  node: 'call'
  op: string
  args: readonly Bound[]
  kind: Kind
  /** Of a comparison: as what both sides are compared. */
  as?: Kind
}
/** An expression whose names are those of the model and whose kinds fit. */
export type Bound = Literal | BoundPath | BoundCall

/** Binds a filter to the entity it is asked of. @throws StaError for names and kinds that do not fit */
export function bindFilter(node: Expression, of: EntityName): Bound {
  const bound = as(bind(node, of), 'bool')
  if (bound === null) throw new StaError('$filter: a condition is expected')
  return bound
}

/** Binds an expression that yields a value to sort by. @throws StaError */
export function bindValue(node: Expression, of: EntityName): Bound {
  const bound = bind(node, of)
  if (bound.kind === 'geo') throw new StaError('places have no order')
  if (bound.node === 'path' && bound.steps.some((s) => s.many))
    throw new StaError(`${nameOf(bound)}: there are many of them, so they cannot sort`)
  return bound
}

export const nameOf = (path: BoundPath): string => [...path.steps.map((s) => s.link), path.property, ...path.below].join('/')

function bind(node: Expression, of: EntityName): Bound {
  if (node.node === 'literal') return node
  if (node.node === 'path') return bindPath(node.names, of)
  const args = node.args.map((a) => bind(a, of))
  if (node.op === 'and' || node.op === 'or' || node.op === 'not')
    return { node: 'call', op: node.op, args: args.map((a) => demand(a, 'bool', node.op)), kind: 'bool' }
  if (isComparison(node.op)) return compared(node.op, args as [Bound, Bound])
  if (isArithmetic(node.op)) return reckoned(node.op, args as [Bound, Bound])
  const known = FUNCTIONS[node.op] as { takes: readonly Kind[]; gives: Kind }
  return { node: 'call', op: node.op, args: args.map((a, i) => demand(a, known.takes[i] as Kind, node.op)), kind: known.gives }
}

function bindPath(names: readonly string[], of: EntityName): BoundPath {
  let entity: Entity = MODEL[of]
  const steps: Step[] = []
  for (const [i, name] of names.entries()) {
    const link = linkOf(entity, name)
    if (link) {
      steps.push({ link: name, to: link.to, many: link.many })
      entity = MODEL[link.to]
      continue
    }
    const found = propertyOf(entity, name)
    if (!found) break
    const below = names.slice(i + 1)
    const { open, kind } = found.property
    if (below.length > 0 && !open && kind !== 'geo') throw new StaError(`${names.join('/')}: ${name} has no parts`)
    return {
      node: 'path',
      from: of,
      steps,
      entity: entity.name,
      property: found.name,
      below,
      kind: below.length > 0 ? 'any' : kind
    }
  }
  throw new StaError(`there is no ${names.join('/')} of ${MODEL[of].set}`)
}

/** The expression as that kind, or null where it is of another. Values known only when read are left to be looked at then. */
function as(node: Bound, kind: Kind): Bound | null {
  if (node.kind === kind || node.kind === 'any') return node
  if (node.node === 'literal' && kind === 'time' && (node.kind === 'text' || node.kind === 'date')) {
    const at = instantOf(node.kind === 'date' ? `${node.value}T00:00:00Z` : node.value)
    return at === null ? null : { node: 'literal', kind: 'time', value: at }
  }
  if (node.node === 'literal' && kind === 'date' && node.kind === 'text' && /^\d{4}-\d\d-\d\d$/.test(node.value))
    return { node: 'literal', kind: 'date', value: node.value }
  return null
}

function demand(node: Bound, kind: Kind, where: string): Bound {
  const fits = as(node, kind)
  if (fits === null) throw new StaError(`${where}: ${kind} expected, ${node.kind} given`)
  return fits
}

function compared(op: string, [a, b]: [Bound, Bound]): BoundCall {
  const isNull = (n: Bound): boolean => n.node === 'literal' && n.value === null
  const call = (x: Bound, y: Bound, kind: Kind): BoundCall => ({ node: 'call', op, args: [x, y], kind: 'bool', as: kind })
  if (isNull(a) || isNull(b)) {
    if (op !== 'eq' && op !== 'ne') throw new StaError(`${op}: null is neither more nor less`)
    return call(a, b, isNull(b) ? a.kind : b.kind)
  }
  // Of what may be anything, more and less are said of numbers.
  if (a.kind === 'any' && b.kind === 'any' && op !== 'eq' && op !== 'ne') return call(a, b, 'number')
  const kind = a.kind === 'any' ? b.kind : a.kind
  const [x, y] = [as(a, kind) ?? as(a, b.kind), as(b, kind)]
  if (x && y) return orderly(call(x, y, kind))
  const turned = as(a, b.kind)
  if (turned) return orderly(call(turned, b, b.kind))
  throw new StaError(`${op}: ${a.kind} and ${b.kind} cannot be compared`)
}

function orderly(call: BoundCall): BoundCall {
  if (call.as === 'any') throw new StaError(`${call.op}: of neither side it is known whether it is a number or a text`)
  if (call.as === 'geo') throw new StaError(`${call.op}: places are compared with st_equals and its like`)
  if (call.as === 'bool' && call.op !== 'eq' && call.op !== 'ne') throw new StaError(`${call.op}: true is neither more nor less`)
  return call
}

function reckoned(op: string, [a, b]: [Bound, Bound]): BoundCall {
  const call = (x: Bound, y: Bound, kind: Kind): BoundCall => ({ node: 'call', op, args: [x, y], kind })
  const isTime = (n: Bound): boolean => n.kind === 'time' || n.kind === 'date'
  if (isTime(a) && b.kind === 'duration' && (op === 'add' || op === 'sub')) return call(demand(a, 'time', op), b, 'time')
  if (a.kind === 'duration' && isTime(b) && op === 'add') return call(demand(b, 'time', op), a, 'time')
  if (isTime(a) && isTime(b) && op === 'sub') return call(demand(a, 'time', op), demand(b, 'time', op), 'duration')
  if (a.kind === 'duration' && b.kind === 'duration' && (op === 'add' || op === 'sub')) return call(a, b, 'duration')
  if (a.kind === 'duration' && (op === 'mul' || op === 'div')) return call(a, demand(b, 'number', op), 'duration')
  return call(demand(a, 'number', op), demand(b, 'number', op), 'number')
}

/** Every path of a bound expression. */
export function boundPaths(node: Bound): BoundPath[] {
  if (node.node === 'path') return [node]
  return node.node === 'call' ? node.args.flatMap(boundPaths) : []
}

export const geoOf = (node: Bound): GeoJSON.Geometry | null =>
  node.node === 'literal' && node.kind === 'geo' ? node.value : null
