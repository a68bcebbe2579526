// A little foreign GeoReport server that misbehaves on demand: a real HTTP server, as the other side would run one.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AT_WEST } from '../../testing.ts'

/** How the next answer to a POST goes wrong. `takenThen…`: it keeps the request and the answer is lost or is none. */
export type Fault =
  | 'ok'
  | '500'
  | 'drop'
  | 'takenThenDrop'
  | 'takenThenTimeout'
  | 'takenThenHtml'
  | '429'
  | '400'
  | '403'
  | 'strict'
  | 'token'
  | 'html'
/** Answers a question in full. */
export function reply(res: ServerResponse, status: number, body: string | Buffer, headers: Record<string, string> = {}): true {
  res.writeHead(status, headers).end(body)
  return true
}

type Row = Record<string, unknown>
type Handler = (url: URL, res: ServerResponse) => boolean

/** A foreign GeoReport server: knows no Idempotency-Key, no external_id, no pages, no updates, unless told so. */
export class OddServer {
  readonly url: string
  readonly rows: Row[] = []
  /** Forms as they came, in order. */
  readonly posted: URLSearchParams[] = []
  readonly asked: string[] = []
  fault: () => Fault = () => 'ok'
  /** Answers a question itself; true when it did. */
  before: Handler = () => false
  xml = false
  #close: () => Promise<void>
  #tokens = new Map<string, string>()
  #n = 100

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url
    this.#close = close
  }

  static async start(): Promise<OddServer> {
    let odd: OddServer
    const server = createServer((req, res) => void odd.#serve(req, res))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    odd = new OddServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`, async () => {
      server.closeAllConnections()
      await new Promise<void>((done) => server.close(() => done()))
    })
    return odd
  }
  close(): Promise<void> {
    return this.#close()
  }

  add(over: Row = {}): Row {
    this.#n += 1
    const row = {
      service_request_id: `R-${this.#n}`,
      status: 'open',
      status_notes: null,
      service_code: 'pothole',
      service_name: 'Pothole',
      description: `A deep hole, number ${this.#n}`,
      requested_datetime: new Date(Date.now() - 3_600_000).toISOString(),
      updated_datetime: new Date(Date.now() - 3_600_000).toISOString(),
      address: '西1路',
      lat: AT_WEST[1],
      long: AT_WEST[0] + (this.#n - 100) * 0.0002,
      ...over
    }
    this.rows.push(row)
    return row
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of req) text += String(chunk)
    const url = new URL(req.url ?? '/', 'http://odd')
    this.asked.push(`${req.method} ${url.pathname}${url.search}`)
    if (this.before(url, res)) return
    if (req.method === 'POST') return this.#post(req, res, new URLSearchParams(text))
    const q = url.searchParams
    if (/\/services\/lamp\./.test(url.pathname)) return this.#say(res, 'service_definition', 'attribute', [LAMP])
    if (/\/services\./.test(url.pathname)) return this.#say(res, 'services', 'service', SERVICES)
    if (/\/tokens\//.test(url.pathname)) {
      const token = /tokens\/([^.]+)/.exec(url.pathname)![1]!
      const id = this.#tokens.get(token)
      return this.#say(res, 'service_requests', 'request', [{ token, service_request_id: id ?? null }])
    }
    if (/\/requests\./.test(url.pathname)) {
      const ids = q.get('service_request_id')?.split(',')
      const [from, to] = [Date.parse(q.get('start_date') ?? ''), Date.parse(q.get('end_date') ?? '')]
      const found = this.rows.filter((r) => {
        const at = Date.parse(String(r?.requested_datetime))
        if (ids) return ids.includes(String(r?.service_request_id))
        const inTime = Number.isNaN(at) || ((Number.isNaN(from) || at >= from) && (Number.isNaN(to) || at <= to))
        return inTime && (!q.get('service_code') || r?.service_code === q.get('service_code'))
      })
      return this.#say(res, 'service_requests', 'request', found)
    }
    res.writeHead(404, { 'content-type': 'application/json' }).end('[{"code":404,"description":"no such resource"}]')
  }

  #post(req: IncomingMessage, res: ServerResponse, form: URLSearchParams): void {
    const fault = this.fault()
    this.posted.push(form)
    if (fault === '500') return void res.writeHead(500).end('down')
    if (fault === 'drop') return void req.socket.destroy()
    if (fault === '429') return void res.writeHead(429, { 'retry-after': '120' }).end('slow down')
    if (fault === 'html')
      return void res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>登录</title>')
    if (fault === '400')
      return void res
        .writeHead(400, { 'content-type': 'application/json' })
        .end('[{"code":400,"description":"service_code is retired"}]')
    if (fault === '403')
      return void res
        .writeHead(403, { 'content-type': 'application/json' })
        .end('[{"code":403,"description":"api_key is not known here"}]')
    if (fault === 'strict' && !(form.get('attribute[kind]') && form.get('attribute[pole]')))
      return void res
        .writeHead(400, { 'content-type': 'application/json' })
        .end('[{"code":400,"description":"attribute[kind] and attribute[pole] are required"}]')
    const row = this.add({
      service_code: form.get('service_code'),
      description: form.get('description'),
      lat: Number(form.get('lat')),
      long: Number(form.get('long')),
      requested_datetime: new Date().toISOString()
    })
    if (fault === 'takenThenDrop') return void req.socket.destroy()
    if (fault === 'takenThenTimeout') return void setTimeout(() => res.destroy(), 6000).unref()
    if (fault === 'takenThenHtml')
      return void res.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Thank you</title></html>')
    if (fault === 'token') {
      const token = `t${this.#n}`
      this.pending.push(() => this.#tokens.set(token, String(row.service_request_id)))
      this.#say(res, 'service_requests', 'request', [{ token }])
      return
    }
    this.#say(res, 'service_requests', 'request', [{ service_request_id: row.service_request_id, service_notice: '' }])
  }
  /** Numbers that are still to be given. */
  pending: (() => void)[] = []

  #say(res: ServerResponse, root: string, item: string, rows: Row[]): void {
    if (!this.xml) return void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(rows))
    const cell = (v: unknown): string =>
      String(v ?? '')
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
    const body = rows.map(
      (r) =>
        `<${item}>${Object.entries(r)
          .map(([k, v]) => `<${k}>${cell(v)}</${k}>`)
          .join('')}</${item}>`
    )
    res.writeHead(200, { 'content-type': 'text/xml' }).end(`<?xml version="1.0"?><${root}>${body.join('')}</${root}>`)
  }
}

/** As servers write it: a demanded choice, a demanded text, and words that are only read. */
const LAMP = {
  service_code: 'lamp',
  attributes: [
    { code: 'hint', variable: false, datatype: 'text', required: false, description: 'Call us when it burns', order: 1 },
    {
      code: 'kind',
      variable: true,
      datatype: 'singlevaluelist',
      required: true,
      description: 'What is wrong',
      order: 2,
      values: [
        { key: 'out', name: 'Out' },
        { key: 'day', name: 'Burns by day' }
      ]
    },
    { code: 'pole', variable: 'true', datatype: 'string', required: 'true', description: 'Number of the pole', order: 3 }
  ]
}
const SERVICES = [
  { service_code: 'pothole', service_name: 'Pothole', metadata: false, group: 'road' },
  { service_code: 'litter', service_name: 'Litter', metadata: false, group: 'street' },
  { service_code: 'lamp', service_name: 'Street lamp', metadata: true, group: 'street' }
]
