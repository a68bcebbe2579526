import { storedLanguage } from '@chengyun/ui'

/** A refusal of the server, in its one shape. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly details: unknown
  readonly requestId: string | null

  constructor(status: number, body: { code?: string; message?: string; details?: unknown; requestId?: string }) {
    super(body.message ?? String(status))
    this.name = 'ApiError'
    this.code = body.code ?? 'NETWORK'
    this.status = status
    this.details = body.details
    this.requestId = body.requestId ?? null
  }
}

let csrfToken = ''
let networkMessage = ''

/** Told by the session; sent with every change. */
export function setCsrfToken(token: string): void {
  csrfToken = token
}

/** What to say when the server cannot be reached (a translated sentence). */
export function setNetworkMessage(message: string): void {
  networkMessage = message
}

export interface ApiOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  signal?: AbortSignal
  /** Makes a repeated send the same act. */
  idempotencyKey?: string
}

/** One request to `/api`; throws {@link ApiError}. Files go as FormData, or as they are (Blob); everything else as JSON. */
export async function api<T>(path: string, options: ApiOptions = {}): Promise<T> {
  const { body, signal, idempotencyKey } = options
  const method = options.method ?? (body === undefined ? 'GET' : 'POST')
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': storedLanguage() === 'zh' ? 'zh-CN' : 'en'
  }
  if (method !== 'GET') headers['x-csrf-token'] = csrfToken
  if (idempotencyKey) headers['idempotency-key'] = idempotencyKey
  const form = body instanceof FormData
  const file = body instanceof Blob
  if (file) headers['content-type'] = 'application/octet-stream'
  else if (body !== undefined && !form) headers['content-type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: form || file ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {})
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, { code: 'NETWORK', message: networkMessage })
  }
  if (response.status === 204) return undefined as T
  const type = response.headers.get('content-type') ?? ''
  const data: unknown = type.includes('json') ? await response.json() : { message: `${response.status} ${response.statusText}` }
  if (!response.ok) throw new ApiError(response.status, data as { code?: string })
  return data as T
}

/** A query string of the values that are set. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(values))
    if (value !== null && value !== undefined && value !== '') params.set(key, String(value))
  const text = params.toString()
  return text ? `?${text}` : ''
}
