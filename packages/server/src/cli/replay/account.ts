import { type HttpClient, RefusedError } from './client.ts'

interface Session {
  cookie: string
  csrf: string
  userId: string
}

/** A person of the demonstration who works through the public API: signs in when first needed, and again when the session ended. */
export class Account {
  readonly username: string
  readonly #client: HttpClient
  readonly #password: string
  #session: Promise<Session> | undefined

  constructor(client: HttpClient, username: string, password: string) {
    this.#client = client
    this.username = username
    this.#password = password
  }

  async id(): Promise<string> {
    return (await this.#signedIn()).userId
  }

  get<T>(path: string): Promise<T> {
    return this.#send<T>('GET', path, {}, undefined)
  }

  /** `key` is the Idempotency-Key: the same act, however often it has to be sent. */
  post<T>(path: string, body: unknown, key?: string): Promise<T> {
    return this.#send<T>(
      'POST',
      path,
      { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
      JSON.stringify(body)
    )
  }

  upload<T>(path: string, form: { type: string; body: Buffer }, key: string): Promise<T> {
    return this.#send<T>('POST', path, { 'content-type': form.type, 'idempotency-key': key }, form.body)
  }

  async #send<T>(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    body: Buffer | string | undefined
  ): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      const { cookie, csrf } = await this.#signedIn()
      const reply = await this.#client.send({
        method,
        path,
        headers: { ...headers, cookie, 'x-csrf-token': csrf, accept: 'application/json' },
        body
      })
      if (reply.status >= 200 && reply.status < 300) return reply.body as T
      if (reply.status === 401 && attempt < 2) {
        this.#session = undefined
        continue
      }
      throw new RefusedError(reply.status, reply.body, `${method} ${path} as ${this.username}`)
    }
  }

  #signedIn(): Promise<Session> {
    this.#session ??= this.#signIn().catch((error: unknown) => {
      this.#session = undefined
      throw error
    })
    return this.#session
  }

  async #signIn(): Promise<Session> {
    const body = JSON.stringify({ username: this.username, password: this.#password })
    const reply = await this.#client.send({
      method: 'POST',
      path: '/api/session',
      headers: { 'content-type': 'application/json' },
      body
    })
    if (reply.status !== 200 || reply.cookie === null)
      throw new RefusedError(reply.status, reply.body, `sign-in of ${this.username}`)
    const view = reply.body as { user: { id: string }; csrfToken: string }
    return { cookie: reply.cookie, csrf: view.csrfToken, userId: view.user.id }
  }
}
