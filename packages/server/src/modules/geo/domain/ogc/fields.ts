import { type Call, COMPARISONS, Cql2Error, isCall, isGeometry, isProperty, type Kind, kindOf, type Node } from '../cql2/ast.ts'

/** Kinds of value a published field has, in the words of JSON Schema. */
export type FieldType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'date-time' | 'strings'

export interface PublishedField {
  name: string
  title: { zh: string; en: string }
  type: FieldType
  /** What it can be, when that is a short list. */
  values?: readonly string[]
}

/** How the geometry is called in filters; every collection has one or none. */
export const GEOMETRY = 'geom'

const KINDS: Record<FieldType, Kind> = {
  string: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  date: 'time',
  'date-time': 'time',
  strings: 'list'
}

/**
 * Checks a filter against the fields of a collection: every name exists and everything is compared with its own kind.
 * @throws Cql2Error
 */
export function checkProperties(node: Node, fields: readonly PublishedField[], hasGeometry: boolean): void {
  const kinds = new Map<string, Kind>(fields.map((f) => [f.name, KINDS[f.type]]))
  if (hasGeometry) kinds.set(GEOMETRY, 'geometry')
  const kind = (n: Node): Kind => {
    if (!isProperty(n)) return kindOf(n)
    const found = kinds.get(n.property)
    if (!found) throw new Cql2Error(`there is no property ${n.property}`)
    return found
  }
  const condition = (n: Node): void => {
    if (kind(n) !== 'boolean') throw new Cql2Error('a condition is expected')
  }
  const walk = (n: Node): void => {
    if (Array.isArray(n)) for (const inner of n as readonly Node[]) walk(inner)
    if (isProperty(n)) kind(n)
    if (!isCall(n)) return
    n.args.forEach(walk)
    if (['and', 'or', 'not'].includes(n.op)) n.args.forEach(condition)
    else if (([...COMPARISONS, 'between', 'in'] as string[]).includes(n.op)) alike(n, kind)
    else demand(n, kind)
  }
  walk(node)
  condition(node)
}

function alike(call: Call, kind: (n: Node) => Kind): void {
  const [first, ...rest] = call.args.flatMap((a) => (Array.isArray(a) ? (a as readonly Node[]) : [a])) as [Node, ...Node[]]
  const mine = kind(first)
  if (mine === 'geometry' || mine === 'list') throw new Cql2Error(`${call.op} cannot be applied to a ${mine}`)
  for (const other of rest) {
    const its = kind(other)
    // A text in quotes may stand for a moment.
    if (its !== mine && !(new Set([its, mine]).has('time') && new Set([its, mine]).has('text')))
      throw new Cql2Error(`a ${mine} cannot be compared with a ${its}`)
    if (isCallTo(other, 'interval') || isCallTo(first, 'interval'))
      throw new Cql2Error(`${call.op} compares moments, not intervals`)
  }
}

const isCallTo = (n: Node, key: string): boolean => typeof n === 'object' && !Array.isArray(n) && key in n

function demand(call: Call, kind: (n: Node) => Kind): void {
  const wanted: Kind | null = call.op.startsWith('s_')
    ? 'geometry'
    : call.op.startsWith('a_')
      ? 'list'
      : ['like', 'casei', 'accenti'].includes(call.op)
        ? 'text'
        : ['+', '-', '*', '/', '%', 'div', '^'].includes(call.op)
          ? 'number'
          : null
  if (call.op === 'accenti') throw new Cql2Error('there is no function accenti')
  for (const arg of call.args) {
    const its = kind(arg)
    if (wanted && its !== wanted) throw new Cql2Error(`${call.op} cannot be applied to a ${its}`)
    if (call.op.startsWith('t_') && its !== 'time' && its !== 'text')
      throw new Cql2Error(`${call.op} cannot be applied to a ${its}`)
  }
  if (call.op.startsWith('s_') && call.args.filter((a) => isGeometry(a) || isCallTo(a, 'bbox')).length !== 1)
    throw new Cql2Error(`${call.op} compares ${GEOMETRY} with a geometry`)
}
