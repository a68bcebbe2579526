import { EVIDENCE_HEADER, type FieldError, type FieldEvidence, UPLOADS_PATH } from '@chengyun/contract/field'
import { type HttpRequest, type HttpResponse, Upload } from 'tus-js-client'
import type { StoredPhoto, SyncOptions } from './types.ts'

/** The server could not be reached, or had no time: to be tried again. */
export class LineError extends Error {
  override name = 'LineError'
}
/** The person has to sign in again. */
export class SignedOutError extends Error {
  override name = 'SignedOutError'
}
/** The server has looked at it and says no. */
export class RefusedError extends Error {
  override name = 'RefusedError'
  readonly status: number
  readonly error: FieldError
  constructor(status: number, error: FieldError) {
    super(error.message)
    this.status = status
    this.error = error
  }
}

type WireOptions = Pick<SyncOptions, 'baseUrl' | 'headers' | 'fetch' | 'chunkBytes' | 'deviceId'> & { clock: () => number }
const CHUNK_BYTES = 512 * 1024
/** A request that says nothing for so long is taken for lost. */
const TIMEOUT_MS = 60_000

/** Requests of the engine: every failure is one of the three errors above. */
export class Wire {
  readonly #options: WireOptions
  readonly #stop: AbortSignal

  constructor(options: WireOptions, stop: AbortSignal) {
    this.#options = options
    this.#stop = stop
  }

  url(path: string): string {
    return `${this.#options.baseUrl ?? ''}${path}`
  }

  #headers(): Record<string, string> {
    return this.#options.headers?.() ?? {}
  }

  fetch(url: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.any([this.#stop, AbortSignal.timeout(TIMEOUT_MS), ...(init.signal ? [init.signal] : [])])
    return (this.#options.fetch ?? globalThis.fetch)(url, { credentials: 'same-origin', ...init, signal })
  }

  async json<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    let status: number
    let answer: unknown
    try {
      const response = await this.fetch(this.url(path), {
        method,
        headers: { ...this.#headers(), ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) })
      })
      status = response.status
      answer = await response.json()
    } catch (error) {
      throw new LineError('no answer', { cause: error })
    }
    if (status >= 200 && status < 300) return answer as T
    throw faultOf(status, answer)
  }

  /** The evidence that these bytes became before, if they did. */
  async evidenceOf(photo: StoredPhoto): Promise<string | null> {
    try {
      return (await this.json<FieldEvidence>('GET', `/api/field/evidence/${photo.sha256}?phase=${photo.phase}`)).evidenceId
    } catch (error) {
      if (error instanceof RefusedError && error.status === 404) return null
      throw error
    }
  }

  /**
   * Sends a photo from where it was broken off. Answers the id of the evidence; null when the last answer was lost on the way.
   * `begun` hears of the address before the first byte, so that it can be kept.
   */
  upload(photo: StoredPhoto, begun: (url: string) => Promise<void>): Promise<string | null> {
    const { clock, deviceId, chunkBytes = CHUNK_BYTES } = this.#options
    const stop = new AbortController()
    return new Promise<string | null>((resolve, reject) => {
      const upload = new Upload(photo.blob, {
        endpoint: this.url(UPLOADS_PATH),
        ...(photo.uploadUrl !== null && { uploadUrl: photo.uploadUrl }),
        uploadSize: photo.blob.size,
        chunkSize: chunkBytes,
        uploadDataDuringCreation: true,
        storeFingerprintForResuming: false,
        // Whether and when to try again is the engine's business.
        retryDelays: null,
        fingerprint: () => Promise.resolve(null as unknown as string),
        metadata: {
          phase: photo.phase,
          sha256: photo.sha256,
          capturedAt: photo.capturedAt,
          sentAt: new Date(clock()).toISOString(),
          deviceId,
          ...(photo.place && { lng: String(photo.place[0]), lat: String(photo.place[1]) })
        },
        headers: this.#headers(),
        fileReader: { openFile: (blob: Blob) => Promise.resolve(sourceOf(blob)) },
        httpStack: {
          createRequest: (method, url) => requestOf(method, url, (u, init) => this.fetch(u, { ...init, signal: stop.signal })),
          getName: () => 'fetch'
        },
        onUploadUrlAvailable: () => {
          if (upload.url !== null && upload.url !== photo.uploadUrl) begun(upload.url).catch(reject)
        },
        onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader(EVIDENCE_HEADER) ?? null),
        onError: (error) => reject(uploadFault(error))
      })
      upload.start()
    }).finally(() => stop.abort())
  }
}

/** Says no for good, for now, or to this person. */
function faultOf(status: number, answer: unknown): Error {
  const { code, message, details } = (answer ?? {}) as Partial<FieldError>
  if (status === 401 || code === 'CSRF_REQUIRED') return new SignedOutError(code ?? 'signed out')
  if (status >= 500 || status === 408 || status === 429 || code === undefined) return new LineError(`${status}`)
  return new RefusedError(status, { code, message: message ?? code, ...(details !== undefined && { details }) })
}

/** Statuses of the upload protocol itself: the upload is gone, elsewhere, or held by an attempt that is still ending. */
const PROTOCOL_STATUSES = [404, 409, 410, 412, 423, 460]

function uploadFault(error: unknown): Error {
  const response = (error as { originalResponse?: HttpResponse | null }).originalResponse
  const status = response?.getStatus() ?? 0
  if (!response || PROTOCOL_STATUSES.includes(status)) return new LineError(`upload: ${status}`, { cause: error })
  try {
    return faultOf(status, JSON.parse(response.getBody()))
  } catch {
    if (status === 413) return new RefusedError(413, { code: 'MEDIA_TOO_LARGE', message: 'too large' })
    return new LineError(`upload: ${status}`, { cause: error })
  }
}

const sourceOf = (blob: Blob) => ({
  size: blob.size,
  slice: async (start: number, end: number) => ({
    // Bytes, not a part of the blob: some browsers send an empty body when the file behind a kept blob has moved.
    value: Object.assign(new Uint8Array(await blob.slice(start, end).arrayBuffer()), { size: Math.min(end, blob.size) - start }),
    done: end >= blob.size
  }),
  close: () => undefined
})

/** A request of the upload client made with fetch, the same in browsers and in Node. */
function requestOf(method: string, url: string, send: (url: string, init: RequestInit) => Promise<Response>): HttpRequest {
  const headers: Record<string, string> = {}
  const stop = new AbortController()
  return {
    getMethod: () => method,
    getURL: () => url,
    setHeader: (name, value) => {
      headers[name] = value
    },
    getHeader: (name) => headers[name],
    setProgressHandler: () => undefined,
    abort: async () => stop.abort(),
    getUnderlyingObject: () => null,
    send: async (body: Uint8Array<ArrayBuffer> | null) => {
      const response = await send(url, { method, headers, ...(body && { body }) })
      const text = await response.text()
      return {
        getStatus: () => response.status,
        getHeader: (name: string) => response.headers.get(name) ?? undefined,
        getBody: () => text,
        getUnderlyingObject: () => null
      }
    }
  }
}
