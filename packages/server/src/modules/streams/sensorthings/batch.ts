/** Many requests in one (SensorThings 1.1, 11): as JSON, or as multipart/mixed. Each is answered by itself, in order. */
import { StaError } from '../domain/sta/fault.ts'
import type { Answer, Method, Question } from './answer.ts'

/** Requests in one batch. */
const MOST = 1000
const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']

export interface Part {
  id: string
  question: Question
  /** Ids of requests that have to have succeeded; in a change set, all before. */
  dependsOn: readonly string[]
}
export interface Answered {
  id: string
  answer: Answer
}

/** Puts parts to the service one after the other; `$id` at the beginning of an address is what an earlier one made. */
export async function runParts(parts: readonly Part[], run: (q: Question) => Promise<Answer>): Promise<Answered[]> {
  const made = new Map<string, string>()
  const failed = new Set<string>()
  const out: Answered[] = []
  for (const { id, question, dependsOn } of parts) {
    const missing = dependsOn.find((d) => failed.has(d))
    let answer: Answer
    if (missing !== undefined) answer = { status: 424, headers: {}, body: { code: 424, message: `${missing} failed` } }
    else answer = await run({ ...question, path: filled(question.path, made), body: filledBody(question.body, made) })
    if (answer.status >= 400) failed.add(id)
    const location = answer.headers.location
    if (location !== undefined) made.set(id, location.slice(location.lastIndexOf('/') + 1))
    out.push({ id, answer })
  }
  return out
}

/** `$1/Datastreams` → `Things(7)/Datastreams`. */
function filled(path: string, made: ReadonlyMap<string, string>): string {
  const hit = /^\/?\$([^/]+)(.*)$/.exec(path)
  const known = hit && made.get(hit[1] as string)
  return known ? `${known}${hit[2]}` : path
}

/** `{"@iot.id": "$1"}` links what an earlier request made. */
function filledBody(body: unknown, made: ReadonlyMap<string, string>): unknown {
  if (typeof body !== 'object' || body === null || made.size === 0) return body
  const text = JSON.stringify(body)
  if (!text.includes('"$')) return body
  return JSON.parse(text, (key, value: unknown) => {
    const known = key === '@iot.id' && typeof value === 'string' && value.startsWith('$') ? made.get(value.slice(1)) : undefined
    const id = known && /\(([^)]*)\)$/.exec(known)?.[1]
    return id === undefined || id === '' ? value : /^\d+$/.test(id ?? '') ? Number(id) : String(id).replaceAll("'", '')
  })
}

/** The path and query below the version, of an address that may be whole. */
export function splitUrl(url: string, base: string): { path: string; query: string } {
  const local = url.startsWith(base)
    ? url.slice(base.length)
    : url.replace(/^https?:\/\/[^/]+/, '').replace(/^.*\/v1\.1(?=\/|$|\?)/, '')
  const at = local.indexOf('?')
  const path = at < 0 ? local : local.slice(0, at)
  try {
    return { path: decodeURIComponent(path), query: at < 0 ? '' : local.slice(at + 1) }
  } catch {
    throw new StaError('the address is not encoded as it should be')
  }
}

function methodOf(text: unknown): Method {
  const method = String(text).toUpperCase()
  if (!METHODS.includes(method)) throw new StaError(`there is no method ${method.slice(0, 20)}`)
  return method as Method
}

/** Reads a batch in JSON (OData 4.01, 19). @throws StaError */
export function readJsonBatch(body: unknown, base: string): Part[] {
  const requests = (body as { requests?: unknown } | null)?.requests
  if (!Array.isArray(requests)) throw new StaError('requests is a list')
  if (requests.length > MOST) throw new StaError(`more than ${MOST} requests`, 413)
  const ids = new Set<string>()
  return (requests as Record<string, unknown>[]).map((r) => {
    if (typeof r !== 'object' || r === null || typeof r.id !== 'string' || ids.has(r.id) || typeof r.url !== 'string')
      throw new StaError('every request has an id of its own and a url')
    ids.add(r.id)
    const group = typeof r.atomicityGroup === 'string' ? r.atomicityGroup : undefined
    if (group !== undefined) throw new StaError('atomicityGroup is not offered: requests are carried out one by one', 501)
    const depends = Array.isArray(r.dependsOn) ? r.dependsOn.map(String) : []
    const unknown = depends.find((d) => !ids.has(d))
    if (unknown !== undefined) throw new StaError(`dependsOn: there is no earlier request ${unknown}`)
    const headers = Object.fromEntries(Object.entries((r.headers as object) ?? {}).map(([k, v]) => [k.toLowerCase(), String(v)]))
    const isPatch = (headers['content-type'] ?? '').includes('json-patch')
    return {
      id: r.id,
      question: { method: methodOf(r.method), ...splitUrl(r.url, base), body: r.body, isPatch },
      dependsOn: depends
    }
  })
}

