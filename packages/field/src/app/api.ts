import { storedLanguage } from '@chengyun/ui/i18n.ts'

/** A refusal of the server, in its one shape; `status` 0 when it could not be reached. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number

  constructor(status: number, body: { code?: string; message?: string }) {
    super(body.message ?? String(status))
    this.name = 'ApiError'
    this.code = body.code ?? 'NETWORK'
    this.status = status
  }
}

let csrf = ''

/** The token sent with every change; told by the session. */
export const setCsrfToken = (token: string): void => {
  csrf = token
}
export const csrfToken = (): string => csrf

/** One request to `/api`; throws {@link ApiError}. */
export async function api<T>(path: string, options: { method?: string; body?: unknown; signal?: AbortSignal } = {}): Promise<T> {
  const { body, signal } = options
  const method = options.method ?? (body === undefined ? 'GET' : 'POST')
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': storedLanguage() === 'zh' ? 'zh-CN' : 'en'
  }
  if (method !== 'GET') headers['x-csrf-token'] = csrf
  if (body !== undefined) headers['content-type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {})
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, {})
  }
  if (response.status === 204) return undefined as T
  const json = (response.headers.get('content-type') ?? '').includes('json')
  const data: unknown = json ? await response.json() : { message: `${response.status} ${response.statusText}` }
  if (!response.ok) throw new ApiError(response.status, data as { code?: string })
  return data as T
}
