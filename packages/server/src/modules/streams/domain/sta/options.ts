import { type Bound, bindFilter, bindValue } from './bind.ts'
import { StaError } from './fault.ts'
import { type Entity, type EntityName, linkOf, MODEL, propertyOf } from './model.ts'
import { parseExpression, parseFilter } from './parse.ts'

/** How many entities a page has when nobody says, and at most. */
export const PAGE = 100
export const LARGEST_PAGE = 1000
/** How deep `$expand` may go, and how many links all of it may name. */
export const DEEPEST_EXPAND = 5
export const MOST_EXPANDED = 25
const MOST_SKIPPED = 1_000_000_000

export interface SortKey {
  by: Bound
  isDescending: boolean
}

export interface Expand {
  link: string
  options: Options
}

/** What is asked of a set (SensorThings 1.1, 9.3.3), checked against the model. */
export interface Options {
  filter: Bound | undefined
  expand: readonly Expand[]
  /** Properties and links that are shown; null: all. */
  select: ReadonlySet<string> | null
  order: readonly SortKey[]
  top: number
  /** Whether the size of the page was said. */
  isTopGiven: boolean
  skip: number
  count: boolean
  /** Where the last page ended. */
  after: string | undefined
  dataArray: boolean
  /** As it was said, for the address of the next page. */
  said: readonly (readonly [string, string])[]
}

const KNOWN = ['$filter', '$expand', '$select', '$orderby', '$top', '$skip', '$count', '$skiptoken', '$resultFormat'] as const
type Name = (typeof KNOWN)[number]

/** Reads the query of an address. @throws StaError for options that are not known, said twice, or wrong */
export function readOptions(query: string, of: EntityName): Options {
  const said: [string, string][] = []
  for (const [name, value] of new URLSearchParams(query.replaceAll(/\+(?=\d\d:?\d\d)/g, '%2B')))
    said.push([name.trim(), value.trim()])
  return build(said, of, 0, { left: MOST_EXPANDED })
}

function build(said: readonly [string, string][], of: EntityName, depth: number, budget: { left: number }): Options {
  const entity = MODEL[of]
  const given = new Map<Name, string>()
  for (const [raw, value] of said) {
    if (raw === '' && value === '') continue
    const name = (raw.startsWith('$') ? raw : `$${raw}`) as Name
    if (!raw.startsWith('$') || !KNOWN.includes(name) || (depth > 0 && name === '$resultFormat'))
      throw new StaError(`there is no query option ${raw}`)
    if (given.has(name)) throw new StaError(`${name} is said twice`)
    given.set(name, value)
  }
  const filter = given.get('$filter')
  const expand = given.get('$expand')
  const order = given.get('$orderby')
  const count = given.get('$count')
  if (count !== undefined && count !== 'true' && count !== 'false') throw new StaError('$count is true or false')
  return {
    filter: filter === undefined ? undefined : bindFilter(parseFilter(filter), of),
    expand: expand === undefined ? [] : readExpand(expand, entity, depth + 1, budget),
    select: readSelect(given.get('$select'), entity),
    order: order === undefined ? [] : readOrder(order, of),
    top: Math.min(whole('$top', given.get('$top')) ?? PAGE, LARGEST_PAGE),
    isTopGiven: given.has('$top'),
    skip: whole('$skip', given.get('$skip')) ?? 0,
    count: count === 'true',
    after: given.get('$skiptoken'),
    dataArray: readFormat(given.get('$resultFormat'), of),
    said: [...given]
  }
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,12}$/.test(text) || Number(text) > MOST_SKIPPED) throw new StaError(`${name} is a number that is not negative`)
  return Number(text)
}

function readFormat(text: string | undefined, of: EntityName): boolean {
  if (text === undefined) return false
  if (text !== 'dataArray') throw new StaError(`there is no $resultFormat ${text}`)
  if (of !== 'Observation') throw new StaError('$resultFormat=dataArray is for Observations')
  return true
}

function readSelect(text: string | undefined, entity: Entity): ReadonlySet<string> | null {
  if (text === undefined) return null
  const names = text.split(',').map((n) => n.trim())
  const out = new Set<string>()
  for (const name of names) {
    if (name === '*') return null
    const known = propertyOf(entity, name)?.name ?? (linkOf(entity, name) ? name : undefined)
    if (known === undefined) throw new StaError(`$select: there is no ${name} of ${entity.set}`)
    out.add(known)
  }
  return out
}

function readOrder(text: string, of: EntityName): SortKey[] {
  const keys = split(text, ',').map((part): SortKey => {
    const hit = /^(.*?)(?:\s+(asc|desc))?$/su.exec(part.trim())
    const [, by = '', way] = hit ?? []
    if (by.trim() === '') throw new StaError('$orderby: a property is missing')
    return { by: bindValue(parseExpression(by), of), isDescending: way === 'desc' }
  })
  if (keys.length > 8) throw new StaError('$orderby: more than 8 properties')
  return keys
}

function readExpand(text: string, entity: Entity, depth: number, budget: { left: number }): Expand[] {
  if (depth > DEEPEST_EXPAND) throw new StaError(`$expand: deeper than ${DEEPEST_EXPAND}`)
  const found = new Map<string, Expand>()
  for (const part of split(text, ',')) {
    const hit = /^([A-Za-z/\s]+?)\s*(?:\((.*)\))?$/su.exec(part.trim())
    if (!hit) throw new StaError(`$expand: ${part.trim()} is not understood`)
    const [link, ...below] = (hit[1] as string).split('/').map((n) => n.trim()) as [string, ...string[]]
    const to = linkOf(entity, link)
    if (!to) throw new StaError(`$expand: ${entity.set} have no ${link}`)
    if (--budget.left < 0) throw new StaError(`$expand: more than ${MOST_EXPANDED} links`)
    // `A/B(…)` is the older way of writing `A($expand=B(…))`.
    const inner =
      below.length > 0 ? [`$expand=${below.join('/')}${hit[2] === undefined ? '' : `(${hit[2]})`}`] : split(hit[2] ?? '', ';')
    const said = inner
      .filter((option) => option.trim() !== '')
      .map((option): [string, string] => {
        const at = option.indexOf('=')
        if (at < 0) throw new StaError(`$expand: ${option.trim()} is not understood`)
        return [option.slice(0, at).trim(), option.slice(at + 1).trim()]
      })
    const options = build(said, to.to, depth, budget)
    if (options.after !== undefined) throw new StaError('$skiptoken belongs to the address')
    const twin = found.get(link)
    if (twin && below.length === 0) throw new StaError(`$expand: ${link} is said twice`)
    found.set(
      link,
      twin ? { link, options: { ...twin.options, expand: [...twin.options.expand, ...options.expand] } } : { link, options }
    )
  }
  return [...found.values()]
}

/** The parts between separators that stand outside of brackets and texts. @throws StaError for brackets that do not close */
export function split(text: string, separator: string): string[] {
  const out: string[] = []
  let [depth, quoted, from] = [0, false, 0]
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i]
    if (c === "'") quoted = !quoted
    else if (quoted) continue
    else if (c === '(') depth += 1
    else if (c === ')') depth -= 1
    else if (c === separator && depth === 0) {
      out.push(text.slice(from, i))
      from = i + 1
    }
    if (depth < 0 || depth > 60) break
  }
  if (depth !== 0 || quoted) throw new StaError(`brackets or quotes that do not close: ${text.slice(0, 80)}`)
  out.push(text.slice(from))
  return out
}