export const jsonAnswers = (answers: readonly Answered[]): object => ({
  responses: answers.map(({ id, answer: { status, headers, body } }) => ({
    id,
    status,
    ...(headers.location !== undefined && { location: headers.location }),
    ...(body !== undefined && { body })
  }))
})

const CRLF = '\r\n'

/** Reads a batch of multipart/mixed with change sets in it (SensorThings 1.1, 11.1). @throws StaError */
export function readMultipart(text: string, type: string, base: string): Part[] {
  const parts: Part[] = []
  const take = (body: string, boundary: string, group: boolean, depth: number): void => {
    if (depth > 2) throw new StaError('a change set in a change set')
    for (const raw of piecesOf(body, boundary)) {
      const [head, rest] = cut(raw)
      const inner = head.get('content-type') ?? ''
      const set = boundaryOf(inner)
      if (set !== null) {
        take(rest, set, true, depth + 1)
        continue
      }
      if (!inner.startsWith('application/http')) throw new StaError('a part is application/http or a change set')
      if (parts.length >= MOST) throw new StaError(`more than ${MOST} requests`, 413)
      parts.push(readHttp(rest, head.get('content-id') ?? `part${parts.length + 1}`, base, group))
    }
  }
  const boundary = boundaryOf(type)
  if (boundary === null) throw new StaError('multipart/mixed has a boundary')
  take(text.replaceAll(/\r?\n/g, CRLF), boundary, false, 0)
  return parts
}

const boundaryOf = (type: string): string | null =>
  type.startsWith('multipart/mixed') ? (/boundary="?([^";]{1,70})"?/.exec(type)?.[1] ?? null) : null

function piecesOf(body: string, boundary: string): string[] {
  const pieces = `${CRLF}${body}`.split(`${CRLF}--${boundary}`)
  const end = pieces.findIndex((p, i) => i > 0 && p.startsWith('--'))
  if (end < 0) throw new StaError(`--${boundary}-- is missing`)
  return pieces.slice(1, end).map((p) => p.replace(/^[ \t]*\r\n/, ''))
}

function cut(text: string): [Map<string, string>, string] {
  const at = text.startsWith(CRLF) ? 0 : text.indexOf(`${CRLF}${CRLF}`)
  const head = at < 0 ? text : text.slice(0, at)
  const headers = head.split(CRLF).flatMap((line): [string, string][] => {
    const colon = line.indexOf(':')
    return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]]
  })
  return [new Map(headers), at < 0 ? '' : text.slice(at).replace(/^(\r\n){1,2}/, '')]
}

function readHttp(text: string, id: string, base: string, _inSet: boolean): Part {
  const end = text.indexOf(CRLF)
  const line = end < 0 ? text : text.slice(0, end)
  const [method, url] = line.trim().split(/\s+/)
  if (url === undefined) throw new StaError('a request begins with method and address')
  const [head, body] = cut(end < 0 ? '' : text.slice(end + 2))
  const sent = body.trim()
  let json: unknown
  try {
    json = sent === '' ? undefined : JSON.parse(sent)
  } catch {
    throw new StaError(`the body of ${id} is not JSON`)
  }
  const isPatch = (head.get('content-type') ?? '').includes('json-patch')
  return { id, question: { method: methodOf(method), ...splitUrl(url, base), body: json, isPatch }, dependsOn: [] }
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict'
}

/** The answers as multipart/mixed. */
export function multipartAnswers(answers: readonly Answered[], boundary: string): string {
  const parts = answers.map(({ id, answer: { status, headers, body, isText } }) => {
    const text = body === undefined ? '' : isText ? String(body) : JSON.stringify(body)
    const lines = [
      `--${boundary}`,
      'Content-Type: application/http',
      `Content-ID: ${id.replaceAll(/[\r\n]/g, '')}`,
      '',
      `HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}`,
      ...(headers.location === undefined ? [] : [`Location: ${headers.location}`]),
      ...(text === ''
        ? []
        : [
            `Content-Type: ${isText ? 'text/plain' : 'application/json'}; charset=utf-8`,
            `Content-Length: ${Buffer.byteLength(text)}`
          ]),
      '',
      text
    ]
    return lines.join(CRLF)
  })
  return [...parts, `--${boundary}--`, ''].join(CRLF)
}
