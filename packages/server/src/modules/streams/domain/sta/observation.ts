/** One reading as SensorThings sees it, and what of a filter can be said of it in memory. */
import { QUALITIES, type ReadingExtra, type StreamKind } from '@chengyun/contract/streams'
import { observationId } from './address.ts'
import type { Kind } from './ast.ts'
import { type Bound, type BoundCall, type BoundPath, boundPaths } from './bind.ts'
import { spanOf } from './time.ts'

export interface Observation {
  stream: number
  /** Epoch ms. */
  at: number
  /** NaN: no number. */
  value: number
  value2: number
  quality: number
  extra: ReadingExtra | null
}

/** The result as it is told: a number, a truth, a text, a GeoJSON point, any JSON; null where there is none. */
export function resultOf(o: Observation, kind: StreamKind): unknown {
  if (o.extra?.result !== undefined) return o.extra.result
  if (Number.isNaN(o.value)) return null
  if (kind === 'truth') return o.value !== 0
  if (!Number.isNaN(o.value2)) return { type: 'Point', coordinates: [o.value, o.value2] }
  return o.value
}

/** A property of a reading, as the kind that is wanted of it: the same as its SQL says. */
export function readingValue(o: Observation, kind: StreamKind, path: BoundPath, as: Kind): unknown {
  const { property, below } = path
  switch (property) {
    case 'id':
      return observationId(o.stream, o.at)
    case 'phenomenonTime':
      return o.at
    case 'resultTime':
      return o.extra?.resultTime === undefined ? null : Date.parse(o.extra.resultTime)
    case 'validTime':
      return o.extra?.validTime === undefined ? null : (spanOf(o.extra.validTime)?.from ?? null)
    case 'resultQuality':
      return dig(o.extra?.resultQuality ?? QUALITIES[o.quality] ?? null, below)
    case 'parameters':
      return dig(o.extra?.parameters ?? null, below)
    default:
      return below.length > 0 ? dig(o.extra?.result ?? null, below) : result(o, kind, as)
  }
}

function result(o: Observation, kind: StreamKind, as: Kind): unknown {
  const hasNumber = !Number.isNaN(o.value)
  const isPlace = !Number.isNaN(o.value2)
  const told = o.extra?.result ?? null
  switch (as) {
    case 'number':
      return hasNumber && !isPlace ? o.value : null
    case 'bool':
      return typeof told === 'boolean' ? told : kind === 'truth' && hasNumber ? o.value !== 0 : null
    case 'geo':
      return isPlace && hasNumber ? { type: 'Point', coordinates: [o.value, o.value2] } : null
    case 'any':
      return hasNumber ? o.value : told
    default:
      return told
  }
}

/** What lies below names in a JSON. */
export function dig(value: unknown, names: readonly string[]): unknown {
  let at = value
  for (const name of names) {
    if (typeof at !== 'object' || at === null || (Array.isArray(at) && !/^\d+$/.test(name)) || !Object.hasOwn(at, name))
      return null
    at = (at as Record<string, unknown>)[name]
  }
  return at ?? null
}

/** The span of instants a filter leaves, as far as its conjunctions say so; both ends belong to it. */
export function spanAsked(filter: Bound | undefined): { from: number; to: number } {
  const span = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
  for (const part of filter === undefined ? [] : conjuncts(filter)) {
    const told = comparesTime(part)
    if (!told) continue
    if (told.op === 'eq' || told.op === 'gt' || told.op === 'ge') span.from = Math.max(span.from, told.at)
    if (told.op === 'eq' || told.op === 'lt' || told.op === 'le') span.to = Math.min(span.to, told.at)
  }
  return span
}

export const conjuncts = (node: Bound): Bound[] =>
  node.node === 'call' && node.op === 'and' ? node.args.flatMap(conjuncts) : [node]

const TURNED: Readonly<Record<string, string>> = { eq: 'eq', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' }

function comparesTime(node: Bound): { op: string; at: number } | null {
  if (node.node !== 'call' || node.as !== 'time' || TURNED[node.op] === undefined) return null
  const [a, b] = node.args as [Bound, Bound]
  const isTime = (n: Bound): boolean => n.node === 'path' && n.steps.length === 0 && n.property === 'phenomenonTime'
  if (isTime(a) && b.node === 'literal' && b.kind === 'time') return { op: node.op, at: b.value }
  if (isTime(b) && a.node === 'literal' && a.kind === 'time') return { op: TURNED[node.op] as string, at: a.value }
  return null
}

/** The stream a filter names (`Datastream/id eq 7`), if it does. */
export function streamAsked(filter: Bound | undefined): number | null {
  for (const part of filter === undefined ? [] : conjuncts(filter)) {
    if (part.node !== 'call' || part.op !== 'eq') continue
    const [a, b] = part.args as [Bound, Bound]
    const [path, literal] = a.node === 'path' ? [a, b] : [b, a]
    if (path.node !== 'path' || path.property !== 'id' || path.steps.length !== 1 || path.steps[0]?.link !== 'Datastream')
      continue
    if (literal.node === 'literal' && literal.kind === 'number') return Number.isInteger(literal.value) ? literal.value : -1
  }
  return null
}

/** Where the facts of a part of a filter lie: in the reading, in its stream, in its feature, or in several. */
export type Ground = 'own' | 'Datastream' | 'FeatureOfInterest' | 'mixed'

export function groundOf(node: Bound): Ground {
  const grounds = new Set(boundPaths(node).map((p): Ground => (p.steps[0]?.link as Ground | undefined) ?? 'own'))
  return grounds.size === 0 ? 'own' : grounds.size === 1 ? ([...grounds][0] as Ground) : 'mixed'
}

/** The same expression asked of what its first link leads to. */
export function rebased(node: Bound, steps = 1): Bound {
  if (node.node === 'literal') return node
  if (node.node === 'path') return { ...node, from: node.steps[steps - 1]?.to ?? node.from, steps: node.steps.slice(steps) }
  return { ...node, args: node.args.map((a) => rebased(a, steps)) } as BoundCall
}
