import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** One rule of a standard, put to a server. */
export interface Check<C> {
  id: string
  /** Where the standard says so. */
  clause: string
  title: string
  run(context: C): Promise<void>
}

export type Verdict = 'pass' | 'fail' | 'skip'
export interface Result {
  id: string
  clause: string
  title: string
  verdict: Verdict
  reason?: string
}

/** The server did what the standard forbids, or did not do what it demands. */
export class Failure extends Error {}
/** The rule cannot be put to this server: something it needs is not there. */
export class Skipped extends Error {}

/** @throws Failure unless `holds` */
export function demand(holds: boolean, reason: string): asserts holds {
  if (!holds) throw new Failure(reason)
}
/** @throws Skipped unless `there` */
export function need(there: boolean, reason: string): asserts there {
  if (!there) throw new Skipped(reason)
}

/** Put every check to the server, one after the other, and hand over each result as it comes. */
export async function runChecks<C>(checks: readonly Check<C>[], context: C, each: (result: Result) => void): Promise<Result[]> {
  const results: Result[] = []
  for (const { id, clause, title, run } of checks) {
    const result: Result = { id, clause, title, verdict: 'pass' }
    try {
      await run(context)
    } catch (error) {
      result.verdict = error instanceof Skipped ? 'skip' : 'fail'
      result.reason = error instanceof Error ? error.message : String(error)
    }
    results.push(result)
    each(result)
  }
  return results
}

export interface Reply {
  url: string
  status: number
  type: string
  text: string
}

const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true, ignoreDeclaration: true, trimValues: true })
const TIMEOUT_MS = 30_000

/** A request; a server that does not answer at all fails the check that asked. */
export async function call(url: string, init: RequestInit = {}, look?: (reply: Response) => void): Promise<Reply> {
  try {
    const reply = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'follow' })
    look?.(reply)
    return { url, status: reply.status, type: reply.headers.get('content-type') ?? '', text: await reply.text() }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
    throw new Failure(`${url} cannot be reached (${error instanceof Error ? error.message : String(error)}${cause})`)
  }
}

const excerpt = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 80)

export function demandStatus(reply: Reply, wanted: readonly number[]): void {
  demand(wanted.includes(reply.status), `${reply.url} answered ${reply.status} instead of ${wanted.join(' or ')}`)
}

export function demandType(reply: Reply, format: 'xml' | 'json'): void {
  const wanted = format === 'xml' ? 'text/xml' : 'application/json'
  const [type, ...parameters] = reply.type.toLowerCase().split(';')
  demand(type?.trim() === wanted, `${reply.url} is sent as "${reply.type}" instead of ${wanted}; charset=utf-8`)
  const charset = parameters.some((p) => p.trim().replaceAll('"', '') === 'charset=utf-8')
  demand(charset, `${reply.url} is sent as "${reply.type}", without charset=utf-8`)
}

export type Element = string | { [name: string]: Element | Element[] }

/** The document below its root element. @throws Failure for a document that is not well-formed or has another root */
export function xmlOf(reply: Reply, root: string): Element {
  const valid = XMLValidator.validate(reply.text)
  demand(valid === true, `${reply.url} is not well-formed XML: ${excerpt(reply.text)}`)
  demand(
    /^\s*<\?xml[^>]*encoding=["']utf-8["']/i.test(reply.text),
    `${reply.url} does not begin with an XML declaration of UTF-8`
  )
  const document = parser.parse(reply.text) as Record<string, Element>
  demand(root in document, `${reply.url} has the root element ${Object.keys(document)[0] ?? '(none)'} instead of ${root}`)
  return document[root]!
}

/** The children of one name. */
export function children(element: Element | undefined, name: string): Element[] {
  if (element === undefined || typeof element === 'string') return []
  const found = element[name]
  return found === undefined ? [] : Array.isArray(found) ? found : [found]
}

/** A child as text; undefined when it is not there. */
export function textOf(element: Element | undefined, name: string): string | undefined {
  const [child] = children(element, name)
  return typeof child === 'string' ? child : undefined
}

export function jsonOf(reply: Reply): unknown {
  try {
    return JSON.parse(reply.text)
  } catch {
    throw new Failure(`${reply.url} is not JSON: ${excerpt(reply.text)}`)
  }
}

export type Row = Record<string, unknown>
/** The rows of a JSON answer: in the JSON of Open311 a list has no wrapper. */
export function rowsOf(reply: Reply): Row[] {
  const value = jsonOf(reply)
  demand(Array.isArray(value), `${reply.url} is not an array`)
  demand(
    value.every((v) => typeof v === 'object' && v !== null && !Array.isArray(v)),
    `${reply.url} has members that are no objects`
  )
  return value as Row[]
}
