import { Cql2Error, checkFilter, isCall, isGeometry, isProperty, type Node } from '../cql2/ast.ts'
import { parseCql2 } from '../cql2/parse.ts'
import { type Box, boxFrom, CRS84, geometryFrom, isSystem } from './crs.ts'
import { checkProperties, type PublishedField } from './fields.ts'

/** What a client asks of the items of a collection, checked and in CGCS2000. */
export interface Question {
  limit: number
  /** The id after which the page begins. */
  after: string | null
  box: Box | null
  /** Half-open on neither side: both ends count. */
  time: { from: Date | null; to: Date | null } | null
  filter: Node | null
  /** The system the answer is wanted in. */
  crs: string
  /** Only these properties; null: all of them. */
  only: readonly string[] | null
  format: 'json' | 'html'
}

/** A parameter that cannot be taken: which, and why. The interfaces answer 400. */
export class ParameterError extends Error {
  readonly parameter: string

  constructor(parameter: string, message: string) {
    super(message)
    this.name = 'ParameterError'
    this.parameter = parameter
  }
}

export const DEFAULT_LIMIT = 100
/** More than this is cut to it, not refused (the standard's server maximum). */
export const MOST = 10_000

const KNOWN: ReadonlySet<string> = new Set([
  'limit',
  'cursor',
  'bbox',
  'bbox-crs',
  'crs',
  'datetime',
  'filter',
  'filter-lang',
  'filter-crs',
  'properties',
  'f'
])

export type Params = Readonly<Record<string, string | string[] | undefined>>

const wrong = (parameter: string, message: string): never => {
  throw new ParameterError(parameter, message)
}

function one(params: Params, name: string): string | undefined {
  const value = params[name]
  if (Array.isArray(value)) return wrong(name, 'is given more than once')
  return value
}

/** Reads the query of `/collections/{id}/items`. @throws ParameterError for what is unknown or cannot be read */
export function readQuestion(
  params: Params,
  collection: { fields: readonly PublishedField[]; geometry: string | null; time: string | null }
): Question {
  const byName = new Map(collection.fields.map((f) => [f.name, f]))
  for (const name of Object.keys(params)) if (!KNOWN.has(name) && !byName.has(name)) wrong(name, 'there is no such parameter')
  const crs = systemOf(params, 'crs')
  const box = readBox(params)
  const only = one(params, 'properties')?.split(',') ?? null
  for (const name of only ?? []) if (!byName.has(name)) wrong('properties', `there is no property ${name}`)
  return {
    limit: readLimit(one(params, 'limit')),
    after: readCursor(one(params, 'cursor')),
    box,
    time: readTime(one(params, 'datetime')),
    filter: filterOf(params, collection, byName),
    crs,
    only,
    format: readFormat(one(params, 'f'))
  }
}

/** `f`: which form the answer takes. */
export function readFormat(f: string | undefined): 'json' | 'html' {
  if (f === undefined || f === 'json' || f === 'geojson') return 'json'
  return f === 'html' ? 'html' : wrong('f', 'json or html')
}

function systemOf(params: Params, name: string): string {
  const uri = one(params, name) ?? CRS84
  return isSystem(uri) ? uri : wrong(name, `the system ${uri} is not offered`)
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1) wrong('limit', 'a whole number from 1 on')
  return Math.min(limit, MOST)
}

function readCursor(text: string | undefined): string | null {
  if (text === undefined) return null
  const id = Buffer.from(text, 'base64url').toString()
  return id.length > 0 && id.length <= 200 && cursorOf(id) === text
    ? id
    : wrong('cursor', 'comes from the link of the page before')
}

/** The page after this id, for the link `next`. */
export const cursorOf = (id: string): string => Buffer.from(id).toString('base64url')

function readBox(params: Params): Box | null {
  const crs = systemOf(params, 'bbox-crs')
  const text = one(params, 'bbox')
  if (text === undefined) return null
  const n = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (![4, 6].includes(n.length) || !n.every(Number.isFinite)) wrong('bbox', 'four or six numbers')
  const flat = (n.length === 6 ? [n[0], n[1], n[3], n[4]] : n) as [number, number, number, number]
  const box = boxFrom(flat, crs)
  if (box[1] > box[3]) wrong('bbox', 'the lower corner comes first')
  if (box[0] < -180 || box[2] > 180 || box[1] < -90 || box[3] > 90) wrong('bbox', 'lies outside the earth')
  return box
}

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/

