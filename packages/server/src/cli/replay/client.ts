import http from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

/** What the server answered. `body` is the parsed JSON, or the text when it is none. */
export interface Reply {
  status: number
  body: unknown
  cookie: string | null
}

/** An answer that is final: the server understood and refused. */
export class RefusedError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, body: unknown, what: string) {
    const { code = `HTTP_${status}`, message = '' } = (body ?? {}) as { code?: string; message?: string }
    super(`${what}: ${status} ${code} ${message}`.trim())
    this.name = 'RefusedError'
    this.status = status
    this.code = code
  }
}

/** The server stayed away longer than we wait. */
export class UnreachableError extends Error {}

export interface Call {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  headers?: Record<string, string>
  body?: Buffer | string | undefined
}

export interface ClientOptions {
  /** Requests under way at once. */
  concurrency: number
  /** How long a server that does not answer is waited for, in seconds: it may be starting anew. */
  patienceS: number
}

const RETRIED = new Set([429, 502, 503, 504])

/**
 * HTTP to one server over kept connections. A broken connection, a 5xx or a 429 is tried again, with growing pauses, until patience
 * ends: safe because every request that writes carries an Idempotency-Key.
 */
export class HttpClient {
  readonly base: URL
  readonly #agent: http.Agent
  readonly #options: ClientOptions
  #free: number
  readonly #waiting: (() => void)[] = []
  requests = 0
  retries = 0

  constructor(base: string, options: ClientOptions) {
    this.base = new URL(base)
    this.#options = options
    this.#free = options.concurrency
    const kind = this.base.protocol === 'https:' ? https : http
    this.#agent = new kind.Agent({ keepAlive: true, maxSockets: options.concurrency })
  }

  async send(call: Call): Promise<Reply> {
    const until = Date.now() + this.#options.patienceS * 1000
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#once(call)
      if (!(outcome instanceof Error) && outcome.status < 500 && !RETRIED.has(outcome.status)) return outcome
      const why = outcome instanceof Error ? outcome.message : `status ${outcome.status}`
      // A fault of the program itself does not go away by asking for ever.
      if (!(outcome instanceof Error) && outcome.status === 500 && attempt >= 4) return outcome
      if (Date.now() > until) throw new UnreachableError(`${this.base.origin} does not answer: ${why}`)
      this.retries += 1
      await sleep(Math.min(2000, 50 * 2 ** Math.min(attempt, 6)) * (0.75 + Math.random() / 2))
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  async #once(call: Call): Promise<Reply | Error> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      this.requests += 1
      return await this.#exchange(call)
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }

  #exchange({ method, path, headers = {}, body }: Call): Promise<Reply> {
    const kind = this.base.protocol === 'https:' ? https : http
    return new Promise((resolve, reject) => {
      const request = kind.request(
        new URL(path, this.base),
        {
          method,
          agent: this.#agent,
          headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
          timeout: 60_000
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            if (!response.complete) {
              reject(new Error('the answer was cut off'))
              return
            }
            const text = Buffer.concat(chunks).toString('utf8')
            const cookie =
              response.headers['set-cookie']?.map((c) => c.split(';')[0] ?? '').find((c) => c.includes('session')) ?? null
            resolve({ status: response.statusCode ?? 0, body: parsed(text, response.headers['content-type']), cookie })
          })
        }
      )
      request.on('timeout', () => request.destroy(new Error('no answer within a minute')))
      request.on('error', reject)
      request.end(body)
    })
  }
}

function parsed(text: string, type: string | undefined): unknown {
  if (!type?.includes('json')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
