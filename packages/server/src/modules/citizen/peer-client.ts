import { beginningOf, errorWords, NotGeoReport, type RemoteRow, rowsOf } from './domain/peer-document.ts'
import { PeerFailure, type Reply, retryAfterMs, send } from './peer-http.ts'
import type { PeerRow } from './queries/peers.ts'

const MOST_BYTES = 20 * 1024 * 1024

export interface ClientOptions {
  timeoutMs: number
  allowPrivate: boolean
  /** Decrypted; undefined where there is none. */
  apiKey: string | undefined
  now: Date
}
type Params = Record<string, string | undefined>

/** GeoReport v2 as spoken to one server. Every method throws PeerFailure. */
export class GeoReportClient {
  readonly #peer: Pick<PeerRow, 'baseUrl' | 'jurisdictionId'>
  readonly #o: ClientOptions
  /** Which ending of the addresses it answers to. */
  format: 'json' | 'xml'
  /** Questions asked so far: a run is bounded by them too. */
  asked = 0

  constructor(peer: Pick<PeerRow, 'baseUrl' | 'jurisdictionId' | 'abilities'>, options: ClientOptions) {
    this.#peer = peer
    this.#o = options
    this.format = peer.abilities.format ?? 'json'
  }

  get hasKey(): boolean {
    return this.#o.apiKey !== undefined
  }

  /** Rows of a resource; `[]` of an empty list. With `key` the api_key goes along. */
  async rows(resource: string, params: Params = {}, key = false): Promise<unknown[]> {
    return this.#read(await this.#ask(`${this.#peer.baseUrl}/${resource}.${this.format}`, this.#with(params, key)))
  }

  /** A document at any address, e.g. discovery. */
  async document(address: string): Promise<unknown[]> {
    return this.#read(await this.#ask(address, {}))
  }

  /**
   * Posts a form and answers its first row; an answer without rows is an empty one. 401 and 403 are about the key (GeoReport v2, errors): the
   * failure is `key`.
   */
  async post(resource: string, fields: Params, headers: Record<string, string> = {}): Promise<RemoteRow> {
    this.asked += 1
    const body = formOf(this.#with(fields, true)).toString()
    const reply = await send(new URL(`${this.#peer.baseUrl}/${resource}.${this.format}`), {
      method: 'POST',
      headers: { ...this.#accept(), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...headers },
      body,
      ...this.#limits()
    })
    if (reply.status === 401 || reply.status === 403)
      throw new PeerFailure('key', `对方不接受我方的 api_key（${saidBy(reply)}）`, { status: reply.status })
    const row = this.#read(this.#judge(reply))[0]
    return typeof row === 'object' && row !== null ? (row as RemoteRow) : {}
  }

  async #ask(address: string, params: Params): Promise<Reply> {
    this.asked += 1
    const url = new URL(address)
    for (const [name, value] of formOf(params)) url.searchParams.set(name, value)
    return this.#judge(await send(url, { headers: this.#accept(), ...this.#limits() }))
  }

  #with(params: Params, key: boolean): Params {
    return { ...(key && { api_key: this.#o.apiKey }), jurisdiction_id: this.#peer.jurisdictionId ?? undefined, ...params }
  }
  #accept = (): Record<string, string> => ({
    accept: this.format === 'json' ? 'application/json, */*;q=0.1' : 'text/xml, */*;q=0.1'
  })
  #limits = () => ({ timeoutMs: this.#o.timeoutMs, allowPrivate: this.#o.allowPrivate, maxBytes: MOST_BYTES })

  #judge(reply: Reply): Reply {
    const { status } = reply
    if (status >= 200 && status < 300) return reply
    const words = saidBy(reply)
    const retry = retryAfterMs(reply.retryAfter, this.#o.now)
    if (status >= 300 && status < 400)
      throw new PeerFailure('later', `对方要求改用另一地址：${beginningOf(reply.location ?? '未说明')}（HTTP ${status}）`, {
        status
      })
    if (status === 429) throw new PeerFailure('later', `请求过于频繁（${words}）`, { status, retryAfterMs: retry })
    if (status >= 500 || status === 408 || status === 425) throw new PeerFailure('unsure', words, { status, retryAfterMs: retry })
    throw new PeerFailure('refused', words, { status })
  }

  #read(reply: Reply): unknown[] {
    if (reply.status === 204) return []
    try {
      return rowsOf(reply.body.toString('utf8'))
    } catch (error) {
      if (error instanceof NotGeoReport) throw new PeerFailure('nonsense', error.message, { status: reply.status })
      throw error
    }
  }
}

function saidBy(reply: Reply): string {
  const said = errorWords(reply.body.toString('utf8'))
  return `HTTP ${reply.status}${said ? ` ${said}` : ''}`
}

function formOf(params: Params): URLSearchParams {
  const given = Object.entries(params).filter((e): e is [string, string] => e[1] !== undefined)
  // In one order, whatever kept them: a repeat is the same to the letter.
  return new URLSearchParams(given.sort(([a], [b]) => (a < b ? -1 : 1)))
}