function readTime(text: string | undefined): Question['time'] {
  if (text === undefined) return null
  const parts = text.split('/')
  if (parts.length > 2) wrong('datetime', 'an instant or an interval')
  const end = (part: string, last: boolean): Date | null => {
    if (part === '..' || part === '') return null
    if (!INSTANT.test(part) || Number.isNaN(Date.parse(part))) wrong('datetime', 'RFC 3339, open ends as ..')
    const at = new Date(part)
    return last && part.length === 10 ? new Date(at.getTime() + 86_400_000 - 1) : at
  }
  const [from, to] = [end(parts[0] as string, false), end(parts.at(-1) as string, true)]
  if (parts.length === 1 && from === null) wrong('datetime', 'RFC 3339, open ends as ..')
  if (from && to && from > to) wrong('datetime', 'the interval ends before it begins')
  return { from, to }
}

function filterOf(
  params: Params,
  { fields, geometry }: { fields: readonly PublishedField[]; geometry: string | null },
  byName: ReadonlyMap<string, PublishedField>
): Node | null {
  const parts: Node[] = []
  for (const name of Object.keys(params).filter((n) => byName.has(n)))
    parts.push(equals(byName.get(name) as PublishedField, one(params, name) as string))
  const text = one(params, 'filter')
  const language = one(params, 'filter-lang') ?? 'cql2-text'
  if (language !== 'cql2-text' && language !== 'cql2-json') wrong('filter-lang', 'cql2-text or cql2-json')
  const crs = systemOf(params, 'filter-crs')
  if (text !== undefined) {
    try {
      const node = language === 'cql2-text' ? parseCql2(text) : checkFilter(JSON.parse(text) as Node)
      checkProperties(node, fields, geometry !== null)
      parts.push(crs === CRS84 ? node : moved(node, crs))
    } catch (error) {
      if (error instanceof SyntaxError) return wrong('filter', 'is not JSON')
      if (!(error instanceof Cql2Error)) throw error
      return wrong('filter', language === 'cql2-text' ? `${error.message} (at character ${error.at + 1})` : error.message)
    }
  }
  return parts.length === 0 ? null : parts.length === 1 ? (parts[0] as Node) : { op: 'and', args: parts }
}

/** `name=value`: equality, with the value read as the property's kind. */
function equals(field: PublishedField, text: string): Node {
  const property = { property: field.name }
  if (field.type === 'boolean') {
    if (text !== 'true' && text !== 'false') wrong(field.name, 'true or false')
    return { op: '=', args: [property, text === 'true'] }
  }
  if (field.type === 'integer' || field.type === 'number') {
    if (text.trim() === '' || !Number.isFinite(Number(text))) wrong(field.name, 'a number')
    return { op: '=', args: [property, Number(text)] }
  }
  if (field.type === 'strings') return { op: 'a_contains', args: [property, [text]] }
  if (field.type !== 'string' && (!INSTANT.test(text) || Number.isNaN(Date.parse(text)))) wrong(field.name, 'RFC 3339')
  return { op: '=', args: [property, text] }
}

/** The filter with its geometries in CGCS2000. */
function moved(node: Node, crs: string): Node {
  if (Array.isArray(node)) return (node as readonly Node[]).map((n) => moved(n, crs))
  if (isCall(node)) return { op: node.op, args: node.args.map((n) => moved(n, crs)) }
  if (typeof node !== 'object' || isProperty(node)) return node
  if ('bbox' in node && node.bbox) {
    const [w = 0, south = 0, e = 0, n = 0, ...high] = node.bbox
    return { bbox: boxFrom(high.length === 2 ? [w, south, n, high[0] as number] : [w, south, e, n], crs) }
  }
  return isGeometry(node) ? geometryFrom(node, crs) : node
}
