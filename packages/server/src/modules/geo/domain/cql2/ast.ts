import type * as GeoJSON from 'geojson'

// CQL2 (OGC 21-065r2, final text of 2024-07-02) in its JSON form: what the text is read into and what filter-lang=cql2-json brings.

export type Scalar = string | number | boolean
export interface Property {
  property: string
}
export interface Instant {
  /** RFC 3339 with offset. */
  timestamp: string
}
export interface Day {
  /** YYYY-MM-DD. */
  date: string
}
export interface Interval {
  /** Instants or days; `..` is open. */
  interval: [string | Property, string | Property]
}
export interface Bbox {
  bbox: readonly number[]
}
export interface Call {
  op: string
  args: readonly Node[]
}
export type Node = Scalar | Property | Instant | Day | Interval | Bbox | GeoJSON.Geometry | Call | readonly Node[]

/** Where a text stops being CQL2 and what would have been right there. `at` counts characters from 0. */
export class Cql2Error extends Error {
  readonly at: number

  constructor(message: string, at = 0) {
    super(message)
    this.name = 'Cql2Error'
    this.at = at
  }
}

export const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='] as const
export const SPATIAL = [
  's_intersects',
  's_equals',
  's_disjoint',
  's_touches',
  's_within',
  's_overlaps',
  's_crosses',
  's_contains'
] as const
export const TEMPORAL = [
  't_after',
  't_before',
  't_contains',
  't_disjoint',
  't_during',
  't_equals',
  't_finishedby',
  't_finishes',
  't_intersects',
  't_meets',
  't_metby',
  't_overlappedby',
  't_overlaps',
  't_startedby',
  't_starts'
] as const
export const ARRAY = ['a_equals', 'a_contains', 'a_containedby', 'a_overlaps'] as const
export const ARITHMETIC = ['+', '-', '*', '/', '%', 'div', '^'] as const

const BOOLEAN_OPS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'like',
  'between',
  'in',
  'isNull',
  ...COMPARISONS,
  ...SPATIAL,
  ...TEMPORAL,
  ...ARRAY
])
const ARITHMETIC_OPS: ReadonlySet<string> = new Set(ARITHMETIC)

export const isCall = (node: Node): node is Call => typeof node === 'object' && !Array.isArray(node) && 'op' in node
export const isProperty = (node: Node): node is Property => typeof node === 'object' && !Array.isArray(node) && 'property' in node
export const isGeometry = (node: Node): node is GeoJSON.Geometry =>
  typeof node === 'object' && !Array.isArray(node) && 'type' in node

export type Kind = 'boolean' | 'number' | 'text' | 'time' | 'geometry' | 'list' | 'any'

/** What a node is worth; `any` for a property, whose kind its collection knows. */
export function kindOf(node: Node): Kind {
  if (typeof node === 'boolean') return 'boolean'
  if (typeof node === 'number') return 'number'
  if (typeof node === 'string') return 'text'
  if (Array.isArray(node)) return 'list'
  if (isProperty(node)) return 'any'
  if (isCall(node)) {
    if (BOOLEAN_OPS.has(node.op)) return 'boolean'
    if (ARITHMETIC_OPS.has(node.op)) return 'number'
    return node.op === 'casei' || node.op === 'accenti' ? 'text' : 'any'
  }
  if ('timestamp' in node || 'date' in node || 'interval' in node) return 'time'
  return 'geometry'
}

const NEEDS: Record<string, { count: [number, number]; each: readonly Kind[] }> = {
  not: { count: [1, 1], each: ['boolean', 'any'] },
  isNull: { count: [1, 1], each: ['boolean', 'number', 'text', 'time', 'geometry', 'any'] },
  like: { count: [2, 2], each: ['text', 'any'] },
  between: { count: [3, 3], each: ['number', 'text', 'time', 'any'] },
  casei: { count: [1, 1], each: ['text', 'any'] },
  accenti: { count: [1, 1], each: ['text', 'any'] }
}
for (const op of ['and', 'or']) NEEDS[op] = { count: [2, 100], each: ['boolean', 'any'] }
for (const op of COMPARISONS) NEEDS[op] = { count: [2, 2], each: ['boolean', 'number', 'text', 'time', 'any'] }
for (const op of ARITHMETIC) NEEDS[op] = { count: [1, 2], each: ['number', 'any'] }
for (const op of SPATIAL) NEEDS[op] = { count: [2, 2], each: ['geometry', 'any'] }
for (const op of TEMPORAL) NEEDS[op] = { count: [2, 2], each: ['time', 'text', 'any'] }
for (const op of ARRAY) NEEDS[op] = { count: [2, 2], each: ['list', 'any'] }

/** Deepest nesting that is taken, in JSON too. */
const DEEPEST = 120

/**
 * Checks that every call has as many arguments as it needs and of the right kinds, and that the whole is a yes or no.
 * @throws Cql2Error
 */
export function checkFilter(node: Node): Node {
  if (!['boolean', 'any'].includes(kindOf(node)) || (isProperty(node) === false && kindOf(node) === 'any'))
    throw new Cql2Error('the filter is not a condition')
  checkNode(node, 0)
  return node
}

function checkNode(node: Node, depth: number): void {
  if (depth > DEEPEST) throw new Cql2Error(`nested deeper than ${DEEPEST}`)
  if (Array.isArray(node)) for (const inner of node as readonly Node[]) checkNode(inner, depth + 1)
  if (!isCall(node)) return
  if (node.op === 'in') {
    const [left, list] = node.args
    if (node.args.length !== 2 || left === undefined || !Array.isArray(list) || list.length === 0)
      throw new Cql2Error('IN needs a value and a list')
    if (['geometry', 'list'].includes(kindOf(left))) throw new Cql2Error('IN compares single values')
  } else {
    const needs = NEEDS[node.op]
    if (!needs) throw new Cql2Error(`there is no function ${node.op}`)
    const [least, most] = needs.count
    if (node.args.length < least || node.args.length > most)
      throw new Cql2Error(`${node.op} needs ${least === most ? least : `${least} to ${most}`} arguments`)
    const wrong = node.args.find((arg) => !needs.each.includes(kindOf(arg)))
    if (wrong !== undefined) throw new Cql2Error(`${node.op} cannot be applied to a ${kindOf(wrong)}`)
  }
  for (const arg of node.args) checkNode(arg, depth + 1)
}
