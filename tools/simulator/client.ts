import { randomUUID } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'

// The public HTTP API as the simulated staff use it: they sign in like anyone else, with the accounts the sign-in page offers.

/** The server said no; `code` is its error code, `status` 0 when it could not be reached. */
export class Refusal extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, status: number, message: string) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.status = status
  }
}

/** A file with its fields, as multipart/form-data. */
export interface Upload {
  fields: Readonly<Record<string, string>>
  file: Buffer
  fileName: string
  mime: string
}

interface Session {
  cookie: string
  csrf: string
}

interface Call {
  method?: 'GET' | 'POST' | 'DELETE'
  body?: unknown
  upload?: Upload
  key?: string
}

const AGENT = 'chengyun-simulator'
const TIMEOUT_MS = 20_000
/** Sessions kept open; the longest unused one signs out when there would be more. */
const MAX_SESSIONS = 150

/** One connection to a server for any number of people. */
export class Client {
  readonly url: string
  #password = ''
  readonly #sessions = new Map<string, Promise<Session>>()
  readonly #stop: AbortSignal
  readonly #agent: http.Agent

  constructor(url: string, stop: AbortSignal) {
    this.url = url.replace(/\/+$/, '')
    this.#stop = stop
    this.#agent = new (this.url.startsWith('https:') ? https : http).Agent({ keepAlive: true, maxSockets: 8 })
  }

  /** The demonstration accounts of the sign-in page, by role, and their password; null when this server is no demonstration. */
  async readDemo(): Promise<Map<string, string> | null> {
    const { demo } = (await this.#send('/api/sign-in', {})) as {
      demo: { password: string; accounts: { username: string; role: string }[] } | null
    }
    if (demo === null) return null
    this.#password = demo.password
    return new Map(demo.accounts.map((a) => [a.role, a.username]))
  }

  get<T>(as: string, path: string): Promise<T> {
    return this.#as(as, path, {}) as Promise<T>
  }

  post<T>(as: string, path: string, body: unknown, key?: string): Promise<T> {
    return this.#as(as, path, { method: 'POST', body, ...(key !== undefined && { key }) }) as Promise<T>
  }

  upload<T>(as: string, path: string, upload: Upload, key: string): Promise<T> {
    return this.#as(as, path, { method: 'POST', upload, key }) as Promise<T>
  }

  async #as(username: string, path: string, call: Call): Promise<unknown> {
    const session = await this.#sessionOf(username)
    try {
      return await this.#send(path, call, session)
    } catch (error) {
      // Idle too long, or the server forgot: sign in once more.
      if (!(error instanceof Refusal) || (error.status !== 401 && error.code !== 'CSRF_REQUIRED')) throw error
      this.#sessions.delete(username)
      return await this.#send(path, call, await this.#sessionOf(username))
    }
  }

  #sessionOf(username: string): Promise<Session> {
    const open = this.#sessions.get(username)
    this.#sessions.delete(username)
    const session = open ?? this.#signIn(username)
    this.#sessions.set(username, session)
    session.catch(() => this.#sessions.delete(username))
    if (this.#sessions.size > MAX_SESSIONS) this.#signOut(this.#sessions.keys().next().value as string)
    return session
  }

  async #signIn(username: string): Promise<Session> {
    const answer = await this.#request('/api/session', { method: 'POST', body: { username, password: this.#password } })
    const view = read(answer, '/api/session') as { csrfToken: string }
    return { cookie: answer.cookies.map((c) => c.split(';')[0]).join('; '), csrf: view.csrfToken }
  }

  #signOut(username: string): void {
    const session = this.#sessions.get(username)
    this.#sessions.delete(username)
    void session?.then((s) => this.#send('/api/session', { method: 'DELETE' }, s)).catch(() => undefined)
  }

  async #send(path: string, call: Call, session?: Session): Promise<unknown> {
    return read(await this.#request(path, call, session), path)
  }

  // node:http rather than fetch: half the memory, and this program runs beside the server it keeps company.
  #request(path: string, call: Call, session?: Session): Promise<Answer> {
    const [body, type] = bodyOf(call)
    const headers: Record<string, string | number> = {
      'user-agent': AGENT,
      accept: 'application/json',
      'content-length': body?.length ?? 0
    }
    if (type !== null) headers['content-type'] = type
    if (session) Object.assign(headers, { cookie: session.cookie, 'x-csrf-token': session.csrf })
    if (call.key !== undefined) headers['idempotency-key'] = call.key
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new Refusal('UNREACHABLE', 0, error.message))
      const { request } = this.url.startsWith('https:') ? https : http
      const out = request(
        `${this.url}${path}`,
        { method: call.method ?? 'GET', headers, agent: this.#agent, signal: this.#stop, timeout: TIMEOUT_MS },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.once('error', fail)
          response.once('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              cookies: response.headers['set-cookie'] ?? [],
              text: Buffer.concat(chunks).toString()
            })
          )
        }
      )
      out.once('timeout', () => out.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)))
      out.once('error', fail)
      out.end(body)
    })
  }
}

interface Answer {
  status: number
  cookies: readonly string[]
  text: string
}

function bodyOf({ body, upload }: Call): [Buffer | null, string | null] {
  if (body !== undefined) return [Buffer.from(JSON.stringify(body)), 'application/json']
  if (!upload) return [null, null]
  const boundary = `chengyun-${randomUUID()}`
  const part = (disposition: string, more = '') =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${more}\r\n`
  const fields = Object.entries(upload.fields).map(([name, value]) => `${part(`name="${name}"`)}${value}\r\n`)
  const head = `${fields.join('')}${part(`name="file"; filename="${upload.fileName}"`, `content-type: ${upload.mime}\r\n`)}`
  return [
    Buffer.concat([Buffer.from(head), upload.file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    `multipart/form-data; boundary=${boundary}`
  ]
}

function read({ status, text }: Answer, path: string): unknown {
  const value: unknown = text === '' ? null : parse(text)
  if (status >= 200 && status < 300) return value
  const { code = 'HTTP', message = text.slice(0, 200) } = (value ?? {}) as { code?: string; message?: string }
  throw new Refusal(code, status, `${path.split('?')[0]}: ${status} ${code} ${message}`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
