import type { CaseView, OperationKey } from '@chengyun/contract/cases'
import { type APIRequestContext, type APIResponse, request } from '@playwright/test'
import { photograph } from '../../tools/simulator/pictures/index.ts'

const PASSWORD = 'Chengyun@2026'
export const STANDARD = 'GB/T 47678.5-2026'

/** 香港中路街道, 市南区: the street the demonstration's handler works in. */
export const HERE: [number, number] = [120.38046, 36.0812]

/** A class with two clear conditions whose unit is unique here. */
export const LITTER = { kind: 'matter', classCode: '06010', name: '暴露垃圾' } as const

/** Somebody at the public API: what a journey needs before it begins is made by this way and no other. */
export class Account {
  readonly #http: APIRequestContext
  #csrf = ''

  private constructor(http: APIRequestContext) {
    this.#http = http
  }

  static async signIn(baseURL: string, username: string, password = PASSWORD): Promise<Account> {
    const account = new Account(await request.newContext({ baseURL }))
    const session = await account.send<{ csrfToken: string }>('POST', '/session', { username, password })
    account.#csrf = session.csrfToken
    return account
  }

  /** One request; throws with the answer when it is refused. */
  async send<T>(method: string, path: string, data?: unknown): Promise<T> {
    const response = await this.#http.fetch(`/api${path}`, {
      method,
      headers: { 'x-csrf-token': this.#csrf, 'accept-language': 'zh-CN' },
      ...(data === undefined ? {} : { data })
    })
    return answerOf<T>(response, `${method} ${path}`)
  }

  /** Reports a case; each gets its own words, so that a journey finds its own. */
  report(words: string, more: Record<string, unknown> = {}): Promise<CaseView> {
    return this.send<CaseView>('POST', '/cases', {
      standardRef: STANDARD,
      kind: LITTER.kind,
      classCode: LITTER.classCode,
      description: words,
      location: HERE,
      sourceType: 'hotline',
      ...more
    })
  }

  /** One operation on the case as it is now. */
  async act(view: CaseView, op: OperationKey, input: Record<string, unknown> = {}): Promise<CaseView> {
    return this.send<CaseView>('POST', `/cases/${view.id}/operations/${op}`, { version: view.version, ...input })
  }

  /** The registering conditions of the class of a case, the first one chosen. */
  async conditionOf(view: CaseView): Promise<string> {
    const query = new URLSearchParams({ standardRef: view.standardRef, kind: view.kind, code: view.classCode })
    const found = await this.send<{ conditions: { id: string }[] }>('GET', `/cases/config/conditions?${query}`)
    const [first] = found.conditions
    if (!first) throw new Error(`class ${view.classCode} has no condition`)
    return first.id
  }

  /** A photo of this person; answers its id. */
  async upload(phase: 'near' | 'far' | 'after' | 'check', isSolved = false): Promise<string> {
    const file = await photo(`${phase}.jpg`, phase === 'check' ? 'after' : phase, isSolved)
    const response = await this.#http.fetch('/api/media', {
      method: 'POST',
      headers: { 'x-csrf-token': this.#csrf },
      multipart: { phase, file }
    })
    return (await answerOf<{ id: string }>(response, 'POST /media')).id
  }

  async end(): Promise<void> {
    await this.#http.dispose()
  }
}

async function answerOf<T>(response: APIResponse, what: string): Promise<T> {
  if (!response.ok()) throw new Error(`${what}: ${response.status()} ${await response.text()}`)
  return (response.status() === 204 ? undefined : await response.json()) as T
}

/** A photo as a telephone hands it over, taken here and now. */
export async function photo(name: string, phase: 'near' | 'far' | 'after', isSolved = false) {
  const takenAt = new Date(Date.now() - 60_000)
  const buffer = await photograph({ subject: 'litter', key: 'e2e', phase, isSolved, takenAt, utcOffsetMin: 480, location: HERE })
  return { name, mimeType: 'image/jpeg', buffer }
}
