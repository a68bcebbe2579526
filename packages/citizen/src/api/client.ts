/** A refusal of the server in its one shape; code `NETWORK` and status 0 when it could not be reached. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly details: unknown

  constructor(status: number, body: { code?: string; message?: string; details?: unknown }) {
    super(body.message ?? '')
    this.name = 'ApiError'
    this.code = body.code ?? 'NETWORK'
    this.status = status
    this.details = body.details
  }

  /** True when the same act may well succeed later without the person changing anything. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500
  }
}

export interface SendOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  body?: unknown
  signal?: AbortSignal
  headers?: Record<string, string>
  /** `zh-CN` or `en`: in which language refusals are worded. */
  language?: string
}

/**
 * One request to `/api`; throws {@link ApiError}. Files go as FormData, everything else as JSON. Without words of the app, because the
 * service worker uses it too: a refusal that came from no server has an empty message.
 */
export async function send<T>(path: string, options: SendOptions = {}): Promise<T> {
  const { body, signal } = options
  const form = body instanceof FormData
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': options.language ?? 'zh-CN',
    ...options.headers
  }
  if (body !== undefined && !form) headers['content-type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(`/api${path}`, {
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      headers,
      credentials: 'omit',
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {})
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, { code: 'NETWORK' })
  }
  if (response.status === 204) return undefined as T
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  const data: unknown = isJson ? await response.json() : { code: 'HTTP' }
  if (!response.ok || !isJson) throw new ApiError(response.ok ? 502 : response.status, data as { code?: string })
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
